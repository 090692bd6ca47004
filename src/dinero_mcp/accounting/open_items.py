"""What is owed and not yet settled, by age.

Amounts are positive where something is owed: to us by customers, by us to suppliers. So credit notes are
negative, and so is what was paid too much. A document ages from its due date; on that day, and without one,
it is not due.
"""

import datetime
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from dinero_mcp.accounting.money import total

Kind = Literal["open", "credit", "overpaid", "unallocated"]
"""`unallocated` is owed without a document: a payment on account or a journal line."""


class Bucket(StrEnum):
    """Days past the due date, in order."""

    NOT_DUE = "not_due"
    TO_30 = "1-30"
    TO_60 = "31-60"
    TO_90 = "61-90"
    OVER_90 = "over_90"


_BUCKETS = tuple(Bucket)
_LAST_DAYS = (0, 30, 60, 90)
_FAR_AWAY = datetime.date.max


@dataclass(frozen=True, slots=True)
class OpenItem:
    """One document, or voucher without one, and what is left of it on a day.

    `total` and `remaining` are in `currency`, None where only the kroner are known. `reminder_fees` come on
    top, in `currency`: they are asked of the customer, but are not booked before they are paid.
    """

    kind: Kind
    voucher_guid: str
    number: str | None
    contact_guid: str | None
    contact_name: str | None
    date: datetime.date | None
    due_date: datetime.date | None
    days_overdue: int
    description: str | None
    currency: str
    total: Decimal | None
    remaining: Decimal | None
    total_dkk: Decimal
    remaining_dkk: Decimal
    reminder_fees: Decimal = Decimal(0)

    @property
    def bucket(self) -> Bucket | None:
        """Its age; only open items have one."""
        return _BUCKETS[bisect_left(_LAST_DAYS, self.days_overdue)] if self.kind == "open" else None


@dataclass(frozen=True, slots=True)
class Ageing:
    """Kroner by age, and what has no age; `total` is all of it together."""

    buckets: Mapping[Bucket, Decimal]
    """All of them, those without anything at 0.00."""
    credits: Decimal
    overpaid: Decimal
    unallocated: Decimal
    total: Decimal


@dataclass(frozen=True, slots=True)
class ContactItems:
    """One contact's items, the longest due first; its name is that of the newest of them."""

    contact_guid: str | None
    contact_name: str | None
    items: tuple[OpenItem, ...]
    ageing: Ageing


def kind_of(remaining: Decimal, document_total: Decimal) -> Kind:
    """What is left of a document: part of it, or what was paid beyond it."""
    if remaining and remaining * document_total <= 0:
        return "overpaid"
    return "credit" if document_total < 0 else "open"


def longest_due_first(items: Iterable[OpenItem]) -> tuple[OpenItem, ...]:
    """By due date, then date and GUID: the same order, however the items come."""
    return tuple(sorted(items, key=lambda i: (i.due_date or _FAR_AWAY, i.date or _FAR_AWAY, i.voucher_guid)))


def ageing(items: Iterable[OpenItem]) -> Ageing:
    """The items added up."""
    items = list(items)

    def of_kind(kind: Kind) -> Decimal:
        return total(item.remaining_dkk for item in items if item.kind == kind)

    return Ageing(
        buckets={each: total(item.remaining_dkk for item in items if item.bucket is each) for each in Bucket},
        credits=of_kind("credit"),
        overpaid=of_kind("overpaid"),
        unallocated=of_kind("unallocated"),
        total=total(item.remaining_dkk for item in items),
    )


def by_contact(items: Iterable[OpenItem]) -> tuple[ContactItems, ...]:
    """Each contact's items, the contact that owes or is owed most first; without a GUID the name tells."""
    grouped: dict[tuple[str | None, str | None], list[OpenItem]] = {}
    for item in longest_due_first(items):
        name = None if item.contact_guid else item.contact_name
        grouped.setdefault((item.contact_guid, name), []).append(item)
    contacts = (
        ContactItems(guid, _newest_name(own), tuple(own), ageing(own)) for (guid, _), own in grouped.items()
    )
    return tuple(
        sorted(contacts, key=lambda c: (-c.ageing.total, c.contact_name or "", c.contact_guid or ""))
    )


def _newest_name(items: Iterable[OpenItem]) -> str | None:
    named = [item for item in items if item.contact_name]
    return max(named, key=lambda item: item.date or datetime.date.min).contact_name if named else None
