"""Replicas that share a window never send too much together, whatever becomes of Redis meanwhile."""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

import pytest

from dinero_mcp.auth.database import Database, postgresql_at, sqlite_in
from dinero_mcp.auth.directory import Directory
from dinero_mcp.auth.turns import Turns
from dinero_mcp.dinero.open_quota import open_quota
from dinero_mcp.dinero.quota import Asker, Quota
from dinero_mcp.dinero.shared_window import Rules
from dinero_mcp.dinero.windows import HeldTurn, Limit
from dinero_mcp.errors import UnavailableError
from tests.auth.postgresql import a_database, emptied
from tests.dinero.receiver import ORGANIZATION, Receiver
from tests.dinero.redis_process import RedisServer, a_redis_server, free_port

pytestmark = pytest.mark.once
TEN = Limit(10, seconds=0.4, on_its_way=0.2)
FAST = Rules(look_every=0.05, lease=0.3, patience=0.1, quiet_for=0.8, sweep_every=0.3)
LONGEST = 20
"""Seconds after which a test has hung."""

ON_EITHER_DATABASE = pytest.mark.parametrize("database_of_a_replica", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    with a_database() as address:
        yield address


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    with a_redis_server() as server:
        yield server


@pytest.fixture
def database_of_a_replica(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Database]:
    """Opens the one database, as each replica does: PostgreSQL, where a test does not ask for another."""
    if getattr(request, "param", "postgresql") == "sqlite":
        return lambda: sqlite_in(Directory(tmp_path))
    address = emptied(request.getfixturevalue("postgresql"))
    return lambda: postgresql_at(address, most_connections=5)


class Replicas:
    """Replicas on one database."""

    def __init__(self, database: Callable[[], Database], held: AsyncExitStack) -> None:
        self._database = database
        self._held = held

    async def opened(self, redis_address: str | None = None, limit: Limit = TEN) -> Quota:
        """One more replica."""
        database = self._database()
        await database.migrate()
        self._held.push_async_callback(database.engine.dispose)
        quota = open_quota(limit, Turns(database), redis_address, rules=FAST)
        return await self._held.enter_async_context(quota)


@pytest.fixture
async def replicas(database_of_a_replica: Callable[[], Database]) -> AsyncGenerator[Replicas]:
    async with AsyncExitStack() as held:
        yield Replicas(database_of_a_replica, held)


@asynccontextmanager
async def asked_all_the_time(quotas: list[Quota], receiver: Receiver) -> AsyncGenerator[None]:
    """Requests through all replicas, more than are admitted; those for which nothing counts are refused."""

    async def ask_on(quota: Quota, name: str) -> None:
        while True:
            try:
                await receiver.ask(quota, Asker(name))
            except UnavailableError:
                await asyncio.sleep(0.05)

    tasks = [asyncio.create_task(ask_on(quota, str(n))) for quota in quotas for n in range(10)]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(each, asyncio.CancelledError) for each in ended), ended


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(LONGEST):
        while not is_so():  # noqa: ASYNC110 - what is waited for happens in other processes
            await asyncio.sleep(0.02)


async def taken(quota: Quota, turn: HeldTurn) -> None:
    """Wait until the turn is taken; on a busy machine a look at the database may come too late for one."""
    async with asyncio.timeout(LONGEST):
        while True:
            with suppress(UnavailableError):
                if not await quota.window.take(turn):
                    return
            await asyncio.sleep(0.05)


def counts_in(place: str, *quotas: Quota) -> Callable[[], bool]:
    return lambda: all(quota.window.status().place == place for quota in quotas)


async def more(receiver: Receiver, requests: int = 12) -> None:
    """Wait until that many more have arrived."""
    enough = len(receiver.arrivals) + requests
    await until(lambda: len(receiver.arrivals) >= enough)


@ON_EITHER_DATABASE
async def test_two_replicas_on_one_database_send_together_what_one_may(replicas: Replicas) -> None:
    receiver = Receiver(jitter=0.1)
    quotas = [await replicas.opened(), await replicas.opened()]
    await receiver.ask_often(quotas, 35)
    assert receiver.most_within(TEN.seconds) <= 10
    assert [quota.window.status().is_degraded for quota in quotas] == [False, False]


async def test_two_replicas_on_one_redis_send_together_what_one_may(
    replicas: Replicas, redis: RedisServer
) -> None:
    receiver = Receiver(jitter=0.1)
    quotas = [await replicas.opened(redis.address), await replicas.opened(redis.address)]
    began = time.monotonic()
    await receiver.ask_often(quotas, 60)  # some while turns are taken at both places, some in Redis alone
    assert time.monotonic() - began > FAST.lease + TEN.held_at_most
    assert receiver.most_within(TEN.seconds) <= 10
    assert [quota.window.status().says for quota in quotas] == 2 * ["Turns are counted in Redis."]
    assert receiver.longest_gap < FAST.lease + TEN.held_at_most


@ON_EITHER_DATABASE
async def test_when_redis_stops_and_comes_back_no_span_holds_too_many_and_it_is_said_once(
    replicas: Replicas, redis: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="dinero_mcp")
    receiver = Receiver(jitter=0.1)
    quotas = [await replicas.opened(redis.address), await replicas.opened(redis.address)]
    async with asked_all_the_time(quotas, receiver):
        await more(receiver, 25)
        redis.stop()
        await until(counts_in("database", *quotas))
        assert all(quota.window.status().is_degraded for quota in quotas)
        await more(receiver)
        redis.start()
        await until(counts_in("redis", *quotas))
        await more(receiver, 25)
    assert receiver.most_within(TEN.seconds) <= 10
    assert not any(quota.window.status().is_degraded for quota in quotas)
    lost = [line for line in caplog.messages if line.startswith("Redis cannot be used")]
    back = [line for line in caplog.messages if line.startswith("Turns are counted in Redis.")]
    assert len(lost) == 2, caplog.messages
    assert len(back) == 4, caplog.messages


async def test_one_replica_that_lost_redis_takes_the_others_with_it_and_they_stay(
    replicas: Replicas, redis: RedisServer
) -> None:
    receiver = Receiver(jitter=0.1)
    quotas = [await replicas.opened(redis.address)]
    async with asked_all_the_time(quotas, receiver):
        await more(receiver, 25)
        quotas.append(await replicas.opened(f"redis://127.0.0.1:{free_port()}"))
        async with asked_all_the_time(quotas[1:], receiver):
            await until(counts_in("database", *quotas))
            await asyncio.sleep(2 * FAST.quiet_for)
            assert counts_in("database", *quotas)()
            await more(receiver)
    assert receiver.most_within(TEN.seconds) <= 10


async def test_a_redis_that_was_emptied_or_restarted_in_an_instant_is_not_believed(
    replicas: Replicas, redis: RedisServer
) -> None:
    receiver = Receiver()
    quotas = [await replicas.opened(redis.address), await replicas.opened(redis.address)]
    async with asked_all_the_time(quotas, receiver):
        await more(receiver, 25)
        redis.stop()
        redis.start()
        await until(counts_in("database", *quotas))
        await more(receiver)
    assert receiver.most_within(TEN.seconds) <= 10


async def test_a_redis_that_hangs_is_given_up_without_a_turn_too_many(
    replicas: Replicas, redis: RedisServer
) -> None:
    receiver = Receiver()
    quotas = [await replicas.opened(redis.address), await replicas.opened(redis.address)]
    async with asked_all_the_time(quotas, receiver):
        await more(receiver, 25)
        with redis.frozen():
            await until(counts_in("database", *quotas))
            await more(receiver)
        await more(receiver, 25)
    assert receiver.most_within(TEN.seconds) <= 10


async def test_redis_that_comes_and_goes_makes_it_slow_and_never_wrong(
    replicas: Replicas, redis: RedisServer
) -> None:
    receiver = Receiver()
    quotas = [await replicas.opened(redis.address), await replicas.opened(redis.address)]
    async with asked_all_the_time(quotas, receiver):
        for seconds in (0.2, 0.9, 0.4, 1.3, 0.7):
            await asyncio.sleep(seconds)
            redis.stop()
            await asyncio.sleep(seconds / 4)
            redis.start()
        await more(receiver, 25)
    assert receiver.most_within(TEN.seconds) <= 10


async def test_without_the_database_no_turn_is_given_and_the_error_says_why(redis: RedisServer) -> None:
    nowhere = postgresql_at(f"postgresql://nobody:nothing@127.0.0.1:{free_port()}/none")
    async with open_quota(TEN, Turns(nowhere), redis.address, rules=FAST) as quota:
        with pytest.raises(UnavailableError, match="No request was sent"):
            await quota.turn(ORGANIZATION, lambda _: None)
        assert quota.window.status().is_degraded
        assert "database does not answer" in quota.window.status().says


async def test_a_database_that_is_lost_later_ends_the_turns_in_redis_too(
    postgresql: str, redis: RedisServer
) -> None:
    database = postgresql_at(await asyncio.to_thread(emptied, postgresql), most_connections=2)
    await database.migrate()
    async with open_quota(TEN, Turns(database), redis.address, rules=FAST) as quota:
        await taken(quota, HeldTurn(ORGANIZATION, 1))
        await asyncio.to_thread(emptied, postgresql)
        await asyncio.sleep(FAST.lease)
        with pytest.raises(UnavailableError, match="No request was sent"):
            await quota.window.take(HeldTurn(ORGANIZATION, 2))
    await database.engine.dispose()


async def test_a_429_closes_the_organization_in_every_replica(replicas: Replicas, redis: RedisServer) -> None:
    first, second = await replicas.opened(redis.address), await replicas.opened(redis.address)
    await first.close(ORGANIZATION, 30)
    assert [28 < wait <= 30 for wait in await second.window.take(HeldTurn(ORGANIZATION, 1))] == [True]
    await taken(second, HeldTurn(1002, 2))
