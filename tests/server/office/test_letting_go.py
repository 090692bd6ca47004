"""What a process keeps of those who ask, and what it lets go."""

import gc
import weakref
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path

import pytest

from dinero_mcp.server.office.callers import IDLE, LOOK_AGAIN, Callers
from tests.sandbox.connect.browser import IDA
from tests.server.office.running import Running, call, result, running


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def office(tmp_path: Path) -> AsyncGenerator[Running]:
    async with running(tmp_path) as office:
        yield office


def callers_of(office: Running, clock: Clock, room: int = 10**6) -> Callers:
    return Callers(office.state, office.office.callers.opened, room=room, clock=clock)


async def test_a_connection_nobody_asks_with_is_let_go_with_all_it_read(office: Running) -> None:
    clock, secret = Clock(), await office.named(await office.signed_in())
    callers = callers_of(office, clock)
    caller = await callers.found(secret)
    assert caller
    seen = weakref.ref(caller.opened.connection.dinero)
    del caller
    office.office.callers.forget((await office.state.connections.all())[0].id)
    clock.now += IDLE + 1
    callers.let_go()
    gc.collect()
    assert callers.count == 0
    assert seen() is None


async def test_of_more_than_there_is_room_for_what_was_used_longest_ago_goes(office: Running) -> None:
    secrets = [
        await office.named(await office.signed_in()),
        await office.named(await office.signed_in(IDA, 1002)),
    ]
    for secret in secrets:
        async with office.http(secret) as http:
            assert result(await call(http, "get-monthly-results-tool", given={"month": "2026-09"}))
    clock = Clock()
    callers = callers_of(office, clock, room=1)
    for secret in secrets:
        assert await callers.found(secret)
    callers.let_go()
    assert callers.count == 1


async def test_a_revoked_bearer_is_known_for_as_long_as_it_is_not_looked_up_again(office: Running) -> None:
    clock, secret = Clock(), await office.named(await office.signed_in())
    callers = callers_of(office, clock)
    caller = await callers.found(secret)
    assert caller
    await office.state.bearers.revoke(caller.bearer.id)
    clock.now += LOOK_AGAIN - 0.1
    assert await callers.found(secret)
    clock.now += 0.2
    assert await callers.found(secret) is None
