"""What is shared is never used longer than what was read by oneself."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import anyio
import httpx2
import pytest

from dinero_mcp.auth.sealing import ValueCipher, new_key
from dinero_mcp.dinero.call import Call
from dinero_mcp.dinero.client import Dinero
from dinero_mcp.dinero.shared import Held, SharedReads

Connect = Callable[..., Dinero]


class Clock:
    def __init__(self, now: float = 1000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


class InMemory:
    """Values by a clock that is only moved by hand."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._values: dict[str, tuple[bytes, float]] = {}
        self.looks = 0

    async def get(self, names: Sequence[str]) -> Held | None:
        self.looks += 1
        value, until = self._values.get(names[0], (b"", 0.0))
        return Held(value, until - self._clock()) if self._clock() < until else None

    async def put(self, name: str, value: bytes, seconds: float) -> None:
        self._values[name] = value, self._clock() + seconds

    async def drop(self, beginnings: Sequence[str]) -> bool:
        raise NotImplementedError(beginnings)


class World:
    """A Dinero, a cache and a time; each replica has a clock that is `ahead` of it."""

    def __init__(self, connect: Connect) -> None:
        self.time = Clock()
        self.cache = InMemory(self.time)
        self.requests = 0
        self.takes = 0.0
        self._connect = connect
        self._cipher = ValueCipher.of([new_key()])

    def replica(self, *, ahead: float = 0, freshness: float = 60) -> Dinero:
        shared = SharedReads("c1", self.cache, self._cipher)
        return self._connect(
            self._answer, shared=shared, freshness=freshness, clock=lambda: self.time() + ahead
        )

    async def _answer(self, _: httpx2.Request) -> httpx2.Response:
        self.requests += 1
        self.time.now += self.takes
        return httpx2.Response(200, json=[{"AccountNumber": 1000, "Amount": self.requests}])

    async def asked(self, dinero: Dinero, at: float) -> Call:
        self.time.now = 1000.0 + at
        call = Call()
        await dinero.organization(1001, call).report("2026", "saldo")
        return call


@pytest.fixture
def world(connect: Connect) -> World:
    return World(connect)


async def test_a_read_found_near_its_end_is_not_fresh_any_longer_for_that(world: World) -> None:
    first, second = world.replica(), world.replica()
    await world.asked(first, at=0)
    assert (await world.asked(second, at=59.5)).fresh_until == 1060
    assert world.requests == 1
    assert (await world.asked(second, at=60)).requests == 1


async def test_the_time_that_reading_took_is_part_of_it(world: World) -> None:
    world.takes = 50
    await world.asked(world.replica(), at=0)
    assert (await world.asked(world.replica(), at=59)).requests == 0
    assert (await world.asked(world.replica(), at=60)).requests == 1


async def test_a_replica_that_wants_it_fresher_reads_anew(world: World) -> None:
    await world.asked(world.replica(freshness=60), at=0)
    assert (await world.asked(world.replica(freshness=30), at=29)).fresh_until == 1030
    assert (await world.asked(world.replica(freshness=30), at=30)).requests == 1


@pytest.mark.parametrize(("writer", "reader"), [(300, 0), (0, -300), (0, 300), (-300, 0), (0.9, 0)])
async def test_clocks_that_differ_never_make_it_last_longer(
    world: World, writer: float, reader: float
) -> None:
    await world.asked(world.replica(ahead=writer), at=0)
    late = world.replica(ahead=reader)
    found = await world.asked(late, at=40)
    if found.requests == 0:
        assert found.fresh_until - reader <= 1060
        assert found.read_at is not None
        assert found.read_at <= datetime.fromtimestamp(world.time() + reader, UTC)
    await world.asked(late, at=60)
    assert world.requests == 2, "nobody takes the first read's answer any more"


async def test_those_who_ask_together_look_once(world: World) -> None:
    await world.asked(world.replica(), at=0)
    second, looks = world.replica(), world.cache.looks
    async with anyio.create_task_group() as group:
        for _ in range(10):
            group.start_soon(world.asked, second, 1)
    assert (world.cache.looks, world.requests) == (looks + 1, 1)


async def test_rows_kept_are_counted_wherever_they_came_from(world: World) -> None:
    first, second = world.replica(), world.replica()
    await world.asked(first, at=0)
    await world.asked(second, at=1)
    assert (first.rows_kept, second.rows_kept) == (1, 1)
    assert world.requests == 1
