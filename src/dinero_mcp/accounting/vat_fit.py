"""How well a set of VAT settlements fits the deadlines of one frequency."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from dinero_mcp.accounting.bank_days import bank_days_before
from dinero_mcp.accounting.periods import Period
from dinero_mcp.accounting.vat_periods import Frequency, deadline, periods_between
from dinero_mcp.accounting.vat_settlements import Settlement, SettlementKind

_DAY = timedelta(days=1)
_BANK_DAYS_EARLY = 5  # an earlier payment is sent back by the tax agency
_LATE = timedelta(days=20)
_REFUNDED_WITHIN = timedelta(days=21)
_LONGEST_BACK = timedelta(days=366)
_POSTPONED = Period(date(2020, 3, 1), date(2020, 9, 30))


@dataclass(frozen=True, slots=True)
class Fit:
    """Periods that were settled and that were not, and settlements that belong to no period."""

    frequency: Frequency
    events: int
    matched: int
    missing: int
    misfits: int

    @property
    def is_complete(self) -> bool:
        return not self.missing and not self.misfits

    @property
    def is_close(self) -> bool:
        return self._explains(missing=2)

    def is_good(self, *, at_least: int) -> bool:
        return self.matched >= at_least and self._explains(missing=1)

    def _explains(self, *, missing: int) -> bool:
        return self.missing <= missing and self.misfits * 5 <= self.events


@dataclass(frozen=True, slots=True)
class _Due:
    """A VAT period with the spans in which each kind of settlement belongs."""

    period: Period
    paid: Period
    closed: Period
    refunded: Period

    def holds(self, event: Settlement) -> bool:
        if event.kind is SettlementKind.CLOSING:
            return event.date in self.closed
        return event.date in (self.refunded if is_refund(event) else self.paid)


def is_refund(event: Settlement) -> bool:
    return event.amount < 0 and event.kind is not SettlementKind.CLOSING


def fit(
    frequency: Frequency,
    events: Sequence[Settlement],
    observed_from: date | None,
    today: date,
    vat_by_month: Mapping[date, Decimal] | None,
) -> Fit:
    """How the events, in order of date, lie against the frequency's deadlines.

    A period expects a settlement once its time is over and it began on or after `observed_from`, or its
    payment fell due after the first event.
    """
    first = events[0].date
    dues = [_due(frequency, period) for period in periods_between(frequency, first - _LONGEST_BACK, today)]
    expected = [due for due in dues if _is_expected(due, first, observed_from, today, vat_by_month)]
    closings = [event for event in events if event.kind is SettlementKind.CLOSING]
    money = [event for event in events if event.kind is not SettlementKind.CLOSING]
    payments = [event for event in money if not is_refund(event)]
    closed = _matched(closings, dues)
    return Fit(
        frequency=frequency,
        events=len(closings) + len(payments),
        matched=max(closed, _matched(payments, dues)),
        missing=len(expected) - max(_matched(closings, expected), _matched(money, expected)),
        misfits=len(closings) - closed + sum(not any(due.holds(one) for due in dues) for one in payments),
    )


def _due(frequency: Frequency, period: Period) -> _Due:
    last_day = deadline(frequency, period)
    return _Due(
        period=period,
        paid=Period(bank_days_before(last_day, _BANK_DAYS_EARLY), last_day + _LATE),
        closed=Period(period.to_date, last_day + _LATE),
        refunded=Period(period.to_date + _DAY, last_day + _REFUNDED_WITHIN),
    )


def _is_expected(
    due: _Due,
    first: date,
    observed_from: date | None,
    today: date,
    vat_by_month: Mapping[date, Decimal] | None,
) -> bool:
    is_observed = due.paid.from_date > first or (
        observed_from is not None and due.period.from_date >= observed_from
    )
    is_over = due.refunded.to_date < today and due.period.to_date not in _POSTPONED
    has_vat = vat_by_month is None or any(vat_by_month.get(m.from_date) for m in _months(due.period))
    return is_observed and is_over and has_vat


def _months(period: Period) -> list[Period]:
    return periods_between(Frequency.MONTHLY, period.from_date, period.to_date)


def _matched(events: Sequence[Settlement], dues: Sequence[_Due]) -> int:
    """How many events can each have a period of their own: a largest matching, by augmenting paths."""
    choices = [[index for index, due in enumerate(dues) if due.holds(event)] for event in events]
    taken: dict[int, int] = {}

    def place(event: int, seen: set[int]) -> bool:
        for index in choices[event]:
            if index not in seen:
                seen.add(index)
                if index not in taken or place(taken[index], seen):
                    taken[index] = event
                    return True
        return False

    return sum(place(event, set()) for event in range(len(events)))
