"""One user after the other, and what their companies are called."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import anyio
import httpx2
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from dinero_mcp.dinero.call import Call
from dinero_mcp.sandbox import Sandbox
from dinero_mcp.sandbox.books import Books
from dinero_mcp.server.visma import open_visma_services
from tests.auth.visma import Withheld
from tests.commands import Settings as Variables
from tests.commands import run
from tests.sandbox.connect.browser import ASTRID, MADS
from tests.server.listening import listening
from tests.server.test_visma import on_a_port, settings_in, sign_in


async def test_a_question_that_waits_for_a_token_is_answered_although_another_user_signs_in(
    sandbox: Sandbox, tmp_path: Path
):
    settings, slow = settings_in(tmp_path), Withheld(sandbox.app)
    await sign_in(settings, sandbox, ASTRID, expires_at=datetime.now(UTC))
    found: list[int] = []
    async with (
        open_visma_services(settings, httpx2.ASGITransport(slow), look_again=0) as services,
        anyio.create_task_group() as group,
    ):
        first = await services.connection()

        async def ask() -> None:
            found.extend(each.id for each in await first.dinero.organizations(Call()))

        group.start_soon(ask)
        await slow.made.wait()
        await sign_in(settings, sandbox, MADS)
        with anyio.fail_after(10):
            assert await services.connection() is not first
        slow.may_go.set()
    assert found == [1001, 1002, 1003]


async def test_use_repeats_no_control_characters_of_a_name(companies: list[Books], tmp_path: Path):
    async with on_a_port(companies, tmp_path) as (variables, _), listening_with_a_name(variables) as loud:
        done = await anyio.to_thread.run_sync(lambda: run("use", "1001", cwd=tmp_path, settings=loud))
    assert (done.returncode, "\x1b" in done.stdout) == (0, False)
    assert "[31mRed" in done.stdout


@asynccontextmanager
async def listening_with_a_name(variables: Variables) -> AsyncGenerator[Variables]:
    """A Dinero whose company has a terminal's control characters in its name."""
    answer = [{"Id": 1001, "Name": "\x1b[31mRed", "IsPro": True}]

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await JSONResponse(answer)(scope, receive, send)

    async with listening(app) as address:
        yield {**variables, "DINERO_API_URL": address}
