"""The accounts of a whole year from Dinero's reports, with nothing taken on trust.

A report may hold sum rows, and its sign is not documented. So a report is held against another one, or
against the year's entries, until only one reading is left; when none is, there is no figure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from dinero_mcp.accounting.postings import sums_by_account
from dinero_mcp.accounting.reports import known_rows, result_amounts, trial_amounts
from dinero_mcp.dinero.models import Account, AccountingYear, ReportRow
from dinero_mcp.tools.books import Books

Amounts = Mapping[int, Decimal]
Chart = Mapping[int, Account]


@dataclass(frozen=True, slots=True)
class Saldo:
    """A year's trial balance without sum rows, debit positive, and the chart it was told from."""

    amounts: Amounts
    chart: Chart
    checks: tuple[str, ...]

    def shown(self, include_zero_accounts: bool) -> Chart:
        """The chart for naming accounts; hidden ones without movement are not worth a row of zero."""
        if not include_zero_accounts:
            return self.chart
        return {n: each for n, each in self.chart.items() if not each.is_hidden or self.amounts.get(n)}


async def saldo_of(books: Books, year: AccountingYear) -> Saldo:
    """Dinero's saldo report; where it holds rows that are in no chart, the entries must confirm the rest."""
    rows = await books.api.report(year.name, "saldo")
    chart = await books.chart(row.account_number for row in rows)
    sum_rows = _not_in(chart, rows)
    if not sum_rows:
        return Saldo(trial_amounts(rows, chart, None), chart, ())
    postings = await books.ledger.year(year)
    entries = sums_by_account((*postings.opening, *postings.movements))
    amounts = trial_amounts(rows, chart, entries)
    return Saldo(amounts, chart, (f"{len(sum_rows)} sum rows left out, the rest ties to the entries",))


async def results_of(
    books: Books, years: Sequence[AccountingYear], entries: Mapping[str, Amounts]
) -> tuple[list[Amounts], Chart]:
    """The profit and loss accounts of several years, debit positive.

    Of a year whose entries are at hand (sums by account, by the year's name), Dinero's result report is tied
    to them. Of the others the saldo report is taken, which holds the same accounts and must cancel.
    """
    amounts = [await _result(books, year, entries.get(year.name)) for year in years]
    return amounts, await books.chart({number for each in amounts for number in each})


async def _result(books: Books, year: AccountingYear, entries: Amounts | None) -> Amounts:
    if entries is None:
        return (await saldo_of(books, year)).amounts
    rows = await books.api.report(year.name, "result")
    return result_amounts(rows, entries, await books.chart(row.account_number for row in rows))


def _not_in(chart: Chart, rows: Sequence[ReportRow]) -> list[ReportRow]:
    """Rows with an amount whose number is in no chart: sum rows, unless they turn out otherwise."""
    return [row for row in known_rows(rows, chart)[1] if row.amount]
