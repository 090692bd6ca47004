"""The stored connection from the terminal: making one, telling of it, another default company, the end of it.

With the demo it is the sandbox's Visma Connect that signs in, and a store of its own that keeps.
"""

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx2
from starlette.types import ASGIApp

from dinero_mcp.auth.visma_connection import RefreshMode, VismaConnection
from dinero_mcp.auth.visma_tokens import VismaTokens
from dinero_mcp.dinero.call import Call
from dinero_mcp.dinero.client import Dinero
from dinero_mcp.dinero.models import Organization
from dinero_mcp.dinero.wire import http_client
from dinero_mcp.errors import InputError, NotConnectedError
from dinero_mcp.server.connection import COPENHAGEN, today_in
from dinero_mcp.server.desk import VismaDesk
from dinero_mcp.server.disconnecting import revoke
from dinero_mcp.server.login import Terminal, log_in
from dinero_mcp.server.services import SignIn, sign_in_of
from dinero_mcp.server.visma import (
    DEMO_CONNECT_URL,
    REQUESTS_PER_MINUTE,
    data_directory,
    demo_grants,
    demo_settings,
    is_stored,
    open_connection_store,
    refresh_rules,
    visma_client,
)
from dinero_mcp.settings import Settings
from dinero_mcp.tools.third_party import cleaned
from dinero_mcp.web.pages import Pages
from dinero_mcp.web.sign_in import Connection

if TYPE_CHECKING:
    from dinero_mcp.auth.state import State
    from dinero_mcp.auth.store import ConnectionStore

_DEMO_PORT = urlsplit(DEMO_CONNECT_URL).port or 80


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody signs in: Dinero and Visma themselves, or the sandbox in this process."""

    settings: Settings
    transport: httpx2.AsyncBaseTransport | None = None
    beside: Mapping[int, ASGIApp] | None = None
    """What a browser must be able to reach meanwhile, by port."""

    @property
    def login_command(self) -> str:
        return self.command("login")

    def command(self, name: str) -> str:
        """A command of ours as it is typed to mean this place."""
        return f"dinero-mcp {name} --demo" if self.is_demo else f"dinero-mcp {name}"

    @property
    def is_demo(self) -> bool:
        return self.transport is not None

    @asynccontextmanager
    async def state(self) -> "AsyncGenerator[State]":
        """The store, and all that is kept beside it."""
        from dinero_mcp.auth.state import open_state  # as slow to load as the store

        own = self.settings
        database = own.database_url.get_secret_value() if own.database_url else None
        state = await open_state(data_directory(own), database, own.secret_keys)
        try:
            yield state
        finally:
            await state.close()

    async def store(self) -> "ConnectionStore":
        return await open_connection_store(self.settings)

    async def kept(self) -> VismaConnection:
        """The stored connection; no store is made by asking.

        Raises:
            NotConnectedError: when there is none.
        """
        found = None
        if is_stored(self.settings):
            found = await (await self.store()).newest(self.settings.connect_url)
        if found is None:
            raise NotConnectedError(
                f"Nobody is signed in with Visma Connect here. Run `{self.login_command}`."
            )
        return found

    async def reached(self, store: "ConnectionStore", connection: VismaConnection) -> Sequence[Organization]:
        """The organizations that a connection reaches."""
        visma = visma_client(self.settings, self.transport)
        tokens = VismaTokens(store, visma, connection.user, refresh_rules(self.settings))
        async with http_client(transport=self.transport) as http:
            dinero = Dinero(
                http, tokens, base_url=self.settings.api_url, requests_per_minute=REQUESTS_PER_MINUTE
            )
            try:
                return await dinero.organizations(Call())
            finally:  # also when this is broken off: what a refresh brings must not be lost
                await tokens.settled()


@asynccontextmanager
async def place_of(settings: Settings, *, demo: bool) -> AsyncGenerator[Place]:
    """Where the settings say, or the demo's."""
    if not demo:
        yield Place(settings)
        return
    from dinero_mcp.sandbox import Application, Sandbox

    own = demo_settings(settings)
    grants = demo_grants(own)
    for folder in (grants.parent.parent, grants.parent):  # `parents` would leave the outer one open to all
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    application = Application(redirect_addresses=(own.redirect_url,))
    sandbox = Sandbox(today_in(settings), grants=grants, application=application)
    network = httpx2.ASGITransport(app=sandbox.app)
    yield Place(own, network, {_DEMO_PORT: sandbox.app})


async def sign_in(
    settings: Settings, terminal: Terminal, open_browser: Callable[[str], bool], *, demo: bool
) -> Connection:
    """A connection of whoever signs in, kept in the store."""
    suffix = " --demo" if demo else ""
    async with place_of(settings, demo=demo) as place:
        visma = visma_client(place.settings, place.transport)
        desk = VismaDesk(visma, place.settings.redirect_url, place.store, place.reached)
        pages = Pages(place.settings.redirect_url, f"dinero-mcp login{suffix}", f"dinero-mcp logout{suffix}")
        return await log_in(desk, pages, terminal, open_browser, beside=place.beside)


async def status_lines(settings: Settings, *, demo: bool) -> list[str]:
    """Which credentials are used and what is known of them, without any secret; nobody is asked."""
    async with place_of(settings, demo=demo) as place:
        if not demo and sign_in_of(settings) is SignIn.API_KEY:
            return _of_api_key(settings)
        try:
            return _of_connection(await place.kept(), place.settings)
        except NotConnectedError as error:
            return ["credentials: the demo's own API key" if demo else "credentials: none", str(error)]


async def use(settings: Settings, organization_id: int, *, demo: bool) -> Organization:
    """Make another organization the default one.

    Raises:
        InputError: when the connection does not reach it, or Dinero's API is closed for it.
    """
    async with place_of(settings, demo=demo) as place:
        kept = await place.kept()
        store = await place.store()
        organizations = await place.reached(store, kept)
        chosen = next((each for each in organizations if each.id == organization_id), None)
        if chosen is None or not chosen.is_pro:
            open_ones = ", ".join(f"{e.id} {cleaned(e.name or '')}" for e in organizations if e.is_pro)
            why = "is not one that this sign-in reaches" if chosen is None else "has no Pro or Total plan"
            raise InputError(f"Organization {organization_id} {why}. Choose one of {open_ones or 'none'}.")
        await store.change(kept.user, lambda one: replace(one, organization_id=organization_id))
        return chosen


async def sign_out(settings: Settings, *, demo: bool) -> None:
    """Revoke the connection at Visma, and forget it; a refresh that comes in between is revoked too."""
    async with place_of(settings, demo=demo) as place:
        kept = await place.kept()
        visma = visma_client(place.settings, place.transport)
        async with place.state() as state:
            await revoke(state.connections, visma, kept)
            await state.forget(kept.id)


def _of_api_key(settings: Settings) -> list[str]:
    default = settings.organization_id
    lines = [f"credentials: API key of client {settings.client_id or 'that is not set'} (DINERO_API_KEY)"]
    if missing := settings.missing_credentials:
        lines.append(f"not set: {', '.join(missing)}")
    return [*lines, f"default organization: {default or 'the only one that the key reaches'}"]


def _of_connection(kept: VismaConnection, settings: Settings) -> list[str]:
    chosen = settings.organization_id or kept.organization_id
    whence = "DINERO_ORGANIZATION_ID" if settings.organization_id else "chosen with login or use"
    return [
        f"credentials: Visma Connect, application {settings.visma_client_id or 'that is not set'}",
        f"signed in: user {cleaned(kept.user.subject)} at {kept.user.issuer}",
        f"since: {told(kept.connected_at)}",
        f"default organization: {f'{chosen} ({whence})' if chosen else 'none: dinero-mcp use ORGANIZATION'}",
        f"may: {cleaned(kept.scope) or 'not told'}",
        f"access token: good until {told(kept.expires_at)}, then refreshed when it is needed",
        _holding(kept),
    ]


def _holding(kept: VismaConnection) -> str:
    if not kept.refresh_token:
        return "grant: no longer accepted by Visma; run `dinero-mcp login`"
    until = told(kept.holds_until) if kept.holds_until else "not known"
    modes = {
        RefreshMode.UNKNOWN: "not refreshed yet",
        RefreshMode.RE_USE: "refresh token for re-use",
        RefreshMode.ONE_TIME: "refresh tokens for one use each",
    }
    return f"grant: holds until {until} at most; {modes[kept.mode]}"


def told(moment: datetime) -> str:
    """A time for people, to the minute, in Danish time as on the pages."""
    return f"{moment.astimezone(COPENHAGEN):%Y-%m-%d %H:%M %Z}"
