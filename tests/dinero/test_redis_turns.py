"""Turns in Redis are those of all processes together, on Redis's clock."""

import asyncio
from collections.abc import AsyncGenerator
from itertools import count
from uuid import uuid4

import pytest

from dinero_mcp.dinero.redis_turns import RedisAwayError, RedisTurns, TurnsForgottenError, redis_at
from dinero_mcp.dinero.windows import HeldTurn, Limit
from tests.dinero.receiver import ORGANIZATION
from tests.dinero.redis_process import a_redis_server
from tests.dinero.redis_server import redis_server

LIMIT = Limit(5)
DELETE = "for _, key in ipairs(redis.call('KEYS', ARGV[1])) do redis.call('DEL', key) end"


def turn(number: int, organization_id: int = ORGANIZATION) -> HeldTurn:
    return HeldTurn(organization_id, number)


@pytest.fixture
async def prefix() -> AsyncGenerator[str]:
    """What the keys of one test begin with; they are gone after it."""
    prefix = f"test-{uuid4().hex}:"
    yield prefix
    async with redis_at(redis_server()) as redis:
        await redis.register_script(DELETE)([], [f"{prefix}*"])


async def test_no_more_are_held_than_the_limit_however_many_ask_at_once(prefix: str) -> None:
    first, second = (RedisTurns(redis_at(redis_server()), LIMIT, prefix) for _ in range(2))
    place, numbers = await first.begin(), count(1)
    asked = [turns.take(place, turn(next(numbers))) for turns in (first, second) for _ in range(12)]
    waits = await asyncio.gather(*asked)
    assert sum(wait == () for wait in waits) == 5
    assert all(len(wait) == 5 and 59 < min(wait) <= 60.5 for wait in waits if wait)
    assert await first.take(place, turn(99, organization_id=1002)) == ()
    await first.aclose()
    await second.aclose()


async def test_a_request_that_arrived_is_held_from_then_on(prefix: str) -> None:
    turns, brief = (
        RedisTurns(redis_at(redis_server()), Limit(1, seconds=seconds, on_its_way=60), prefix)
        for seconds in (60, 0.1)
    )
    place = await turns.begin()
    assert await turns.take(place, turn(1)) == ()
    await asyncio.sleep(0.12)
    assert await brief.take(place, turn(2))
    await turns.arrived(place, [turn(1), turn(7), turn(8, organization_id=1002)])
    assert await turns.take(place, turn(2))
    await asyncio.sleep(0.12)
    assert await brief.take(place, turn(2)) == ()
    await turns.aclose()
    await brief.aclose()


async def test_what_one_closes_is_closed_for_the_others(prefix: str) -> None:
    first, second = (RedisTurns(redis_at(redis_server()), LIMIT, prefix) for _ in range(2))
    place = await first.begin()
    await first.close(ORGANIZATION, 30)
    await first.close(ORGANIZATION, 1)
    assert [29 < seconds <= 30 for seconds in await second.take(place, turn(1))] == [True]
    assert await second.take(place, turn(2, organization_id=1002)) == ()
    await first.aclose()
    await second.aclose()


async def test_a_place_where_counting_never_began_gives_no_turn(prefix: str) -> None:
    turns = RedisTurns(redis_at(redis_server()), LIMIT, prefix)
    with pytest.raises(TurnsForgottenError):
        await turns.take("redis:0123456789", turn(1))
    await turns.aclose()


async def test_a_server_that_was_restarted_gives_no_turn_even_if_it_kept_something() -> None:
    with a_redis_server() as server:
        turns = RedisTurns(redis_at(server.address), LIMIT, "kept:")
        place = await turns.begin()
        assert await turns.take(place, turn(1)) == ()
        marker = f"kept:{place.removeprefix('redis:')}"
        async with redis_at(server.address) as redis:
            run = await redis.get(marker)
        assert run
        server.stop()
        with pytest.raises(RedisAwayError):
            await turns.check(place)
        server.start()
        async with redis_at(server.address) as redis:
            await redis.set(marker, run)
        with pytest.raises(TurnsForgottenError):
            await turns.take(place, turn(2))
        assert await turns.take(await turns.begin(), turn(2)) == ()
        await turns.aclose()
