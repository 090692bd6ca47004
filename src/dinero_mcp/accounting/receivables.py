"""What customers owe: the invoices and credit notes that are not settled.

Positive is owed to us, and a credit note counts negative, whatever sign Dinero sends. What is left of a
document in another currency is worth its share of the document's own kroner, rounded once. An invoice and a
credit note set off against each other are settled from the day of the later one: it moves no money, so it
changes nothing in what is owed.
"""

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Protocol, TypeVar

from dinero_mcp.accounting.control_account import VoucherKey, voucher_keys, voucher_type
from dinero_mcp.accounting.money import to_ore, total
from dinero_mcp.accounting.open_items import OpenItem, kind_of, longest_due_first
from dinero_mcp.accounting.postings import Posting, is_opening
from dinero_mcp.accounting.sales import days_overdue

_ZERO = Decimal(0)


class SalesDocument(Protocol):
    """An invoice or a credit note; `payment_date` is the day it is due."""

    @property
    def guid(self) -> str: ...
    @property
    def number(self) -> int: ...
    @property
    def type(self) -> str | None: ...
    @property
    def status(self) -> str | None: ...
    @property
    def is_draft(self) -> bool: ...
    @property
    def contact_guid(self) -> str | None: ...
    @property
    def contact_name(self) -> str | None: ...
    @property
    def date(self) -> datetime.date | None: ...
    @property
    def payment_date(self) -> datetime.date | None: ...
    @property
    def description(self) -> str | None: ...
    @property
    def currency(self) -> str | None: ...
    @property
    def total_incl_vat(self) -> Decimal: ...
    @property
    def total_incl_vat_in_dkk(self) -> Decimal: ...


class Payment(Protocol):
    """A payment; `exchange_rate` is kroner for 100 of its currency."""

    @property
    def amount(self) -> Decimal: ...
    @property
    def exchange_rate(self) -> Decimal | None: ...
    @property
    def payment_date(self) -> datetime.date | None: ...
    @property
    def related_voucher_id(self) -> str | None: ...


class Payments(Protocol):
    """All payments of a document and what remains today, in the document's currency."""

    @property
    def remaining_amount(self) -> Decimal: ...
    @property
    def paid_amount(self) -> Decimal: ...
    @property
    def payments(self) -> Sequence[Payment] | None: ...
    @property
    def invoice_total_including_reminder_expenses(self) -> Decimal | None: ...


D = TypeVar("D", bound=SalesDocument)


def possibly_open(documents: Iterable[D], as_of: datetime.date, postings: Iterable[Posting]) -> list[D]:
    """The documents that may have been open at the end of `as_of`, drafts apart.

    A document that Dinero calls paid was paid by then, unless the control account was credited after `as_of`
    (for a credit note: debited) for the same contact or for none: then a payment may have come later.
    `postings` are all of that account, up to today.
    """
    later = {(row.contact_guid, row.amount < 0) for row in _moving(postings, as_of)}

    def may_be_open(document: D) -> bool:
        contact, is_invoice = document.contact_guid, not _is_credit_note(document)
        return not _is_paid(document) or not later.isdisjoint({(contact, is_invoice), (None, is_invoice)})

    return [each for each in documents if _existed(each, as_of) and may_be_open(each)]


def likely_open(documents: Iterable[D], as_of: datetime.date, postings: Iterable[Posting]) -> list[D]:
    """Those of `possibly_open` that a later posting fits, to be read first.

    A posting fits the documents of just its amount. When there is none with its contact, it may be a part of
    any of the contact's, or a sum. What these leave open is all, if it ties to the control account.
    """
    documents, later = list(documents), list(_moving(postings, as_of))
    totals = {(each.contact_guid, _totals(each)[1]) for each in documents}
    whole = {(row.contact_guid, -to_ore(row.amount)) for row in later}
    in_parts = {
        (row.contact_guid, row.amount < 0)
        for row in later
        if row.contact_guid and (row.contact_guid, -to_ore(row.amount)) not in totals
    }

    def fits(document: D) -> bool:
        contact, amount = document.contact_guid, _totals(document)[1]
        return (
            not _is_paid(document)
            or not whole.isdisjoint({(contact, amount), (None, amount)})
            or (contact, amount > 0) in in_parts
        )

    return [each for each in possibly_open(documents, as_of, later) if fits(each)]


def receivables(
    documents: Iterable[SalesDocument], payments: Mapping[str, Payments], as_of: datetime.date
) -> tuple[OpenItem, ...]:
    """What is left of each document at the end of `as_of`, the longest due first.

    `payments` are those of the documents that may be open, by GUID; the others count as settled.
    """
    documents = list(documents)
    dates = {each.guid: each.date for each in documents}
    read = (each for each in documents if each.guid in payments and _existed(each, as_of))
    items = (_item(each, payments[each.guid], as_of, dates) for each in read)
    return longest_due_first(item for item in items if item.remaining or item.reminder_fees)


def document_keys(documents: Iterable[SalesDocument]) -> dict[VoucherKey, str]:
    """Each document's GUID by what its postings may be known by; drafts have none."""
    kind = voucher_type("receivable")
    return {
        key: document.guid
        for document in documents
        if not document.is_draft
        for key in voucher_keys(document.guid, kind, document.number, document.date)
    }


def _moving(postings: Iterable[Posting], as_of: datetime.date) -> Iterator[Posting]:
    return (row for row in postings if row.date > as_of and not is_opening(row))


def _is_paid(document: SalesDocument) -> bool:
    return (document.status or "").casefold() == "paid"


def _existed(document: SalesDocument, as_of: datetime.date) -> bool:
    return not document.is_draft and (document.date is None or document.date <= as_of)


def _is_credit_note(document: SalesDocument) -> bool:
    return (document.type or "").casefold() == "creditnote"


def _item(
    document: SalesDocument, paid: Payments, as_of: datetime.date, dates: Mapping[str, datetime.date | None]
) -> OpenItem:
    owed, owed_dkk = _totals(document)
    left = _left(document, paid, as_of, dates)
    fees = min(max(left, _ZERO), _reminder_fees(document, paid))
    remaining = to_ore(left - fees)
    return OpenItem(
        kind=kind_of(remaining, owed),
        voucher_guid=document.guid,
        number=str(document.number),
        contact_guid=document.contact_guid,
        contact_name=document.contact_name,
        date=document.date,
        due_date=document.payment_date,
        days_overdue=days_overdue(document.payment_date, as_of),
        description=document.description,
        currency=document.currency or "DKK",
        total=owed,
        remaining=remaining,
        total_dkk=owed_dkk,
        remaining_dkk=to_ore(remaining * owed_dkk / owed) if owed else remaining,
        reminder_fees=fees,
    )


def _totals(document: SalesDocument) -> tuple[Decimal, Decimal]:
    """In the document's currency and in kroner."""
    owed, owed_dkk = to_ore(document.total_incl_vat), to_ore(document.total_incl_vat_in_dkk)
    return (-abs(owed), -abs(owed_dkk)) if _is_credit_note(document) else (owed, owed_dkk)


def _left(
    document: SalesDocument, paid: Payments, as_of: datetime.date, dates: Mapping[str, datetime.date | None]
) -> Decimal:
    """What remains today and was paid after `as_of`, fees and all."""
    amounts = _in_document_currency(document, paid)
    counted_on = (_counted_on(payment, document, dates) for payment in paid.payments or ())
    later = sum((amount for amount, day in zip(amounts, counted_on, strict=True) if day > as_of), _ZERO)
    is_reversed = _is_credit_note(document) and paid.remaining_amount + paid.paid_amount > 0
    return to_ore(paid.remaining_amount + later) * (-1 if is_reversed else 1)


def _in_document_currency(document: SalesDocument, paid: Payments) -> list[Decimal]:
    """The payments' amounts as they stand when they add up to what was paid, else by exchange rate."""
    payments = paid.payments or ()
    amounts = [payment.amount for payment in payments]
    if total(amounts) == to_ore(paid.paid_amount) or not document.total_incl_vat_in_dkk:
        return amounts
    units_per_krone = document.total_incl_vat / document.total_incl_vat_in_dkk
    kroner = (payment.amount * (payment.exchange_rate or 100) / 100 for payment in payments)
    return [to_ore(each * units_per_krone) for each in kroner]


def _counted_on(
    payment: Payment, document: SalesDocument, dates: Mapping[str, datetime.date | None]
) -> datetime.date:
    """The day of the payment; of a set-off, that of the later document. One without a day has always been."""
    other = payment.related_voucher_id
    if other is not None and other in dates:
        return max(dates[other] or datetime.date.min, document.date or datetime.date.min)
    return payment.payment_date or datetime.date.min


def _reminder_fees(document: SalesDocument, paid: Payments) -> Decimal:
    """What reminders have added to an invoice, if what remains is counted with it."""
    with_fees = paid.invoice_total_including_reminder_expenses
    if with_fees is None or _is_credit_note(document):
        return _ZERO
    is_counted = to_ore(paid.remaining_amount + paid.paid_amount) == to_ore(with_fees)
    return max(to_ore(with_fees - document.total_incl_vat), _ZERO) if is_counted else _ZERO
