"""What comes every month and does not come, or costs something else."""

from datetime import date

import pytest

from dinero_mcp.accounting.checks.recurring import recurring_amount, recurring_missing
from dinero_mcp.accounting.periods import Period, month
from tests.accounting.checks.books_checked import bill, found, material, posted, summary
from tests.accounting.vat_books import VatRow


def rent(*months: int, net: str = "4000", day: int = 1) -> list[list[VatRow]]:
    return [
        bill(f"2026-{each:02}-{day:02}", net, account=5000, number=each, text=f"Husleje {each}")
        for each in months
    ]


def wages(*days: str, gross: str = "30000", number: int = 60) -> list[list[VatRow]]:
    return [
        posted(day, (3000, gross), (55000, f"-{gross}"), number=place, kind="manuel", text=f"Løn {place}, Bo")
        for place, day in enumerate(days, number)
    ]


def test_a_rent_that_came_three_months_in_a_row_and_is_now_absent_is_found():
    (finding,) = found(recurring_missing, material(*rent(6, 7, 8)))
    assert (finding.severity, finding.amount, finding.date) == ("warning", 4000, date(2026, 9, 1))
    assert finding.what == (
        "Comes every month on account 5000, usually 4000.00. It was due about 2026-09-01; the last is of "
        "2026-08-01, and there is none since."
    )


def test_a_gap_is_found_although_the_rent_came_back():
    (finding,) = found(recurring_missing, material(*rent(4, 5, 6, 7, 8, 10)))
    assert "the next is of 2026-10-01" in finding.what


@pytest.mark.parametrize("months", [(6, 7, 8, 9), (7, 8), (5, 6, 8), (3, 4, 5)])
def test_what_came_or_never_came_three_times_or_ended_before_is_clean(months: tuple[int, ...]):
    assert not found(recurring_missing, material(*rent(*months)))


def test_what_ended_is_told_in_the_month_it_was_first_missed():
    assert found(recurring_missing, material(*rent(3, 4, 5), period=month(2026, 6)))
    assert not found(recurring_missing, material(*rent(3, 4, 5), period=month(2026, 7)))


def test_it_is_not_missing_before_a_week_has_passed():
    running = Period(date(2026, 10, 1), date(2026, 10, 31))
    assert not found(recurring_missing, material(*rent(7, 8, 9, day=3), period=running))
    assert found(recurring_missing, material(*rent(7, 8, 9, day=2), period=running))


def test_a_payment_that_slides_over_a_weekend_or_a_months_end_is_clean():
    days = ("2026-05-29", "2026-06-30", "2026-07-31", "2026-08-31", "2026-10-02")
    assert not found(recurring_missing, material(*wages(*days)))


def test_wages_are_one_series_whatever_their_texts():
    missed = ("2026-05-29", "2026-06-30", "2026-07-31", "2026-08-31")
    (finding,) = found(recurring_missing, material(*wages(*missed), today=date(2026, 10, 9)))
    assert (finding.account_number, finding.date) == (3000, date(2026, 9, 30))


def test_wages_that_are_booked_one_by_one_are_one_payment():
    days = ("2026-05-29", "2026-06-30", "2026-07-31", "2026-08-31")
    two = [*wages(*days), *wages(*days, gross="20000", number=80)]
    (finding,) = found(recurring_missing, material(*two))
    assert (finding.amount, finding.date) == (50000, date(2026, 9, 30))


def test_purchases_that_vary_or_come_on_any_day_are_no_series():
    varying = [*rent(6, net="900"), *rent(7, net="4000"), *rent(8, net="2000")]
    any_day = [*rent(6, day=2), *rent(7, day=25), *rent(8, day=9)]
    assert not found(recurring_missing, material(*varying))
    assert not found(recurring_missing, material(*any_day))


def test_an_amount_far_from_the_usual_is_found_both_ways():
    assert summary(found(recurring_amount, material(*rent(5, 6, 7, 8), *rent(9, net="400")))) == [
        ("warning", "-3600.00", 9)
    ]
    (finding,) = found(recurring_amount, material(*rent(5, 6, 7, 8), *rent(9, net="8000")))
    assert finding.what == "8000.00 on account 5000, usually 4000.00 (+100.0 %)."


def test_a_new_price_is_clean():
    assert not found(recurring_amount, material(*rent(5, 6, 7, 8), *rent(9, net="4500")))
    assert not found(recurring_amount, material(*rent(7, 8), *rent(9, net="40000")))
