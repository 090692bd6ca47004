"""A year that another replica read is the same as one read by oneself at that time."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import date

import pytest

from dinero_mcp.accounting.periods import Period
from dinero_mcp.auth.sealing import ValueCipher, new_key
from dinero_mcp.dinero.call import Call
from dinero_mcp.dinero.shared import SharedReads
from dinero_mcp.ledger import Postings
from tests.dinero.redis_server import a_redis
from tests.ledger.bakery import Bookkeeper, Clock, Connection, asked, bakery, connection, reads
from tests.tools.companies import sandbox_with

IN_2027 = Period(date(2027, 1, 1), date(2027, 12, 31))
ALL = Period(date(2024, 7, 1), date(2027, 12, 31))
SALE = {1000: "-40", 55000: "40"}


class Office:
    """A bakery, its bookkeeper, and replicas that read its books through one Redis."""

    def __init__(self, opened: AsyncExitStack, shared: SharedReads) -> None:
        books = bakery()
        self.clock = Clock()
        self.bookkeeper = Bookkeeper(books, self.clock)
        self.sandbox = sandbox_with(books, "2027-12-31")
        self._opened = opened
        self._shared = shared

    async def replica(self, *, freshness: float = 60) -> Connection:
        opening = connection(self.sandbox, freshness, clock=self.clock, shared=self._shared)
        return await self._opened.enter_async_context(opening)

    def newly(self, before: int) -> list[str]:
        return asked(self.sandbox)[before:]


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    async with a_redis() as redis, AsyncExitStack() as opened:
        yield Office(opened, SharedReads("c1", redis.answers, ValueCipher.of([new_key()])))


async def read(replica: Connection, period: Period = IN_2027, call: Call | None = None) -> Postings:
    return await replica.ledger(call or Call()).postings(period)


async def test_the_second_replica_reads_no_postings_and_has_the_same_years(office: Office) -> None:
    first, second = await office.replica(), await office.replica()
    own, call = await read(first, ALL), Call()
    office.clock.pass_by(seconds=30)
    before = len(asked(office.sandbox))
    found = await read(second, ALL, call)
    assert found == own
    assert (office.newly(before), call.requests) == ([], 0)
    assert call.read_at is not None
    assert call.read_at.timestamp() == office.clock() - 30
    assert call.fresh_until == office.clock() + 30
    assert second.kept.rows_kept == first.kept.rows_kept == found.read


async def test_a_year_found_is_caught_up_from_when_it_was_read(office: Office) -> None:
    first, second = await office.replica(), await office.replica()
    await read(first)
    office.clock.pass_by(seconds=20)
    office.bookkeeper.book("2027-03-01", SALE)
    office.clock.pass_by(seconds=30)
    assert len((await read(second)).rows) == 2, "as it was when the first replica read it"
    office.clock.pass_by(seconds=10)
    before = len(asked(office.sandbox))
    assert len((await read(second)).rows) == 4
    assert office.newly(before) == ["entries/changes", "2027/reports/saldo"]


async def test_a_year_that_is_found_is_not_shared_for_longer(office: Office) -> None:
    await read(await office.replica())
    office.clock.pass_by(seconds=59)
    await read(await office.replica())
    office.clock.pass_by(seconds=1)
    await read(await office.replica())
    assert reads(office.sandbox) == 2


async def test_a_year_that_differs_from_dineros_sums_is_read_from_dinero(office: Office) -> None:
    first = await office.replica()
    await read(first)
    office.clock.pass_by(seconds=61)
    await read(await office.replica())  # which shares the year as it is now
    office.clock.pass_by(seconds=1)
    office.bookkeeper.book("2027-03-01", SALE)
    entries = office.bookkeeper.books.entries
    changed = [place for place, row in enumerate(entries) if row.date.month == 12 and row.date.year == 2027]
    for place in changed:  # which Dinero tells nobody
        entries[place] = replace(entries[place], amount=2 * entries[place].amount)
    before = len(asked(office.sandbox))
    found = await read(first)
    assert office.newly(before) == ["entries/changes", "2027/reports/saldo", "entries"]
    assert len(found.rows) == 4


async def test_a_question_that_passes_over_what_is_kept_passes_over_what_is_shared(office: Office) -> None:
    first, call = await office.replica(), Call()
    await read(first)
    call.read_anew()
    await read(await office.replica(), IN_2027, call)
    assert reads(office.sandbox) == 2


async def test_where_nothing_is_kept_nothing_is_shared(office: Office) -> None:
    for _ in range(2):
        await read(await office.replica(freshness=0))
    assert reads(office.sandbox) == 2
