"""What customers owe: the invoices and credit notes that are not settled.

Positive is owed to us, and a credit note counts negative, whatever sign Dinero sends. A payment in another
currency takes its share of the document's own kroner, each rounded once, as it is posted. An invoice and a
credit note set off against each other are settled from the day of the later one: it moves no money, so it
changes nothing in what is owed.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple, Protocol

from dinero_mcp.accounting.control_account import VoucherKey, voucher_keys, voucher_type
from dinero_mcp.accounting.money import to_ore, total
from dinero_mcp.accounting.open_items import OpenItem, kind_of, longest_due_first
from dinero_mcp.accounting.sales import days_overdue, is_credit_note

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


def receivables(
    documents: Iterable[SalesDocument], payments: Mapping[str, Payments], as_of: datetime.date
) -> tuple[OpenItem, ...]:
    """What is left of each document at the end of `as_of`, the longest due first.

    `payments` are those of the documents that may be open, by GUID; the others count as settled.
    """
    documents = list(documents)
    dates = {each.guid: each.date for each in documents}
    read = (each for each in documents if each.guid in payments and existed(each, as_of))
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


def existed(document: SalesDocument, as_of: datetime.date) -> bool:
    """Whether it was booked with a date up to `as_of`."""
    return not document.is_draft and (document.date is None or document.date <= as_of)


def amounts_owed(document: SalesDocument) -> tuple[Decimal, Decimal]:
    """What it added to what is owed, in its own currency and in kroner."""
    owed, owed_dkk = to_ore(document.total_incl_vat), to_ore(document.total_incl_vat_in_dkk)
    return (-abs(owed), -abs(owed_dkk)) if is_credit_note(document.type) else (owed, owed_dkk)


class _Part(NamedTuple):
    """A payment in the document's currency."""

    day: datetime.date
    amount: Decimal


def _item(
    document: SalesDocument, paid: Payments, as_of: datetime.date, dates: Mapping[str, datetime.date | None]
) -> OpenItem:
    owed, owed_dkk = amounts_owed(document)
    parts = _parts(document, paid, dates)
    left = _signed(document, paid, paid.remaining_amount + _sum(parts, after=as_of))
    fees = min(max(left, _ZERO), _reminder_fees(document, paid))
    remaining = to_ore(left - fees)
    settled = [_signed(document, paid, part.amount) for part in parts if part.day <= as_of]
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
        remaining_dkk=_in_kroner(remaining, settled, owed, owed_dkk),
        reminder_fees=fees,
    )


def _signed(document: SalesDocument, paid: Payments, amount: Decimal) -> Decimal:
    """An amount as it adds to what is owed; Dinero may tell what a credit note credits as positive."""
    is_reversed = is_credit_note(document.type) and paid.remaining_amount + paid.paid_amount > 0
    return to_ore(-amount if is_reversed else amount)


def _sum(parts: Iterable[_Part], *, after: datetime.date) -> Decimal:
    return sum((part.amount for part in parts if part.day > after), _ZERO)


def _parts(document: SalesDocument, paid: Payments, dates: Mapping[str, datetime.date | None]) -> list[_Part]:
    """The payments in the document's currency.

    They are, as they stand, when they add up to what was paid; else each is the share that its kroner are.
    """
    payments = paid.payments or ()
    days = [_counted_on(payment, document, dates) for payment in payments]
    amounts = [payment.amount for payment in payments]
    kroner = [payment.amount * (payment.exchange_rate or 100) / 100 for payment in payments]
    if total(amounts) != to_ore(paid.paid_amount) and sum(kroner):
        amounts = [paid.paid_amount * each / sum(kroner) for each in kroner]
    return [_Part(day, amount) for day, amount in zip(days, amounts, strict=True)]


def _counted_on(
    payment: Payment, document: SalesDocument, dates: Mapping[str, datetime.date | None]
) -> datetime.date:
    """The day of the payment; of a set-off, that of the later document. One without a day has always been."""
    other = payment.related_voucher_id
    if other is not None and other != document.guid and other in dates:
        return max(dates[other] or datetime.date.min, document.date or datetime.date.min)
    return payment.payment_date or datetime.date.min


def _in_kroner(remaining: Decimal, settled: Iterable[Decimal], owed: Decimal, owed_dkk: Decimal) -> Decimal:
    """What remains of the document's kroner when each payment has taken its own, rounded as it is posted."""
    settled = list(settled)
    if owed == owed_dkk or not owed or not remaining:
        return remaining
    rate = _rate(owed, owed_dkk)
    if owed - total(settled) == remaining:
        return owed_dkk - total(to_ore(amount * rate) for amount in settled)
    return to_ore(remaining * rate)


def _rate(owed: Decimal, owed_dkk: Decimal) -> Decimal:
    """Kroner for one of the currency: as rates are quoted, kroner and øre for 100, if that gives the same."""
    quoted = to_ore(100 * owed_dkk / owed) / 100
    return quoted if to_ore(owed * quoted) == owed_dkk else owed_dkk / owed


def _reminder_fees(document: SalesDocument, paid: Payments) -> Decimal:
    """What reminders have added to an invoice, if what remains is counted with it."""
    with_fees = paid.invoice_total_including_reminder_expenses
    if with_fees is None or is_credit_note(document.type):
        return _ZERO
    is_counted = to_ore(paid.remaining_amount + paid.paid_amount) == to_ore(with_fees)
    return max(to_ore(with_fees - document.total_incl_vat), _ZERO) if is_counted else _ZERO
