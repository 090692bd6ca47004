"""The accounts of a whole year from Dinero's reports, with nothing taken on trust.

A report may hold sum rows, and its sign is not documented. So a report is held against another one, or
against the year's entries, until only one reading is left; when none is, there is no figure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from dinero_mcp.accounting.postings import sums_by_account
from dinero_mcp.accounting.reports import known_rows, result_amounts, result_sign, trial_amounts
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
    entries = sums_by_account(await books.api.entries(year))
    amounts = trial_amounts(rows, chart, entries)
    return Saldo(amounts, chart, (f"{len(sum_rows)} sum rows left out, the rest ties to the entries",))


async def results_of(
    books: Books, years: Sequence[AccountingYear], entries: Mapping[str, Amounts]
) -> tuple[list[Amounts], Chart]:
    """The profit and loss accounts of several years by Dinero's result reports, debit positive.

    A year whose entries are at hand (sums by account, by the year's name) is tied to them. Of the others the
    reports must agree on which sign is debit and hold no sum row; otherwise each is tied to its saldo report.
    """
    reports = {year.name: await books.api.report(year.name, "result") for year in years}
    chart = await books.chart(row.account_number for rows in reports.values() for row in rows)
    told = {sign for rows in reports.values() if (sign := result_sign(rows, chart))}
    plain = len(told) == 1 and not any(_not_in(chart, rows) for rows in reports.values())
    sign = told.pop() if plain else None
    return [await _result(books, year, reports[year.name], chart, entries, sign) for year in years], chart


async def _result(
    books: Books,
    year: AccountingYear,
    rows: Sequence[ReportRow],
    chart: Chart,
    entries: Mapping[str, Amounts],
    sign: int | None,
) -> Amounts:
    if year.name in entries:
        return result_amounts(rows, entries[year.name], chart)
    if sign is None:
        return result_amounts(rows, (await saldo_of(books, year)).amounts, chart)
    amounts, _ = known_rows(rows, chart)
    return {number: sign * amount for number, amount in amounts.items()}


def _not_in(chart: Chart, rows: Sequence[ReportRow]) -> list[ReportRow]:
    """Rows with an amount whose number is in no chart: sum rows, unless they turn out otherwise."""
    return [row for row in known_rows(rows, chart)[1] if row.amount]
