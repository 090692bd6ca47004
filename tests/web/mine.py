"""My Dinero over the sandbox: people who are signed in at Visma and in a browser, all in this process."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import httpx2
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response

from dinero_mcp.auth.connecting import new_connection
from dinero_mcp.auth.state import State, open_state
from dinero_mcp.auth.visma_client import VismaClient
from dinero_mcp.auth.visma_connection import VismaConnection
from dinero_mcp.auth.visma_tokens import VismaTokens
from dinero_mcp.dinero.call import Call
from dinero_mcp.dinero.client import Dinero
from dinero_mcp.dinero.wire import http_client
from dinero_mcp.errors import DineroMCPError
from dinero_mcp.sandbox import DEMO_VISMA_CLIENT_ID, DEMO_VISMA_CLIENT_SECRET, Sandbox
from dinero_mcp.sandbox.books import Books
from dinero_mcp.sandbox.connect.application import DEMO_REDIRECT_ADDRESS
from dinero_mcp.sandbox.connect.users import User
from dinero_mcp.server.disconnecting import disconnect
from dinero_mcp.web.addresses import Addresses
from dinero_mcp.web.browsers import Browsers
from dinero_mcp.web.my_dinero import MyDinero
from dinero_mcp.web.pages import Organization
from dinero_mcp.web.sessions import Session, Sessions
from tests.auth.clock import Clock
from tests.sandbox.connect.browser import ASTRID, ISSUER, VERIFIER, code_for

HERE = "http://127.0.0.1:8765"
ENGLISH = {"Accept-Language": "en"}
ADDRESSES = Addresses(f"{HERE}/mcp/dinero", f"{HERE}/mcp")


@dataclass(frozen=True)
class Called:
    """A company that is called something."""

    id: int
    name: str | None
    is_pro: bool | None = True


@dataclass
class Office:
    """What the pages ask of the server, answered by the sandbox."""

    state: State
    sandbox: Sandbox
    clock: Clock
    addresses: Addresses = ADDRESSES
    is_demo: bool = False
    allowed: frozenset[int] | None = None
    besides: list[Called] = field(default_factory=list[Called])
    fails: DineroMCPError | None = None
    """What comes of asking Dinero for the companies."""
    network: httpx2.AsyncBaseTransport | None = None
    """What Visma is reached by, where that is not the sandbox."""

    def now(self) -> datetime:
        return self.clock.now

    def allows(self, organization_id: int) -> bool:
        return self.allowed is None or organization_id in self.allowed

    async def organizations(self, connection: VismaConnection) -> Sequence[Organization]:
        if self.fails:
            raise self.fails
        tokens = VismaTokens(
            self.state.connections, self.visma(), connection.user, clock=lambda: self.clock.now
        )
        async with http_client(transport=httpx2.ASGITransport(self.sandbox.app)) as http:
            found = await Dinero(http, tokens, requests_per_minute=100).organizations(Call())
        return [*found, *self.besides]

    async def choose(self, connection: VismaConnection, organization_id: int) -> None:
        await self.state.connections.change(
            connection.user, lambda kept: replace(kept, organization_id=organization_id)
        )

    async def disconnect(self, connection: VismaConnection) -> bool:
        return await disconnect(self.state, self.visma(), connection)

    def visma(self) -> VismaClient:
        network = self.network or httpx2.ASGITransport(self.sandbox.app)
        return VismaClient(ISSUER, DEMO_VISMA_CLIENT_ID, DEMO_VISMA_CLIENT_SECRET, network)


@dataclass
class Home:
    """The pages, and whatever they reach."""

    state: State
    office: Office
    sessions: Sessions
    app: Starlette

    async def connected(self, user: User = ASTRID) -> VismaConnection:
        """A connection of somebody who signed in at Visma."""
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(self.office.sandbox.app)) as http:
            code = await code_for(http, user)
        token = await self.office.visma().tokens(code, VERIFIER, DEMO_REDIRECT_ADDRESS)
        made = new_connection(token, self.office.clock.now)
        await self.state.connections.connect(made)
        return await self.state.connections.connection(made.user)

    async def session(self, connection: VismaConnection) -> tuple[Session, str]:
        """A browser's session, and the value of its cookie."""
        response = Response()
        request = Request({"type": "http", "headers": []})
        session = await self.sessions.begin(request, response, connection.id)
        return session, response.headers["set-cookie"].partition("=")[2].partition(";")[0]

    async def owner(self, user: User = ASTRID, headers: Mapping[str, str] = ENGLISH) -> "Person":
        """Somebody who is connected and signed in with a browser that sends these headers."""
        connection = await self.connected(user)
        session, cookie = await self.session(connection)
        browser = self.stranger(headers)
        browser.cookies.set(self.sessions.browsers.cookie("dinero_mcp_session"), cookie)
        return Person(connection, browser, session.proof)

    def stranger(self, headers: Mapping[str, str] = ENGLISH) -> httpx2.AsyncClient:
        """A browser of nobody's, which follows nothing by itself."""
        return httpx2.AsyncClient(
            transport=httpx2.ASGITransport(self.app),
            base_url=HERE,
            headers={**ENGLISH, **headers},
        )


@dataclass
class Person:
    """Somebody with a connection, a browser that is signed in, and the proof that its pages hold."""

    connection: VismaConnection
    browser: httpx2.AsyncClient
    proof: str

    async def sees(self, path: str = "/my") -> str:
        """A page as HTML."""
        answer = await self.browser.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text

    async def sends(self, path: str, **fields: str) -> httpx2.Response:
        """The answer to a form, which holds the proof unless another is given."""
        return await self.browser.post(path, data={"proof": self.proof, **fields})


@asynccontextmanager
async def home(
    folder: Path, companies: Sequence[Books], here: str = HERE, *, is_demo: bool = False
) -> AsyncGenerator[Home]:
    clock = Clock(datetime(2026, 10, 9, 12, tzinfo=UTC))
    state = await open_state(folder)
    office = Office(state, Sandbox(clock.now.date(), companies, now=clock.seconds), clock, is_demo=is_demo)
    sessions = Sessions(state.tickets, Browsers(here), lambda: clock.now)
    yield Home(state, office, sessions, Starlette(routes=MyDinero(state, sessions, office).routes()))
    await state.close()
