"""MCP over HTTP, spoken to as a client does that knows nothing but HTTP and JSON."""

import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

import anyio
import httpx2
import pytest
from starlette.applications import Starlette

from dinero_mcp.sandbox import Fault, Sandbox
from dinero_mcp.server.app import create_server
from dinero_mcp.server.http import PATH, create_http_app
from dinero_mcp.server.services import open_services
from tests.server.listening import listening, until
from tests.tools.asking import settings_for_tests

Json = Mapping[str, Any]  # Any: JSON

NEWER, OLDER = "2026-07-28", "2025-11-25"
HERE = "http://127.0.0.1:8000"


@pytest.fixture
async def app(sandbox: Sandbox) -> AsyncIterator[Starlette]:
    settings, transport = settings_for_tests(), httpx2.ASGITransport(app=sandbox.app)
    app = create_http_app(create_server(lambda: open_services(settings, transport)))
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
async def http(app: Starlette) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url=HERE) as http:
        yield http


async def call(
    http: httpx2.AsyncClient, era: str, tool: str, url: str = PATH, given: Json | None = None, **meta: object
) -> httpx2.Response:
    """The response to one call of a tool, without arguments unless they are given."""
    if era == NEWER:
        meta["io.modelcontextprotocol/protocolVersion"] = era
        meta["io.modelcontextprotocol/clientCapabilities"] = {}
    params = {"name": tool, "arguments": given or {}, "_meta": meta}
    headers = {"Accept": "application/json, text/event-stream", "MCP-Protocol-Version": era}
    if era == NEWER:
        headers |= {"Mcp-Method": "tools/call", "Mcp-Name": tool}
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    return await http.post(url, json=message, headers=headers)


def messages(response: httpx2.Response) -> list[Json]:
    """What came, as JSON or as events."""
    assert response.status_code == 200, response.text
    if response.headers["Content-Type"] == "application/json":
        return [response.json()]
    lines = response.text.splitlines()
    return [json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: ")]


@pytest.mark.parametrize("era", [NEWER, OLDER])
async def test_a_bank_statement_of_many_pages_arrives(http: httpx2.AsyncClient, era: str) -> None:
    rows = "".join(f"14-01-2026;{'ø' * 100_000};{at}\n" for at in range(1, 61))
    given = {"account_number": 55000, "statement": f"Dato;Tekst;Beløb\n{rows}"}
    [message] = messages(await call(http, era, "reconcile-bank-statement-tool", given=given))
    assert message["result"]["structuredContent"]["outcomes"][-1]["lines"] == 60


@pytest.mark.parametrize("era", [NEWER, OLDER])
async def test_both_eras_of_the_protocol_are_answered(era: str, http: httpx2.AsyncClient):
    (reply,) = messages(await call(http, era, "list-organizations-tool"))
    assert [each["id"] for each in reply["result"]["structuredContent"]["organizations"]] == [
        1001,
        1002,
        1003,
    ]


@pytest.mark.parametrize("era", [NEWER, OLDER])
async def test_a_long_read_reports_its_progress_to_whoever_listens(
    era: str, http: httpx2.AsyncClient, sandbox: Sandbox
):
    sandbox.faults.append(Fault(path="contacts", delay=1.1))
    progress, reply = messages(await call(http, era, "list-contacts-tool", progressToken="p1"))
    assert progress["method"] == "notifications/progress"
    assert progress["params"]["progressToken"] == "p1"
    assert progress["params"]["message"] == "Reading contacts, page 1"
    assert reply["result"]["structuredContent"]["contacts"]


async def test_a_page_under_another_name_cannot_ask(http: httpx2.AsyncClient):
    assert (await http.post(PATH, json={}, headers={"Host": "evil.example"})).status_code == 421
    assert (await http.post(PATH, json={}, headers={"Origin": "https://evil.example"})).status_code == 403


async def test_the_server_goes_on_when_a_client_is_gone(app: Starlette, sandbox: Sandbox):
    sandbox.faults.append(Fault(path="contacts", delay=20))
    async with listening(app) as address, httpx2.AsyncClient() as http:
        async with anyio.create_task_group() as asking:
            asking.start_soon(call, http, NEWER, "list-contacts-tool", address + PATH)
            await until(lambda: any(seen.path.endswith("contacts") for seen in sandbox.requests))
            asking.cancel_scope.cancel()
        with anyio.fail_after(10):
            (reply,) = messages(await call(http, NEWER, "list-contacts-tool", address + PATH))
    assert reply["result"]["structuredContent"]["contacts"]
