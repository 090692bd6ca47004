"""Invoices, payments and statements of account for the tests, with only what a test is about."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from dinero_mcp.accounting.open_items import Kind, OpenItem
from tests.accounting.rows import Row


@dataclass(frozen=True, slots=True)
class Document:
    guid: str
    total_incl_vat: Decimal
    total_incl_vat_in_dkk: Decimal
    contact_guid: str | None
    status: str
    type: str
    currency: str | None
    payment_date: datetime.date | None
    date: datetime.date
    number: int
    contact_name: str | None = None
    description: str | None = None

    @property
    def is_draft(self) -> bool:
        return self.status == "Draft"


@dataclass(frozen=True, slots=True)
class Paid:
    amount: Decimal
    payment_date: datetime.date | None
    related_voucher_id: str | None = None
    exchange_rate: Decimal | None = None


@dataclass(frozen=True, slots=True)
class PaymentsOf:
    remaining_amount: Decimal
    paid_amount: Decimal
    payments: Sequence[Paid]
    invoice_total_including_reminder_expenses: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    related_voucher_guid: str
    date: datetime.date
    amount: Decimal
    status: str = "open"
    related_voucher_category: str = "purchases"
    related_voucher_class: str = "invoice"
    related_voucher_number: str | None = None
    description: str | None = None
    currency: str | None = None
    decay_date: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    contact_guid: str
    entries: Sequence[Entry] | None


def invoice(
    guid: str,
    amount: str,
    day: datetime.date,
    due: datetime.date | None = None,
    *,
    dkk: str | None = None,
    contact: str | None = "c-1",
    status: str = "Booked",
    type: str = "Invoice",
    number: int = 1,
) -> Document:
    """An invoice over `amount`, in euro when its kroner are given."""
    return Document(
        guid,
        Decimal(amount),
        Decimal(dkk or amount),
        contact,
        status,
        type,
        "EUR" if dkk else "DKK",
        due,
        day,
        number,
    )


def credit_note(
    guid: str, amount: str, day: datetime.date, *, contact: str = "c-1", status: str = "Booked"
) -> Document:
    return invoice(guid, amount, day, contact=contact, status=status, type="CreditNote", number=2)


def payments(document: Document, *paid: Paid) -> PaymentsOf:
    """What Dinero tells when a document has been paid like this, in its own currency."""
    amount = sum((each.amount for each in paid), Decimal(0))
    return PaymentsOf(document.total_incl_vat - amount, amount, paid, document.total_incl_vat)


def paid(amount: str, day: datetime.date | None, *, by: str | None = None) -> Paid:
    """A payment, or what another document is set off with."""
    return Paid(Decimal(amount), day, by)


def posted(
    account: int,
    amount: str | Decimal,
    day: datetime.date,
    guid: str | None,
    contact: str | None,
    number: int = 1,
) -> Row:
    """A posting on a control account, under a sales voucher's number if any."""
    return Row(account, Decimal(amount), day, number, "manuel", guid, contact_guid=contact)


def item(
    remaining: str, days_overdue: int = 0, *, kind: Kind = "open", contact: str = "c-1", guid: str = "v-1"
) -> OpenItem:
    amount = Decimal(remaining)
    return OpenItem(
        kind, guid, "1", contact, None, None, None, days_overdue, None, "DKK", amount, amount, amount, amount
    )
