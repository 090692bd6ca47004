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
"""A voucher's GUID; without one its type (lower case), number and date."""

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


def posting_key(posting: Posting) -> VoucherKey:
    """What the posting's voucher is known by."""
    if posting.voucher_guid:
        return posting.voucher_guid
    return (posting.voucher_type or "").casefold(), posting.voucher_number or 0, posting.date


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
    rows, remaining = list(postings), {item.voucher_guid: item.remaining_dkk for item in items}
    balance, claimed = total(owed(row, side) for row in rows), total(remaining.values())
    found = _strays(rows, side, remaining, documents) if balance != claimed else ()
    return Tie(
        control_balance=balance,
        open_items=claimed,
        difference=balance - claimed,
        unallocated=tuple(found),
        unexplained=balance - claimed - total(owed(row, side) for row in found),
    )


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
    """The postings that settle no document: of contacts that do not come out even, and of no contact."""
    strays: list[P] = []
    uneven: list[_Dealings[P]] = []
    for dealings in _by_contact(rows, side, remaining, documents):
        apart = dealings.apart(side)
        lone = [row for row in dealings.loose if to_ore(owed(row, side)) == apart]
        if apart and lone:
            strays.append(max(lone, key=_in_order))
        elif apart:
            uneven.append(dealings)
    return sorted([*strays, *_settling_nothing(uneven, side)], key=_in_order)


def _by_contact(
    rows: Iterable[P],
    side: Side,
    remaining: Mapping[str, Decimal],
    documents: Mapping[VoucherKey, str],
) -> Iterable[_Dealings[P]]:
    booked: dict[str, list[P]] = {}
    loose: list[P] = []
    for row in rows:
        guid = None if is_opening(row) else documents.get(posting_key(row))
        (loose if guid is None else booked.setdefault(guid, [])).append(row)
    contacts: dict[str | None, _Dealings[P]] = {}
    for guid, own in booked.items():
        settled = total(owed(row, side) for row in own) - remaining.get(guid, _ZERO)
        contacts.setdefault(own[0].contact_guid, _Dealings()).settled.append(settled)
    for row in _without_reversals(loose):
        contacts.setdefault(row.contact_guid, _Dealings()).loose.append(row)
    return contacts.values()


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
