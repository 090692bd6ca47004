"""Answers with the connection stored for Visma Connect: whoever signed in last, as soon as they did."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import httpx2
from anyio import CapacityLimiter
from pydantic import SecretStr

from dinero_mcp.auth.places import database_in
from dinero_mcp.auth.refreshing import Rules
from dinero_mcp.auth.visma_client import VismaClient
from dinero_mcp.auth.visma_connection import VismaConnection, VismaUser
from dinero_mcp.auth.visma_refusals import LOGIN
from dinero_mcp.auth.visma_tokens import VismaTokens
from dinero_mcp.dinero.wire import http_client
from dinero_mcp.errors import NotConnectedError, SettingsError
from dinero_mcp.server.connection import connection_with
from dinero_mcp.server.threads import calculating_threads
from dinero_mcp.settings import Settings
from dinero_mcp.tools.books import Connection
from dinero_mcp.tools.said import AnswersSaid

if TYPE_CHECKING:
    from dinero_mcp.auth.store import ConnectionStore

REQUESTS_PER_MINUTE = 100
DEMO_CONNECT_URL = "http://127.0.0.1:8764"
LOOK_AGAIN = 2.0
"""Seconds for which who is signed in, and their default organization, are taken to be as they were."""


def data_directory(settings: Settings) -> Path:
    """The folder for stored connections."""
    import platformdirs  # not needed before the first call

    return settings.data_directory or platformdirs.user_data_path("dinero-mcp", appauthor=False)


async def open_connection_store(settings: Settings) -> "ConnectionStore":
    """The store that the settings name, made if there is none.

    Raises:
        StoreError: when it cannot be used.
    """
    from dinero_mcp.auth.store import open_store  # a third of a second, and not needed before the first call

    database = settings.database_url.get_secret_value() if settings.database_url else None
    return await open_store(data_directory(settings), database, settings.secret_keys)


def visma_client(
    settings: Settings,
    transport: httpx2.AsyncBaseTransport | None = None,
    heard: Callable[[str], None] = lambda outcome: None,
    sign_in: str = LOGIN,
) -> VismaClient:
    """Visma Connect, on behalf of the application that the settings name; `heard` is told of refreshes, and
    `sign_in` is how a user signs in again, in words.

    Raises:
        SettingsError: when they name none.
    """
    client_id, secret = settings.visma_client_id, settings.visma_client_secret
    if client_id is None or secret is None:
        raise SettingsError(
            "DINERO_VISMA_CLIENT_ID and DINERO_VISMA_CLIENT_SECRET are not set. They come with an "
            "application in the Visma Developer portal."
        )
    return VismaClient(settings.connect_url, client_id, secret.get_secret_value(), transport, heard, sign_in)


def demo_settings(settings: Settings, connect_url: str = DEMO_CONNECT_URL) -> Settings:
    """The settings for signing in to the demo: its own application, and a store of its own.

    The sandbox answers under any address; `connect_url` is where a browser finds it while somebody signs in.
    """
    from dinero_mcp.sandbox import DEMO_VISMA_CLIENT_ID, DEMO_VISMA_CLIENT_SECRET

    return Settings.model_construct(
        visma_client_id=DEMO_VISMA_CLIENT_ID,
        visma_client_secret=SecretStr(DEMO_VISMA_CLIENT_SECRET),
        connect_url=connect_url,
        redirect_url=settings.redirect_url,
        data_directory=data_directory(settings) / "demo",
        today=settings.today,
        freshness_seconds=settings.freshness_seconds,
        kept_postings=settings.kept_postings,
    )


def is_stored(settings: Settings) -> bool:
    """Whether there is a store to look into; none is made by asking."""
    return bool(settings.database_url) or database_in(data_directory(settings)).exists()


def demo_grants(demo: Settings) -> Path:
    """The file in which the demo's Visma Connect remembers what it granted."""
    return data_directory(demo) / "grants.sqlite3"


def refresh_rules(settings: Settings) -> Rules:
    return Rules(grace=timedelta(seconds=settings.refresh_grace_seconds))


@dataclass(frozen=True, slots=True)
class _SignedIn:
    user: VismaUser
    tokens: VismaTokens
    connection: Connection


class VismaServices:
    """What is open while the server runs: nothing, until somebody has signed in."""

    def __init__(
        self,
        settings: Settings,
        http: httpx2.AsyncClient,
        transport: httpx2.AsyncBaseTransport | None,
        notice: str | None,
        threads: CapacityLimiter,
        look_again: float,
    ) -> None:
        self._settings = settings
        self._http = http
        self._visma = visma_client(settings, transport)
        self._notice = notice
        self._threads = threads
        self._look_again = look_again
        self._store: ConnectionStore | None = None
        self._signed_in: _SignedIn | None = None
        self._before: list[VismaTokens] = []
        self._looked_at = 0.0
        self._looking = asyncio.Lock()

    async def connection(self) -> Connection:
        """The connection of whoever signed in last; nobody is given what was read for somebody else."""
        async with self._looking:
            if self._signed_in is None or time.monotonic() - self._looked_at > self._look_again:
                self._signed_in = await self._look()
                self._looked_at = time.monotonic()
            return self._signed_in.connection

    async def close(self) -> None:
        """Let a refresh that is under way come to its end."""
        for tokens in [*self._before, *([self._signed_in.tokens] if self._signed_in else [])]:
            await tokens.settled()

    async def _look(self) -> _SignedIn:
        """Who is signed in now."""
        stored = await self._newest()
        chosen = self._settings.organization_id or stored.organization_id
        known = self._signed_in
        if known and known.user != stored.user:
            self._before.append(known.tokens)  # questions that began with them go on
        if known is None or known.user != stored.user:
            return self._opened(stored.user, chosen)
        if known.connection.default_organization == chosen:
            return known
        changed = replace(known.connection, default_organization=chosen, said=AnswersSaid())
        return replace(known, connection=changed)

    async def _newest(self) -> VismaConnection:
        """The newest connection by way of the Visma Connect that is set: no other is sent its tokens."""
        if self._store is None and is_stored(self._settings):
            self._store = await open_connection_store(self._settings)
        stored = await self._store.newest(self._settings.connect_url) if self._store else None
        if stored is None:
            raise NotConnectedError(
                "Nobody is signed in to Dinero here. Run `dinero-mcp login`, or set DINERO_CLIENT_ID, "
                "DINERO_CLIENT_SECRET and DINERO_API_KEY for this server to use an API key instead."
            )
        return stored

    def _opened(self, user: VismaUser, chosen: int | None) -> _SignedIn:
        if self._store is None:
            raise ValueError("who is signed in is read from a store")
        tokens = VismaTokens(self._store, self._visma, user, refresh_rules(self._settings))
        connection = connection_with(
            tokens,
            self._http,
            self._settings,
            requests_per_minute=REQUESTS_PER_MINUTE,
            default_organization=chosen,
            notice=self._notice,
            threads=self._threads,
        )
        return _SignedIn(user, tokens, connection)


@asynccontextmanager
async def open_visma_services(
    settings: Settings,
    transport: httpx2.AsyncBaseTransport | None = None,
    notice: str | None = None,
    threads: CapacityLimiter | None = None,
    *,
    look_again: float = LOOK_AGAIN,
) -> AsyncGenerator[VismaServices]:
    """The services for the stored connection; `transport` stands in for the network."""
    async with http_client(transport=transport) as http:
        services = VismaServices(
            settings, http, transport, notice, threads or calculating_threads(), look_again
        )
        try:
            yield services
        finally:
            await services.close()
