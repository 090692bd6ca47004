"""What the accounts hold when a year begins, and at the end of any day."""

from datetime import date
from decimal import Decimal

import pytest

from dinero_mcp.errors import InputError
from tests.ledger.bakery import bakery, bank, ledgers
from tests.tools.companies import accounting_year, company, sandbox_with


async def test_a_year_opens_with_its_own_opening_rows() -> None:
    async with ledgers(sandbox_with(bakery(), "2027-12-31")) as asked:
        ledger = next(asked)
        opening = await ledger.opening((await ledger.years())[1])
    assert bank(dict(opening.balances)) == 30
    assert opening.worked_out_from == ()


async def test_without_them_balances_are_carried_forward_even_over_a_gap() -> None:
    books = bakery()
    books.entries = [entry for entry in books.entries if entry.type != "Primo"]
    async with ledgers(sandbox_with(books, "2027-12-31")) as asked:
        ledger = next(asked)
        openings = [await ledger.opening(year) for year in await ledger.years()]
    assert [bank(dict(opening.balances)) for opening in openings] == [None, 30, 70]
    through = [[own.year.name for own in opening.worked_out_from] for opening in openings]
    assert through == [[], ["2024"], ["2024", "2025"]]


async def test_results_of_years_carried_through_are_equity_and_not_this_years_result() -> None:
    books = bakery()
    books.entries = [entry for entry in books.entries if entry.type != "Primo"]
    async with ledgers(sandbox_with(books, "2027-12-31")) as asked:
        ledger = next(asked)
        opening = await ledger.opening((await ledger.years())[2])
    assert opening.balances == {60000: -10, 55000: 70}
    assert opening.earlier_results == {1000: -60}
    assert (opening.earlier_result, opening.difference) == (-60, 0)


async def test_with_opening_rows_earlier_results_are_in_equity_already() -> None:
    async with ledgers(sandbox_with(bakery(), "2027-12-31")) as asked:
        ledger = next(asked)
        opening = await ledger.opening((await ledger.years())[2])
    assert opening.balances == {55000: 70, 60000: -10, 60020: -60}
    assert (opening.earlier_results, opening.difference) == ({}, 0)


@pytest.mark.parametrize("with_opening_rows", [True, False])
@pytest.mark.parametrize(
    ("day", "in_bank", "sold", "year"),
    [
        ("2024-07-01", 10, 0, "2024"),
        ("2024-12-31", 30, -20, "2024"),
        ("2025-01-01", 70, -40, "2025"),
        ("2026-06-30", 70, -40, "2025"),
        ("2027-01-01", 70, 0, "2027"),
        ("2028-02-29", 150, -80, "2027"),
    ],
)
async def test_the_balance_at_the_end_of_any_day(
    day: str, in_bank: int, sold: int, year: str, with_opening_rows: bool
) -> None:
    books = bakery()
    if not with_opening_rows:
        books.entries = [entry for entry in books.entries if entry.type != "Primo"]
    async with ledgers(sandbox_with(books, "2027-12-31")) as asked:
        then = await next(asked).balances(date.fromisoformat(day))
    assert (bank(dict(then.balances)), then.balances.get(1000, 0)) == (in_bank, sold)
    assert (then.year.year.name, then.difference) == (year, 0)


async def test_a_day_before_the_first_year_has_no_balance() -> None:
    async with ledgers(sandbox_with(bakery(), "2027-12-31")) as asked:
        with pytest.raises(InputError, match="the first begins on 2024-07-01"):
            await next(asked).balances(date(2024, 6, 30))


async def test_a_long_first_year_and_an_off_calendar_one_follow_each_other() -> None:
    years = [
        accounting_year("2024/25", "2024-07-01", "2025-09-30"),
        accounting_year("2025/26", "2025-10-01", "2026-09-30"),
    ]
    vouchers = [
        ("2024-07-01", "Indskud", {60000: "-10", 55000: "10"}),
        ("2025-09-30", "Leje", {5000: "3", 55000: "-3"}),
        ("2025-10-01", "Salg", {1000: "-8", 55000: "8"}),
    ]
    async with ledgers(sandbox_with(company(vouchers, years), "2026-01-01")) as asked:
        ledger = next(asked)
        days = {date(2025, 9, 29): 10, date(2025, 9, 30): 7, date(2025, 10, 1): 15}
        for day, expected in days.items():
            assert bank(dict((await ledger.balances(day)).balances)) == expected
        costs = (await ledger.balances(date(2025, 10, 1))).balances.get(5000, Decimal(0))
    assert costs == 0
