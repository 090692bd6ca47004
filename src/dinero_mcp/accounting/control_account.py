"""The control account (*samlekonto*): where unpaid invoices, or unpaid bills, stand in the ledger.

Here, too, amounts are positive where something is owed, so that bills are positive although the ledger
credits them.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, NamedTuple

from dinero_mcp.accounting.chart import Group, group_of
from dinero_mcp.accounting.postings import Account, Posting, sums_by_account, vouchers

Side = Literal["receivable", "payable"]
VoucherKey = str | tuple[str, int, date]
"""A voucher's GUID; or its type (lower case), number and date."""

MANUAL = "manuel"


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
