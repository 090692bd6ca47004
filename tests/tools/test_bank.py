"""What stands in bank and cash, as booked."""

from dataclasses import replace
from typing import Any

import pytest

from dinero_mcp.sandbox.books import Books, DepositAccount
from dinero_mcp.sandbox.chart import CASH, TAX_ACCOUNT
from tests.tools.asking import answered, connected, counted
from tests.tools.companies import SMALL, accounting_year, calendar_years, company, sandbox_with

TOOL = "get-bank-reconciliation-balance-tool"
VOUCHERS = [
    ("2025-06-30", "Indskud", {60000: "-1000", 55000: "1000"}),
    ("2025-12-31", "Gebyr", {7220: "0.05", 55000: "-0.05"}),
    ("2026-01-01", "Salg", {1000: "-99.95", 55000: "99.95"}),
    ("2026-03-01", "Hævet til kassen", {CASH: "300", 55000: "-300"}),
    ("2026-03-02", "Til skattekontoen", {TAX_ACCOUNT: "50", 55000: "-50"}),
    ("2026-08-01", "Forudbetaling dateret frem", {1000: "-5000", 55000: "5000"}),
]


def bakery(**changes: Any) -> Books:  # Any: field values
    return replace(company(VOUCHERS, calendar_years(2025, 2026)), **changes)


def without_opening(books: Books, year: str) -> Books:
    books.entries = [e for e in books.entries if e.type == "Normal" or str(e.date.year) != year]
    return books


async def balance(books: Books, today: str = "2026-03-02", **arguments: Any) -> dict[str, Any]:  # Any: JSON
    sandbox = sandbox_with(books, today)
    async with connected(sandbox, organization_id=SMALL, today=sandbox.today) as client:
        return await answered(client, TOOL, **arguments)


@pytest.mark.parametrize(
    ("day", "booked", "opening"),
    [
        ("2025-06-29", "0.00", "0.00"),
        ("2025-06-30", "1000.00", "0.00"),
        ("2025-12-31", "999.95", "0.00"),
        ("2026-01-01", "1099.90", "999.95"),
        ("2026-02-28", "1099.90", "999.95"),
        ("2026-03-01", "799.90", "999.95"),
        ("2026-12-31", "5749.90", "999.95"),
    ],
)
async def test_at_the_end_of_a_day(day: str, booked: str, opening: str) -> None:
    answer = await balance(bakery(), as_of=day)
    assert (answer["total"], answer["accounts"][0]["opening"]) == (booked, opening)


async def test_today_leaves_out_what_is_dated_ahead() -> None:
    answer = await balance(bakery())
    assert (answer["as_of"], answer["total"]) == ("2026-03-02", "749.90")
    assert answer["accounts"][0]["last_posting"] == "2026-03-02"


async def test_a_tax_account_is_shown_apart() -> None:
    accounts = [DepositAccount(number) for number in (55000, CASH, TAX_ACCOUNT)]
    answer = await balance(bakery(deposit_accounts=accounts))
    told = [
        (row["account_number"], row["is_tax_account"], row["booked_balance"]) for row in answer["accounts"]
    ]
    assert told == [(55000, False, "749.90"), (CASH, False, "300.00"), (TAX_ACCOUNT, True, "50.00")]
    assert (answer["total"], answer["tax_accounts_total"]) == ("1049.90", "50.00")


async def test_an_overdrawn_account_is_negative() -> None:
    books = company([("2026-01-05", "Husleje", {5000: "10", 55000: "-10"})], calendar_years(2026))
    [row] = (await balance(books))["accounts"]
    assert (row["money_in"], row["money_out"], row["booked_balance"]) == ("0.00", "10.00", "-10.00")


@pytest.mark.parametrize(
    ("statement", "difference"),
    [
        ("749.90", "0.00"),
        ("749,9", "0.00"),
        ("1.000,00", "250.10"),
        ("-1", "-750.90"),
        (749.9, "0.00"),
        (750, "0.10"),
    ],
)
async def test_the_difference_to_the_banks_own_balance(statement: object, difference: str) -> None:
    answer = await balance(bakery(), statement_balance=statement)
    assert answer["difference_bank_less_books"] == difference


async def test_the_difference_is_to_the_account_that_was_named() -> None:
    accounts = [DepositAccount(number) for number in (55000, CASH)]
    answer = await balance(bakery(deposit_accounts=accounts), account_number=CASH, statement_balance="300")
    assert (answer["difference_bank_less_books"], answer["total"]) == ("0.00", "300.00")
    assert [row["account_number"] for row in answer["accounts"]] == [CASH]


async def test_a_year_without_opening_balances_is_carried_forward() -> None:
    answer = await balance(without_opening(bakery(), "2026"))
    assert (answer["accounts"][0]["opening"], answer["total"]) == ("999.95", "749.90")
    assert answer["notes"] == ["Dinero has no opening balances for 2026 yet: carried forward from 2025."]


async def test_balances_are_carried_forward_over_several_years_and_a_gap() -> None:
    """2024/25 has ended, months are missing, and 2026 was opened without balances."""
    years = [
        accounting_year("2024", "2024-01-01", "2024-12-31"),
        accounting_year("2025", "2025-01-01", "2025-09-30"),
        accounting_year("2026", "2026-01-01", "2026-12-31"),
    ]
    vouchers = [
        ("2024-05-01", "Indskud", {60000: "-70", 55000: "70"}),
        ("2025-05-01", "Indskud", {60000: "-7", 55000: "7"}),
        ("2026-01-02", "Indskud", {60000: "-0.70", 55000: "0.70"}),
    ]
    books = company(vouchers, years)
    books.entries = [entry for entry in books.entries if entry.type == "Normal"]
    answer = await balance(books)
    assert (answer["accounts"][0]["opening"], answer["total"]) == ("77.00", "77.70")
    assert answer["notes"] == ["Dinero has no opening balances for 2026 yet: carried forward from 2025."]
    in_the_gap = await balance(books, as_of="2025-11-11")
    assert (in_the_gap["total"], in_the_gap["accounting_year"]) == ("77.00", "2025")


async def test_after_the_last_year_it_stays_as_it_ended() -> None:
    answer = await balance(bakery(), today="2027-02-01")
    assert (answer["total"], answer["as_of"]) == ("5749.90", "2027-02-01")
    assert answer["notes"] == ["No accounting year holds 2027-02-01; the balance is that at the end of 2026."]


async def test_only_the_year_that_is_needed_is_read() -> None:
    sandbox = sandbox_with(bakery(), "2026-03-02")
    async with connected(sandbox, organization_id=SMALL, today=sandbox.today) as client:
        await answered(client, TOOL)
    assert len(counted(sandbox)) == 1
