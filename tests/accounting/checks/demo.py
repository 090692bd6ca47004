"""A sandbox company as the checks see it."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from dinero_mcp.accounting.checks import BookYear, Material, is_limited_company
from dinero_mcp.accounting.periods import Period
from dinero_mcp.accounting.postings import is_opening, sums_by_account
from dinero_mcp.accounting.vat_accounts import vat_roles
from dinero_mcp.sandbox.books import Books, SalesDocument
from tests.accounting.owed import Document
from tests.accounting.rows import ChartAccount, chart_of
from tests.accounting.vat_books import CodeType, VatRow, vat_row


def material_of(books: Books, period: Period, today: date, *, years_read: int = 3) -> Material:
    """All that checking the period may look at, from the last accounting years up to today."""
    years = books.years[-years_read:]
    rows = sorted(map(vat_row, books.entries), key=lambda row: row.date)
    read = [row for row in rows if row.date >= years[0].from_date]
    movements = [row for row in read if not is_opening(row)]
    chart = chart_of(
        *(ChartAccount(a.number, a.name, a.category, a.vat_code) for a in books.accounts.values())
    )
    roles = vat_roles(chart, [each.number for each in books.deposit_accounts])

    openings = _openings(read)
    return Material(
        period=period,
        today=today,
        rows=movements,
        years=[
            BookYear(Period(year.from_date, year.to_date), openings.get(year.from_date, {})) for year in years
        ],
        is_whole=len(years) == len(books.years),
        chart=chart,
        roles=roles,
        vat_types=[CodeType(each.code, each.rate, each.name) for each in books.vat_types],
        documents=[_document(each, today) for each in books.sales],
        is_limited_company=is_limited_company(books.company_type, books.name),
    )


def _openings(rows: list[VatRow]) -> Mapping[date, Mapping[int, Decimal]]:
    opening: dict[date, list[VatRow]] = defaultdict(list)
    for row in rows:
        if is_opening(row):
            opening[row.date].append(row)
    return {day: sums_by_account(own) for day, own in opening.items()}


def _document(document: SalesDocument, today: date) -> Document:
    return Document(
        guid=document.guid,
        total_incl_vat=document.total_incl_vat,
        total_incl_vat_in_dkk=document.total_incl_vat_dkk,
        contact_guid=document.contact_guid,
        status=document.status(today),
        type=document.type,
        currency=document.currency,
        payment_date=document.due_date,
        date=document.date,
        number=document.number or 2**63 - 1,
        contact_name=document.contact_name,
        description=document.description,
    )
