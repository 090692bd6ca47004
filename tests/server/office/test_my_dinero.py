"""What is done in My Dinero holds at the office's endpoints."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response

from dinero_mcp.auth.visma_connection import VismaConnection
from dinero_mcp.server.office.my_dinero import my_dinero_routes
from dinero_mcp.web.browsers import SESSION, Browsers
from dinero_mcp.web.sessions import Sessions
from tests.server.office.running import HERE, Running, call, result, running


@asynccontextmanager
async def signed_in(
    office: Running, connection: VismaConnection
) -> AsyncGenerator[tuple[httpx2.AsyncClient, str]]:
    """The owner's browser, and the proof for its forms."""
    sessions = Sessions(office.state.tickets, Browsers(HERE))
    response = Response()
    session = await sessions.begin(Request({"type": "http", "headers": []}), response, connection.id)
    app = Starlette(routes=my_dinero_routes(office.office, sessions))
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url=HERE) as browser:
        cookie = response.headers["set-cookie"].partition("=")[2].partition(";")[0]
        browser.cookies.set(sessions.browsers.cookie(SESSION), cookie)
        yield browser, session.proof


async def test_another_default_company_is_asked_about_at_once(tmp_path: Path) -> None:
    async with running(tmp_path) as office:
        connection = await office.signed_in(default=1001)
        secret = await office.named(connection)
        async with signed_in(office, connection) as (browser, proof):
            assert "3 companies, 2 of which can be asked about" in (await browser.get("/my")).text
            form = {"proof": proof, "organization": "1002"}
            assert (await browser.post("/my/organization", data=form)).status_code == 303
        async with office.http(secret) as http:
            answer = result(await call(http, "list-accounting-years-tool"))
    assert answer["structuredContent"]["organization"]["id"] == 1002


async def test_a_token_ends_with_its_connection_at_once(tmp_path: Path) -> None:
    async with running(tmp_path) as office:
        connection = await office.signed_in()
        secret = await office.named(connection)
        async with office.http(secret) as http, signed_in(office, connection) as (browser, proof):
            assert (await call(http, "list-organizations-tool")).status_code == 200
            answer = await browser.post("/my/disconnect", data={"proof": proof})
            assert "The access was taken back at Visma" in answer.text
            assert (await call(http, "list-organizations-tool")).status_code == 401
