"""A year that was read is kept current with what was added: the same as reading it anew."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dinero_mcp.accounting.periods import Period
from dinero_mcp.dinero.call import Call
from dinero_mcp.dinero.models import Entry
from dinero_mcp.errors import UnavailableError
from dinero_mcp.ledger import Ledger, Postings
from dinero_mcp.ledger.changes import spans
from dinero_mcp.sandbox import Sandbox
from dinero_mcp.sandbox.behaviour import Behaviour
from dinero_mcp.sandbox.faults import Fault
from tests.ledger.bakery import Bookkeeper, Clock, asked, bakery, connection, ledgers
from tests.tools.companies import sandbox_with

ALL = Period(date(2024, 7, 1), date(2027, 12, 31))
IN_2024 = Period(date(2024, 7, 1), date(2024, 12, 31))
IN_2025 = Period(date(2025, 1, 1), date(2025, 12, 31))
IN_2027 = Period(date(2027, 1, 1), date(2027, 12, 31))
SALE = {1000: "-40", 55000: "40"}
CHANGES, SALDO_2025, SALDO_2027 = "entries/changes", "2025/reports/saldo", "2027/reports/saldo"


def opened() -> tuple[Sandbox, Bookkeeper, Clock]:
    """The bakery with somebody to keep its books, and a clock."""
    clock = Clock()
    books = bakery()
    return sandbox_with(books, "2027-12-31"), Bookkeeper(books, clock), clock


def newly(sandbox: Sandbox, since: int) -> list[str]:
    """What was asked for since then."""
    return asked(sandbox)[since:]


def content(postings: Postings) -> list[tuple[Any, ...]]:  # Any: field values
    """All rows, opening ones too, in an order of their own."""
    rows: Sequence[Entry] = (*postings.opening, *postings.rows)
    return sorted((row.date, row.account_number, row.amount, row.description or "") for row in rows)


async def read_anew(sandbox: Sandbox, period: Period = ALL) -> list[tuple[Any, ...]]:  # Any: field values
    async with ledgers(sandbox) as ledger:
        return content(await next(ledger).postings(period))


async def test_what_was_added_is_merged_and_compared_with_dineros_own_sums() -> None:
    sandbox, bookkeeper, clock = opened()
    async with ledgers(sandbox, clock=clock) as ledger:
        await next(ledger).postings(IN_2027)
        before = len(asked(sandbox))
        clock.pass_by(seconds=59)
        bookkeeper.book("2027-03-01", SALE)
        assert len((await next(ledger).postings(IN_2027)).rows) == 2
        clock.pass_by(seconds=2)
        after = await next(ledger).postings(IN_2027)
        assert newly(sandbox, before) == [CHANGES, SALDO_2027]
        await next(ledger).postings(IN_2027)
        assert newly(sandbox, before) == [CHANGES, SALDO_2027]
    assert content(after) == await read_anew(sandbox, IN_2027)
    assert [row.date.month for row in after.rows] == [3, 3, 12, 12]
    assert after.years[0].difference == 0


async def test_where_nothing_was_added_one_request_says_so() -> None:
    sandbox, bookkeeper, clock = opened()
    bookkeeper.book("2027-03-01", SALE)
    async with ledgers(sandbox, clock=clock) as ledger:
        first = await next(ledger).postings(ALL)
        before = len(asked(sandbox))
        clock.pass_by(minutes=2)
        again = await next(ledger).postings(ALL)
    assert newly(sandbox, before) == [CHANGES]
    assert all(now is then for now, then in zip(again.years, first.years, strict=True))


async def test_a_change_to_an_older_year_is_noticed_there_and_in_the_openings_after_it() -> None:
    sandbox, bookkeeper, clock = opened()
    async with ledgers(sandbox, clock=clock) as ledger:
        await next(ledger).postings(ALL)
        clock.pass_by(minutes=2)
        bookkeeper.book("2025-06-30", SALE)
        before = len(asked(sandbox))
        in_2027 = await next(ledger).balances(date(2027, 1, 1))
        assert newly(sandbox, before) == [CHANGES, SALDO_2027]
        older = await next(ledger).postings(IN_2025)
    assert newly(sandbox, before) == [CHANGES, SALDO_2027, SALDO_2025]
    assert in_2027.balances[55000] == 110
    assert content(older) == await read_anew(sandbox, IN_2025)


async def test_a_year_that_is_not_kept_is_left_until_it_is_asked_for_but_those_after_it_are_compared() -> (
    None
):
    sandbox, bookkeeper, clock = opened()
    async with ledgers(sandbox, clock=clock) as ledger:
        await next(ledger).postings(IN_2027)
        clock.pass_by(minutes=2)
        bookkeeper.book("2025-06-30", {7220: "5", 7320: "-5"})  # carries nothing forward
        before = len(asked(sandbox))
        await next(ledger).postings(IN_2027)
        assert newly(sandbox, before) == [CHANGES, SALDO_2027]
        assert content(await next(ledger).postings(IN_2025)) == await read_anew(sandbox, IN_2025)


@pytest.mark.parametrize("ahead", [-2, -1, 0, 1, 2])
async def test_dineros_clock_may_run_in_another_zone(ahead: int) -> None:
    sandbox, bookkeeper, clock = opened()
    zone = timedelta(hours=ahead)
    async with ledgers(sandbox, clock=clock) as ledger:
        await next(ledger).postings(IN_2027)
        for number in range(1, 4):
            clock.pass_by(minutes=1)
            bookkeeper.book("2027-03-01", SALE, ahead=zone)
            clock.pass_by(minutes=1)
            assert len((await next(ledger).postings(IN_2027)).rows) == 2 + 2 * number
    assert asked(sandbox).count("entries") == 1


async def test_when_dineros_sums_differ_the_year_is_read_anew() -> None:
    sandbox, bookkeeper, clock = opened()
    async with ledgers(sandbox, clock=clock) as ledger:
        await next(ledger).postings(IN_2027)
        clock.pass_by(minutes=2)
        bookkeeper.book("2027-03-01", SALE)
        bookkeeper.book("2027-04-01", SALE, ahead=timedelta(days=-9))  # as if it had been there all along
        before = len(asked(sandbox))
        after = await next(ledger).postings(IN_2027)
        assert newly(sandbox, before) == [CHANGES, SALDO_2027, "entries"]
        await next(ledger).postings(IN_2027)
    assert newly(sandbox, before)[3:] == []
    assert content(after) == await read_anew(sandbox, IN_2027)


async def test_dineros_sums_are_asked_anew_for_a_comparison() -> None:
    sandbox, bookkeeper, clock = opened()
    async with connection(sandbox, clock=clock) as opened_now:
        await opened_now.ledger(Call()).postings(IN_2027)
        clock.pass_by(seconds=50)
        await opened_now.api(Call()).report("2027", "saldo")
        bookkeeper.book("2027-03-01", SALE)
        clock.pass_by(seconds=50)
        await opened_now.ledger(Call()).postings(IN_2027)
    assert asked(sandbox) == ["entries", SALDO_2027, CHANGES, SALDO_2027]


async def test_an_opening_balance_that_is_gone_without_a_word_is_found_by_the_comparison() -> None:
    sandbox, bookkeeper, clock = opened()
    sandbox.faults.append(Fault(path=CHANGES, alter=_without_opening_rows))
    async with ledgers(sandbox, clock=clock) as ledger:
        await next(ledger).postings(ALL)
        clock.pass_by(minutes=2)
        bookkeeper.book("2025-06-30", SALE)
        before = len(asked(sandbox))
        after = await next(ledger).postings(IN_2027)
    assert newly(sandbox, before) == [CHANGES, SALDO_2027, "entries"]
    assert content(after) == await read_anew(sandbox, IN_2027)


@pytest.mark.parametrize("read_later", [[], [IN_2025]], ids=["not kept", "read later"])
async def test_so_is_one_that_is_gone_because_of_a_year_not_kept_or_read_later(
    read_later: list[Period],
) -> None:
    sandbox, bookkeeper, clock = opened()
    sandbox.faults.append(Fault(path=CHANGES, alter=_without_opening_rows))
    async with ledgers(sandbox, clock=clock) as ledger:
        await next(ledger).postings(IN_2027)
        clock.pass_by(seconds=30)
        bookkeeper.book("2025-06-30", SALE)
        for period in read_later:
            await next(ledger).postings(period)
        clock.pass_by(seconds=40)
        before = len(asked(sandbox))
        after = await next(ledger).postings(IN_2027)
    assert newly(sandbox, before) == [CHANGES, SALDO_2027, "entries"]
    assert content(after) == await read_anew(sandbox, IN_2027)


async def test_years_read_at_different_times_are_caught_up_together() -> None:
    sandbox, bookkeeper, clock = opened()
    async with ledgers(sandbox, clock=clock) as ledger:
        for period in (IN_2024, IN_2025, IN_2027):
            await next(ledger).postings(period)
            bookkeeper.book("2025-06-30", {7220: "5", 7320: "-5"})
            clock.pass_by(minutes=30)
        before = len(asked(sandbox))
        await next(ledger).postings(IN_2027)
        in_2025 = await next(ledger).postings(IN_2025)
        await next(ledger).postings(IN_2024)
    assert newly(sandbox, before) == [CHANGES, SALDO_2027, SALDO_2025]
    assert content(in_2025) == await read_anew(sandbox, IN_2025)


async def test_a_year_last_read_before_the_time_asked_about_is_not_taken_for_current() -> None:
    sandbox, bookkeeper, clock = opened()
    async with ledgers(sandbox, clock=clock) as ledger:
        await next(ledger).postings(IN_2025)
        bookkeeper.book("2025-06-30", {7220: "5", 7320: "-5"})
        clock.pass_by(days=40)
        for _ in range(2):
            await next(ledger).postings(IN_2027)
            clock.pass_by(minutes=2)
        await next(ledger).postings(IN_2027)
        assert content(await next(ledger).postings(IN_2025)) == await read_anew(sandbox, IN_2025)


async def test_sum_rows_in_dineros_report_do_not_pass_for_a_difference() -> None:
    clock, books = Clock(), bakery()
    sandbox = Sandbox(date(2027, 12, 31), [books], behaviour=Behaviour(sum_rows_always=True))
    bookkeeper = Bookkeeper(books, clock)
    async with ledgers(sandbox, clock=clock) as ledger:
        await next(ledger).postings(IN_2027)
        clock.pass_by(minutes=2)
        bookkeeper.book("2027-03-01", SALE)
        bookkeeper.book("2027-03-01", {1066: "-7", 55000: "7"})  # an account in no chart
        before = len(asked(sandbox))
        await next(ledger).postings(IN_2027)
    assert newly(sandbox, before) == [CHANGES, SALDO_2027]


async def test_reading_anew_is_preferred_when_catching_up_takes_more_requests() -> None:
    sandbox, bookkeeper, clock = opened()
    async with ledgers(sandbox, clock=clock) as ledger:
        await next(ledger).postings(ALL)
        clock.pass_by(days=40)
        bookkeeper.book("2027-03-01", SALE)
        before = len(asked(sandbox))
        await next(ledger).postings(IN_2027)
        assert newly(sandbox, before) == ["entries"]
        both = await next(ledger).postings(Period(IN_2024.from_date, IN_2025.to_date))
    assert newly(sandbox, before) == ["entries", CHANGES, CHANGES]
    assert len(both.rows) == 6


async def test_when_dinero_refuses_to_tell_changes_it_is_not_asked_again() -> None:
    sandbox, bookkeeper, clock = opened()
    sandbox.faults.append(Fault(path=CHANGES, status=400, body=b'{"code":84}'))
    async with ledgers(sandbox, clock=clock) as ledger:
        await next(ledger).postings(IN_2027)
        for _ in range(2):
            clock.pass_by(minutes=2)
            bookkeeper.book("2027-03-01", SALE)
            after = await next(ledger).postings(IN_2027)
            assert content(after) == await read_anew(sandbox, IN_2027)
    assert asked(sandbox).count(CHANGES) == 1


async def test_an_answer_that_makes_no_sense_is_made_up_for_by_reading_anew_that_one_time() -> None:
    sandbox, bookkeeper, clock = opened()
    sandbox.faults.append(Fault(path=CHANGES, alter=lambda body: body[:-1]))
    async with ledgers(sandbox, clock=clock) as ledger:
        for _ in range(3):
            bookkeeper.book("2027-03-01", SALE)
            await next(ledger).postings(IN_2027)
            clock.pass_by(minutes=2)
    assert asked(sandbox) == ["entries", CHANGES, "entries", CHANGES, SALDO_2027]


def _with(**changes: Any) -> Any:  # Any: JSON both ways
    """Changes the rows on account 1000 that Dinero sends."""

    def alter(body: bytes) -> bytes:
        rows = json.loads(body)
        altered = [
            {name: value for name, value in {**row, **changes}.items() if value != "-"}
            for row in rows
            if row["AccountNumber"] == 1000
        ]
        return json.dumps([*(row for row in rows if row["AccountNumber"] != 1000), *altered]).encode()

    return alter


def _without_opening_rows(body: bytes) -> bytes:
    return json.dumps([row for row in json.loads(body) if row["Type"] != "Primo"]).encode()


@pytest.mark.parametrize(
    "oddity",
    [
        {"EntryGuid": "-"},
        {"EntryGuid": "00000000-0000-0000-0000-000000000000"},
        {"Date": None},
        {"Type": "Closing"},
        {"Type": "Primo"},
        {"Amount": "forty"},
    ],
)
async def test_a_change_that_cannot_be_placed_has_the_year_read_anew(oddity: dict[str, Any]) -> None:
    sandbox, bookkeeper, clock = opened()
    sandbox.faults.append(Fault(path=CHANGES, alter=_with(**oddity)))
    async with ledgers(sandbox, clock=clock) as ledger:
        await next(ledger).postings(IN_2027)
        clock.pass_by(minutes=2)
        bookkeeper.book("2027-03-01", SALE)
        before = len(asked(sandbox))
        after = await next(ledger).postings(IN_2027)
    assert newly(sandbox, before) == [CHANGES, "entries"]
    assert content(after) == await read_anew(sandbox, IN_2027)


async def test_a_posting_that_comes_again_with_another_amount_has_the_year_read_anew() -> None:
    sandbox, bookkeeper, clock = opened()
    async with ledgers(sandbox, clock=clock) as ledger:
        for wait in (0, 2):
            clock.pass_by(minutes=wait)
            bookkeeper.book("2027-03-01", SALE)
            await next(ledger).postings(IN_2027)
        clock.pass_by(minutes=2)
        sandbox.faults.append(Fault(path=CHANGES, alter=_with(Amount=-41)))
        before = len(asked(sandbox))
        await next(ledger).postings(IN_2027)
    assert newly(sandbox, before) == [CHANGES, "entries"]


async def test_a_posting_that_comes_again_in_other_words_takes_them() -> None:
    sandbox, bookkeeper, clock = opened()
    async with ledgers(sandbox, clock=clock) as ledger:
        bookkeeper.book("2027-03-01", SALE)
        await next(ledger).postings(IN_2027)
        clock.pass_by(minutes=2)
        entries = sandbox.organizations[2001].entries
        entries[:] = [replace(entry, voucher_guid="v-1", file_guid="f-1") for entry in entries]
        before = len(asked(sandbox))
        after = await next(ledger).postings(IN_2027)
    assert newly(sandbox, before) == [CHANGES]
    assert [row.file_guid for row in after.rows if row.date.month == 3] == ["f-1", "f-1"]


async def test_a_year_with_a_row_without_a_guid_is_read_anew_each_time() -> None:
    sandbox, bookkeeper, clock = opened()
    sandbox.faults.append(Fault(path="/entries$", alter=_with(EntryGuid=None), times=2))
    async with ledgers(sandbox, clock=clock) as ledger:
        for sales in (1, 2):
            bookkeeper.book("2027-03-01", SALE)
            assert len((await next(ledger).postings(IN_2027)).rows) == 2 + 2 * sales
            clock.pass_by(minutes=2)
    assert asked(sandbox) == ["entries", "entries"]


async def test_without_freshness_one_question_asks_once_what_was_added() -> None:
    sandbox, bookkeeper, clock = opened()
    async with ledgers(sandbox, freshness=0, clock=clock) as ledger:
        await next(ledger).balances(date(2027, 12, 31))
        await next(ledger).postings(ALL)
        clock.pass_by(minutes=2)
        bookkeeper.book("2024-12-01", SALE)
        before = len(asked(sandbox))
        one = next(ledger)
        await one.postings(IN_2024)
        await one.postings(ALL)
        await one.balances(date(2027, 12, 31))
    assert newly(sandbox, before).count(CHANGES) == 1
    assert "entries" not in newly(sandbox, before)


async def test_who_waits_for_another_question_to_catch_up_takes_what_it_gets() -> None:
    sandbox, _, clock = opened()
    async with ledgers(sandbox, freshness=0, clock=clock) as ledger:
        await next(ledger).postings(ALL)
        clock.pass_by(minutes=1)
        sandbox.faults.append(Fault(path=CHANGES, delay=0.05))
        before = len(asked(sandbox))
        first = asyncio.create_task(_all(next(ledger)))
        while not newly(sandbox, before):
            await anyio.lowlevel.checkpoint()
        clock.pass_by(seconds=1)
        await _all(next(ledger))
        await first
    assert newly(sandbox, before) == [CHANGES]


async def test_many_who_ask_at_once_ask_dinero_once() -> None:
    sandbox, bookkeeper, clock = opened()
    async with ledgers(sandbox, clock=clock) as ledger:
        await asyncio.gather(*(next(ledger).postings(ALL) for _ in range(5)))
        clock.pass_by(minutes=2)
        bookkeeper.book("2025-03-01", SALE)
        before = len(asked(sandbox))
        answers = await asyncio.gather(*(next(ledger).postings(ALL) for _ in range(5)))
    assert sorted(newly(sandbox, before)) == [SALDO_2025, SALDO_2027, CHANGES]
    assert len({id(year) for answer in answers for year in answer.years}) == 3


async def test_one_who_gives_up_takes_nothing_from_the_others() -> None:
    sandbox, bookkeeper, clock = opened()
    async with ledgers(sandbox, clock=clock) as ledger:
        await next(ledger).postings(ALL)
        clock.pass_by(minutes=2)
        bookkeeper.book("2025-03-01", SALE)
        sandbox.faults.extend([Fault(path=CHANGES, delay=0.05), Fault(path="saldo", delay=0.05)])
        before = len(asked(sandbox))
        leaving, staying = (asyncio.create_task(_all(next(ledger))) for _ in range(2))
        while not newly(sandbox, before):
            await anyio.lowlevel.checkpoint()
        leaving.cancel()
        assert content(await staying) == await read_anew(sandbox)
    assert newly(sandbox, before).count(CHANGES) == 1
    assert leaving.cancelled()


async def test_a_failed_comparison_is_told_and_made_up_for_by_the_next_question() -> None:
    sandbox, bookkeeper, clock = opened()
    async with ledgers(sandbox, clock=clock) as ledger:
        await next(ledger).postings(IN_2027)
        clock.pass_by(minutes=2)
        bookkeeper.book("2027-03-01", SALE)
        sandbox.faults.append(Fault(path="saldo", status=503, times=3))
        before = len(asked(sandbox))
        with pytest.raises(UnavailableError):
            await next(ledger).postings(IN_2027)
        assert len((await next(ledger).postings(IN_2027)).rows) == 4
    assert newly(sandbox, before) == [CHANGES, *[SALDO_2027] * 4]


async def _all(ledger: Ledger) -> Postings:
    return await ledger.postings(ALL)


@given(st.integers(0, 10**8), st.integers(0, 200 * 24 * 60))
def test_the_spans_cover_the_time_with_three_hours_to_spare(seconds: int, minutes: int) -> None:
    since = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    now = since + timedelta(minutes=minutes)
    found, three_hours = spans(since, now), timedelta(hours=3)
    assert found[0][0] <= since - three_hours
    assert found[-1][1] >= now + three_hours
    assert all(timedelta(0) < end - begin < timedelta(days=31) for begin, end in found)
    assert all(after[0] == before[1] - three_hours for before, after in pairwise(found))


_days = st.sampled_from(["2024-07-01", "2024-12-31", "2025-01-01", "2025-06-30", "2027-01-01", "2027-12-31"])
_vouchers = st.tuples(_days, st.sampled_from([1000, 7220, 60000]), st.integers(-99, 99))
_asked_for = st.sampled_from([IN_2024, IN_2025, IN_2027, ALL])
_moves = st.lists(
    st.tuples(st.lists(_vouchers, max_size=3), st.integers(0, 3 * 24 * 60), _asked_for),
    min_size=1,
    max_size=6,
)


@given(_moves, st.sampled_from([6, 1000]))
@settings(max_examples=60, deadline=None)
def test_whatever_is_booked_between_readings_merging_equals_reading_anew(
    moves: list[tuple[list[tuple[str, int, int]], int, Period]], most_postings: int
) -> None:
    asyncio.run(_merging_equals_reading_anew(moves, most_postings))


async def _merging_equals_reading_anew(
    moves: list[tuple[list[tuple[str, int, int]], int, Period]], most_postings: int
) -> None:
    sandbox, bookkeeper, clock = opened()
    async with ledgers(sandbox, clock=clock, most_postings=most_postings) as ledger:
        for vouchers, minutes, period in moves:
            for day, account, amount in vouchers:
                bookkeeper.book(day, {account: str(amount), 55000: str(-amount)})
            clock.pass_by(minutes=minutes, seconds=61)
            postings = await next(ledger).postings(period)
            assert content(postings) == await read_anew(sandbox, period)
            assert all(year.difference == Decimal(0) for year in postings.years)
