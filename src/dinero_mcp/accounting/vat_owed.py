"""Whether the books show a period's VAT settled, and which periods are late.

Owed is positive, to be refunded negative.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from dinero_mcp.accounting.periods import Period
from dinero_mcp.accounting.postings import P
from dinero_mcp.accounting.vat_periods import Frequency, deadline, periods_between, vat_period
from dinero_mcp.accounting.vat_postings import VatMovement, VatPostings
from dinero_mcp.accounting.vat_settlements import Settlement, SettlementKind

_LEAST_FILED = 1  # a return is in whole kroner
_LONGER = (Frequency.QUARTERLY, Frequency.HALF_YEARLY)


class SettledState(StrEnum):
    """Whether a period is settled: `unknown` when the books allow either answer."""

    SETTLED = "settled"
    NOT_SETTLED = "not settled"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class PeriodSettlement:
    """The answer for one period and the vouchers it rests on; `is_paid` when a payment is among them."""

    movement: VatMovement
    deadline: date
    state: SettledState
    is_paid: bool
    evidence: tuple[Settlement, ...]

    @property
    def period(self) -> Period:
        return self.movement.period


def period_settlements(
    vat: VatPostings[P], frequency: Frequency, periods: Iterable[Period]
) -> list[PeriodSettlement]:
    """Whether each of the periods is settled, in their order.

    A voucher dated on or after the period's last day settles it when it closes or pays the period's VAT,
    give or take the øre that are dropped. Each voucher settles one period, and the latest period has first
    choice. Where none fits, a voucher left over between the period's end and the deadline of the period after
    leaves the answer open, as does a period without VAT: a nil return leaves no trace.
    """
    movements = [vat.movement(period) for period in periods]
    left = list(vat.settlements)
    claimed: dict[Period, tuple[Settlement, ...]] = {}
    for movement in sorted(movements, key=lambda movement: movement.period.to_date, reverse=True):
        claimed[movement.period] = _claim(movement, left)
    return [_period_settlement(movement, frequency, claimed[movement.period], left) for movement in movements]


def late_periods(
    vat: VatPostings[P], frequency: Frequency, since: date, today: date
) -> list[PeriodSettlement]:
    """The periods that begin on `since` or later, are past their deadline and not settled in the books.

    The VAT may not be reported, and it piles up on the VAT accounts until nobody can tell whose it is.
    Periods that were settled together, as a quarter or a half year, are not late.
    """
    return _past_deadline(vat, frequency, Period(since, today), SettledState.NOT_SETTLED)


def unclear_periods(
    vat: VatPostings[P], frequency: Frequency, since: date, today: date
) -> list[PeriodSettlement]:
    """The like periods of which the books allow either answer."""
    return _past_deadline(vat, frequency, Period(since, today), SettledState.UNKNOWN)


def _past_deadline(
    vat: VatPostings[P], frequency: Frequency, looked_at: Period, asked: SettledState
) -> list[PeriodSettlement]:
    today = looked_at.to_date
    found = [
        state
        for state in _states(vat, frequency, today)
        if state.state is asked and _is_filed(state) and state.deadline < today
    ]
    longer = [state for each in _LONGER for state in _states(vat, each, today)] if found else []
    together = [state.period for state in longer if state.state is SettledState.SETTLED]
    return [
        state
        for state in found
        if state.period.from_date in looked_at
        and not any(_holds(period, state.period) for period in together)
    ]


def meant_settlement(states: Sequence[PeriodSettlement], period: Period) -> Settlement | None:
    """The voucher that settles one of the periods, or was meant to: then its amount is another.

    That is the only one left over that closes VAT after the period, when the one before is not open too.
    """
    own = next(state for state in states if state.period == period)
    if own.state is SettledState.SETTLED:
        return own.evidence[0]
    before = [state for state in states if state.period.to_date < period.from_date]
    closing = [settlement for settlement in own.evidence if settlement.kind is not SettlementKind.PAYMENT]
    is_open_before = bool(before) and _is_open(before[-1])
    return closing[0] if len(closing) == 1 and not is_open_before else None


def _is_filed(state: PeriodSettlement) -> bool:
    """Whether there is VAT to settle."""
    return abs(state.movement.payable) >= _LEAST_FILED


def _is_open(state: PeriodSettlement) -> bool:
    return state.state is not SettledState.SETTLED and bool(state.movement.accounts)


def _states(vat: VatPostings[P], frequency: Frequency, today: date) -> list[PeriodSettlement]:
    """Every period from the first with VAT to the running one."""
    periods = periods_between(frequency, vat.rows[0].date, today) if vat.rows else []
    return period_settlements(vat, frequency, periods)


def _holds(longer: Period, period: Period) -> bool:
    return period.from_date in longer and period.to_date in longer


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
    fits = bool(movement.accounts) and not movement.apart(settlement.amount)
    return fits and settlement.date >= movement.period.to_date


def _period_settlement(
    movement: VatMovement, frequency: Frequency, claimed: tuple[Settlement, ...], left: Sequence[Settlement]
) -> PeriodSettlement:
    due = deadline(frequency, movement.period)
    if claimed:
        paid = any(map(_pays, claimed))
        return PeriodSettlement(movement, due, SettledState.SETTLED, paid, claimed)
    following = vat_period(frequency, movement.period.to_date + timedelta(days=1))
    window = Period(movement.period.to_date, deadline(frequency, following))
    near = tuple(settlement for settlement in left if settlement.date in window)
    is_open = bool(near) or not movement.accounts
    state = SettledState.UNKNOWN if is_open else SettledState.NOT_SETTLED
    return PeriodSettlement(movement, due, state, False, near)


def _pays(settlement: Settlement) -> bool:
    return settlement.kind is not SettlementKind.CLOSING
