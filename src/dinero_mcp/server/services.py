"""Opens what the tools answer from, and closes it again: the connection pool, the sign-in, Dinero.

Which credentials are used is decided here alone: an API key where any of its settings is set, else the
connection stored for Visma Connect where an application of it is set, else none. The demo company is read by
whoever is signed in to the demo, else by its own API key.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from anyio import CapacityLimiter
from pydantic import SecretStr

from dinero_mcp.errors import NotConnectedError
from dinero_mcp.server.threads import calculating_threads
from dinero_mcp.settings import Settings
from dinero_mcp.tools.publishing import Services

if TYPE_CHECKING:
    import httpx2

    from dinero_mcp.tools.books import Connection

API_KEY_REQUESTS_PER_MINUTE = 60
DEMO_ORGANIZATION = 1001
DEMO_NOTICE = "DEMO COMPANY: invented books, no real company's."


class SignIn(Enum):
    """A way to sign in to Dinero."""

    API_KEY = "API key"
    VISMA_CONNECT = "Visma Connect"
    NONE = "none"


def sign_in_of(settings: Settings) -> SignIn:
    """Which credentials are used."""
    if settings.has_api_key:
        return SignIn.API_KEY
    return SignIn.VISMA_CONNECT if settings.visma_client_id else SignIn.NONE


def how_to_connect(missing: Sequence[str]) -> str:
    """Both ways to credentials, for who has none or only some of an API key's."""
    are = "is" if len(missing) == 1 else "are"
    return (
        f"There are no credentials for Dinero: {', '.join(missing)} {are} not set. Either make an API key in "
        "Dinero (Integrationer, Se og opret API-nøgler, Personlig integration) and set all three for this "
        "server; or set DINERO_VISMA_CLIENT_ID and DINERO_VISMA_CLIENT_SECRET, those of an application in "
        "the Visma Developer portal, and run `dinero-mcp login` (with `serve --http` start the server again "
        "and connect in a browser instead). Then run `dinero-mcp doctor`. To try it without an account, run "
        "it with --demo."
    )


@dataclass(frozen=True, slots=True)
class OpenServices:
    """What is open while the server runs; `connected` is None while there are no credentials."""

    connected: "Connection | None"
    missing: tuple[str, ...] = ()

    async def connection(self) -> "Connection":
        if self.connected is None:
            raise NotConnectedError(how_to_connect(self.missing))
        return self.connected


class KeyServices:
    """What is open while the server runs with an API key: nothing, until the first question."""

    def __init__(self, open_: Callable[[], AbstractAsyncContextManager["Connection"]]) -> None:
        self._open = open_
        self._held = AsyncExitStack()
        self._opening = asyncio.Lock()
        self._connection: Connection | None = None

    async def connection(self) -> "Connection":
        async with self._opening:
            if self._connection is None:
                self._connection = await self._held.enter_async_context(self._open())
            return self._connection

    async def close(self) -> None:
        await self._held.aclose()


@asynccontextmanager
async def open_services(
    settings: Settings,
    transport: "httpx2.AsyncBaseTransport | None" = None,
    notice: str | None = None,
    threads: CapacityLimiter | None = None,
) -> AsyncGenerator[Services]:
    """The services for one sign-in; `transport` stands in for the network."""
    threads = threads or calculating_threads()
    if sign_in_of(settings) is SignIn.VISMA_CONNECT:
        from dinero_mcp.server.visma import open_visma_services

        async with open_visma_services(settings, transport, notice, threads) as services:
            yield services
    elif missing := settings.missing_credentials:
        yield OpenServices(None, tuple(missing))
    else:
        with_key = KeyServices(lambda: _connection(settings, transport, notice, threads))
        try:
            yield with_key
        finally:
            await with_key.close()


@dataclass(frozen=True, slots=True)
class DemoServices:
    """The demo company for whoever is signed in to the demo, else for its own API key."""

    signed_in: Services
    by_key: Services

    async def connection(self) -> "Connection":
        try:
            return await self.signed_in.connection()
        except NotConnectedError:
            return await self.by_key.connection()


def services_for(settings: Settings, *, demo: bool) -> AbstractAsyncContextManager[Services]:
    """The services for Dinero itself, or for the demo company in this process."""
    return _demo_services(settings) if demo else open_services(settings)


@asynccontextmanager
async def _demo_services(settings: Settings) -> AsyncGenerator[Services]:
    """The sandbox in this process, and the connections of a store of its own."""
    import httpx2

    from dinero_mcp.sandbox import DEMO_API_KEY, DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, Sandbox
    from dinero_mcp.server.connection import today_in
    from dinero_mcp.server.visma import demo_grants, demo_settings, open_visma_services

    by_key = Settings.model_construct(
        client_id=DEMO_CLIENT_ID,
        client_secret=SecretStr(DEMO_CLIENT_SECRET),
        api_key=SecretStr(DEMO_API_KEY),
        organization_id=DEMO_ORGANIZATION,
        today=settings.today,
        freshness_seconds=settings.freshness_seconds,
        kept_postings=settings.kept_postings,
    )
    by_visma = demo_settings(settings)
    sandbox = Sandbox(today_in(settings), grants=demo_grants(by_visma))
    network, threads = httpx2.ASGITransport(app=sandbox.app), calculating_threads()
    async with (
        open_visma_services(by_visma, network, DEMO_NOTICE, threads) as signed_in,
        open_services(by_key, network, DEMO_NOTICE, threads) as with_key,
    ):
        yield DemoServices(signed_in, with_key)


@asynccontextmanager
async def _connection(
    settings: Settings,
    transport: "httpx2.AsyncBaseTransport | None",
    notice: str | None,
    threads: CapacityLimiter,
) -> "AsyncGenerator[Connection]":
    """Dinero by an API key. What it takes is loaded here, with the first question."""
    from dinero_mcp.auth.api_key import ApiKeyTokens
    from dinero_mcp.dinero.wire import http_client
    from dinero_mcp.server.connection import connection_with

    client_id, secret, key = settings.client_id, settings.client_secret, settings.api_key
    if not (client_id and secret and key):
        raise ValueError("missing credentials are told before a connection is made")
    async with http_client(token_url=settings.api_token_url, transport=transport) as http:
        tokens = ApiKeyTokens(
            http, settings.api_token_url, client_id, secret.get_secret_value(), key.get_secret_value()
        )
        yield connection_with(
            tokens,
            http,
            settings,
            requests_per_minute=API_KEY_REQUESTS_PER_MINUTE,
            default_organization=settings.organization_id,
            notice=notice,
            threads=threads,
        )
