"""What a check of the books is made of: whole accounting years, the list of invoices, and what is at hand."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from dinero_mcp.accounting.checks import BookYear, Check, Material, is_limited_company
from dinero_mcp.accounting.checks.balances import owner_loan
from dinero_mcp.accounting.checks.vat import vat_period_unsettled
from dinero_mcp.accounting.periods import Period, year_before
from dinero_mcp.accounting.vat_accounts import vat_roles
from dinero_mcp.dinero.models import AccountingYear
from dinero_mcp.errors import InputError
from dinero_mcp.ledger import Postings
from dinero_mcp.tools.books import Books, uncovered

_YEARS_TO_INFER_FROM = 3


@dataclass(frozen=True, slots=True)
class BooksToCheck:
    """The material, and what it was read from."""

    material: Material
    postings: Postings
    notes: Sequence[str]
    remarks: Sequence[str]


async def books_to_check(
    books: Books, period: Period, checks: Sequence[Check], company_type: str | None
) -> BooksToCheck:
    """Accounting years from a year before the period to the last one, for what was booked before and after
    tells what is missing in it; and the list of invoices, when a check looks at it.

    Raises:
        InputError: for a period that has not begun, or of which no accounting year holds a day.
    """
    years = await _years(books, period, checks)
    postings = await books.ledger.postings(Period(years[0].from_date, years[-1].to_date))
    opened = [await _opened(books, each, period) for each in years]
    chart = await books.chart({row.account_number for row in postings.rows})
    deposits = [each.account_number for each in await books.api.deposit_accounts()]
    looks_at_documents = any(each.needs_documents for each in checks)
    documents = await books.api.sales() if looks_at_documents else ()
    material = Material(
        period=period,
        today=books.today,
        rows=postings.rows,
        years=[year for year, _ in opened],
        is_whole=years[0] == (await books.ledger.years())[0] and not postings.years[0].opening,
        chart=chart,
        roles=vat_roles(chart, deposits),
        vat_types=await books.api.vat_types(),
        frequency=books.configured_frequency,
        is_vat_registered=not books.organization.is_vat_free,
        documents=documents,
        is_limited_company=is_limited_company(company_type, books.organization.name),
    )
    remarks = [f"{len(documents)} invoices and credit notes listed"] if looks_at_documents else []
    notes = [
        *uncovered(await books.ledger.postings(period)),
        *(note for _, notes in opened for note in notes),
    ]
    return BooksToCheck(material, postings, notes, remarks)


def needs_company_type(checks: Sequence[Check]) -> bool:
    """Whether it matters what kind of company it is."""
    return owner_loan in checks


async def _years(books: Books, period: Period, checks: Sequence[Check]) -> Sequence[AccountingYear]:
    """From a year before the period to the last one, and at least three where VAT has to be inferred."""
    if period.from_date > books.today:
        raise InputError(
            f"The period begins {period.from_date}, after today ({books.today}): nothing to check."
        )
    years = await books.ledger.years()
    if not any(period.intersection(Period(year.from_date, year.to_date)) for year in years):
        raise InputError(
            f"No accounting year holds a day of {period.label}; list-accounting-years-tool shows them."
        )
    since = year_before(period).from_date
    must_infer = vat_period_unsettled in checks and books.configured_frequency is None
    begun = [year for year in years if year.from_date <= books.today]
    if must_infer and len(begun) >= _YEARS_TO_INFER_FROM:
        since = min(since, begun[-_YEARS_TO_INFER_FROM].from_date)
    elif must_infer:
        since = datetime.date.min
    return [year for year in years if year.to_date >= since]


async def _opened(books: Books, year: AccountingYear, period: Period) -> tuple[BookYear, Sequence[str]]:
    """The year with its opening balances, if the period has days in it; and what to say of them."""
    span = Period(year.from_date, year.to_date)
    if not period.intersection(span):
        return BookYear(span), ()
    opening = await books.ledger.opening(year)
    if not opening.worked_out_from:
        return BookYear(span, opening.balances), ()
    before = opening.worked_out_from[-1].year.name
    return BookYear(span, opening.balances), (
        f"Dinero has no opening balances for {year.name} yet: carried forward from {before}.",
    )
