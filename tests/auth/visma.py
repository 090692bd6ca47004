"""A sandbox's Visma Connect with somebody signed in, and what the tests do to it."""

import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anyio
import httpx2
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dinero_mcp.auth.connecting import new_connection
from dinero_mcp.auth.refreshing import Rules
from dinero_mcp.auth.store import ConnectionStore
from dinero_mcp.auth.visma_client import VismaClient
from dinero_mcp.auth.visma_connection import VismaConnection, VismaUser
from dinero_mcp.auth.visma_tokens import VismaTokens
from dinero_mcp.sandbox import DEMO_VISMA_CLIENT_ID, DEMO_VISMA_CLIENT_SECRET, Application, Sandbox
from dinero_mcp.sandbox.connect.application import DEMO_REDIRECT_ADDRESS
from tests.auth.clock import Clock
from tests.sandbox.connect.browser import ASTRID, ISSUER, VERIFIER, code_for

TOKEN = "/connect/token"


@dataclass
class Withheld:
    """An app that makes its answers to the token endpoint and sends them only when it may."""

    app: ASGIApp
    made: anyio.Event = field(default_factory=anyio.Event)
    may_go: anyio.Event = field(default_factory=anyio.Event)
    meanwhile: Callable[[], None] = lambda: None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_later(message: Message) -> None:
            if scope["path"] == TOKEN and message["type"] == "http.response.start":
                self.meanwhile()
                self.made.set()
                await self.may_go.wait()
            await send(message)

        await self.app(scope, receive, send_later)


class Broken(httpx2.AsyncBaseTransport):
    """A network that fails once on the way to the token endpoint, or on the way back from it."""

    def __init__(self, app: ASGIApp, error: Exception, *, on_the_way_back: bool) -> None:
        self._network = httpx2.ASGITransport(app)
        self._errors = [error]
        self._on_the_way_back = on_the_way_back

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        fails = bool(self._errors) and request.url.path == TOKEN
        if fails and not self._on_the_way_back:
            raise self._errors.pop()
        response = await self._network.handle_async_request(request)
        if fails:
            raise self._errors.pop()
        return response


class Office:
    """Somebody signed in, and any number of programs that use the connection."""

    def __init__(self, store: ConnectionStore, clock: Clock, **application: Any) -> None:  # Any: its fields
        self.store = store
        self.clock = clock
        self.sandbox = Sandbox(
            clock.now.date(), [], application=Application(**application), now=clock.seconds
        )
        self.user = VismaUser(ISSUER, ASTRID.subject)

    def visma(self, network: httpx2.AsyncBaseTransport | None = None) -> VismaClient:
        transport = network or httpx2.ASGITransport(self.sandbox.app)
        return VismaClient(ISSUER, DEMO_VISMA_CLIENT_ID, DEMO_VISMA_CLIENT_SECRET, transport)

    def program(
        self,
        app: ASGIApp | None = None,
        rules: Rules | None = None,
        network: httpx2.AsyncBaseTransport | None = None,
    ) -> VismaTokens:
        """A program of its own, as far as it shares nothing but the store."""
        reached = network or httpx2.ASGITransport(app or self.sandbox.app)
        return VismaTokens(self.store, self.visma(reached), self.user, rules, self.clock)

    async def sign_in(self) -> VismaConnection:
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(self.sandbox.app)) as http:
            code = await code_for(http)
        token = await self.visma().tokens(code, VERIFIER, DEMO_REDIRECT_ADDRESS)
        await self.store.connect(new_connection(token, self.clock.now))
        self.sandbox.requests.clear()
        return await self.kept()

    async def kept(self) -> VismaConnection:
        return await self.store.connection(self.user)

    @property
    def refreshes(self) -> int:
        return sum(seen.path == TOKEN for seen in self.sandbox.requests)

    async def opens(self, token: str) -> bool:
        """Whether Dinero accepts the token."""
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(self.sandbox.app)) as http:
            headers = {"Authorization": f"Bearer {token}"}
            answer = await http.get("https://api.dinero.dk/v1/organizations", headers=headers)
        return answer.status_code == 200


async def at_once(count: int, work: Callable[[], Awaitable[str]]) -> list[str]:
    """What so many of the same, all at the same time, give."""
    given: list[str] = []

    async def one() -> None:
        given.append(await work())

    async with anyio.create_task_group() as group:
        for _ in range(count):
            group.start_soon(one)
    return given


class Lock:
    """Keeps a SQLite file from being written to, as another process may."""

    def __init__(self, database: Path) -> None:
        self._held = sqlite3.connect(database, isolation_level=None)

    def take(self) -> None:
        self._held.execute("BEGIN IMMEDIATE")

    def leave(self) -> None:
        with closing(self._held):
            self._held.execute("ROLLBACK")
