"""What a load balancer and an orchestrator are told."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import anyio
import anyio.lowlevel
import httpx2
import pytest
from anyio.to_thread import run_sync
from starlette.applications import Starlette
from starlette.routing import Route

from dinero_mcp.auth.places import database_in
from dinero_mcp.auth.state import open_state
from dinero_mcp.errors import StoreError
from dinero_mcp.server.office.health import Readiness, healthz
from tests.auth.postgresql import a_database


class Store:
    """A store that can be asked, and how often it was."""

    def __init__(self, answer: Callable[[], Awaitable[object]] = anyio.lowlevel.checkpoint) -> None:
        self.answer, self.asked = answer, 0

    async def __call__(self) -> None:
        self.asked += 1
        await self.answer()


class Clock:
    """Stands still until it is moved."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


async def refuse() -> None:
    raise StoreError("The database at db:5432 does not answer.")


def client(readiness: Readiness) -> httpx2.AsyncClient:
    app = Starlette(routes=[Route("/healthz", healthz), Route("/readyz", readiness.readyz)])
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://here")


async def asked(readiness: Readiness) -> tuple[int, dict[str, str]]:
    async with client(readiness) as http:
        answer = await http.get("/readyz")
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.status_code, answer.json()


async def test_a_process_that_answers_lives_whatever_its_store_does():
    async with client(Readiness(Store(refuse), lambda: "redis")) as http:
        assert (await http.get("/healthz")).status_code == 200


async def test_a_server_whose_store_answers_is_ready():
    told = {"status": "ready", "store": "reachable", "cache": "redis"}
    assert await asked(Readiness(Store(), lambda: "redis")) == (200, told)


async def test_a_server_that_lost_its_cache_is_ready_and_says_so():
    lost = "lost, rate window in the database"
    status, told = await asked(Readiness(Store(), lambda: lost))
    assert (status, told["status"], told["cache"]) == (200, "ready", lost)


async def test_a_server_whose_store_cannot_be_reached_is_not_ready_and_names_no_address():
    told = {"status": "not ready", "store": "unreachable", "cache": "memory"}
    assert await asked(Readiness(Store(refuse), lambda: "memory")) == (503, told)


async def test_a_store_that_does_not_answer_within_a_second_counts_as_lost():
    with anyio.fail_after(5):
        status, _ = await asked(Readiness(Store(anyio.sleep_forever), lambda: "memory"))
    assert status == 503


async def test_a_server_that_drains_is_not_ready_but_lives():
    readiness = Readiness(Store(), lambda: "redis")
    readiness.drain()
    status, told = await asked(readiness)
    assert (status, told["status"], told["store"]) == (503, "draining", "reachable")


async def test_many_who_ask_at_once_ask_the_store_once_a_second():
    store, clock = Store(), Clock()
    readiness = Readiness(store, lambda: "redis", clock=clock)
    async with anyio.create_task_group() as tasks:
        for _ in range(50):
            tasks.start_soon(asked, readiness)
    assert store.asked == 1
    store.answer, clock.now = refuse, 1.0
    assert (await asked(readiness))[0] == 503


@pytest.fixture
def database() -> Iterator[tuple[str, ExitStack]]:
    """The address of a PostgreSQL database, which is gone when the stack is closed."""
    with ExitStack() as held:
        yield held.enter_context(a_database()), held


async def test_a_server_is_no_longer_ready_when_its_database_is_gone(
    database: tuple[str, ExitStack], tmp_path: Path
):
    address, held = database
    state, clock = await open_state(tmp_path, address, most_connections=2), Clock()
    readiness = Readiness(state.check, lambda: "memory", clock=clock)
    assert (await asked(readiness))[0] == 200
    await run_sync(held.close)
    clock.now = 1.0
    assert (await asked(readiness))[0] == 503
    await state.close()


@pytest.mark.parametrize("becomes", [b"no database", b"", None])
async def test_a_server_is_no_longer_ready_when_its_file_is_none_any_more(
    tmp_path: Path, becomes: bytes | None
):
    state, clock = await open_state(tmp_path), Clock()
    readiness = Readiness(state.check, lambda: "memory", clock=clock)
    assert (await asked(readiness))[0] == 200
    file = database_in(tmp_path)
    file.unlink()
    if becomes is not None:
        file.write_bytes(becomes)
    clock.now = 1.0
    assert (await asked(readiness))[0] == 503
    await state.close()


async def test_a_store_that_is_slow_is_not_asked_twice_at_once_nor_broken_off():
    answers, clock = anyio.Event(), Clock()
    store = Store(answers.wait)
    readiness = Readiness(store, lambda: "memory", clock=clock)
    assert (await asked(readiness))[0] == 503
    answers.set()
    clock.now += 2
    assert (await asked(readiness))[0] == 200
    assert store.asked == 1
