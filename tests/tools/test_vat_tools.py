"""When VAT is due, what it comes to so far, and how the frequency is known."""

from collections.abc import Sequence
from typing import Any

import pytest

from dinero_mcp.sandbox.books import Books
from tests.tools import vat_companies
from tests.tools.asking import answered, connected
from tests.tools.companies import SMALL, Voucher, accounting_year, calendar_years, company, sandbox_with

COUNTDOWN, FREQUENCY = "get-vat-period-countdown-tool", "get-vat-settlement-frequency-tool"


def sale(day: str, vat: str) -> Voucher:
    return day, "Salg", {1000: f"-{int(vat) * 4}", 64000: f"-{vat}", 55000: str(int(vat) * 5)}


def purchase(day: str, vat: str) -> Voucher:
    return day, "Køb", {2000: str(int(vat) * 4), 64060: vat, 55000: f"-{int(vat) * 5}"}


def closing(day: str, vat: str) -> Voucher:
    return day, "Momsafregning", {64000: vat, 64100: f"-{vat}"}


def payment(day: str, vat: str) -> Voucher:
    return day, "Betaling af moms", {64100: vat, 55000: f"-{vat}"}


def traded(*vouchers: Voucher) -> Books:
    return company(sorted(vouchers, key=lambda voucher: voucher[0]), calendar_years(2025, 2026))


async def asked(
    books: Books, today: str, tool: str = COUNTDOWN, settings: dict[str, Any] | None = None, **arguments: Any
) -> dict[str, Any]:  # Any: JSON
    sandbox = sandbox_with(books, today)
    own: dict[str, Any] = {"organization_id": SMALL, "today": sandbox.today} | (settings or {})
    async with connected(sandbox, **own) as client:
        return await answered(client, tool, **arguments)


def told(answer: dict[str, Any]) -> Sequence[tuple[str, str, str]]:  # Any: JSON
    return [(row["period"], row["vat_so_far"], row["settled"]) for row in answer["periods"]]


def sales_of_2025() -> list[Voucher]:
    """VAT of 100 a month: with less than that, the books of several frequencies look alike."""
    return [sale(f"2025-{month:02}-15", "100") for month in range(1, 13)]


QUARTERS = traded(
    *sales_of_2025(),
    closing("2025-03-31", "300"),
    payment("2025-06-02", "300"),
    closing("2025-06-30", "300"),
    payment("2025-09-01", "300"),
    closing("2025-09-30", "300"),
    payment("2025-12-01", "300"),
    closing("2025-12-31", "300"),
    payment("2026-03-02", "300"),
    sale("2026-03-31", "500"),
    purchase("2026-04-01", "60"),
)


async def test_the_period_before_comes_first_while_its_deadline_is_ahead() -> None:
    answer = await asked(QUARTERS, "2026-04-10", frequency="quarterly")
    assert told(answer) == [("Q1 2026", "500.00", "not settled"), ("Q2 2026", "-60.00", "not settled")]
    assert [row["is_running"] for row in answer["periods"]] == [False, True]
    assert (answer["next_deadline"], answer["days_remaining"]) == ("2026-06-01", 52)
    assert answer["frequency_source"] == "given"


async def test_on_the_deadline_no_day_remains() -> None:
    answer = await asked(QUARTERS, "2026-06-01", frequency="quarterly")
    assert (answer["next_deadline"], answer["days_remaining"]) == ("2026-06-01", 0)


async def test_on_the_day_after_it_the_next_one_is_ahead_and_what_is_not_settled_is_late() -> None:
    answer = await asked(QUARTERS, "2026-06-02", frequency="quarterly")
    assert (answer["next_deadline"], answer["days_remaining"]) == ("2026-09-01", 91)
    assert told(answer) == [("Q1 2026", "500.00", "not settled"), ("Q2 2026", "-60.00", "not settled")]
    assert [row["days_remaining"] for row in answer["periods"]] == [-1, 91]
    assert answer["notes"] == ["Past the deadline, and not settled in the books: Q1 2026, 500.00 DKK in all."]


@pytest.mark.parametrize("today", ["2025-06-03", "2025-09-02", "2025-12-02", "2026-03-03"])
async def test_what_was_settled_is_never_late(today: str) -> None:
    answer = await asked(QUARTERS, today, frequency="quarterly")
    assert (answer["periods"][0]["is_running"], answer["notes"]) == (True, [])
    inferred = await asked(QUARTERS, today)
    assert not [row for row in inferred["periods"] if row["days_remaining"] < 0]
    assert not [note for note in inferred["notes"] if "Past the deadline" in note]


async def test_what_is_late_is_looked_for_in_all_that_was_read() -> None:
    answer = await asked(traded(*sales_of_2025()), "2026-06-02", frequency="quarterly")
    periods = [row["period"] for row in answer["periods"]]
    assert periods == ["Q1 2025", "Q2 2025", "Q3 2025", "Q4 2025", "Q2 2026"]
    assert answer["looked_back_to"] == "2025-01-01"
    assert answer["notes"] == [
        "Past the deadline, and not settled in the books: Q1 2025, Q2 2025, Q3 2025, Q4 2025, 1200.00 DKK in "
        "all."
    ]
    assert (await asked(traded(), "2026-06-02"))["looked_back_to"] is None


async def test_quarters_that_were_paid_together_are_not_late() -> None:
    """A quarter's own payment would have come long before."""
    vouchers = [*sales_of_2025(), payment("2025-06-02", "300"), payment("2025-09-01", "300")]
    together = traded(*vouchers, payment("2026-03-15", "600"))
    answer = await asked(together, "2026-03-20", frequency="quarterly")
    assert ([row["period"] for row in answer["periods"]], answer["notes"]) == (["Q1 2026"], [])
    unpaid = await asked(traded(*vouchers), "2026-03-20", frequency="quarterly")
    assert [row["period"] for row in unpaid["periods"]] == ["Q3 2025", "Q4 2025", "Q1 2026"]


async def test_less_than_a_krone_is_never_late() -> None:
    books = traded(("2026-02-01", "Salg", {1000: "-3.96", 64000: "-0.99", 55000: "4.95"}))
    answer = await asked(books, "2026-06-02", frequency="quarterly")
    assert ([row["period"] for row in answer["periods"]], answer["notes"]) == (["Q2 2026"], [])


async def test_a_period_that_was_read_in_part_is_not_called_late() -> None:
    """Three accounting years are read, and here the third begins in June."""
    years = [
        accounting_year("2024/25", "2024-10-01", "2025-05-31"),
        accounting_year("2025", "2025-06-01", "2025-08-31"),
        accounting_year("2025-2", "2025-09-01", "2025-12-31"),
        *calendar_years(2026),
    ]
    books = company([sale("2025-02-01", "100"), sale("2025-06-15", "7"), sale("2025-09-15", "9")], years)
    answer = await asked(books, "2026-04-10", frequency="half-yearly")
    assert told(answer) == [("H2 2025", "9.00", "not settled"), ("H1 2026", "0.00", "unknown")]


@pytest.mark.parametrize(
    ("first_year", "today"), [("2026-01-01", "2026-01-10"), ("2026-02-01", "2026-01-20")]
)
async def test_the_deadline_of_a_period_before_the_first_accounting_year_is_still_ahead(
    first_year: str, today: str
) -> None:
    """The company may have kept its books elsewhere, and is due to file all the same."""
    books = company([], [accounting_year("2026", first_year, "2026-12-31")])
    answer = await asked(books, today, frequency="quarterly")
    assert told(answer) == [("Q4 2025", "0.00", "unknown"), ("Q1 2026", "0.00", "unknown")]
    assert answer["next_deadline"] == "2026-03-02"
    unknown = await asked(books, today)
    assert {row["frequency"] for row in unknown["periods"]} == {"monthly", "quarterly", "half-yearly"}


@pytest.mark.parametrize(
    ("frequency", "today", "periods", "due"),
    [
        ("monthly", "2026-07-01", ["2026-06", "2026-07"], "2026-08-17"),
        ("monthly", "2026-08-18", ["2026-07", "2026-08"], "2026-08-25"),
        ("quarterly", "2026-01-01", ["Q4 2025", "Q1 2026"], "2026-03-02"),
        ("half-yearly", "2026-02-28", ["H2 2025", "H1 2026"], "2026-03-02"),
        ("half-yearly", "2026-03-03", ["H1 2026"], "2026-09-01"),
        ("half-yearly", "2026-12-31", ["H2 2026"], "2027-03-01"),
    ],
)
async def test_periods_and_deadlines_by_frequency(
    frequency: str, today: str, periods: list[str], due: str
) -> None:
    answer = await asked(QUARTERS, today, frequency=frequency)
    ahead = [row for row in answer["periods"] if row["days_remaining"] >= 0]
    assert [row["period"] for row in ahead] == periods
    assert answer["next_deadline"] == ahead[0]["deadline"] == due


async def test_the_frequency_is_inferred_from_settlements() -> None:
    answer = await asked(QUARTERS, "2026-04-10")
    assert (answer["frequency"], answer["frequency_source"], answer["confidence"]) == (
        "quarterly",
        "inferred",
        "high",
    )
    given = await asked(QUARTERS, "2026-04-10", frequency="quarterly")
    assert answer["periods"] == given["periods"]
    assert answer["notes"] == given["notes"] == []


async def test_a_frequency_inferred_from_little_is_said_to_be_uncertain() -> None:
    books = traded(*sales_of_2025()[:9], payment("2025-06-02", "300"), payment("2025-09-01", "300"))
    answer = await asked(books, "2025-10-01")
    assert (answer["frequency"], answer["confidence"]) == ("quarterly", "low")
    assert [note[:83] for note in answer["notes"]] == [
        "The frequency is uncertain: The settlements since 2025-01-01 fit 2 quarterly period"
    ]
    stated = [await asked(books, "2025-10-01", frequency=each) for each in ("quarterly", "monthly")]
    assert not [note for answer in stated for note in answer["notes"] if "books look" in note]


@pytest.mark.parametrize(
    ("today", "confidence", "due", "unclear"),
    [
        ("2026-03-10", "high", "2026-06-01", "H1 2025, H2 2025"),
        ("2026-07-10", "medium", "2026-09-01", "H1 2025, H2 2025"),
    ],
)
async def test_a_stated_frequency_that_the_books_contradict_is_told(
    today: str, confidence: str, due: str, unclear: str
) -> None:
    answer = await asked(QUARTERS, today, settings={"vat_frequency": "half-yearly"})
    assert (answer["frequency"], answer["next_deadline"]) == ("half-yearly", "2026-09-01")
    note, of_periods = answer["notes"]
    assert of_periods == f"The books do not tell whether these are settled: {unclear}."
    assert note.startswith(
        f"half-yearly was stated, but the books look quarterly ({confidence} confidence); "
        f"then the next deadline is {due}. The settlements since 2025-01-01 fit 4 quarterly periods;"
    )


async def test_what_is_given_wins_over_what_is_configured_and_that_over_the_books() -> None:
    configured = {"vat_frequency": "monthly"}
    by_setting = await asked(QUARTERS, "2026-04-10", settings=configured)
    by_call = await asked(QUARTERS, "2026-04-10", settings=configured, frequency="half-yearly")
    assert (by_setting["frequency"], by_setting["frequency_source"]) == ("monthly", "configured")
    assert (by_call["frequency"], by_call["frequency_source"]) == ("half-yearly", "given")


async def test_without_settlements_the_frequency_is_unknown_and_every_one_is_shown() -> None:
    books = traded(sale("2026-01-15", "100"), sale("2026-03-15", "10"))
    answer = await asked(books, "2026-04-10")
    assert (answer["frequency"], answer["next_deadline"], answer["days_remaining"]) == ("unknown", None, None)
    assert [(row["frequency"], row["period"], row["vat_so_far"]) for row in answer["periods"]] == [
        ("monthly", "2026-03", "10.00"),
        ("monthly", "2026-04", "0.00"),
        ("quarterly", "Q1 2026", "110.00"),
        ("quarterly", "Q2 2026", "0.00"),
        ("half-yearly", "H1 2026", "110.00"),
    ]
    assert "DINERO_VAT_FREQUENCY" in answer["notes"][0]
    told_by = await asked(books, "2026-04-10", FREQUENCY)
    assert (told_by["frequency"], told_by["confidence"], told_by["settlements"]) == ("unknown", None, [])
    assert "DINERO_VAT_FREQUENCY" in told_by["how_to_state_it"]


async def test_a_period_that_was_closed_and_paid_early_is_settled() -> None:
    books = traded(sale("2026-02-01", "100"), closing("2026-03-31", "100"), payment("2026-04-09", "100"))
    answer = await asked(books, "2026-04-10", frequency="quarterly")
    assert told(answer)[0] == ("Q1 2026", "100.00", "settled")
    assert answer["periods"][0]["paid"]


async def test_settling_the_period_before_is_no_vat_of_this_one() -> None:
    books = traded(
        sale("2026-02-01", "100"),
        sale("2026-04-02", "7"),
        closing("2026-04-05", "100"),
        payment("2026-04-08", "100"),
    )
    answer = await asked(books, "2026-04-10", frequency="quarterly")
    assert told(answer) == [("Q1 2026", "100.00", "settled"), ("Q2 2026", "7.00", "not settled")]


async def test_vat_carried_over_the_new_year_is_not_counted_again() -> None:
    """The opening balance of the VAT account is last year's VAT."""
    books = traded(sale("2025-12-31", "100"), sale("2026-01-01", "7"))
    answer = await asked(books, "2026-01-01", frequency="quarterly")
    assert told(answer) == [("Q4 2025", "100.00", "not settled"), ("Q1 2026", "7.00", "not settled")]


async def test_a_settlement_paid_late_still_counts() -> None:
    late = traded(
        *sales_of_2025(),
        payment("2025-06-12", "300"),
        payment("2025-09-01", "300"),
        payment("2025-12-19", "300"),
    )
    answer = await asked(late, "2026-01-10", FREQUENCY)
    assert answer["frequency"] == "quarterly"
    assert [row["date"] for row in answer["settlements"]] == ["2025-06-12", "2025-09-01", "2025-12-19"]
    assert {(row["kind"], row["amount"]) for row in answer["settlements"]} == {("payment", "300.00")}


@pytest.mark.parametrize(("vat", "is_told"), [("1249999", False), ("1250000", True)])
async def test_a_turnover_above_the_limit_of_the_frequency_is_told(vat: str, is_told: bool) -> None:
    """Half-yearly is for a turnover of up to 5 million kroner."""
    books = traded(
        sale("2025-03-01", "1"),
        payment("2025-09-01", "1"),
        sale("2025-10-01", vat),
        payment("2026-03-02", vat),
        sale("2026-02-01", "1"),
        payment("2026-09-01", "1"),
    )
    answer = await asked(books, "2026-09-02", FREQUENCY)
    assert answer["frequency"] == "half-yearly"
    assert [note[:47] for note in answer["notes"]] == (
        ["Revenue over the last twelve months is 5000004 "] if is_told else []
    )


async def test_an_organization_that_is_free_of_vat_is_said_to_be() -> None:
    books = traded(sale("2026-01-15", "100"))
    books.is_vat_free = True
    answer = await asked(books, "2026-04-10", frequency="quarterly")
    assert answer["notes"] == ["Dinero says that this organization is not registered for VAT (is_vat_free)."]
    assert told(answer)[0] == ("Q1 2026", "100.00", "not settled")


async def test_vat_paid_together_with_interest_is_pointed_out() -> None:
    """It cannot be told from VAT of the period it is dated in, so it counts there, and is said."""
    books = vat_companies.vat_company(
        vat_companies.sale("2026-05-04", "20000"),
        vat_companies.by_hand("2026-09-08", (64000, "5000"), (9200, "25"), (55000, "-5025")),
        vat_companies.sale("2026-09-10", "20000"),
    )
    async with connected(sandbox_with(books, "2026-10-09"), organization_id=SMALL) as client:
        answer = await answered(client, COUNTDOWN, frequency="quarterly")
    (note,) = [each for each in answer["notes"] if "without a VAT code" in each]
    assert "in voucher 1 of 2026-09-08, and counts in its period" in note
