"""The accounts of a whole year from Dinero's reports, with nothing taken on trust.

A report may hold sum rows, and its sign is not documented. So a report is held against another one, or
against the year's entries, until only one reading is left; when none is, there is no figure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from dinero_mcp.accounting.identities import Identity
from dinero_mcp.accounting.money import total
from dinero_mcp.accounting.postings import sums_by_account
from dinero_mcp.accounting.reports import known_rows, result_amounts, trial_amounts
from dinero_mcp.dinero.models import Account, AccountingYear
from dinero_mcp.tools.books import Books

Amounts = Mapping[int, Decimal]
Chart = Mapping[int, Account]


@dataclass(frozen=True, slots=True)
class Saldo:
    """A year's trial balance without sum rows, debit positive, and the chart it was told from."""

    amounts: Amounts
    chart: Chart
    remarks: tuple[str, ...]

    @property
    def cancels(self) -> Identity:
        """That debit and credit are alike."""
        return Identity("debit and credit cancel", total(self.amounts.values()))

    def shown(self, include_zero_accounts: bool) -> Chart:
        """The chart for naming accounts; hidden ones without movement are not worth a row of zero."""
        if not include_zero_accounts:
            return self.chart
        return {n: each for n, each in self.chart.items() if not each.is_hidden or self.amounts.get(n)}


async def saldo_of(books: Books, year: AccountingYear) -> Saldo:
    """Dinero's saldo report; where it holds rows that are in no chart, or does not cancel, the entries must
    confirm every account of it.
    """
    rows = await books.api.report(year.name, "saldo")
    chart = await books.chart(row.account_number for row in rows)
    reported, others = known_rows(rows, chart)
    sum_rows = [row for row in others if row.amount]
    if not sum_rows and not total(reported.values()):
        return Saldo(reported, chart, ())
    postings = await books.ledger.year(year)
    entries = sums_by_account((*postings.opening, *postings.movements))
    remarks = (f"{len(sum_rows)} sum rows left out, the rest ties to the entries",) if sum_rows else ()
    return Saldo(trial_amounts(rows, chart, entries), chart, remarks)


@dataclass(frozen=True, slots=True)
class Results:
    """The profit and loss accounts of each year, debit positive, and what they were held against."""

    amounts: Sequence[Amounts]
    chart: Chart
    identities: Sequence[Identity]


async def results_of(
    books: Books, years: Sequence[AccountingYear], entries: Mapping[str, Amounts]
) -> Results:
    """The results of several years.

    Of a year whose entries are at hand (sums by account, by the year's name), Dinero's result report is tied
    to them. Of the others the saldo report is taken, which holds the same accounts and must cancel.
    """
    found = [await _result(books, year, entries.get(year.name)) for year in years]
    amounts = [each for each, _ in found]
    chart = await books.chart({number for each in amounts for number in each})
    return Results(amounts, chart, [identity for _, identity in found])


async def _result(books: Books, year: AccountingYear, entries: Amounts | None) -> tuple[Amounts, Identity]:
    if entries is None:
        saldo = await saldo_of(books, year)
        return saldo.amounts, Identity(f"saldo for {year.name} cancels", saldo.cancels.difference)
    rows = await books.api.report(year.name, "result")
    amounts = result_amounts(rows, entries, await books.chart(row.account_number for row in rows))
    return amounts, Identity(f"ties to Dinero's result for {year.name}", Decimal(0))
