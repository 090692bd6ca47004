from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dinero_mcp.accounting.bank_days import bank_days_before
from dinero_mcp.accounting.periods import Period
from dinero_mcp.accounting.vat_frequency import infer_frequency
from dinero_mcp.accounting.vat_periods import Frequency, deadline, periods_between
from dinero_mcp.accounting.vat_settlements import Settlement, SettlementKind

MONTHLY, QUARTERLY, HALF_YEARLY = Frequency
START, TODAY = date(2024, 1, 1), date(2026, 10, 9)


def settled(day: date, amount: int = 1000, kind: SettlementKind = SettlementKind.PAYMENT) -> Settlement:
    return Settlement(day, None, None, "manuel", "Moms", kind, Decimal(amount))


def paid(*days: str) -> list[Settlement]:
    return [settled(date.fromisoformat(day)) for day in days]


def periods_due(frequency: Frequency, first_day: date, today: date) -> list[Period]:
    periods = periods_between(frequency, first_day, today)
    return [one for one in periods if one.from_date >= first_day and deadline(frequency, one) <= today]


def on_time(frequency: Frequency, first_day: date = START, today: date = TODAY) -> list[Settlement]:
    return [settled(deadline(frequency, period)) for period in periods_due(frequency, first_day, today)]


def closed(frequency: Frequency, days_after: int = 0) -> list[Settlement]:
    ends = [period.to_date for period in periods_due(frequency, START, TODAY)]
    return [settled(end + timedelta(days=days_after), kind=SettlementKind.CLOSING) for end in ends]


def moved(events: Sequence[Settlement], days: int) -> list[Settlement]:
    return [settled(event.date + timedelta(days=days), int(event.amount)) for event in events]


@pytest.mark.parametrize("frequency", Frequency)
def test_a_company_that_pays_on_time_is_known_for_certain(frequency: Frequency) -> None:
    found = infer_frequency(on_time(frequency), START, TODAY)
    assert (found.frequency, found.confidence) == (frequency, "high")
    assert all(event in on_time(frequency) for event in found.evidence)


@pytest.mark.parametrize("days_after", [0, 15, 55])
@pytest.mark.parametrize("frequency", Frequency)
def test_closings_tell_as_much_as_payments(frequency: Frequency, days_after: int) -> None:
    events = closed(frequency, min(days_after, 20) if frequency is MONTHLY else days_after)
    found = infer_frequency(events, START, TODAY)
    assert (found.frequency, found.confidence) == (frequency, "high")


@pytest.mark.parametrize("frequency", Frequency)
def test_closings_and_payments_together_do_not_count_twice(frequency: Frequency) -> None:
    found = infer_frequency([*closed(frequency), *on_time(frequency)], START, TODAY)
    assert (found.frequency, found.confidence) == (frequency, "high")


@pytest.mark.parametrize("frequency", Frequency)
def test_a_company_that_always_pays_ten_days_late_is_recognized(frequency: Frequency) -> None:
    assert infer_frequency(moved(on_time(frequency), 10), START, TODAY).frequency is frequency


@pytest.mark.parametrize("events", [[], paid("2026-06-01")])
def test_fewer_than_two_settlements_say_nothing(events: list[Settlement]) -> None:
    found = infer_frequency(events, START, TODAY)
    assert (found.frequency, found.confidence) == (None, None)
    assert "Fewer than two" in found.reason


def test_march_and_september_alone_prove_nothing() -> None:
    found = infer_frequency(paid("2026-03-02", "2026-09-01"), date(2025, 10, 1), TODAY)
    assert found.frequency is None
    assert found.alternatives == (QUARTERLY, HALF_YEARLY)


def test_march_and_september_with_nothing_in_june_and_december_are_half_yearly() -> None:
    found = infer_frequency(paid("2025-09-01", "2026-03-02", "2026-09-01"), date(2025, 7, 1), TODAY)
    assert (found.frequency, found.alternatives) == (HALF_YEARLY, (QUARTERLY,))


def test_an_empty_june_does_not_count_when_there_was_no_vat_to_pay() -> None:
    months = {date(2025, month, 1): Decimal(500) for month in (4, 5, 6, 10, 11, 12)}
    months |= {date(2026, month, 1): Decimal(500) for month in (4, 5, 6)}
    events = paid("2025-09-01", "2026-03-02", "2026-09-01")
    found = infer_frequency(events, date(2025, 4, 1), TODAY, vat_by_month=months)
    assert found.frequency is None
    assert found.alternatives == (QUARTERLY, HALF_YEARLY)


def test_two_quarters_are_quarterly_with_little_confidence() -> None:
    found = infer_frequency(paid("2026-06-01", "2026-09-01"), date(2026, 1, 1), TODAY)
    assert (found.frequency, found.confidence) == (QUARTERLY, "low")


def test_one_period_without_a_settlement_lowers_the_confidence() -> None:
    events = [event for event in on_time(QUARTERLY) if event.date != date(2026, 3, 2)]
    found = infer_frequency(events, START, TODAY)
    assert (found.frequency, found.confidence) == (QUARTERLY, "medium")


def test_one_payment_far_too_late_does_not_hide_the_pattern() -> None:
    events = [*on_time(QUARTERLY)[:-1], settled(date(2026, 10, 5))]
    found = infer_frequency(events, START, TODAY)
    assert (found.frequency, found.confidence) == (QUARTERLY, "medium")


def test_a_change_from_quarterly_to_half_yearly_is_followed() -> None:
    quarters = on_time(QUARTERLY, today=date(2025, 6, 30))
    halves = on_time(HALF_YEARLY, first_day=date(2025, 7, 1), today=date(2027, 3, 31))
    found = infer_frequency([*quarters, *halves], START, date(2027, 3, 31))
    assert (found.frequency, found.confidence) == (HALF_YEARLY, "medium")


def test_a_change_from_quarterly_to_monthly_is_followed() -> None:
    months = on_time(MONTHLY, first_day=date(2026, 1, 1))
    found = infer_frequency([*on_time(QUARTERLY, today=date(2026, 3, 2)), *months], START, TODAY)
    assert (found.frequency, found.confidence) == (MONTHLY, "medium")


def test_refunds_prove_nothing_by_themselves() -> None:
    ends = [period.to_date for period in periods_due(QUARTERLY, START, TODAY)]
    refunds = [settled(end + timedelta(days=12), -500) for end in ends]
    assert infer_frequency(refunds, START, TODAY).frequency is None


def test_a_refund_fills_the_period_it_came_for() -> None:
    refund = settled(date(2026, 4, 14), -500)
    events = [event for event in on_time(QUARTERLY) if event.date != date(2026, 6, 1)]
    found = infer_frequency([*events, refund], START, TODAY)
    assert (found.frequency, found.confidence) == (QUARTERLY, "high")


@pytest.mark.parametrize("frequency", Frequency)
def test_the_tax_agencys_postponements_of_2020_mislead_nobody(frequency: Frequency) -> None:
    postponed = {
        MONTHLY: {"2020-04-27": "2020-05-25", "2020-05-25": "2020-06-25", "2020-06-25": "2020-07-27"},
        QUARTERLY: {"2020-06-02": "2020-09-01", "2020-12-01": "2021-03-01"},
        HALF_YEARLY: {"2020-09-01": "2021-03-01"},
    }[frequency]
    today = date(2021, 6, 30)
    rule = [event.date.isoformat() for event in on_time(frequency, date(2019, 1, 1), today)]
    events = paid(*(postponed.get(day, day) for day in rule))
    assert infer_frequency(events, date(2019, 1, 1), today).frequency is frequency


def test_vouchers_without_any_pattern_give_no_answer() -> None:
    events = paid("2025-01-10", "2025-04-08", "2025-07-20", "2026-02-05", "2026-07-12")
    found = infer_frequency(events, START, TODAY)
    assert found.frequency is None
    assert found.alternatives == tuple(Frequency)


@st.composite
def lives(draw: st.DrawFn) -> tuple[Frequency, list[Settlement], date, date]:
    """A company's payments, closings or both: early, late, and with at most one period left out."""
    frequency = draw(st.sampled_from(list(Frequency)))
    first_day = draw(st.dates(date(2021, 1, 1), date(2024, 12, 31)))
    today = first_day + timedelta(days=draw(st.integers(30, 1200)))
    periods = periods_between(frequency, first_day - timedelta(days=draw(st.integers(0, 400))), today)
    if gap := draw(st.none() | st.integers(0, len(periods) - 1)):
        del periods[gap]
    kinds = draw(st.sampled_from([("payment",), ("closing",), ("payment", "closing")]))
    return (
        frequency,
        [draw(_event(frequency, period, kind)) for period in periods for kind in kinds],
        first_day,
        today,
    )


@st.composite
def _event(draw: st.DrawFn, frequency: Frequency, period: Period, kind: str) -> Settlement:
    due = deadline(frequency, period)
    if kind == "closing":
        days = draw(st.just(0) | st.integers(0, (due - period.to_date).days))
        return settled(period.to_date + timedelta(days=days), kind=SettlementKind.CLOSING)
    late = due + timedelta(days=draw(st.integers(0, 20)))
    return settled(
        draw(st.just(due) | st.just(late) | st.integers(0, 5).map(lambda n: bank_days_before(due, n)))
    )


@given(lives())
def test_the_answer_is_right_or_unknown_and_never_wrong(
    life: tuple[Frequency, list[Settlement], date, date],
) -> None:
    frequency, events, first_day, today = life
    found = infer_frequency(events, first_day, today)
    assert found.frequency in (frequency, None)
    assert found.frequency or frequency in found.alternatives or "Fewer" in found.reason


@given(st.sampled_from(list(Frequency)), st.dates(date(2021, 1, 1), date(2040, 1, 1)), st.integers(600, 1200))
def test_whoever_pays_every_period_on_time_is_known_for_certain(
    frequency: Frequency, first_day: date, days: int
) -> None:
    today = first_day + timedelta(days=days)
    events = on_time(frequency, first_day, today)
    found = infer_frequency(events, first_day, today)
    if events[-1].date - events[0].date >= timedelta(days=360):
        assert (found.frequency, found.confidence) == (frequency, "high")
    else:
        assert found.frequency in (frequency, None)
