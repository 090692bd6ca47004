"""Eight processes with one connection whose token has run out, on both databases."""

import json
import sys
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import anyio
import httpx2
import pytest
from anyio.abc import Process
from anyio.streams.buffered import BufferedByteReceiveStream

from dinero_mcp.auth.connecting import new_connection
from dinero_mcp.auth.visma_client import VismaClient
from dinero_mcp.auth.visma_connection import VismaConnection
from dinero_mcp.sandbox import DEMO_VISMA_CLIENT_ID, DEMO_VISMA_CLIENT_SECRET, Application, Sandbox
from dinero_mcp.sandbox.connect.application import DEMO_REDIRECT_ADDRESS
from tests.auth.conftest import Place
from tests.auth.visma import TOKEN, Withheld
from tests.sandbox.connect.browser import VERIFIER, code_for
from tests.server.listening import listening

pytestmark = pytest.mark.once
PROGRAM = Path(__file__).with_name("one_program.py")
ROOT = PROGRAM.parent.parent.parent
LONGEST = 120
"""Seconds after which a test has hung."""
LEASE = 3.0
"""Seconds that the others wait for one that was killed."""
ALL_WELL = {"200": 100}
ALL_EXPIRED = {"ConnectionExpiredError": 100}


class Program:
    """One process, spoken to in lines."""

    def __init__(self, process: Process) -> None:
        assert process.stdout
        self.process = process
        self._lines = BufferedByteReceiveStream(process.stdout)

    async def says(self) -> str:
        return (await self._lines.receive_until(b"\n", max_bytes=10_000)).decode()

    async def go(self) -> None:
        assert self.process.stdin
        await self.process.stdin.send(b"\n")


class Machine:
    """A sandbox on a port, a store with an expired connection in it, and programs that use both."""

    def __init__(self, place: Place, address: str, sandbox: Sandbox, grace: float, lease: float) -> None:
        self.place = place
        self.address = address
        self.sandbox = sandbox
        self._rules = [grace, lease]
        self._programs = AsyncExitStack()

    async def sign_in_long_ago(self) -> None:
        visma = VismaClient(self.address, DEMO_VISMA_CLIENT_ID, DEMO_VISMA_CLIENT_SECRET)
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(self.sandbox.app)) as http:
            code = await code_for(http)
        token = await visma.tokens(code, VERIFIER, DEMO_REDIRECT_ADDRESS)
        store = await self.place.opened()
        await store.connect(new_connection(token, datetime(2026, 1, 1, tzinfo=UTC)))
        self.sandbox.requests.clear()

    async def started(self) -> Program:
        """A program that is ready to go."""
        with_settings = {
            "address": self.address,
            "application": [DEMO_VISMA_CLIENT_ID, DEMO_VISMA_CLIENT_SECRET],
            "directory": str(self.place.directory),
            "database": self.place.database_address,
            "rules": self._rules,
        }
        command = [sys.executable, str(PROGRAM), json.dumps(with_settings)]
        process = await anyio.open_process(command, cwd=ROOT, stderr=None)
        program = Program(await self._programs.enter_async_context(process))
        assert await program.says() == "ready"
        return program

    async def end(self) -> None:
        await self._programs.aclose()

    async def kept(self) -> VismaConnection | None:
        return await (await self.place.opened()).newest(self.address)

    @property
    def refreshes(self) -> int:
        return sum(seen.path == TOKEN for seen in self.sandbox.requests)


@asynccontextmanager
async def machine(
    place: Place, *, withheld: bool = False, grace: float = 0, lease: float = LEASE
) -> AsyncGenerator[tuple[Machine, Withheld]]:
    """A machine whose Visma Connect answers at once, or first when the test lets it."""
    sandbox = Sandbox(datetime.now(UTC).date(), [], application=Application(grace_seconds=grace))
    app = Withheld(sandbox.app)
    app.may_go.set()
    with anyio.fail_after(LONGEST):
        async with listening(app) as address:
            made = Machine(place, address, sandbox, grace, lease)
            await made.sign_in_long_ago()
            if withheld:
                app.made, app.may_go = anyio.Event(), anyio.Event()
            try:
                yield made, app
            finally:
                await made.end()


async def all_started(made: Machine, count: int) -> list[Program]:
    programs: list[Program] = []

    async def one() -> None:
        programs.append(await made.started())

    async with anyio.create_task_group() as group:
        for _ in range(count):
            group.start_soon(one)
    return programs


async def all_met(programs: list[Program]) -> list[dict[str, int]]:
    return [json.loads(await program.says()) for program in programs]


async def test_a_hundred_calls_of_each_cause_one_refresh_and_none_fails(place: Place) -> None:
    async with machine(place, lease=LONGEST) as (made, _):
        programs = await all_started(made, 8)
        for program in programs:
            await program.go()
        assert await all_met(programs) == [ALL_WELL] * 8
        assert made.refreshes == 1
        kept = await made.kept()
    assert kept
    assert kept.lease is None


@pytest.mark.parametrize(("grace", "met"), [(60, ALL_WELL), (0, ALL_EXPIRED)], ids=["grace", "no grace"])
async def test_one_is_killed_between_the_answer_and_storing_it(
    grace: float, met: dict[str, int], place: Place
) -> None:
    async with machine(place, withheld=True, grace=grace) as (made, visma):
        victim, *others = await all_started(made, 8)
        await victim.go()
        await visma.made.wait()
        for program in others:
            await program.go()
        victim.process.kill()
        await victim.process.wait()
        visma.may_go.set()
        assert await all_met(others) == [met] * 7
        assert made.refreshes == (2 if grace else 1)
