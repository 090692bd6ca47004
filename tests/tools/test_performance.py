"""A month and a year, each beside the right one before."""

from typing import Any

import pytest

from dinero_mcp.sandbox.books import Books
from tests.tools.asking import answered, connected
from tests.tools.companies import SMALL, Voucher, accounting_year, calendar_years, company, sandbox_with

MONTH, YEAR = "get-monthly-results-tool", "get-yearly-performance-tool"


def sale(day: str, amount: str) -> Voucher:
    return day, "Salg", {1000: f"-{amount}", 55000: amount}


async def asked(books: Books, today: str, tool: str, **arguments: Any) -> dict[str, Any]:  # Any: JSON
    sandbox = sandbox_with(books, today)
    async with connected(sandbox, organization_id=SMALL, today=sandbox.today) as client:
        return await answered(client, tool, **arguments)


def revenue(rows: list[dict[str, Any]]) -> tuple[str, str | None]:  # Any: JSON
    row = next(row for row in rows if row["line"] == "revenue")
    return row["now"], row["before"]


LEAP = company(
    [sale("2023-02-28", "23"), sale("2024-01-31", "1"), sale("2024-02-29", "29"), sale("2024-03-01", "300")],
    calendar_years(2023, 2024),
)


async def test_a_month_ends_on_its_last_day() -> None:
    answer = await asked(LEAP, "2024-03-01", MONTH, month="2024-02")
    assert answer["month"]["revenue"] == "29.00"
    assert answer["previous_month"]["revenue"] == "1.00"
    assert answer["same_month_last_year"]["revenue"] == "23.00"
    assert answer["same_month_last_year"]["to_date"] == "2023-02-28"
    assert answer["notes"] == []


async def test_a_month_that_is_not_over_says_so() -> None:
    answer = await asked(LEAP, "2024-03-15", MONTH, month="2024-03")
    assert answer["notes"] == [
        "2024-03 is not over on 2024-03-15: these are its figures so far, beside whole months."
    ]


async def test_a_month_ahead_has_not_begun() -> None:
    answer = await asked(LEAP, "2024-02-29", MONTH, month="2024-03")
    assert answer["month"]["revenue"] == "300.00"
    assert answer["notes"] == ["2024-03 has not begun on 2024-02-29: this is what is posted ahead."]


async def test_a_month_before_the_first_year_is_not_taken_for_one_without_sales() -> None:
    answer = await asked(LEAP, "2024-03-15", MONTH, month="2023-01")
    assert answer["month"]["revenue"] == "0.00"
    assert (answer["previous_month"], answer["same_month_last_year"], answer["notes"]) == (None, None, [])


async def test_a_month_that_a_year_holds_in_part_is_told() -> None:
    books = company(
        [sale("2025-07-31", "10")],
        [accounting_year("2025", "2025-07-15", "2025-12-31"), *calendar_years(2026)],
    )
    answer = await asked(books, "2026-08-01", MONTH, month="2026-07")
    assert answer["same_month_last_year"]["revenue"] == "10.00"
    assert answer["notes"] == [
        "No accounting year holds all of 2025-07, so nothing is booked on the days outside."
    ]


async def test_a_year_can_be_named_by_a_number() -> None:
    answer = await asked(LEAP, "2024-03-01", YEAR, accounting_year=2023)
    assert answer["accounting_year"]["name"] == "2023"
    assert revenue(answer["lines"]) == ("23.00", None)


async def test_like_with_like_on_the_29th_of_february() -> None:
    answer = await asked(LEAP, "2024-02-29", YEAR)
    assert revenue(answer["same_span_lines"]) == ("30.00", "23.00")
    assert revenue(answer["lines"]) == ("330.00", "23.00")


async def test_on_new_years_day_the_span_is_one_day() -> None:
    books = company(
        [sale("2025-01-01", "10"), sale("2025-01-02", "20"), sale("2026-01-01", "3")],
        calendar_years(2025, 2026),
    )
    answer = await asked(books, "2026-01-01", YEAR)
    assert (answer["same_span_from"], answer["same_span_to"]) == ("2026-01-01", "2026-01-01")
    assert revenue(answer["same_span_lines"]) == ("3.00", "10.00")


async def test_on_the_years_last_day_it_is_compared_whole() -> None:
    books = company([sale("2025-12-31", "10"), sale("2026-12-31", "3")], calendar_years(2025, 2026))
    answer = await asked(books, "2026-12-31", YEAR)
    assert revenue(answer["same_span_lines"]) == revenue(answer["lines"]) == ("3.00", "10.00")
    assert not answer["accounting_year"]["is_over"]


async def test_the_first_year_has_nothing_before_it() -> None:
    answer = await asked(company([sale("2026-02-01", "10")], calendar_years(2026)), "2026-03-01", YEAR)
    assert (answer["previous_year"], answer["previous_year_margins"]) == (None, None)
    assert revenue(answer["lines"]) == ("10.00", None)
    assert revenue(answer["same_span_lines"]) == ("10.00", None)
    assert answer["notes"] == [
        "There is no accounting year before this one to compare with.",
        "2026 is not over on 2026-03-01: no earlier span is like it.",
    ]


async def test_a_long_first_year_is_compared_but_told() -> None:
    years = [accounting_year("2024/25", "2024-10-01", "2025-12-31"), *calendar_years(2026)]
    books = company([sale("2024-10-01", "40"), sale("2025-02-01", "10"), sale("2026-02-01", "3")], years)
    answer = await asked(books, "2026-03-01", YEAR)
    assert revenue(answer["lines"]) == ("3.00", "50.00")
    assert revenue(answer["same_span_lines"]) == ("3.00", "10.00")
    assert answer["notes"][0] == "2024/25 has 457 days and 2026 365."


async def test_a_span_that_began_before_the_first_year_is_told() -> None:
    """A company founded in July has no January to be compared with."""
    years = [accounting_year("2025", "2025-07-01", "2025-12-31"), *calendar_years(2026)]
    books = company([sale("2025-08-01", "10"), sale("2026-08-01", "3")], years)
    answer = await asked(books, "2026-09-30", YEAR)
    assert revenue(answer["same_span_lines"]) == ("3.00", "10.00")
    assert answer["notes"][-1] == (
        "No accounting year holds all of 2025-01-01..2025-09-30, so nothing is booked on the days outside."
    )


async def test_a_span_longer_than_a_year_is_not_compared_with_part_of_itself() -> None:
    years = [
        accounting_year("2023/24", "2023-07-01", "2024-06-30"),
        accounting_year("2024/25", "2024-07-01", "2025-12-31"),
    ]
    books = company([sale("2024-01-02", "10"), sale("2024-08-01", "3"), sale("2025-09-01", "1")], years)
    answer = await asked(books, "2025-10-01", YEAR)
    assert revenue(answer["lines"]) == ("4.00", "10.00")
    assert revenue(answer["same_span_lines"]) == ("4.00", None)
    assert answer["notes"][-1] == "2024/25 is not over on 2025-10-01: no earlier span is like it."


async def test_an_off_calendar_year_is_compared_with_its_own_months() -> None:
    years = [
        accounting_year("2024/25", "2024-07-01", "2025-06-30"),
        accounting_year("2025/26", "2025-07-01", "2026-06-30"),
    ]
    books = company([sale("2024-07-01", "10"), sale("2025-01-02", "5"), sale("2025-12-31", "3")], years)
    answer = await asked(books, "2026-01-01", YEAR)
    assert (answer["accounting_year"]["name"], answer["previous_year"]["name"]) == ("2025/26", "2024/25")
    assert revenue(answer["same_span_lines"]) == ("3.00", "10.00")
    assert revenue(answer["lines"]) == ("3.00", "15.00")


async def test_when_no_year_holds_today_the_latest_is_meant() -> None:
    books = company([sale("2024-05-01", "10"), sale("2025-05-01", "3")], calendar_years(2024, 2025))
    answer = await asked(books, "2026-02-01", YEAR)
    assert (answer["accounting_year"]["name"], answer["accounting_year"]["is_over"]) == ("2025", True)
    assert (answer["same_span_from"], answer["same_span_lines"]) == (None, [])


async def test_a_posting_dated_ahead_is_in_the_year_but_not_in_the_span() -> None:
    books = company([sale("2026-02-01", "10"), sale("2026-12-24", "700")], calendar_years(2026))
    answer = await asked(books, "2026-03-01", YEAR)
    assert revenue(answer["lines"]) == ("710.00", None)
    assert revenue(answer["same_span_lines"]) == ("10.00", None)


@pytest.mark.parametrize("result_of", [MONTH, YEAR])
async def test_a_loss_is_negative_and_expenses_hold_everything(result_of: str) -> None:
    books = company(
        [
            sale("2026-02-01", "100"),
            ("2026-02-02", "Husleje", {5000: "150", 55000: "-150"}),
            ("2026-02-03", "Renter", {9000: "-5", 55000: "5"}),
            ("2026-02-04", "Skat", {9400: "7", 63060: "-7"}),
        ],
        calendar_years(2026),
    )
    arguments = {"month": "2026-02"} if result_of == MONTH else {}
    answer = await asked(books, "2026-03-01", result_of, **arguments)
    lines = answer.get("month") or {row["line"]: row["now"] for row in answer["lines"]}
    assert (lines["revenue"], lines["net_financials"], lines["tax"]) == ("100.00", "5.00", "7.00")
    assert (lines["result_before_tax"], lines["result"], lines["expenses"]) == ("-45.00", "-52.00", "152.00")


async def test_a_year_of_refunds_alone_is_not_turned_round() -> None:
    """The year is over and has no revenue: costs below zero say nothing of the report's sign."""
    books = company([("2025-02-01", "Refusion", {7300: "-100", 55000: "100"})], calendar_years(2025))
    answer = await asked(books, "2026-02-01", YEAR)
    row = next(row for row in answer["lines"] if row["line"] == "result")
    assert row["now"] == "100.00"
