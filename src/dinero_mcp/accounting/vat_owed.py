"""What is owed in VAT for a period, and whether the books show it settled.

VAT of a period is what was posted on the VAT accounts in it, apart from opening rows and from vouchers that
settle VAT. Owed is positive, to be refunded negative: output VAT is positive and input VAT negative.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from dinero_mcp.accounting.money import to_ore, total
from dinero_mcp.accounting.periods import Period
from dinero_mcp.accounting.postings import Posting, sums_by_account, vouchers
from dinero_mcp.accounting.vat_accounts import VatRoles
from dinero_mcp.accounting.vat_periods import Frequency, deadline, vat_period
from dinero_mcp.accounting.vat_settlements import Settlement, SettlementKind, is_settlement

_ORE_DROPPED = Decimal(1)
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class VatMovement:
    """VAT posted in a period, by account number and in all; `accounts` is empty when nothing was posted."""

    period: Period
    accounts: Mapping[int, Decimal]
    payable: Decimal


class SettledState(StrEnum):
    """Whether a period is settled: `unknown` when the books allow either answer."""

    SETTLED = "settled"
    NOT_SETTLED = "not settled"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class PeriodSettlement:
    """The answer for one period and the vouchers it rests on; `is_paid` when a payment is among them."""

    movement: VatMovement
    state: SettledState
    is_paid: bool
    evidence: tuple[Settlement, ...]


def vat_movement(postings: Iterable[Posting], roles: VatRoles, period: Period) -> VatMovement:
    """The VAT of the postings that lie in the period."""
    inside = (posting for posting in postings if posting.date in period)
    owed = {number: to_ore(-amount) for number, amount in sums_by_account(_vat_rows(inside, roles)).items()}
    return VatMovement(period, dict(sorted(owed.items())), total(owed.values()))


def vat_by_month(postings: Iterable[Posting], roles: VatRoles) -> dict[date, Decimal]:
    """VAT owed for each month with any, by the month's first day."""
    months: dict[date, Decimal] = {}
    for row in _vat_rows(postings, roles):
        first = row.date.replace(day=1)
        months[first] = months.get(first, _ZERO) - row.amount
    return months


def period_settlements(
    movements: Sequence[VatMovement], frequency: Frequency, settlements: Iterable[Settlement]
) -> list[PeriodSettlement]:
    """Whether each of the periods is settled, in their order.

    A voucher dated on or after the period's last day settles it when it closes or pays the period's VAT
    within the krone that dropping øre may cost. Each voucher settles one period, and the latest period has
    first choice. Where none fits, a voucher left over between the period's end and the deadline of the
    period after leaves the answer open, as does a period without VAT: a nil return leaves no trace.
    """
    left = sorted(settlements, key=lambda settlement: settlement.date)
    claimed: dict[Period, tuple[Settlement, ...]] = {}
    for movement in sorted(movements, key=lambda movement: movement.period.to_date, reverse=True):
        claimed[movement.period] = _claim(movement, left)
    return [_period_settlement(movement, frequency, claimed[movement.period], left) for movement in movements]


def _claim(movement: VatMovement, left: list[Settlement]) -> tuple[Settlement, ...]:
    """The first closing and the first payment that fit, taken out of `left`."""
    chosen: list[Settlement] = []
    for is_payment in (False, True):
        fitting = (s for s in left if _pays(s) is is_payment and _settles(s, movement))
        if first := next(fitting, None):
            chosen.append(first)
            left.remove(first)
    return tuple(chosen)


def _settles(settlement: Settlement, movement: VatMovement) -> bool:
    near = abs(settlement.amount - movement.payable) < _ORE_DROPPED
    return near and bool(movement.accounts) and settlement.date >= movement.period.to_date


def _period_settlement(
    movement: VatMovement, frequency: Frequency, claimed: tuple[Settlement, ...], left: Iterable[Settlement]
) -> PeriodSettlement:
    if claimed:
        return PeriodSettlement(movement, SettledState.SETTLED, any(map(_pays, claimed)), claimed)
    following = vat_period(frequency, movement.period.to_date + timedelta(days=1))
    window = Period(movement.period.to_date, deadline(frequency, following))
    near = tuple(settlement for settlement in left if settlement.date in window)
    is_open = bool(near) or not movement.accounts
    return PeriodSettlement(
        movement, SettledState.UNKNOWN if is_open else SettledState.NOT_SETTLED, False, near
    )


def _pays(settlement: Settlement) -> bool:
    return settlement.kind is not SettlementKind.CLOSING


def _vat_rows(postings: Iterable[Posting], roles: VatRoles) -> Iterator[Posting]:
    """The rows on VAT accounts that are no part of a settlement; opening rows belong to no voucher."""
    for voucher in vouchers(postings):
        rows = [row for row in voucher if row.account_number in roles.vat]
        if rows and not is_settlement(voucher, roles):
            yield from rows
