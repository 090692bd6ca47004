"""A Redis that is lost holds nothing, keeps nobody waiting, and is found again."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from dinero_mcp.dinero.redis_answers import RedisAnswers, RedisStatus
from dinero_mcp.dinero.shared import Held
from tests.commands import free_port
from tests.dinero.redis_server import a_redis, redis_server

NOBODY = "redis://127.0.0.1:1/0"


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@asynccontextmanager
async def silent() -> AsyncGenerator[tuple[str, list[float]]]:
    """A server that takes connections and never answers, and when each came."""
    came: list[float] = []

    async def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        came.append(time.monotonic())
        await reader.read()
        writer.close()

    server = await asyncio.start_server(hold, "127.0.0.1", 0)
    async with server:
        yield f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/0", came


@asynccontextmanager
async def way_to_redis(port: int) -> AsyncGenerator[None]:
    """The Redis on another port, until who came there has gone."""
    host, _, redis_port = redis_server().split("//")[1].split("/")[0].rpartition(":")
    gone = asyncio.Event()

    async def through(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, out = await asyncio.open_connection(host, int(redis_port))
        await asyncio.gather(pumped(reader, out), pumped(there, writer))
        gone.set()

    async with await asyncio.start_server(through, "127.0.0.1", port):
        yield
        await asyncio.wait_for(gone.wait(), 10)


async def pumped(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while piece := await reader.read(65536):
        writer.write(piece)
        await writer.drain()
    writer.close()


async def test_what_was_put_is_there_for_as_long_as_was_said() -> None:
    async with a_redis() as shared:
        await shared.answers.put("a", b"\x00\xff", 60)
        held = await shared.answers.get(["a"])
        assert held is not None
        assert held.value == b"\x00\xff"
        assert 59 < held.seconds <= 60
        await shared.answers.put("a", b"gone", 0.001)
        await asyncio.sleep(0.01)
        assert await shared.answers.get(["a"]) is None


async def test_the_first_name_that_holds_anything_is_taken() -> None:
    async with a_redis() as shared:
        await shared.answers.put("old", b"1", 60)
        assert await shared.answers.get(["new"]) is None
        found = await shared.answers.get(["new", "old"])
        assert isinstance(found, Held)
        assert found.value == b"1"


async def test_a_value_without_an_end_is_none_of_ours() -> None:
    async with a_redis() as shared:
        await shared.hand.redis.set(f"{shared.hand.prefix}a", b"1")
        assert await shared.answers.get(["a"]) is None


async def test_dropping_takes_all_that_begins_so_and_nothing_else() -> None:
    async with a_redis() as shared:
        for number in range(2500):
            await shared.hand.put(f"{shared.hand.prefix}one:{number}", b"1")
        await shared.answers.put("other:1", b"1", 60)
        assert await shared.answers.drop(["one:", "nobody:"])
        assert await shared.hand.names() == [f"{shared.hand.prefix}other:1"]


async def test_a_lost_redis_holds_nothing_and_is_told_of_once(caplog: pytest.LogCaptureFixture) -> None:
    answers = RedisAnswers(NOBODY)
    for _ in range(3):
        assert await answers.get(["a"]) is None
        await answers.put("a", b"1", 60)
    assert not await answers.drop(["a"])
    assert await answers.status() == RedisStatus(is_up=False, failure="ConnectionError")
    [told] = [record for record in caplog.records if record.name.startswith("dinero_mcp")]
    assert "Redis is lost (ConnectionError)" in told.getMessage()


async def test_a_silent_redis_is_waited_for_once_and_then_left_alone_for_a_while() -> None:
    async with silent() as (url, came):
        clock = Clock()
        answers = RedisAnswers(url, seconds=0.05, pause=3, clock=clock)
        await asyncio.gather(*(answers.get(["a"]) for _ in range(10)))
        at_first = len(came)
        await asyncio.gather(*(answers.get(["a"]) for _ in range(10)))
        assert len(came) == at_first
        clock.now += 3
        await asyncio.gather(*(answers.get(["a"]) for _ in range(10)))
        assert len(came) == at_first + 1, "one finds out whether it is back"
        await answers.aclose()


async def test_a_redis_that_is_back_is_used_again_and_told_of(caplog: pytest.LogCaptureFixture) -> None:
    clock, port = Clock(), free_port()
    answers = RedisAnswers(f"redis://127.0.0.1:{port}/9", seconds=10, pause=3, clock=clock)
    assert (await answers.status()).failure == "ConnectionError"
    async with way_to_redis(port):
        assert not (await answers.status()).is_up, "it is left alone for a while"
        clock.now += 3
        assert (await answers.status()).is_up
        assert (await answers.status()).is_up
        await answers.aclose()
    told = [record.getMessage().split(".")[0] for record in caplog.records]
    assert told == ["Redis is lost (ConnectionError)", "Redis is back"]


async def test_a_redis_that_refuses_is_not_lost_and_told_of_once(caplog: pytest.LogCaptureFixture) -> None:
    async with a_redis() as shared:
        await shared.hand.redis.rpush(f"{shared.hand.prefix}list", "1")  # pyright: ignore[reportGeneralTypeIssues] - typed for both twins
        for _ in range(2):
            assert await shared.answers.get(["list"]) is None
        assert (await shared.answers.status()).is_up
    assert sum("refuses" in record.getMessage() for record in caplog.records) == 1
