"""An office of two processes, in which each request of a browser comes to the other one."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from dinero_mcp.auth.sign_in_tickets import SignInTickets
from dinero_mcp.auth.state import State, open_state
from dinero_mcp.auth.visma_client import VismaClient
from dinero_mcp.auth.visma_connection import VismaConnection
from dinero_mcp.dinero.wire import API_URL, http_client
from dinero_mcp.sandbox import DEMO_VISMA_CLIENT_ID, DEMO_VISMA_CLIENT_SECRET, Sandbox
from dinero_mcp.sandbox.connect.application import DEMO_REDIRECT_ADDRESS
from dinero_mcp.web.browsers import Browsers
from dinero_mcp.web.office_sign_in import MY, office_sign_in_routes
from dinero_mcp.web.pages import Pages
from dinero_mcp.web.sessions import Sessions
from tests.demo import demo_sandbox
from tests.sandbox.connect.browser import ISSUER
from tests.web.clients import WaitingRequests
from tests.web.visma import browser_at, visma_desk


@dataclass(frozen=True)
class OnlyThese:
    """An operator's list of organizations."""

    state: State
    visma: VismaClient
    organizations: frozenset[int]

    def allows(self, organization_id: int) -> bool:
        return organization_id in self.organizations

    async def turn_away(self, connection: VismaConnection) -> None:
        await self.visma.revoke(connection.refresh_token)
        await self.state.forget(connection.id)


@dataclass(frozen=True, kw_only=True)
class World:
    """Where an office is and what it talks to."""

    redirect_address: str = DEMO_REDIRECT_ADDRESS
    visma_address: str = ISSUER
    api_address: str = API_URL
    network: httpx2.AsyncBaseTransport | None = None
    requests: WaitingRequests = field(default_factory=WaitingRequests)
    allowed: frozenset[int] | None = None


async def process(world: World, state: State, http: httpx2.AsyncClient) -> ASGIApp:
    """The pages of one process, and a page that says who is signed in."""
    visma = VismaClient(world.visma_address, DEMO_VISMA_CLIENT_ID, DEMO_VISMA_CLIENT_SECRET, world.network)

    async def my_dinero(request: Request) -> Response:
        session = await sessions.of(request)
        kept = await state.connections.with_id(session.connection_id) if session else None
        return PlainTextResponse(f"My Dinero: {kept.organization_id if kept else 'nobody'}")

    here = urlsplit(world.redirect_address)
    sessions = Sessions(state.tickets, Browsers(f"{here.scheme}://{here.netloc}"))
    admission = OnlyThese(state, visma, world.allowed) if world.allowed is not None else None
    routes = office_sign_in_routes(
        visma_desk(visma, state.connections, http, world.redirect_address, world.api_address, admission),
        SignInTickets(state.tickets),
        sessions,
        world.requests,
        Pages(world.redirect_address),
        visma_address=world.visma_address,
        callback_path=here.path,
    )
    return Starlette(routes=[*routes, Route(MY, my_dinero)])


@asynccontextmanager
async def processes(folder: Path, world: World) -> AsyncGenerator[tuple[State, ASGIApp]]:
    """Two of them on one store, asked in turn."""
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(http_client(transport=world.network))
        states = [await open_state(folder), await open_state(folder)]
        for each in states:
            stack.push_async_callback(each.close)
        turns = cycle([await process(world, each, http) for each in states])

        async def in_turn(scope: Scope, receive: Receive, send: Send) -> None:
            await next(turns)(scope, receive, send)

        yield states[0], in_turn


@dataclass
class Office:
    """The pages as browsers in this process reach them."""

    sandbox: Sandbox
    state: State
    app: ASGIApp
    requests: WaitingRequests

    def browser(self, **headers: str) -> httpx2.AsyncClient:
        return browser_at(self.app, self.sandbox, **headers)


@asynccontextmanager
async def office(folder: Path, allowed: frozenset[int] | None = None) -> AsyncGenerator[Office]:
    """An office in this process, with the sandbox for Visma and Dinero."""
    sandbox = demo_sandbox()
    world = World(network=httpx2.ASGITransport(sandbox.app), allowed=allowed)
    async with processes(folder, world) as (state, app):
        yield Office(sandbox, state, app, world.requests)
