"""Turns in a database are those of all processes together, on the database's clock; on both databases."""

import asyncio
from dataclasses import dataclass, replace
from itertools import count

import pytest

from dinero_mcp.auth.database import Database, postgresql_at, sqlite_in
from dinero_mcp.auth.directory import Directory
from dinero_mcp.auth.turns import Turns
from tests.auth.conftest import Place

ELSEWHERE = "redis:0123456789"


@dataclass(frozen=True)
class Limit:
    requests: int = 5
    held: float = 60
    on_its_way: float = 20


@dataclass(frozen=True)
class Turn:
    number: int
    organization_id: int = 1001


LIMIT = Limit()
BRIEF = Limit(held=0.15, on_its_way=0)


async def database_at(place: Place) -> Database:
    """Opened as one process opens it."""
    address = place.database_address
    database = (
        postgresql_at(address, most_connections=5) if address else sqlite_in(Directory(place.directory))
    )
    await database.migrate()
    return database


@pytest.fixture
async def replicas(place: Place):
    """The same turns as two processes have them."""
    databases = [await database_at(place), await database_at(place)]
    yield [Turns(database) for database in databases]
    for database in databases:
        await database.engine.dispose()


async def test_no_more_are_held_than_the_limit_however_many_ask_at_once(replicas: list[Turns]) -> None:
    numbers = count(1)
    asked = [turns.take(Turn(next(numbers)), LIMIT) for turns in replicas for _ in range(12)]
    waits = await asyncio.gather(*asked)
    assert sum(wait == () for wait in waits) == 5
    assert all(len(wait) == 5 and 30 < min(wait) <= 60 for wait in waits if wait)
    assert await replicas[0].take(Turn(99, organization_id=1002), LIMIT) == ()


async def test_a_turn_is_free_again_when_it_was_held_long_enough(replicas: list[Turns]) -> None:
    first, second = replicas
    one = Limit(requests=1, on_its_way=0)
    assert await first.take(Turn(1), one) == ()
    (wait,) = await second.take(Turn(2), one)
    assert 30 < wait <= one.held
    await asyncio.sleep(0.12)
    assert await second.take(Turn(2), replace(one, held=0.1)) == ()


async def test_a_request_that_arrived_is_held_from_then_on(replicas: list[Turns]) -> None:
    first, second = replicas
    slow = Limit(requests=1, on_its_way=60)
    assert await first.take(Turn(1), slow) == ()
    await asyncio.sleep(0.12)
    assert await second.take(Turn(2), replace(slow, held=0.1))
    await first.arrived([Turn(1)])
    assert await second.take(Turn(2), slow)
    await asyncio.sleep(0.12)
    assert await second.take(Turn(2), replace(slow, held=0.1)) == ()


async def test_what_one_closes_is_closed_for_the_others_and_not_opened_by_a_shorter_closing(
    replicas: list[Turns],
) -> None:
    first, second = replicas
    await first.close(1001, 30)
    await second.close(1001, 1)
    assert [28 < seconds <= 30 for seconds in await second.take(Turn(1), LIMIT)] == [True]
    assert await second.take(Turn(2, organization_id=1002), LIMIT) == ()


async def test_turns_and_closings_that_are_over_are_swept_away(replicas: list[Turns]) -> None:
    turns, _ = replicas
    await turns.take(Turn(1), BRIEF)
    await turns.take(Turn(2, organization_id=1002), LIMIT)
    await turns.close(1003, 0.01)
    await asyncio.sleep(BRIEF.held + 0.02)
    await turns.sweep(BRIEF)
    assert await turns.take(Turn(1), replace(LIMIT, requests=1)) == ()  # the number is free again
    assert await turns.take(Turn(3, organization_id=1002), replace(LIMIT, requests=1))


async def test_the_database_counts_until_another_place_does(replicas: list[Turns]) -> None:
    first, second = replicas
    assert await first.look() == ("database", float("-inf"), float("inf"))
    await first.enter(ELSEWHERE, lease=5, held_at_most=80)
    place, alone_in, away = await second.look()
    assert (place, away) == (ELSEWHERE, float("inf"))
    assert 81 < alone_in <= 85


async def test_leaving_a_place_that_counted_alone_closes_until_nothing_is_held_there(
    replicas: list[Turns],
) -> None:
    first, second = replicas
    await first.enter(ELSEWHERE, lease=0, held_at_most=0)
    await second.leave(ELSEWHERE, lease=5, held_at_most=80)
    place, alone_in, away = await first.look()
    assert place == "database"
    assert 81 < alone_in <= 85
    assert 0 <= away < 4
    await first.enter(ELSEWHERE, lease=0, held_at_most=0)
    assert (await first.look())[0] == "database"


async def test_leaving_a_place_while_turns_are_taken_at_both_closes_nothing(replicas: list[Turns]) -> None:
    first, second = replicas
    await first.enter(ELSEWHERE, lease=5, held_at_most=80)
    await second.leave(ELSEWHERE, lease=5, held_at_most=80)
    place, alone_in, _ = await first.look()
    assert place == "database"
    assert alone_in <= 0


async def test_who_leaves_a_place_that_others_left_already_changes_nothing(replicas: list[Turns]) -> None:
    first, second = replicas
    await first.enter(ELSEWHERE, lease=0, held_at_most=0)
    await first.leave(ELSEWHERE, lease=1, held_at_most=1)
    await second.leave(ELSEWHERE, lease=100, held_at_most=100)
    assert (await first.look())[1] < 9


async def test_a_complaint_is_seen_by_everybody(replicas: list[Turns]) -> None:
    first, second = replicas
    await first.complain()
    await first.complain()
    assert 0 <= (await second.look())[2] < 4
