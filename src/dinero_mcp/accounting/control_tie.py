"""Open items against the balance of their control account, and the postings that make the difference.

A posting that settles no document is a stray. Dinero does not say which document a posting settles, so strays
are what each contact is apart by: its documents have been settled of just what its other postings come to.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import combinations
from math import comb
from typing import Generic, TypeVar

from dinero_mcp.accounting.control_account import Side, VoucherKey, owed, posting_keys
from dinero_mcp.accounting.money import to_ore, total
from dinero_mcp.accounting.open_items import OpenItem
from dinero_mcp.accounting.postings import Posting, is_opening, vouchers

P = TypeVar("P", bound=Posting)

_ZERO = Decimal(0)
_MOST_STRAYS, _MOST_TRIED = 3, 20_000


@dataclass(frozen=True, slots=True)
class Tie(Generic[P]):
    """`control_balance = open_items + difference`, and `difference = sum of unallocated + unexplained`.

    `unallocated` are the postings that settle no document and are none, in order of date; they are looked
    for only when there is a difference.
    """

    control_balance: Decimal
    open_items: Decimal
    difference: Decimal
    unallocated: tuple[P, ...]
    unexplained: Decimal


def tie(
    side: Side, items: Iterable[OpenItem], postings: Iterable[P], documents: Mapping[VoucherKey, str]
) -> Tie[P]:
    """The open items against the balance of the control account.

    `postings` are all of the account's up to the day the items are of, with the opening rows of the first
    year only; for the items of one contact, that contact's. `documents` gives the GUID of every document,
    settled or not, by each of its keys.
    """
    rows, remaining = list(postings), _remaining(items)
    balance, claimed = total(owed(row, side) for row in rows), total(remaining.values())
    found = _strays(rows, side, remaining, documents) if balance != claimed else ()
    return Tie(
        control_balance=balance,
        open_items=claimed,
        difference=balance - claimed,
        unallocated=tuple(found),
        unexplained=balance - claimed - total(owed(row, side) for row in found),
    )


def unallocated_items(found: Tie[P], side: Side, names: Mapping[str, str | None]) -> tuple[OpenItem, ...]:
    """The postings that settle no document, as items; `names` are the contacts'."""
    return tuple(_unallocated(row, owed(row, side), names) for row in found.unallocated)


def _unallocated(row: Posting, amount: Decimal, names: Mapping[str, str | None]) -> OpenItem:
    amount = to_ore(amount)
    return OpenItem(
        kind="unallocated",
        voucher_guid=row.voucher_guid or "",
        number=str(row.voucher_number) if row.voucher_number else None,
        contact_guid=row.contact_guid or None,
        contact_name=names.get(row.contact_guid or ""),
        date=row.date,
        due_date=None,
        days_overdue=0,
        description=row.description,
        currency="DKK",
        total=amount,
        remaining=amount,
        total_dkk=amount,
        remaining_dkk=amount,
    )


def _remaining(items: Iterable[OpenItem]) -> dict[str, Decimal]:
    """By voucher; two items of one are added up."""
    remaining: dict[str, Decimal] = {}
    for item in items:
        remaining[item.voucher_guid] = remaining.get(item.voucher_guid, _ZERO) + item.remaining_dkk
    return remaining


@dataclass(slots=True)
class _Dealings(Generic[P]):
    """One contact: what has been settled of each document, and the postings that belong to none.

    The two cancel, unless a posting settles nothing.
    """

    settled: list[Decimal] = field(default_factory=list[Decimal])
    loose: list[P] = field(default_factory=list[P])

    def apart(self, side: Side) -> Decimal:
        return total([*self.settled, *(owed(row, side) for row in self.loose)])

    def unmatched(self, side: Side) -> list[P]:
        """What is left, the latest first, when postings of just its amount have settled a document each."""
        settled = Counter(map(to_ore, self.settled))
        left: list[P] = []
        for row in sorted(self.loose, key=_in_order):
            amount = -to_ore(owed(row, side))
            if settled[amount] > 0:
                settled[amount] -= 1
            else:
                left.append(row)
        return left[::-1]


def _strays(
    rows: Iterable[P],
    side: Side,
    remaining: Mapping[str, Decimal],
    documents: Mapping[VoucherKey, str],
) -> list[P]:
    """The postings that settle no document.

    One of no contact may have settled anybody's document, so those are looked at with all the contacts whose
    own postings do not explain what they are apart by.
    """
    strays: list[P] = []
    others = _Dealings[P]()
    for contact, dealings in _by_contact(rows, side, remaining, documents).items():
        found = _explaining(dealings, side) if contact else None
        if found is None:
            others.settled += dealings.settled
            others.loose += dealings.loose
        else:
            strays += found
    unexplained = _explaining(others, side)
    return _without_opposites([*strays, *(_nearer(others, side) if unexplained is None else unexplained)])


def _nearer(dealings: _Dealings[P], side: Side) -> Sequence[P]:
    """The postings that match no document, unless that leaves more unexplained than it explains: an exchange
    difference of an øre makes no payment a stray.
    """
    apart, left = dealings.apart(side), dealings.unmatched(side)
    return left if abs(apart - total(owed(row, side) for row in left)) < abs(apart) else ()


def _explaining(dealings: _Dealings[P], side: Side) -> Sequence[P] | None:
    """The fewest postings that come to what the contact is apart by, rather those that match no document and
    come later; None when there are none.
    """
    apart, left = dealings.apart(side), dealings.unmatched(side)
    if not apart:
        return ()
    latest_first = sorted(dealings.loose, key=_in_order, reverse=True)
    choices = [(left, 1), (latest_first, 1), *((left, size) for size in range(2, _MOST_STRAYS + 1))]
    for rows, size in choices:
        if found := _coming_to(apart, [(row, to_ore(owed(row, side))) for row in rows], size):
            return found
    return left if total(owed(row, side) for row in left) == apart else None


def _coming_to(amount: Decimal, owing: Sequence[tuple[P, Decimal]], size: int) -> Sequence[P] | None:
    if comb(len(owing), size) > _MOST_TRIED:
        return None
    found = (some for some in combinations(owing, size) if sum(each for _, each in some) == amount)
    return next(([row for row, _ in some] for some in found), None)


def _without_opposites(strays: Iterable[P]) -> list[P]:
    """What is left in order when opposite amounts cancel, of one contact or where one names none: an opening
    balance and what was paid of it later.
    """
    left: dict[Decimal, list[P]] = {}
    for row in sorted(strays, key=_in_order):
        others = left.get(-row.amount, [])
        opposite = next((other for other in others if _may_be_of_one_contact(row, other)), None)
        if opposite is None:
            left.setdefault(row.amount, []).append(row)
        else:
            others.remove(opposite)
    return sorted((row for rows in left.values() for row in rows), key=_in_order)


def _may_be_of_one_contact(row: Posting, other: Posting) -> bool:
    return not row.contact_guid or not other.contact_guid or row.contact_guid == other.contact_guid


def _by_contact(
    rows: Iterable[P],
    side: Side,
    remaining: Mapping[str, Decimal],
    documents: Mapping[VoucherKey, str],
) -> dict[str | None, _Dealings[P]]:
    booked: dict[str, list[P]] = {}
    loose: list[P] = []
    for row in rows:
        guid = None if is_opening(row) else _document_of(row, documents)
        (loose if guid is None else booked.setdefault(guid, [])).append(row)
    contacts: dict[str | None, _Dealings[P]] = {}
    for guid, own in booked.items():
        settled = total(owed(row, side) for row in own) - remaining.get(guid, _ZERO)
        contacts.setdefault(own[0].contact_guid or None, _Dealings()).settled.append(settled)
    for row in _without_reversals(loose):
        contacts.setdefault(row.contact_guid or None, _Dealings()).loose.append(row)
    return contacts


def _document_of(row: Posting, documents: Mapping[VoucherKey, str]) -> str | None:
    return next((documents[key] for key in posting_keys(row) if key in documents), None)


def _without_reversals(rows: Sequence[P]) -> Iterator[P]:
    yield from (row for row in rows if is_opening(row))
    for voucher in vouchers(rows):
        if total(row.amount for row in voucher):
            yield from voucher


def _in_order(row: Posting) -> tuple[date, int, str, Decimal, str, str]:
    return (
        row.date,
        row.voucher_number or 0,
        row.voucher_guid or "",
        row.amount,
        row.contact_guid or "",
        row.description or "",
    )
