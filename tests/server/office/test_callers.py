"""Who is asking is looked up as seldom as it may be."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from dinero_mcp.server.office import callers
from tests.server.office.running import call, result, running


async def test_many_who_ask_at_once_with_one_token_are_looked_up_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(callers, "LOOK_AGAIN", 60.0)  # on a slow machine they ask for longer than usual
    async with running(tmp_path) as office:
        secret = await office.named(await office.signed_in())
        asked: list[str] = []

        def note(
            _connection: Any, _cursor: Any, statement: str, *_: Any
        ) -> None:  # Any: as the library has it
            asked.append(statement)

        event.listen(office.state.database.engine.sync_engine, "before_cursor_execute", note)
        async with office.http(secret) as http:
            answers = await asyncio.gather(*(call(http, "list-organizations-tool") for _ in range(16)))
        assert all("structuredContent" in result(answer) for answer in answers)
        assert sum("FROM dinero_mcp_bearers" in statement for statement in asked) == 1
