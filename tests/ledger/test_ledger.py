"""Postings across accounting years, each year read once."""

import asyncio
from datetime import date

import anyio
import pytest

from dinero_mcp.accounting.periods import Period
from dinero_mcp.accounting.postings import sums_by_account
from dinero_mcp.dinero.call import Call
from dinero_mcp.errors import IncompleteError, UnexpectedAnswerError
from dinero_mcp.sandbox.faults import Fault
from tests.ledger.bakery import Clock, bakery, bank, connection, ledgers, reads
from tests.tools.companies import accounting_year, sandbox_with


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


async def test_years_that_share_a_day_give_no_figure() -> None:
    books = bakery()
    books.years[1] = accounting_year("2024/25", "2024-12-31", "2025-12-31")
    async with ledgers(sandbox_with(books, "2027-12-31")) as asked:
        with pytest.raises(IncompleteError, match="2024 and 2024/25 share days"):
            await next(asked).postings(Period(date(2024, 12, 1), date(2025, 1, 31)))


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


async def test_a_year_that_does_not_fit_into_memory_is_read_for_each_question() -> None:
    sandbox = sandbox_with(bakery(), "2027-12-31")
    whole = Period(date(2024, 7, 1), date(2027, 12, 31))
    async with ledgers(sandbox, most_postings=0) as asked:
        ledger = next(asked)
        postings = await ledger.postings(whole)
        assert await ledger.postings(whole) == postings
        assert reads(sandbox) == 3
        await next(asked).postings(whole)
    assert reads(sandbox) == 6


async def test_who_gives_up_does_not_take_the_year_from_the_others() -> None:
    sandbox = sandbox_with(bakery(), "2027-12-31")
    sandbox.faults.append(Fault(path="/entries", delay=0.05))
    async with ledgers(sandbox) as asked:
        leaving, staying = (asyncio.ensure_future(next(asked).balances(date(2025, 1, 1))) for _ in range(2))
        while not reads(sandbox):
            await anyio.lowlevel.checkpoint()
        leaving.cancel()
        assert bank(dict((await staying).balances)) == 70
    assert (reads(sandbox), leaving.cancelled()) == (1, True)


async def test_a_year_that_breaks_off_is_no_figure_and_read_whole_the_next_time() -> None:
    sandbox = sandbox_with(bakery(), "2027-12-31")
    sandbox.faults.append(Fault(path="/entries", alter=lambda body: body[:-1]))
    period = Period(date(2025, 1, 1), date(2025, 12, 31))
    async with ledgers(sandbox) as asked:
        with pytest.raises(UnexpectedAnswerError, match="entries"):
            await next(asked).postings(period)
        assert len((await next(asked).postings(period)).rows) == 2


async def test_a_question_knows_when_its_years_were_current_and_until_when_they_may_be_used() -> None:
    clock = Clock()
    sandbox, began = sandbox_with(bakery(), "2027-12-31"), clock.now
    old, new = Period(date(2024, 7, 1), date(2024, 12, 31)), Period(date(2025, 1, 1), date(2025, 12, 31))
    async with connection(sandbox, clock=clock) as opened:
        await opened.ledger(Call()).postings(old)
        clock.pass_by(seconds=30)
        both = Call()
        await opened.ledger(both).postings(Period(old.from_date, new.to_date))
        assert (both.requests, both.read_at, both.fresh_until) == (1, began, 0)
        again, later = Call(), Call()
        await opened.ledger(again).postings(Period(old.from_date, new.to_date))
        assert (again.requests, again.read_at, again.fresh_until) == (0, began, began.timestamp() + 60)
        clock.pass_by(seconds=30)
        await opened.ledger(later).postings(old)
        assert (later.requests, later.read_at, later.fresh_until) == (1, clock.now, 0)


async def test_a_question_that_reads_anew_passes_what_is_kept_once_for_each_year() -> None:
    sandbox, call = sandbox_with(bakery(), "2027-12-31"), Call()
    period = Period(date(2025, 1, 1), date(2025, 12, 31))
    async with connection(sandbox) as opened:
        ledger = opened.ledger(call)
        await ledger.postings(period)
        call.read_anew()
        for _ in range(2):
            await ledger.postings(period)
        await opened.ledger(Call()).postings(period)
    assert reads(sandbox) == 2
