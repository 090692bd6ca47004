"""Postings across accounting years, each year read once."""

import asyncio
from datetime import date

from dinero_mcp.accounting.periods import Period
from dinero_mcp.accounting.postings import sums_by_account
from tests.ledger.bakery import bakery, bank, ledgers, reads
from tests.tools.companies import sandbox_with


async def test_a_period_across_years_counts_no_opening_balance() -> None:
    async with ledgers(sandbox_with(bakery(), "2027-12-31")) as asked:
        postings = await next(asked).postings(Period(date(2024, 12, 31), date(2025, 12, 31)))
    assert bank(sums_by_account(postings.rows)) == 60
    assert bank(sums_by_account(postings.opening)) == 30
    assert [year.year.name for year in postings.years] == ["2024", "2025"]
    assert postings.is_covered


async def test_days_that_no_year_holds_leave_a_period_uncovered() -> None:
    async with ledgers(sandbox_with(bakery(), "2027-12-31")) as asked:
        ledger = next(asked)
        spans = {
            (date(2024, 6, 30), date(2024, 7, 31)): False,
            (date(2025, 12, 31), date(2027, 1, 1)): False,
            (date(2024, 7, 1), date(2025, 12, 31)): True,
            (date(2026, 3, 1), date(2026, 3, 31)): False,
        }
        for (first, last), is_covered in spans.items():
            assert (await ledger.postings(Period(first, last))).is_covered is is_covered


async def test_a_year_is_read_once_however_many_ask_at_the_same_time() -> None:
    sandbox = sandbox_with(bakery(), "2027-12-31")
    whole = Period(date(2024, 7, 1), date(2027, 12, 31))
    async with ledgers(sandbox) as asked:
        answers = await asyncio.gather(*(next(asked).postings(whole) for _ in range(10)))
    assert {len(postings.rows) for postings in answers} == {8}
    assert reads(sandbox) == 3


async def test_what_was_read_shortly_before_is_used_again() -> None:
    sandbox = sandbox_with(bakery(), "2027-12-31")
    period = Period(date(2025, 1, 1), date(2025, 12, 31))
    async with ledgers(sandbox) as asked:
        first, again = await next(asked).postings(period), await next(asked).postings(period)
    assert reads(sandbox) == 1
    assert again.years[0] is first.years[0]


async def test_without_freshness_every_question_reads_anew() -> None:
    books = bakery()
    sandbox = sandbox_with(books, "2027-12-31")
    period = Period(date(2025, 1, 1), date(2025, 12, 31))
    async with ledgers(sandbox, freshness=0) as asked:
        before = await next(asked).postings(period)
        books.entries = [entry for entry in books.entries if entry.date != date(2025, 1, 1)]
        after = await next(asked).postings(period)
    assert (len(before.rows), len(after.rows)) == (2, 0)
    assert reads(sandbox) == 2
