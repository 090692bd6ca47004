"""Posted entries."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from mcp import Client

from dinero_mcp.sandbox.books import Books, Contact
from dinero_mcp.server.client import ask
from tests.tools.asking import answered, connected, refused
from tests.tools.companies import CUSTOMER, SMALL, calendar_years, company, sandbox_with

TOOL = "list-entries-tool"
NOBODY = "2aa6fda2-9649-483e-82ec-094567eedfd6"
MADE = datetime(2025, 12, 1, 8, tzinfo=UTC)
BOTH_YEARS = {"from_date": "2025-01-01", "to_date": "2026-12-31"}


def books_of_two_years() -> Books:
    books = company(
        [
            ("2025-12-31", "Salg af boller", {1000: "-800", 64000: "-200", 55000: "1000"}),
            ("2026-01-01", "Husleje; januar", {5000: "300.10", 64060: "75.02", 55000: "-375.12"}),
            ("2026-01-02", "Gebyr 1000", {7220: "25", 55000: "-25"}),
        ],
        calendar_years(2025, 2026),
    )
    books.contacts = [Contact(CUSTOMER, "Kaffebar Skumring ApS", MADE, MADE)]
    sale = books.entries[0]
    books.entries[0] = replace(sale, vat_code="U25", contact_guid=CUSTOMER.upper())
    return books


@pytest.fixture(scope="module")
async def bakery() -> AsyncIterator[Client]:
    sandbox = sandbox_with(books_of_two_years(), "2026-01-02")
    async with connected(sandbox, organization_id=SMALL, today=sandbox.today) as client:
        yield client


def amounts(answer: dict[str, Any]) -> list[str]:  # Any: JSON
    return [row["amount"] for row in answer["entries"]]


async def test_a_period_across_accounting_years_holds_no_opening_balances(bakery: Client) -> None:
    answer = await answered(bakery, TOOL, **BOTH_YEARS)
    assert amounts(answer) == [
        "-800.00",
        "-200.00",
        "1000.00",
        "300.10",
        "75.02",
        "-375.12",
        "25.00",
        "-25.00",
    ]
    assert (answer["sum"], answer["notes"]) == ("0.00", [])
    assert answer["basis"]["source"] == "entries 2025, 2026"


async def test_opening_balances_stand_on_the_years_first_day(bakery: Client) -> None:
    answer = await answered(
        bakery, TOOL, from_date="2026-01-01", to_date="2026-01-01", include_opening=True, account_number=55000
    )
    assert [(row["type"], row["amount"]) for row in answer["entries"]] == [
        ("Primo", "1000.00"),
        (None, "-375.12"),
    ]
    assert (answer["sum"], answer["notes"]) == ("624.88", [])


async def test_opening_balances_after_entries_they_repeat_are_warned_of(bakery: Client) -> None:
    answer = await answered(bakery, TOOL, **BOTH_YEARS, include_opening=True, account_number=55000)
    assert answer["sum"] == "1599.88"
    assert answer["notes"] == [
        "Opening balances of 2026 repeat the entries before them: sums over both are no balances."
    ]


async def test_days_that_no_accounting_year_holds_are_told(bakery: Client) -> None:
    answer = await answered(bakery, TOOL, from_date="2024-12-31", to_date="2025-01-01")
    assert answer["total"] == 0
    assert answer["notes"] == [
        "No accounting year holds all of 2024-12-31..2025-01-01, so nothing is booked on the days outside."
    ]


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        ({"account_number": [5000, 7220]}, ["300.10", "25.00"]),
        ({"account_number": "[5000, 7220]"}, ["300.10", "25.00"]),
        ({"account_number": "5000"}, ["300.10"]),
        ({"voucher_number": "2"}, ["25.00", "-25.00"]),
        ({"voucher_number": 2}, ["25.00", "-25.00"]),
        ({"contact_guid": CUSTOMER}, ["-800.00"]),
        ({"vat_code": "u25"}, ["-800.00"]),
        ({"search": "HUSLEJE; j"}, ["300.10", "75.02", "-375.12"]),
        ({"search": "1000"}, ["25.00", "-25.00"]),
        ({"search": "porto"}, ["25.00"]),
        ({"search": "boller", "account_number": 1000}, ["-800.00"]),
    ],
)
async def test_filters(chosen: dict[str, Any], found: list[str], bakery: Client) -> None:
    assert amounts(await answered(bakery, TOOL, **BOTH_YEARS, **chosen)) == found


async def test_pages_share_their_totals(bakery: Client) -> None:
    pages = [
        await answered(bakery, TOOL, **BOTH_YEARS, account_number=55000, page=page, page_size=2)
        for page in (1, 2)
    ]
    assert [amounts(page) for page in pages] == [["1000.00", "-375.12"], ["-25.00"]]
    assert [page["has_more"] for page in pages] == [True, False]
    assert {(page["total"], page["sum"]) for page in pages} == {(3, "599.88")}
    assert pages[1]["per_account"] == [
        {"account_number": 55000, "account_name": "Bank", "amount": "599.88", "entries": 3}
    ]


@pytest.mark.parametrize(
    ("chosen", "why"),
    [
        ({"account_number": 4711}, "There is no account 4711 in the chart of accounts"),
        ({"account_number": [5000, 4711], "search": "boller"}, "There is no account 4711"),
        ({"vat_code": "U24"}, "There is no VAT code 'U24'; there are "),
        (
            {"vat_code": "U25 \x1b[31m\n", "account_number": 1000},
            "There is no VAT code 'U25 [31m'; there are",
        ),
        ({"contact_guid": NOBODY}, "list-contacts-tool lists what exists."),
    ],
)
async def test_a_filter_that_nothing_can_match_is_refused(
    chosen: dict[str, Any], why: str, bakery: Client
) -> None:
    assert why in await refused(bakery, TOOL, **BOTH_YEARS, **chosen)


@pytest.mark.parametrize(
    "chosen",
    [{"account_number": 1100}, {"vat_code": "i25"}, {"contact_guid": CUSTOMER, "account_number": 5000}],
)
async def test_a_filter_that_could_have_matched_finds_nothing(chosen: dict[str, Any], bakery: Client) -> None:
    answer = await answered(bakery, TOOL, **BOTH_YEARS, **chosen)
    assert (answer["total"], answer["sum"], answer["per_account"]) == (0, "0.00", [])


async def test_filters_that_found_something_cost_no_request(bakery: Client) -> None:
    answer = await answered(bakery, TOOL, **BOTH_YEARS, contact_guid=CUSTOMER, vat_code="U25")
    assert answer["total"] == 1
    again = await answered(bakery, TOOL, **BOTH_YEARS, contact_guid=CUSTOMER, account_number=[1000])
    assert (again["total"], again["basis"]["requests"]) == (1, 0)


async def test_an_account_that_does_not_exist_is_refused_even_beside_one_that_does(bakery: Client) -> None:
    text = await refused(bakery, TOOL, **BOTH_YEARS, account_number=[1000, 4711])
    assert text.startswith("There is no account 4711 in the chart of accounts")


async def test_books_that_do_not_cancel_are_warned_of() -> None:
    books = books_of_two_years()
    books.entries = books.entries[1:]
    async with connected(sandbox_with(books, "2026-01-02"), organization_id=SMALL) as client:
        answer = await answered(client, TOOL, **BOTH_YEARS)
        reply = await ask(client, TOOL, BOTH_YEARS)
    assert answer["basis"]["identities"] == [{"identity": "postings of 2025 cancel", "difference": "800.00"}]
    warning = reply.text.splitlines()[1]
    assert warning.startswith("WARNING: this does not hold: postings of 2025 cancel. It is off by 800.00 DKK")
