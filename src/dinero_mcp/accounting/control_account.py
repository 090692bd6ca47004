"""The control account (*samlekonto*): where unpaid invoices, or unpaid bills, stand in the ledger.

Here, too, amounts are positive where something is owed, so that bills are positive although the ledger
credits them.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Generic, Literal, NamedTuple, TypeVar

from dinero_mcp.accounting.chart import Group, group_of
from dinero_mcp.accounting.money import to_ore, total
from dinero_mcp.accounting.open_items import OpenItem
from dinero_mcp.accounting.postings import Account, Posting, is_opening, sums_by_account, vouchers

P = TypeVar("P", bound=Posting)

Side = Literal["receivable", "payable"]
VoucherKey = str | tuple[str, int, date]
"""A voucher's GUID; or its type (lower case), number and date."""

MANUAL = "manuel"
_ZERO = Decimal(0)


class _Traits(NamedTuple):
    voucher_type: str
    group: Group
    standard_number: int
    sign: int


_SIDES: Mapping[Side, _Traits] = {
    "receivable": _Traits("sales", Group.RECEIVABLES, 53000, 1),
    "payable": _Traits("purchases", Group.SHORT_TERM_DEBT, 63000, -1),
}


@dataclass(frozen=True, slots=True)
class ControlAccount:
    """The account; `vouchers` is how many balance on it, 0 when it was known by its number only.

    It is not unique when there are `rivals`: accounts on which at least a quarter as many vouchers balance.
    """

    account_number: int
    vouchers: int
    rivals: tuple[int, ...] = ()


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


def voucher_type(side: Side) -> str:
    """The type of the vouchers that invoices, or bills, are booked as; lower case."""
    return _SIDES[side].voucher_type


def owed(posting: Posting, side: Side) -> Decimal:
    """What the posting adds to what is owed."""
    return _SIDES[side].sign * posting.amount


def control_account(
    postings: Iterable[Posting], chart: Mapping[int, Account], side: Side
) -> ControlAccount | None:
    """The receivables (short-term debt) account on which most sales (purchases on credit) balance.

    Its number in the standard chart decides only when there is no such voucher; None when that is not in
    the chart either.
    """
    traits = _SIDES[side]
    of_type = (row for row in postings if (row.voucher_type or "").casefold() == traits.voucher_type)
    carriers = (_balancing_account(voucher, chart, traits.group) for voucher in vouchers(of_type))
    carried = Counter(number for number in carriers if number is not None)
    if not carried:
        return ControlAccount(traits.standard_number, 0) if traits.standard_number in chart else None
    (leader, most), *others = sorted(carried.items(), key=lambda each: (-each[1], each[0]))
    return ControlAccount(leader, most, tuple(number for number, count in others if 4 * count >= most))


def _balancing_account(voucher: Sequence[Posting], chart: Mapping[int, Account], group: Group) -> int | None:
    def is_candidate(number: int) -> bool:
        account = chart.get(number)
        return group_of(number, account.category if account else None) is group

    sums = {number: abs(amount) for number, amount in sums_by_account(voucher).items() if amount}
    return max((n for n in sums if is_candidate(n)), key=lambda n: (sums[n], -n), default=None)


def posting_keys(posting: Posting) -> Iterator[VoucherKey]:
    """What the posting's voucher may be known by, the surest first.

    Dinero does not say that a sales voucher has its invoice's GUID, and older postings have none.
    """
    if posting.voucher_guid:
        yield posting.voucher_guid
    if posting.voucher_number:
        yield (posting.voucher_type or "").casefold(), posting.voucher_number, posting.date


def voucher_keys(guid: str, kind: str, number: int | None, day: date | None) -> Iterator[VoucherKey]:
    """What the postings of a voucher may be known by; `kind` is its type in lower case."""
    yield guid
    if number is not None and day is not None:
        yield kind, number, day


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


def _strays(
    rows: Iterable[P],
    side: Side,
    remaining: Mapping[str, Decimal],
    documents: Mapping[VoucherKey, str],
) -> list[P]:
    """The postings that settle no document: of contacts that do not come out even, and of no contact.

    One posting may be all that a contact is apart by. One of no contact may have settled anybody's document.
    """
    strays: list[P] = []
    uneven: list[_Dealings[P]] = []
    for contact, dealings in _by_contact(rows, side, remaining, documents).items():
        apart = dealings.apart(side)
        lone = [row for row in dealings.loose if to_ore(owed(row, side)) == apart] if contact else []
        if apart and lone:
            strays.append(max(lone, key=_in_order))
        elif apart:
            uneven.append(dealings)
    return _without_opposites([*strays, *_settling_nothing(uneven, side)])


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


def _settling_nothing(uneven: Iterable[_Dealings[P]], side: Side) -> Iterator[P]:
    """What is left when each document has been settled by a posting of just that amount, the earliest."""
    uneven = list(uneven)
    settled = Counter(to_ore(each) for dealings in uneven for each in dealings.settled)
    for row in sorted((row for dealings in uneven for row in dealings.loose), key=_in_order):
        settles = -to_ore(owed(row, side))
        if settled[settles] > 0:
            settled[settles] -= 1
        else:
            yield row


def _in_order(row: Posting) -> tuple[date, int, str, Decimal, str, str]:
    return (
        row.date,
        row.voucher_number or 0,
        row.voucher_guid or "",
        row.amount,
        row.contact_guid or "",
        row.description or "",
    )
