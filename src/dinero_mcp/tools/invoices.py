"""Invoices and credit notes.

A credit note counts negative, whatever sign Dinero sends. Totals are those of the documents, not what is
unpaid.
"""

import datetime
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field

from dinero_mcp.accounting.money import total
from dinero_mcp.accounting.periods import Period
from dinero_mcp.accounting.sales import DocumentStatus, days_overdue, document_status, is_credit_note
from dinero_mcp.dinero.models import CreditNote, Invoice, Payments, SalesDocument
from dinero_mcp.errors import NotFoundError
from dinero_mcp.tools.answers import Amount, BooksAnswer, Listing, Price, Quantity, Record
from dinero_mcp.tools.books import Books
from dinero_mcp.tools.declare import tool
from dinero_mcp.tools.inputs import (
    SEVERAL,
    AnyFromDate,
    AnyToDate,
    ChangedSince,
    Guid,
    Page,
    PageSize,
    Search,
)
from dinero_mcp.tools.paging import found, page_of
from dinero_mcp.tools.third_party import OptionalText, Text

DocumentType = Literal["invoice", "credit note"]
Sort = Literal["date", "-date", "due_date", "number", "customer", "amount"]
Statuses = Annotated[
    list[DocumentStatus] | None,
    SEVERAL,
    Field(
        description="Only these; booked means neither due nor paid. Drafts are listed only when named here"
    ),
]


class InvoiceRow(Record):
    invoice_guid: Text
    type: DocumentType
    number: str | None = Field(description="Null for a draft")
    date: datetime.date | None
    due_date: datetime.date | None
    status: DocumentStatus
    days_overdue: int | None = Field(description="Days past the due date when overdue, else null")
    customer: OptionalText
    description: OptionalText
    total_excl_vat_dkk: Amount
    total_incl_vat_dkk: Amount
    currency: OptionalText
    total_excl_vat: Amount | None = Field(description="In the document's currency; null when that is DKK")
    total_incl_vat: Amount | None = Field(description="In the document's currency; null when that is DKK")


class Invoices(Listing):
    convention = "Document totals, not what is unpaid; credit notes negative."
    total_excl_vat_dkk: Amount = Field(description="Over all matches, drafts apart")
    total_incl_vat_dkk: Amount = Field(description="Over all matches, drafts apart")
    credit_notes: int = Field(description="How many of the matches are credit notes")
    drafts: int = Field(description="How many of the matches are drafts")
    drafts_total_incl_vat_dkk: Amount
    drafts_left_out: int = Field(description="Drafts that match but were not asked for by status")
    invoices: list[InvoiceRow]


@tool(name="list-invoices-tool", title="Invoices")
async def list_invoices(
    books: Books,
    status: Statuses = None,
    from_date: AnyFromDate = None,
    to_date: AnyToDate = None,
    contact_guid: Annotated[Guid | None, Field(description="Only this customer")] = None,
    search: Annotated[Search, Field(description="Part of a number, customer, text or total")] = None,
    changed_since: ChangedSince = None,
    sort: Annotated[Sort, Field(description="Newest first unless said")] = "-date",
    page: Page = 1,
    page_size: PageSize = 50,
) -> Invoices:
    """Invoices (fakturaer) and credit notes with status, due date, days overdue and document totals, and
    the exact totals over all matches.

    Use it for what was invoiced, to whom and when; for lines and payments of one use get-invoice-tool. Totals
    are those of the documents, part payments not deducted: for what is unpaid use get-open-items-tool.
    """
    period = _span(from_date, to_date)
    documents = await books.api.sales(from_date=from_date, to_date=to_date, changed_since=changed_since)
    asked = set(status or ("booked", "overdue", "paid", "overpaid"))
    rows = [
        row
        for row in (_row(each, books.today) for each in documents if _about(each, contact_guid, period))
        if found(search, row.number, row.customer, row.description, *_written(row))
    ]
    if contact_guid and not rows:
        await books.api.contact(contact_guid)  # a customer that does not exist is an error, not nothing
    matches = sorted((row for row in rows if row.status in asked), key=_SORTS["number"])
    matches.sort(key=_SORTS[sort.removeprefix("-")], reverse=sort.startswith("-"))
    left_out = 0 if "draft" in asked else sum(row.status == "draft" for row in rows)
    return _listed(books, matches, left_out, page, page_size)


def _listed(books: Books, matches: list[InvoiceRow], left_out: int, page: int, page_size: int) -> Invoices:
    shown = page_of(matches, page, page_size)
    final = [row for row in matches if row.status != "draft"]
    drafts = [row for row in matches if row.status == "draft"]
    return Invoices(
        organization=books.name,
        total=shown.total,
        page=page,
        has_more=shown.has_more,
        total_excl_vat_dkk=total(row.total_excl_vat_dkk for row in final),
        total_incl_vat_dkk=total(row.total_incl_vat_dkk for row in final),
        credit_notes=sum(row.type == "credit note" for row in matches),
        drafts=len(drafts),
        drafts_total_incl_vat_dkk=total(row.total_incl_vat_dkk for row in drafts),
        drafts_left_out=left_out,
        invoices=list(shown.rows),
    )


def _span(from_date: datetime.date | None, to_date: datetime.date | None) -> Period | None:
    """The days asked about; an open end is far away."""
    if from_date is None and to_date is None:
        return None
    return Period(from_date or datetime.date(1900, 1, 1), to_date or _LAST)


def _about(document: SalesDocument, contact_guid: str | None, period: Period | None) -> bool:
    """Whether it is the customer's and of the period; a draft is of every period, as it is for Dinero."""
    if contact_guid and (document.contact_guid or "").lower() != contact_guid:
        return False
    return not period or document.is_draft or (document.date is not None and document.date in period)


def _row(document: SalesDocument, today: datetime.date) -> InvoiceRow:
    status = document_status(document.status, document.payment_date, today)
    credited = is_credit_note(document.type)
    foreign = (document.currency or "DKK") != "DKK"

    def signed(amount: Decimal) -> Decimal:
        return -abs(amount) if credited else amount

    return InvoiceRow(
        invoice_guid=document.guid,
        type="credit note" if credited else "invoice",
        number=None if status == "draft" else str(document.number),
        date=document.date,
        due_date=document.payment_date,
        status=status,
        days_overdue=days_overdue(document.payment_date, today) if status == "overdue" else None,
        customer=document.contact_name,
        description=document.description,
        total_excl_vat_dkk=signed(document.total_excl_vat_in_dkk),
        total_incl_vat_dkk=signed(document.total_incl_vat_in_dkk),
        currency=document.currency,
        total_excl_vat=signed(document.total_excl_vat) if foreign else None,
        total_incl_vat=signed(document.total_incl_vat) if foreign else None,
    )


def _written(row: InvoiceRow) -> Iterator[str]:
    """The totals as people write them, in English and in Danish, with and without thousands set apart."""
    for amount in (row.total_incl_vat_dkk, row.total_incl_vat):
        if amount is not None:
            for english in (f"{abs(amount):.2f}", f"{abs(amount):,.2f}"):
                yield from (english, english.translate(_DANISH))


_DANISH = str.maketrans(".,", ",.")
_LAST = datetime.date(2199, 12, 31)
_SORTS: dict[str, Callable[[InvoiceRow], Any]] = {  # Any: each key is of a type that sorts among its own
    "date": lambda row: row.date or _LAST,
    "due_date": lambda row: row.due_date or _LAST,
    "number": lambda row: int(row.number or 2**63),
    "customer": lambda row: (row.customer or "").casefold(),
    "amount": lambda row: row.total_incl_vat_dkk,
}


class LineRow(Record):
    description: OptionalText
    comments: OptionalText
    account_number: int
    account_name: OptionalText
    quantity: Quantity
    unit: OptionalText
    discount_percent: Quantity = Field(validation_alias="discount")
    unit_price_excl_vat: Price = Field(validation_alias="base_amount_value")
    total_excl_vat: Amount = Field(validation_alias="total_amount")
    total_incl_vat: Amount = Field(validation_alias="total_amount_incl_vat")


class PaymentRow(Record):
    date: datetime.date | None = Field(validation_alias="payment_date")
    amount: Amount = Field(description="In `currency`")
    currency: OptionalText
    dkk_for_100: Quantity | None = Field(
        validation_alias="exchange_rate", description="Exchange rate: DKK for 100 of the currency"
    )
    deposit_account_number: int | None = Field(
        description="Null when settled by a credit note or a journal line"
    )
    description: OptionalText


class InvoiceInFull(Record):
    invoice_guid: Text
    type: DocumentType
    number: str | None = Field(description="Null for a draft")
    status: DocumentStatus
    date: datetime.date | None
    due_date: datetime.date | None
    days_overdue: int | None = Field(description="Days past the due date when overdue, else null")
    customer: OptionalText
    contact_guid: OptionalText
    currency: OptionalText
    total_excl_vat: Amount
    total_vat: Amount
    total_incl_vat: Amount
    paid: Amount | None = Field(description="Null for a draft")
    remaining: Amount | None = Field(description="Negative when too much was paid; null for a draft")
    total_with_reminder_fees: Amount | None
    description: OptionalText
    comment: OptionalText
    external_reference: OptionalText
    mail_status: OptionalText
    credit_note_for: OptionalText = Field(description="The invoice_guid that a credit note credits")


class InvoiceDetails(BooksAnswer):
    convention = "Amounts in the document's currency; of a credit note they are what it credits."
    invoice: InvoiceInFull
    lines: list[LineRow]
    payments: list[PaymentRow]


@tool(name="get-invoice-tool", title="One invoice")
async def get_invoice(
    books: Books,
    invoice_guid: Annotated[Guid, Field(description="From list-invoices-tool; a credit note's also works")],
) -> InvoiceDetails:
    """One invoice (faktura) or credit note: lines, totals with VAT, its payments and the remaining amount.

    Use it when you have an invoice_guid; to find one, or for totals over many, use list-invoices-tool; for
    what is unpaid of many, get-open-items-tool. A draft has no number and no payments.
    """
    voucher = await _voucher(books, invoice_guid)
    payments = None if voucher.is_draft else await _payments(books, voucher)
    return InvoiceDetails(
        organization=books.name,
        invoice=_in_full(voucher, payments, books.today),
        lines=[LineRow.model_validate(line) for line in voucher.product_lines],
        payments=[PaymentRow.model_validate(each) for each in (payments and payments.payments) or ()],
    )


async def _voucher(books: Books, guid: str) -> Invoice | CreditNote:
    """The invoice, else the credit note: only Dinero knows which of the two a guid is."""
    try:
        return await books.api.invoice(guid)
    except NotFoundError as not_an_invoice:
        try:
            return await books.api.credit_note(guid)
        except NotFoundError:
            raise not_an_invoice from None


async def _payments(books: Books, voucher: Invoice | CreditNote) -> Payments:
    if isinstance(voucher, CreditNote):
        return await books.api.credit_note_payments(voucher.guid)
    return await books.api.invoice_payments(voucher.guid)


def _in_full(voucher: Invoice | CreditNote, payments: Payments | None, today: datetime.date) -> InvoiceInFull:
    due = voucher.payment_date if isinstance(voucher, Invoice) else None
    status = document_status(voucher.payment_status or voucher.status, due, today)
    return InvoiceInFull(
        invoice_guid=voucher.guid,
        type="invoice" if isinstance(voucher, Invoice) else "credit note",
        number=None if voucher.is_draft else str(voucher.number),
        status=status,
        date=voucher.date,
        due_date=due,
        days_overdue=days_overdue(due, today) if status == "overdue" else None,
        customer=voucher.contact_name,
        contact_guid=voucher.contact_guid,
        currency=voucher.currency,
        total_excl_vat=voucher.total_excl_vat,
        total_vat=voucher.total_vat,
        total_incl_vat=voucher.total_incl_vat,
        paid=payments and payments.paid_amount,
        remaining=payments and payments.remaining_amount,
        total_with_reminder_fees=payments and payments.invoice_total_including_reminder_expenses,
        description=voucher.description,
        comment=voucher.comment,
        external_reference=voucher.external_reference,
        mail_status=voucher.mail_out_status,
        credit_note_for=voucher.credit_note_for if isinstance(voucher, CreditNote) else None,
    )
