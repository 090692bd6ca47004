from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dinero_mcp.accounting.periods import (
    Period,
    cut,
    half_year_of,
    month,
    month_of,
    parse_month,
    previous_month,
    previous_period,
    quarter_of,
    same_part,
    year_before,
)
from dinero_mcp.errors import InputError


def test_both_ends_belong_to_the_period() -> None:
    period = month(2028, 2)
    assert date(2028, 2, 1) in period
    assert date(2028, 2, 29) in period
    assert date(2028, 3, 1) not in period
    assert period.days == 29


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(InputError, match="2026-01-02"):
        Period(date(2026, 1, 2), date(2026, 1, 1))


def test_an_intersection_is_the_days_in_both_or_nothing() -> None:
    quarter = quarter_of(date(2026, 5, 1))
    assert quarter.intersection(Period(date(2026, 6, 15), date(2026, 9, 1))) == Period(
        date(2026, 6, 15), date(2026, 6, 30)
    )
    assert quarter.intersection(month(2026, 7)) is None


@pytest.mark.parametrize(
    "text", ["2026-13", "2026-1", "10-2026", " 2026-10", "2026-10-01", "٢٠٢٦-10", "0000-01"]
)
def test_a_month_in_another_form_is_refused_with_the_form_to_use(text: str) -> None:
    with pytest.raises(InputError, match="like 2026-10"):
        parse_month(text)


def test_a_month_is_read_as_it_is_written() -> None:
    assert parse_month("2026-10") == Period(date(2026, 10, 1), date(2026, 10, 31))


@pytest.mark.parametrize(
    ("period", "label"),
    [
        (month(2026, 10), "2026-10"),
        (quarter_of(date(2026, 9, 30)), "Q3 2026"),
        (half_year_of(date(2026, 1, 1)), "H1 2026"),
        (half_year_of(date(2026, 7, 1)), "H2 2026"),
        (Period(date(2026, 1, 1), date(2026, 12, 31)), "2026"),
        (Period(date(2026, 1, 5), date(2026, 2, 4)), "2026-01-05..2026-02-04"),
    ],
)
def test_calendar_periods_have_short_labels(period: Period, label: str) -> None:
    assert period.label == label


@pytest.mark.parametrize(
    ("period", "earlier"),
    [
        (month(2025, 2), month(2024, 2)),
        (month(2024, 2), month(2023, 2)),
        (Period(date(2025, 1, 1), date(2025, 2, 28)), Period(date(2024, 1, 1), date(2024, 2, 29))),
        (Period(date(2024, 2, 29), date(2024, 3, 5)), Period(date(2023, 2, 28), date(2023, 3, 5))),
        (Period(date(2025, 2, 14), date(2025, 2, 28)), Period(date(2024, 2, 14), date(2024, 2, 28))),
    ],
)
def test_the_year_before_keeps_whole_months_whole(period: Period, earlier: Period) -> None:
    assert year_before(period) == earlier


def test_the_month_before_january_is_december() -> None:
    assert previous_month(month(2026, 1)) == month(2025, 12)


@given(st.dates(date(1950, 1, 1), date(2090, 12, 31)))
def test_every_day_lies_in_its_month_quarter_and_half_year(day: date) -> None:
    assert day in month_of(day)
    assert day in quarter_of(day)
    assert day in half_year_of(day)
    assert half_year_of(day).intersection(quarter_of(day)) == quarter_of(day)


def span(first: str, last: str) -> Period:
    return Period(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("period", "before"),
    [
        (month(2028, 3), month(2028, 2)),
        (month(2026, 1), month(2025, 12)),
        (quarter_of(date(2026, 2, 1)), quarter_of(date(2025, 12, 1))),
        (half_year_of(date(2026, 2, 1)), half_year_of(date(2025, 12, 1))),
        (span("2028-01-01", "2028-12-31"), span("2027-01-01", "2027-12-31")),
        (span("2024-10-01", "2025-12-31"), span("2023-07-01", "2024-09-30")),
        (span("2025-07-01", "2026-06-30"), span("2024-07-01", "2025-06-30")),
        (span("2026-05-01", "2026-05-30"), span("2026-04-01", "2026-04-30")),
        (span("2026-03-02", "2026-03-31"), span("2026-01-31", "2026-03-01")),
        (span("2028-03-01", "2028-03-01"), span("2028-02-29", "2028-02-29")),
    ],
)
def test_before_whole_months_come_as_many_and_before_other_days_as_many_days(
    period: Period, before: Period
) -> None:
    assert previous_period(period) == before


def test_a_span_is_cut_at_the_calendars_parts() -> None:
    assert cut(span("2026-02-10", "2026-04-15"), month_of) == (
        span("2026-02-10", "2026-02-28"),
        month(2026, 3),
        span("2026-04-01", "2026-04-15"),
    )
    assert [part.label for part in cut(span("2025-11-30", "2026-07-31"), quarter_of)] == [
        "2025-11-30..2025-12-31",
        "Q1 2026",
        "Q2 2026",
        "2026-07",
    ]


@pytest.mark.parametrize(
    ("of", "period", "day", "part"),
    [
        (month(2026, 10), month(2026, 11), "2026-11-26", "2026-10-26"),
        (month(2026, 2), month(2026, 3), "2026-03-30", "2026-02-28"),
        (quarter_of(date(2026, 1, 1)), quarter_of(date(2026, 4, 1)), "2026-05-31", "2026-02-28"),
        (quarter_of(date(2026, 1, 1)), quarter_of(date(2026, 4, 1)), "2026-06-30", "2026-03-31"),
        (
            Period(date(2026, 1, 1), date(2026, 1, 10)),
            Period(date(2026, 1, 11), date(2026, 1, 20)),
            "2026-01-14",
            "2026-01-04",
        ),
    ],
)
def test_as_much_of_another_span_is_the_same_day_in_it(
    of: Period, period: Period, day: str, part: str
) -> None:
    assert same_part(of, period, date.fromisoformat(day)) == Period(of.from_date, date.fromisoformat(part))
