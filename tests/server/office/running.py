"""An office in this process, with people signed in and clients asking."""

import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import anyio
import httpx2
from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from dinero_mcp.auth.authorization.document_fetch import DocumentFetch
from dinero_mcp.auth.authorization.terms import READ
from dinero_mcp.auth.bearers import Grant, Pair
from dinero_mcp.auth.connecting import new_connection
from dinero_mcp.auth.state import State
from dinero_mcp.auth.visma_connection import VismaConnection
from dinero_mcp.sandbox import DEMO_VISMA_CLIENT_ID, DEMO_VISMA_CLIENT_SECRET, Application, Sandbox
from dinero_mcp.sandbox.connect.users import User
from dinero_mcp.server.app import create_server
from dinero_mcp.server.office.addresses import Addresses
from dinero_mcp.server.office.app import create_office_app
from dinero_mcp.server.office.endpoints import MakeServer
from dinero_mcp.server.office.metrics import Metrics, call_outcomes
from dinero_mcp.server.office.office import Office, open_office
from dinero_mcp.server.office.pages import pages_of
from dinero_mcp.server.office.surroundings import Surroundings
from dinero_mcp.settings import Settings
from dinero_mcp.web.browsers import SESSION, Browsers
from dinero_mcp.web.sessions import Sessions
from tests.auth.authorization.desk import CALLBACK, answer_in, challenge_of
from tests.auth.authorization.desk import VERIFIER as CLIENT_VERIFIER
from tests.demo import demo_sandbox
from tests.sandbox.connect.browser import ASTRID, VERIFIER, code_for
from tests.tools.asking import settings_for_tests

Json = Mapping[str, Any]  # Any: JSON

NEWER, OLDER = "2026-07-28", "2025-11-25"
HERE = "http://127.0.0.1:8000"
ADDRESSES = Addresses(HERE)
CLIENT = "https://client.example/metadata.json"


@dataclass
class Running:
    """The office, and whoever comes to it."""

    office: Office
    app: ASGIApp
    sandbox: Sandbox

    @property
    def state(self) -> State:
        return self.office.state

    def http(self, secret: str = "", **headers: str) -> httpx2.AsyncClient:
        """Somebody with a bearer."""
        if secret:
            headers["Authorization"] = f"Bearer {secret}"
        return httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=self.app), base_url=HERE, headers=headers
        )

    async def browser(self, connection: VismaConnection) -> tuple[httpx2.AsyncClient, str]:
        """A browser that is signed in, and the proof for its forms."""
        sessions, response = Sessions(self.state.tickets, Browsers(HERE)), Response()
        session = await sessions.begin(Request({"type": "http", "headers": []}), response, connection.id)
        http = self.http()
        cookie = response.headers["set-cookie"].partition("=")[2].partition(";")[0]
        http.cookies.set(sessions.browsers.cookie(SESSION), cookie)
        return http, session.proof

    async def signed_in(self, user: User = ASTRID, default: int | None = 1001) -> VismaConnection:
        """A connection of this user's."""
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(self.sandbox.app)) as http:
            code = await code_for(http, user, redirect_uri=self.office.addresses.callback)
        token = await self.office.visma.tokens(code, VERIFIER, self.office.addresses.callback)
        made = new_connection(token, datetime.now(UTC))
        await self.state.connections.connect(made)
        await self.state.connections.change(made.user, lambda kept: replace(kept, organization_id=default))
        return await self.state.connections.connection(made.user)

    async def named(self, connection: VismaConnection, expires_at: datetime | None = None) -> str:
        """A token that its owner made."""
        now = datetime.now(UTC)
        _, secret = await self.state.bearers.create_named(connection.id, "laptop", READ, now, expires_at)
        return secret

    async def granted(self, connection: VismaConnection, resource: str = ADDRESSES.dinero) -> str:
        """The access token of an OAuth client."""
        return (await self.pair(connection, resource)).access_token

    async def pair(self, connection: VismaConnection, resource: str = ADDRESSES.dinero) -> Pair:
        """The tokens of an OAuth client."""
        grant = Grant(
            connection_id=connection.id,
            client_id=CLIENT,
            client_name="Claude",
            resource=resource,
            scope=READ,
        )
        return await self.state.bearers.issue(grant, datetime.now(UTC))


def sandbox_at(addresses: Addresses = ADDRESSES) -> Sandbox:
    """A sandbox whose Visma Connect sends people back to an office at these addresses."""
    return demo_sandbox(application=Application(redirect_addresses=(addresses.callback,)))


async def asking(http: httpx2.AsyncClient, elsewhere: httpx2.AsyncClient | None = None) -> tuple[str, str]:
    """A client that has registered itself and asks, perhaps elsewhere, to be let in: its id, and the key of
    what it asks.
    """
    metadata = {"redirect_uris": [CALLBACK], "client_name": "Claude", "token_endpoint_auth_method": "none"}
    client = (await http.post("/register", json=metadata)).json()["client_id"]
    asked = {
        "client_id": client,
        "redirect_uri": CALLBACK,
        "resource": ADDRESSES.dinero,
        "response_type": "code",
        "code_challenge": challenge_of(CLIENT_VERIFIER),
        "code_challenge_method": "S256",
    }
    sent_to = (await (elsewhere or http).get("/authorize", params=asked)).headers["Location"]
    return client, answer_in(sent_to)["request"]


def office_settings(folder: Path, **its: Any) -> Settings:  # Any: settings
    """Settings of an office on the sandbox."""
    return settings_for_tests().model_copy(
        update={
            "client_id": None,
            "client_secret": None,
            "api_key": None,
            "organization_id": None,
            "visma_client_id": DEMO_VISMA_CLIENT_ID,
            "visma_client_secret": SecretStr(DEMO_VISMA_CLIENT_SECRET),
            "connect_url": "https://connect.visma.com",
            "data_directory": folder,
        }
        | its
    )


@asynccontextmanager
async def running(
    folder: Path,
    sandbox: Sandbox | None = None,
    addresses: Addresses = ADDRESSES,
    documents: DocumentFetch | None = None,
    make: MakeServer = create_server,
    **its: Any,  # settings
) -> AsyncGenerator[Running]:
    """An office on a sandbox."""
    sandbox = sandbox or sandbox_at(addresses)
    offices: list[Office] = []

    @asynccontextmanager
    async def opened() -> AsyncGenerator[Office]:
        network = httpx2.ASGITransport(app=sandbox.app)
        around = Surroundings(office_settings(folder, **its), network, documents=documents or DocumentFetch())
        metrics = Metrics(around.tools, call_outcomes())
        async with open_office(around, addresses, metrics) as office:
            offices.append(office)
            yield office

    app = create_office_app(opened, addresses, pages_of, make)
    async with lifespan(app):
        yield Running(offices[0], app, sandbox)


@asynccontextmanager
async def lifespan(app: ASGIApp) -> AsyncGenerator[None]:
    """The app, started and stopped as a server does it."""
    begun, stopping, done = anyio.Event(), anyio.Event(), anyio.Event()
    inbox = [{"type": "lifespan.startup"}]

    async def receive() -> Any:  # Any: ASGI events
        if inbox:
            return inbox.pop()
        await stopping.wait()
        return {"type": "lifespan.shutdown"}

    async def send(event: Any) -> None:
        assert not event["type"].endswith("failed"), event
        (begun if event["type"].startswith("lifespan.startup") else done).set()

    async def live() -> None:
        await app({"type": "lifespan", "asgi": {"version": "3.0"}}, receive, send)

    async with anyio.create_task_group() as group:
        group.start_soon(live)
        await begun.wait()
        try:
            yield
        finally:
            stopping.set()
            with anyio.CancelScope(shield=True):
                await done.wait()


def call_of(
    tool: str, era: str = NEWER, given: Json | None = None, **meta: object
) -> tuple[Json, dict[str, str]]:
    """A call as a client sends it: message and headers."""
    if era == NEWER:
        meta["io.modelcontextprotocol/protocolVersion"] = era
        meta["io.modelcontextprotocol/clientCapabilities"] = {}
    params = {"name": tool, "arguments": given or {}, "_meta": meta}
    headers = {"Accept": "application/json, text/event-stream", "MCP-Protocol-Version": era}
    if era == NEWER:
        headers |= {"Mcp-Method": "tools/call", "Mcp-Name": tool}
    return {"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": params}, headers


async def call(
    http: httpx2.AsyncClient,
    tool: str,
    path: str = "/mcp/dinero",
    era: str = NEWER,
    given: Json | None = None,
    **meta: object,
) -> httpx2.Response:
    """The response to one call."""
    message, headers = call_of(tool, era, given, **meta)
    return await http.post(path, json=message, headers=headers)


def result(response: httpx2.Response) -> Json:
    """What the tool answered, in JSON."""
    assert response.status_code == 200, response.text
    assert response.headers["Content-Type"] == "application/json", response.text
    return json.loads(response.text)["result"]
