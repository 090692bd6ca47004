"""Opens what the tools answer from, and closes it again: the connection pool, the sign-in, Dinero."""

from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import httpx2
from pydantic import SecretStr

from dinero_mcp.accounting.vat_periods import Frequency
from dinero_mcp.auth.api_key import ApiKeyTokens
from dinero_mcp.dinero.client import Dinero
from dinero_mcp.dinero.wire import http_client
from dinero_mcp.errors import NotConnectedError
from dinero_mcp.ledger import KeptYears
from dinero_mcp.settings import Settings
from dinero_mcp.tools.books import Connection
from dinero_mcp.tools.said import AnswersSaid

API_KEY_REQUESTS_PER_MINUTE = 60
_COPENHAGEN = ZoneInfo("Europe/Copenhagen")
DEMO_ORGANIZATION = 1001
DEMO_NOTICE = "DEMO COMPANY: invented books, no real company's."


@dataclass(frozen=True, slots=True)
class OpenServices:
    """What is open while the server runs; `connected` is None while there are no credentials."""

    connected: Connection | None
    missing: str = ""

    def connection(self) -> Connection:
        if self.connected is None:
            raise NotConnectedError(
                f"There are no credentials for Dinero: {self.missing} not set. Make an API key in Dinero "
                "(Integrationer, Se og opret API-nøgler, Personlig integration), set DINERO_CLIENT_ID, "
                "DINERO_CLIENT_SECRET and DINERO_API_KEY for this server, and run `dinero-mcp doctor`. "
                "To try it without an account, run it with --demo."
            )
        return self.connected


@asynccontextmanager
async def open_services(
    settings: Settings, transport: httpx2.AsyncBaseTransport | None = None, notice: str | None = None
) -> AsyncGenerator[OpenServices]:
    """The services for one sign-in with an API key; `transport` stands in for the network."""
    if missing := settings.missing_credentials:
        yield OpenServices(None, f"{', '.join(missing)} {'is' if len(missing) == 1 else 'are'}")
        return
    async with http_client(token_url=settings.api_token_url, transport=transport) as http:
        yield OpenServices(_connection(settings, http, notice))


def services_for(settings: Settings, *, demo: bool) -> AbstractAsyncContextManager[OpenServices]:
    """The services for Dinero itself, or for the demo company in this process."""
    return _demo_services(settings) if demo else open_services(settings)


def today_in(settings: Settings) -> date:
    """The day in Copenhagen, unless it is pinned."""
    return settings.today or datetime.now(_COPENHAGEN).date()


def _demo_services(settings: Settings) -> AbstractAsyncContextManager[OpenServices]:
    """The sandbox in this process, with an API key that reaches all of its organizations."""
    from dinero_mcp.sandbox import DEMO_API_KEY, DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, Sandbox

    demo = Settings.model_construct(
        client_id=DEMO_CLIENT_ID,
        client_secret=SecretStr(DEMO_CLIENT_SECRET),
        api_key=SecretStr(DEMO_API_KEY),
        organization_id=DEMO_ORGANIZATION,
        today=settings.today,
        freshness_seconds=settings.freshness_seconds,
        kept_postings=settings.kept_postings,
    )
    sandbox = Sandbox(today_in(settings))
    return open_services(demo, httpx2.ASGITransport(app=sandbox.app), DEMO_NOTICE)


def _connection(settings: Settings, http: httpx2.AsyncClient, notice: str | None) -> Connection:
    client_id, secret, key = settings.client_id, settings.client_secret, settings.api_key
    if not (client_id and secret and key):
        raise ValueError("missing credentials are told before a connection is made")
    tokens = ApiKeyTokens(
        http, settings.api_token_url, client_id, secret.get_secret_value(), key.get_secret_value()
    )
    dinero = Dinero(
        http,
        tokens,
        base_url=settings.api_url,
        requests_per_minute=API_KEY_REQUESTS_PER_MINUTE,
        freshness=settings.freshness_seconds,
    )
    return Connection(
        dinero=dinero,
        kept=KeptYears(settings.kept_postings, freshness=settings.freshness_seconds),
        said=AnswersSaid(),
        today=lambda: today_in(settings),
        default_organization=settings.organization_id,
        pinned=settings.pin_organization,
        configured_frequency=Frequency(settings.vat_frequency) if settings.vat_frequency else None,
        notice=notice,
    )
