"""What is written down of calls, and what happens when it cannot be."""

import logging
from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from dinero_mcp.auth.audit import AuditLine
from dinero_mcp.auth.authorization.terms import READ
from dinero_mcp.auth.state import State, open_state
from dinero_mcp.server.office import records as module
from dinero_mcp.server.office.records import Records
from tests.auth.clock import Clock

CONNECTION = "a connection"


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime(2026, 10, 9, 12, tzinfo=UTC))


@pytest.fixture
async def state(tmp_path: Path) -> AsyncGenerator[State]:
    state = await open_state(tmp_path, None, ())
    yield state
    await state.close()


def called(clock: Clock, tool: str = "list-contacts-tool") -> AuditLine:
    return AuditLine(
        at=clock.now,
        connection_id=CONNECTION,
        client="laptop",
        tool=tool,
        organization_id=1001,
        outcome="ok",
        milliseconds=3,
        request_id="0" * 32,
    )


async def tools(state: State) -> list[str]:
    return [line.tool for line in await state.audit.latest(CONNECTION)]


async def test_calls_wait_for_the_next_batch_and_are_written_once(state: State, clock: Clock) -> None:
    records = Records(state, clock, audit_days=90)
    records.note(called(clock), "bearer")
    assert await tools(state) == []
    await records.write()
    await records.write()
    assert await tools(state) == ["list-contacts-tool"]


async def test_while_the_database_is_away_calls_wait_and_the_oldest_are_given_up_aloud(
    state: State, clock: Clock, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_WAITING", 3)
    records = Records(state, clock, audit_days=90)
    async with state.database.writing() as database:
        await database.execute(text("ALTER TABLE dinero_mcp_audit RENAME TO away"))
    for number in range(4):
        records.note(called(clock, f"tool {number}"), "bearer")
    with caplog.at_level(logging.WARNING):
        await records.write()
    assert "The audit trail waits" in caplog.text
    assert "1 calls are missing" in caplog.text
    async with state.database.writing() as database:
        await database.execute(text("ALTER TABLE away RENAME TO dinero_mcp_audit"))
    await records.write()
    assert await tools(state) == ["tool 3", "tool 2", "tool 1"]


async def test_a_bearer_is_noted_as_used_to_the_minute(state: State, clock: Clock) -> None:
    made, _ = await state.bearers.create_named(CONNECTION, "laptop", READ, clock.now, None)
    records, began = Records(state, clock, audit_days=90), clock.now
    seen: list[datetime | None] = []
    for _ in range(4):
        records.note(called(clock), made.id)
        await records.write()
        (bearer,) = await state.bearers.of(CONNECTION)
        seen.append(bearer.used_at)
        clock.pass_by(25)
    assert seen == [began, began, began, began + timedelta(seconds=75)]


async def test_lines_go_when_they_are_old_enough(state: State, clock: Clock) -> None:
    records = Records(state, clock, audit_days=30)
    records.note(called(clock, "old"), "bearer")
    await records.write()
    clock.pass_by(timedelta(days=31).total_seconds())
    records.note(called(clock, "new"), "bearer")
    await records.write()
    assert await tools(state) == ["new"]


async def test_a_line_that_comes_after_the_end_of_its_connection_names_nobody(
    state: State, clock: Clock
) -> None:
    records = Records(state, clock, audit_days=30)
    await records.write()
    records.note(replace(called(clock), client="Mette's laptop"), "bearer")
    await records.write()
    clock.pass_by(timedelta(hours=1).total_seconds())
    records.note(called(clock), "bearer")
    await records.write()
    assert [line.client for line in await state.audit.latest(CONNECTION)] == ["", ""]
