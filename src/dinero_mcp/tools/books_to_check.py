"""What a check of the books is made of: whole accounting years, the list of invoices, and what is at hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dinero_mcp.accounting.checks import BookYear, Check, Material, OpenDocuments, is_limited_company
from dinero_mcp.accounting.checks.balances import owner_loan
from dinero_mcp.accounting.checks.control_accounts import open_bills_tie, open_invoices_tie
from dinero_mcp.accounting.checks.duplicates import suspected_duplicate
from dinero_mcp.accounting.checks.payments import payment_on_wrong_invoice
from dinero_mcp.accounting.checks.vat import vat_on_foreign_purchase, vat_period_unsettled
from dinero_mcp.accounting.control_account import Side
from dinero_mcp.accounting.identities import Identity
from dinero_mcp.accounting.periods import Period, year_before
from dinero_mcp.accounting.vat_accounts import vat_roles
from dinero_mcp.dinero.models import AccountingYear, Contact
from dinero_mcp.errors import InputError
from dinero_mcp.ledger import Opening, Postings
from dinero_mcp.tools.books import Books
from dinero_mcp.tools.open_documents import OpenDocuments as FoundOpen
from dinero_mcp.tools.open_reading import open_documents_at_hand
from dinero_mcp.tools.spans import check_held
from dinero_mcp.tools.ties import carried_forward

_YEARS_TO_INFER_FROM = 3
_WITH_OPEN_ITEMS: Mapping[Side, Sequence[Check]] = {
    "receivable": (open_invoices_tie, payment_on_wrong_invoice),
    "payable": (open_bills_tie,),
}
_OF_SUPPLIERS = (suspected_duplicate, vat_on_foreign_purchase)


@dataclass(frozen=True, slots=True)
class BooksToCheck:
    """The material, and what it was read from."""

    material: Material
    postings: Postings
    identities: Sequence[Identity]
    remarks: Sequence[str]


async def books_to_check(
    books: Books, period: Period, checks: Sequence[Check], company_type: str | None
) -> BooksToCheck:
    """Accounting years from a year before the period to the last one, for what was booked before and after
    tells what is missing in it; the list of invoices, when a check looks at it; and what only other tools
    read, if they read it lately.

    Raises:
        InputError: for a period that has not begun, or of which no accounting year holds a day.
    """
    years = await _years(books, period, checks)
    postings = await books.ledger.postings(Period(years[0].from_date, years[-1].to_date))
    openings = await _openings(books, years, period)
    chart = await books.chart({row.account_number for row in postings.rows})
    deposits = [each.account_number for each in await books.api.deposit_accounts()]
    looks_at_documents = any(each.needs_documents for each in checks)
    documents = await books.api.sales() if looks_at_documents else ()
    open_items = {side: await _open_items(books, side, period, checks) for side in _WITH_OPEN_ITEMS}
    material = Material(
        period=period,
        today=books.today,
        rows=postings.rows,
        years=[_book_year(year, openings.get(year.name)) for year in years],
        is_whole=years[0] == (await books.ledger.years())[0] and not postings.years[0].opening,
        chart=chart,
        roles=vat_roles(chart, deposits),
        vat_types=await books.api.vat_types(),
        frequency=books.configured_frequency,
        is_vat_free=bool(books.organization.is_vat_free),
        documents=documents,
        is_limited_company=is_limited_company(company_type, books.organization.name),
        contacts=await _contacts(books, checks),
        receivables=_as_material(open_items["receivable"]),
        payables=_as_material(open_items["payable"]),
        seconds_kept=books.api.seconds_kept,
    )
    return BooksToCheck(
        material,
        postings,
        [identity for found in open_items.values() if found for identity in found.identities],
        [
            *([f"{len(documents)} invoices listed"] if documents and not open_items["receivable"] else []),
            *carried_forward(openings.items()),
        ],
    )


def needs_company_type(checks: Sequence[Check]) -> bool:
    """Whether it matters what kind of company it is."""
    return owner_loan in checks


async def _years(books: Books, period: Period, checks: Sequence[Check]) -> Sequence[AccountingYear]:
    """From a year before the period to the last one, and at least three where VAT has to be inferred."""
    years = await books.ledger.years()
    check_held(years, period)
    if period.from_date > books.today:
        raise InputError(f"{period.label} begins after today ({books.today}): there is nothing to check yet.")
    since = year_before(period).from_date
    if vat_period_unsettled in checks and books.configured_frequency is None:
        begun = [year for year in years if year.from_date <= books.today]
        since = min(since, begun[-_YEARS_TO_INFER_FROM:][0].from_date)
    return [year for year in years if year.to_date >= since]


async def _openings(books: Books, years: Sequence[AccountingYear], period: Period) -> Mapping[str, Opening]:
    """What the years opened with, by name, in which the period has days."""
    touched = (year for year in years if period.intersection(Period(year.from_date, year.to_date)))
    return {year.name: await books.ledger.opening(year) for year in touched}


def _book_year(year: AccountingYear, opening: Opening | None) -> BookYear:
    return BookYear(Period(year.from_date, year.to_date), opening.balances if opening else {})


async def _open_items(books: Books, side: Side, period: Period, checks: Sequence[Check]) -> FoundOpen | None:
    """What is open when the period ends, if that can be told without asking Dinero."""
    if not any(each in checks for each in _WITH_OPEN_ITEMS[side]):
        return None
    found = await open_documents_at_hand(books, side, min(period.to_date, books.today))
    return found or _may_be_told_soon(books)


def _as_material(found: FoundOpen | None) -> OpenDocuments | None:
    if found is None:
        return None
    account = found.control.account
    return OpenDocuments(
        as_of=found.control.as_of,
        account_number=account.account_number if account else None,
        balance=found.control.balance,
        items=found.items,
        unallocated=len(found.unallocated),
    )


async def _contacts(books: Books, checks: Sequence[Check]) -> Mapping[str, Contact] | None:
    if not any(each in checks for each in _OF_SUPPLIERS):
        return None
    contacts = await books.call.at_hand(books.api.contacts())
    if contacts is None:
        return _may_be_told_soon(books)
    return {each.contact_guid: each for each in contacts}


def _may_be_told_soon(books: Books) -> None:
    """Another tool may read it at any moment, so the answer without it is not said again."""
    books.call.fresh_until = 0
