from datetime import date, timedelta

import pytest

from dinero_mcp.accounting.bank_days import bank_days_before, is_bank_day, next_bank_day

CLOSED_ON_WEEKDAYS = {
    # Danmarks Nationalbank, banklukkedage
    2026: ["01-01", "04-02", "04-03", "04-06", "05-14", "05-15", "05-25", "06-05", "12-24", "12-25", "12-31"],
    2027: ["01-01", "03-25", "03-26", "03-29", "05-06", "05-07", "05-17", "12-24", "12-31"],
}


@pytest.mark.parametrize("year", CLOSED_ON_WEEKDAYS)
def test_banks_are_closed_at_weekends_and_on_nationalbankens_days(year: int) -> None:
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(365)]
    closed = [day for day in days if day.weekday() < 5 and not is_bank_day(day)]
    assert [f"{day:%m-%d}" for day in closed] == CLOSED_ON_WEEKDAYS[year]
    assert not any(is_bank_day(day) for day in days if day.weekday() >= 5)


def test_great_prayer_day_was_abolished_in_2024() -> None:
    assert not is_bank_day(date(2023, 5, 5))
    assert is_bank_day(date(2024, 4, 26))


def test_the_first_of_may_is_a_bank_day() -> None:
    assert is_bank_day(date(2026, 5, 1))


def test_easter_can_move_a_date_five_days() -> None:
    assert next_bank_day(date(2027, 3, 25)) == date(2027, 3, 30)
    assert next_bank_day(date(2027, 3, 30)) == date(2027, 3, 30)


def test_bank_days_are_counted_back_over_weekends_and_holidays() -> None:
    assert bank_days_before(date(2026, 6, 1), 5) == date(2026, 5, 22)
    assert bank_days_before(date(2026, 6, 1), 0) == date(2026, 6, 1)
