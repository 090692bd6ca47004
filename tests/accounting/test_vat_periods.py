import csv
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dinero_mcp.accounting.periods import Period, half_year_of, month, quarter_of
from dinero_mcp.accounting.vat_periods import Frequency, deadline, next_deadline, periods_between, vat_period

MONTHLY, QUARTERLY, HALF_YEARLY = Frequency

with (Path(__file__).parent / "vat-deadlines.csv").open() as published:
    PUBLISHED = list(csv.DictReader(published))

MONTHS = {
    2026: "02-25 03-25 04-27 05-26 06-25 08-17 08-25 09-25 10-26 11-25 12-28 01-25",
    2027: "02-25 03-30 04-26 05-25 06-25 08-17 08-25 09-27 10-25 11-25 12-27 01-25",
}


@pytest.mark.parametrize("row", PUBLISHED, ids=lambda row: f"{row['frequency']} {row['period_end']}")
def test_the_rule_gives_every_published_deadline(row: dict[str, str]) -> None:
    period = Period(date.fromisoformat(row["period_start"]), date.fromisoformat(row["period_end"]))
    frequency = Frequency(row["frequency"])
    assert vat_period(frequency, period.from_date) == period
    assert deadline(frequency, period) == date.fromisoformat(row["published_deadline"])


@pytest.mark.parametrize("year", MONTHS)
def test_months_are_due_on_the_25th_but_june_in_the_middle_of_august(year: int) -> None:
    due = [deadline(MONTHLY, month(year, number)) for number in range(1, 13)]
    assert " ".join(f"{day:%m-%d}" for day in due) == MONTHS[year]
    assert due[-1].year == year + 1


@pytest.mark.parametrize(
    ("day", "due"),
    [
        (date(2026, 3, 31), date(2026, 6, 1)),
        (date(2026, 6, 30), date(2026, 9, 1)),
        (date(2026, 9, 30), date(2026, 12, 1)),
        (date(2026, 12, 31), date(2027, 3, 1)),
        (date(2027, 12, 31), date(2028, 3, 1)),
        (date(2031, 3, 31), date(2031, 6, 3)),
    ],
)
def test_quarters_are_due_on_the_first_of_the_third_month(day: date, due: date) -> None:
    assert deadline(QUARTERLY, quarter_of(day)) == due


@pytest.mark.parametrize(
    ("day", "due"), [(date(2026, 6, 30), date(2026, 9, 1)), (date(2026, 12, 31), date(2027, 3, 1))]
)
def test_half_years_are_due_on_the_first_of_the_third_month(day: date, due: date) -> None:
    assert deadline(HALF_YEARLY, half_year_of(day)) == due


@pytest.mark.parametrize(
    ("period", "due"),
    [
        (month(2032, 2), date(2032, 3, 30)),
        (month(2025, 11), date(2025, 12, 29)),
        (month(2028, 4), date(2028, 5, 29)),
    ],
)
def test_a_deadline_moves_forward_over_every_bank_closing_day(period: Period, due: date) -> None:
    assert deadline(MONTHLY, period) == due


def test_the_next_deadline_may_belong_to_the_quarter_before_the_running_one() -> None:
    today = date(2026, 10, 9)
    assert vat_period(QUARTERLY, today).label == "Q4 2026"
    period, due = next_deadline(QUARTERLY, today)
    assert (period.label, due) == ("Q3 2026", date(2026, 12, 1))


def test_what_is_due_today_is_still_ahead() -> None:
    assert next_deadline(HALF_YEARLY, date(2026, 9, 1))[0].label == "H1 2026"
    assert next_deadline(HALF_YEARLY, date(2026, 9, 2))[0].label == "H2 2026"


def test_a_deadline_that_was_moved_is_ahead_until_the_day_it_was_moved_to() -> None:
    assert next_deadline(QUARTERLY, date(2026, 3, 2))[0].label == "Q4 2025"
    assert next_deadline(QUARTERLY, date(2026, 3, 3))[0].label == "Q1 2026"


@given(st.sampled_from(list(Frequency)), st.dates(date(2000, 1, 1), date(2060, 12, 31)))
def test_no_deadline_is_skipped(frequency: Frequency, today: date) -> None:
    period, due = next_deadline(frequency, today)
    before = vat_period(frequency, period.from_date - timedelta(days=1))
    assert deadline(frequency, before) < today <= due == deadline(frequency, period)


def test_periods_between_two_days_are_whole() -> None:
    found = periods_between(QUARTERLY, date(2025, 12, 31), date(2026, 4, 1))
    assert [period.label for period in found] == ["Q4 2025", "Q1 2026", "Q2 2026"]
