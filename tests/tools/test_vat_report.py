"""The VAT return box by box, of which period, and what makes it implausible."""

from decimal import Decimal
from typing import Any

import pytest

from dinero_mcp.sandbox import Sandbox
from dinero_mcp.sandbox.books import Books
from tests.tools.asking import TODAY, answered, ask, connected, counted, refused
from tests.tools.companies import SMALL, accounting_year, sandbox_with
from tests.tools.vat_companies import (
    REPORT,
    UNCLAIMED,
    asked,
    by_hand,
    closing,
    identities,
    payment,
    purchase,
    sale,
    vat_company,
)

Q1_2026 = {"from_date": "2026-01-01", "to_date": "2026-03-31"}
Q2_2026 = {"from_date": "2026-04-01", "to_date": "2026-06-30"}


async def not_answered(books: Books, today: str, **arguments: Any) -> str:  # Any: JSON
    sandbox = sandbox_with(books, today)
    async with connected(sandbox, organization_id=SMALL, today=sandbox.today) as client:
        return await refused(client, REPORT, **arguments)


def boxes(answer: dict[str, Any]) -> dict[str, tuple[str, int]]:  # Any: JSON
    """The boxes that are not empty, exact and to file."""
    return {row["box"]: (row["exact"], row["to_file"]) for row in answer["boxes"] if row["exact"] != "0.00"}


MIXED = vat_company(
    sale("2026-01-10", "1000.79", vat="250.20"),
    sale("2026-01-20", "700.60", "UEUV"),
    sale("2026-02-01", "-99.00", "UVY"),
    purchase("2026-02-03", "400.40", "IEUV"),
    purchase("2026-02-04", "42.00", "IVY"),
    purchase("2026-02-05", "100.00"),
    purchase("2026-02-06", "100.00", "REP"),
    by_hand("2026-02-07", (64080, "12.75"), (5000, "-12.75")),
    by_hand("2026-02-08", (7320, "112.50", "HALV"), (64060, "12.50"), (55000, "-125.00")),
)


async def test_the_boxes_are_exact_and_to_file_without_their_ore() -> None:
    answer = await asked(MIXED, "2026-04-10", **Q1_2026)
    assert boxes(answer) == {
        "output_vat": ("250.20", 250),
        "goods_abroad_vat": ("100.10", 100),
        "services_abroad_vat": ("10.50", 10),
        "input_vat": ("154.35", 154),
        "electricity_duty": ("12.75", 12),
        "a_goods": ("400.40", 400),
        "b_goods_reported": ("700.60", 700),
        "c": ("-99.00", -99),
    }
    assert (answer["exact_payable"], answer["to_file_payable"]) == ("193.70", 250 + 100 + 10 - 154 - 12)


async def test_every_code_has_its_base_and_what_has_no_code_is_told() -> None:
    rows = (await asked(MIXED, "2026-04-10", **Q1_2026))["codes"]
    by_code = {
        row["vat_code"]: (row["base"], row["expected_vat"], row["owed"], row["deducted"]) for row in rows
    }
    assert by_code["IEUV"] == ("400.40", "100.10", "100.10", "100.10")
    assert by_code["REP"] == ("118.75", "6.25", "0.00", "6.25")
    assert by_code["HALV"] == ("112.50", "12.50", "0.00", "12.50")
    assert by_code[None] == (None, None, "0.00", "12.75")
    owed, deducted = (sum(Decimal(row[side]) for row in rows) for side in ("owed", "deducted"))
    assert owed - deducted == Decimal("193.70")


async def test_a_code_that_dinero_does_not_explain_is_shown_as_such() -> None:
    books = vat_company(by_hand("2026-02-07", (7320, "80.00", "MIN"), (55000, "-80.00")))
    answer = await asked(books, "2026-04-10", **Q1_2026)
    [row] = answer["codes"]
    assert (row["vat_code"], row["box"], row["base"], row["expected_vat"]) == ("MIN", None, "80.00", None)
    assert "It is not known how these VAT codes count, so their bases are in no box: MIN." in answer["notes"]


async def test_vat_that_no_box_claims_is_shown_and_said_first() -> None:
    books = vat_company(
        sale("2026-01-10", "1000.00"), by_hand("2026-02-07", (UNCLAIMED, "30.00"), (5000, "-30.00"))
    )
    answer = await asked(books, "2026-04-10", **Q1_2026)
    [row] = answer["in_no_box"]
    assert row == {
        "account_number": UNCLAIMED,
        "account_name": "Chokoladeafgift",
        "amount": "-30.00",
        "postings": 1,
    }
    assert answer["exact_payable"] == "250.00"
    assert identities(answer)["boxes = movement of VAT accounts"] == "30.00"
    sandbox = sandbox_with(books, "2026-04-10")
    async with connected(sandbox, organization_id=SMALL, today=sandbox.today) as client:
        text = (await ask(client, REPORT, Q1_2026)).text
    assert text.splitlines()[1].startswith("WARNING: this does not hold: boxes = movement of VAT accounts.")


QUARTERS = [sale(f"2025-{month:02}-15", "400") for month in range(1, 13)]
PAID_2025 = [
    payment("2025-06-02", "300"),
    payment("2025-09-01", "300"),
    payment("2025-12-01", "300"),
]


@pytest.mark.parametrize(
    ("paid", "period", "settled"),
    [
        (["2025-06-02"], "Q2 2025", "not settled"),
        (["2025-06-02", "2025-09-01", "2025-12-01"], "Q4 2025", "not settled"),
        (["2025-06-02", "2025-09-01", "2025-12-01", "2026-01-05"], "Q1 2026", "unknown"),
    ],
)
async def test_without_dates_it_is_the_oldest_period_that_ended_unsettled_else_the_running_one(
    paid: list[str], period: str, settled: str
) -> None:
    books = vat_company(*QUARTERS, *(payment(day, "300") for day in paid))
    answer = await asked(books, "2026-01-10", frequency="quarterly")
    assert (answer["period"], answer["settled"], answer["frequency_source"]) == (period, settled, "given")
    assert answer["notes"][0].startswith(f"{period} was chosen: it is ")


async def test_without_dates_the_frequency_must_be_known_and_the_refusal_says_how() -> None:
    books = vat_company(*QUARTERS)
    refusal = await not_answered(books, "2026-01-10")
    assert refusal == (
        "Fewer than two VAT settlements were found in the last two years. So it is not known which period is "
        "due. Give from_date and to_date, or frequency (monthly, quarterly or half-yearly); "
        "DINERO_VAT_FREQUENCY states it for the default organization."
    )
    by_dates = await asked(books, "2026-01-10", from_date="2025-10-01", to_date="2025-12-31")
    assert (by_dates["frequency"], by_dates["frequency_source"]) == ("quarterly", "dates")
    assert by_dates["deadline"] == "2026-03-02"


async def test_a_span_that_is_no_vat_period_is_answered_with_a_remark() -> None:
    books = vat_company(*QUARTERS, *PAID_2025)
    odd = await asked(books, "2026-01-10", from_date="2025-01-15", to_date="2025-02-20")
    assert (odd["exact_payable"], odd["frequency"], odd["deadline"], odd["settled"]) == (
        "200.00",
        None,
        None,
        None,
    )
    assert odd["notes"][0].startswith("2025-01-15..2025-02-20 is no VAT period")
    assert (odd["settlements"], odd["looked_back_to"], odd["earlier_unsettled"]) == (None, None, None)
    half = await asked(books, "2026-01-10", from_date="2025-01-01", to_date="2025-06-30")
    assert (half["exact_payable"], half["deadline"]) == ("600.00", None)
    assert half["notes"][0] == (
        "VAT is settled quarterly (inferred), and H1 2025 is Q1 2025 to Q2 2025, so no deadline and no "
        "settlement are told, and earlier periods were not looked at."
    )


async def test_a_settled_period_ties_to_its_settlement_and_leaves_it_out() -> None:
    books = vat_company(
        sale("2026-01-10", "1000.40", vat="250.10"),
        payment("2026-03-02", "90.00"),
        closing("2026-03-31", "250.10"),
        payment("2026-06-01", "250.00"),
    )
    answer = await asked(books, "2026-06-10", **Q1_2026)
    assert (answer["settled"], answer["paid"], answer["exact_payable"]) == ("settled", True, "250.10")
    assert [(row["kind"], row["amount"]) for row in answer["settlements"]] == [
        ("closing", "250.10"),
        ("payment", "250.00"),
    ]
    assert [(row["kind"], row["amount"]) for row in answer["left_out"]] == [("payment", "90.00")]
    assert identities(answer)["payable = settlement, øre apart"] == "0.00"


async def test_earlier_periods_that_were_never_settled_are_told_with_how_far_back_was_looked() -> None:
    books = vat_company(*QUARTERS, payment("2025-06-02", "300"), payment("2025-12-01", "300"))
    answer = await asked(books, "2026-01-10", from_date="2025-10-01", to_date="2025-12-31")
    assert [(row["period"], row["deadline"], row["payable"]) for row in answer["earlier_unsettled"]] == [
        ("Q2 2025", "2025-09-01", "300.00")
    ]
    assert answer["looked_back_to"] == "2025-01-01"


async def test_a_period_unsettled_more_than_a_year_ago_is_told_as_long_as_its_year_is_read() -> None:
    books = vat_company(*QUARTERS, payment("2025-06-02", "300"), payment("2026-03-02", "300"))
    answer = await asked(books, "2026-12-31", from_date="2026-10-01", to_date="2026-12-31")
    assert [row["period"] for row in answer["earlier_unsettled"]] == ["Q2 2025", "Q3 2025"]
    without_dates = await asked(books, "2026-12-31", frequency="quarterly")
    assert (without_dates["period"], without_dates["earlier_unsettled"]) == ("Q2 2025", [])
    assert without_dates["notes"][:2] == [
        "Q2 2025 was chosen: it is the oldest since 2025-01-01 that has ended and is not settled in the "
        "books.",
        "The next deadline is 2027-03-01, that of Q4 2026: 0.00 DKK so far.",
    ]


async def test_that_none_is_unsettled_is_said_of_the_days_looked_at_alone() -> None:
    answer = await asked(
        vat_company(*QUARTERS, *PAID_2025, payment("2026-03-02", "300")), "2026-04-10", frequency="quarterly"
    )
    assert answer["period"] == "Q1 2026"
    paid = vat_company(*QUARTERS, *PAID_2025, payment("2026-01-05", "300"))
    assert (await asked(paid, "2026-01-10", frequency="quarterly"))["notes"][:2] == [
        "Q1 2026 was chosen: it is running, and since 2025-01-01 the books show none that ended unsettled.",
        "The next deadline is 2026-03-02, that of Q4 2025: 300.00 DKK so far, settled.",
    ]


async def test_what_may_be_settled_or_not_is_told_when_another_frequency_is_stated() -> None:
    books = vat_company(*QUARTERS, payment("2025-06-02", "300"), payment("2025-09-01", "300"))
    answer = await asked(books, "2025-12-10", frequency="half-yearly")
    assert answer["earlier_unsettled"] == []
    assert "The books do not tell whether these are settled: H1 2025." in answer["notes"]
    monthly = await asked(books, "2025-12-30", frequency="monthly")
    assert (monthly["period"], monthly["earlier_unsettled"]) == ("2025-09", [])


@pytest.mark.parametrize(("paid", "is_told"), [("77890", True), ("77891", False)])
async def test_a_krone_that_the_settlement_is_off_the_form_is_told(paid: str, is_told: bool) -> None:
    books = vat_company(
        sale("2026-01-10", "1000.00", vat="250.60"),
        by_hand("2026-02-07", (7320, "312566.00"), (64060, "78141.07"), (55000, "-390707.07")),
        by_hand("2026-04-20", (55000, paid), (64100, f"-{paid}")),
    )
    answer = await asked(books, "2026-06-10", **Q1_2026)
    assert (answer["exact_payable"], answer["to_file_payable"]) == ("-77890.47", -77891)
    assert (answer["settled"], identities(answer)["payable = settlement, øre apart"]) == ("settled", "0.00")
    told = (
        "-77891 is to file, and -77890.00 was settled: 1 kr. apart, as when the øre are dropped from the "
        "total and not from each box."
    )
    assert (told in answer["notes"]) is is_told


async def test_a_half_year_that_spans_two_accounting_years_is_whole() -> None:
    years = [
        accounting_year("2024/25", "2024-10-01", "2025-09-30"),
        accounting_year("2025/26", "2025-10-01", "2026-09-30"),
    ]
    books = vat_company(sale("2025-07-01", "400"), sale("2025-12-31", "800"), years=years)
    answer = await asked(books, "2026-01-10", frequency="half-yearly")
    assert (answer["period"], answer["exact_payable"]) == ("H2 2025", "300.00")


async def test_an_organization_that_is_free_of_vat_is_said_to_be() -> None:
    books = vat_company(sale("2026-01-15", "400"))
    books.is_vat_free = True
    answer = await asked(books, "2026-04-10", **Q1_2026)
    assert answer["exact_payable"] == "100.00"
    assert answer["notes"][-1] == (
        "Dinero says that this organization is not registered for VAT (is_vat_free)."
    )


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"from_date": "2020-01-01", "to_date": "2020-03-31"}, "No accounting year holds a day of Q1 2020"),
        ({"from_date": "2027-01-01", "to_date": "2027-03-31"}, "No accounting year holds a day of Q1 2027"),
        ({"from_date": "2026-03-31", "to_date": "2026-01-01"}, "The period ends (2026-01-01) before"),
        ({"from_date": "2026-01-01"}, "Give both from_date and to_date, or neither"),
        ({"to_date": "2026-01-01"}, "Give both from_date and to_date, or neither"),
        ({"frequency": "yearly"}, "frequency"),
        ({"from_date": "1.1.2026", "to_date": "31.3.2026"}, "from_date must be a date such as 2026-01-31"),
    ],
)
async def test_what_cannot_be_answered_is_refused_with_the_reason(
    arguments: dict[str, str], told: str
) -> None:
    assert told in await not_answered(MIXED, "2026-04-10", **arguments)


async def test_a_period_that_has_not_begun_is_what_is_posted_ahead() -> None:
    answer = await asked(vat_company(sale("2026-05-01", "400")), "2026-03-10", **Q2_2026)
    assert (answer["exact_payable"], answer["settled"]) == ("100.00", "not settled")
    assert "Q2 2026 has not begun on 2026-03-10: this is what is posted ahead." in answer["notes"]


@pytest.mark.parametrize(
    ("arguments", "requests"),
    [
        ({"from_date": "2026-02-10", "to_date": "2026-05-20"}, 1),
        ({"from_date": "2025-12-10", "to_date": "2026-05-20"}, 2),
        (Q2_2026, 2),
        ({"frequency": "quarterly"}, 2),
        ({}, 3),
    ],
)
async def test_it_reads_no_more_years_than_it_needs(
    arguments: dict[str, str], requests: int, companies: list[Books]
) -> None:
    sandbox = Sandbox(TODAY, companies)
    async with connected(sandbox) as client:
        await answered(client, REPORT, **arguments)
    assert len(counted(sandbox)) == requests
