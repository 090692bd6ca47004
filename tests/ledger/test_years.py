"""A year's rows in order, and which year is meant."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from dinero_mcp.accounting.periods import Period
from dinero_mcp.dinero.models import AccountingYear, Entry
from dinero_mcp.errors import IncompleteError, InputError
from dinero_mcp.ledger.years import chosen_year, in_order, last_begun, year_holding

FIRST, LAST = date(2025, 7, 1), date(2026, 6, 30)
YEAR = AccountingYear(name="2025/26", from_date=FIRST, to_date=LAST)
BEFORE = AccountingYear(name="2024/25", from_date=date(2024, 7, 1), to_date=date(2025, 6, 30))


def entry(amount: str, day: date, type: str | None = "Normal", **changes: Any) -> Entry:  # Any: field values
    return Entry(account_number=55000, amount=Decimal(amount), date=day, type=type, **changes)


def test_movements_come_by_date_and_within_a_day_as_they_were_sent() -> None:
    rows = (entry("3", LAST), entry("1", FIRST, type="Normal"), entry("2", FIRST))
    postings = in_order(YEAR, rows)
    assert [int(row.amount) for row in postings.movements] == [1, 2, 3]
    assert postings.source is rows


def test_opening_rows_are_kept_apart_and_closing_rows_move_nothing() -> None:
    rows = (entry("70", FIRST, type="Primo"), entry("5", FIRST), entry("75", LAST, type="Ultimo"))
    postings = in_order(YEAR, rows)
    assert [row.amount for row in postings.opening] == [70]
    assert [row.amount for row in postings.movements] == [5]
    assert postings.difference == 5


def test_an_opening_row_stands_on_the_years_first_day() -> None:
    [row] = in_order(YEAR, (entry("70", date(2025, 6, 30), type="Primo"),)).opening
    assert row.date == FIRST


@pytest.mark.parametrize("day", [date(2025, 6, 30), date(2026, 7, 1)])
def test_a_row_outside_its_year_is_refused(day: date) -> None:
    with pytest.raises(IncompleteError, match=f"account 55000 with the date {day}"):
        in_order(YEAR, (entry("1", FIRST), entry("2", day)))


def test_a_row_without_a_date_is_refused() -> None:
    with pytest.raises(IncompleteError, match="account 1000 without a date"):
        in_order(YEAR, (Entry(account_number=1000, amount=Decimal(1), type="Normal"),))


def test_the_kind_of_a_row_is_told_in_any_case_and_by_its_voucher_when_it_is_not_told() -> None:
    rows = (
        entry("70", FIRST, type="primo"),
        entry("5", FIRST, type="NORMAL"),
        entry("1", LAST, type="ultimo"),
    )
    unmarked = entry("6", FIRST, type=None, voucher_number=12)
    postings = in_order(YEAR, (*rows, unmarked))
    assert [(row.amount, row.type) for row in postings.opening] == [(70, "Primo")]
    assert [int(row.amount) for row in postings.movements] == [5, 6]


@pytest.mark.parametrize("kind", [None, "Closing"])
def test_a_row_of_an_unknown_kind_is_refused(kind: str | None) -> None:
    with pytest.raises(IncompleteError, match="neither ordinary nor an opening balance"):
        in_order(YEAR, (entry("1", FIRST, type=kind),))


def test_both_ends_of_a_period_are_in_it() -> None:
    days = [date(2025, 12, day) for day in (30, 31)] + [date(2026, 1, 1)]
    postings = in_order(YEAR, tuple(entry(str(day.day), day) for day in days))
    within = postings.within(Period(date(2025, 12, 31), date(2026, 1, 1)))
    assert [int(row.amount) for row in within] == [31, 1]


def test_the_year_that_holds_today_is_meant() -> None:
    assert chosen_year((BEFORE, YEAR), None, date(2025, 6, 30)) is BEFORE
    assert chosen_year((BEFORE, YEAR), None, date(2025, 7, 1)) is YEAR
    assert year_holding((BEFORE, YEAR), date(2024, 6, 30)) is None


@pytest.mark.parametrize("today", [date(2024, 6, 30), date(2026, 7, 1)])
def test_else_the_latest_is_meant(today: date) -> None:
    assert chosen_year((BEFORE, YEAR), None, today) is YEAR


def test_a_year_is_named_to_the_letter() -> None:
    assert chosen_year((BEFORE, YEAR), "2024/25", LAST) is BEFORE
    with pytest.raises(InputError, match=r"no accounting year '2024'; there are 2024/25, 2025/26"):
        chosen_year((BEFORE, YEAR), "2024", LAST)


def test_without_any_year_nothing_was_booked() -> None:
    with pytest.raises(InputError, match="no accounting year yet"):
        chosen_year((), None, LAST)


def test_the_year_in_which_a_day_is_last_booked() -> None:
    years = [BEFORE, YEAR]
    assert last_begun(years, date(2025, 6, 30)) == BEFORE
    assert last_begun(years, date(2026, 6, 30)) == last_begun(years, date(2030, 1, 1)) == YEAR
    with pytest.raises(InputError, match="on or before 2024-06-30: the first begins on 2024-07-01"):
        last_begun(years, date(2024, 6, 30))
    with pytest.raises(InputError, match="there is none"):
        last_begun([], FIRST)


def test_the_vouchers_that_do_not_cancel_are_named() -> None:
    rows = (
        entry("10", FIRST, voucher_guid="a"),
        entry("-10", FIRST, voucher_guid="b"),
        entry("5", FIRST, voucher_guid="c"),
        entry("-5", LAST, voucher_guid="c"),
        entry("70", FIRST, type="Primo"),
    )
    year = in_order(YEAR, rows)
    assert year.difference == 0
    assert [[row.voucher_guid for row in voucher] for voucher in year.not_cancelling()] == [["a"], ["b"]]
