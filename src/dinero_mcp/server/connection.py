"""A sign-in as the tools take it: Dinero behind it, and nothing read yet."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import httpx2
from anyio import CapacityLimiter

from dinero_mcp.accounting.vat_periods import Frequency
from dinero_mcp.dinero.client import Dinero
from dinero_mcp.dinero.quota import Quota
from dinero_mcp.dinero.shared import SharedReads
from dinero_mcp.dinero.wire import TokenSource
from dinero_mcp.ledger import KeptYears
from dinero_mcp.settings import Settings
from dinero_mcp.tools.books import Connection
from dinero_mcp.tools.said import AnswersSaid

COPENHAGEN = ZoneInfo("Europe/Copenhagen")


def today_in(settings: Settings) -> date:
    """The day in Copenhagen, unless it is pinned."""
    return settings.today or datetime.now(COPENHAGEN).date()


def connection_with(
    tokens: TokenSource,
    http: httpx2.AsyncClient,
    settings: Settings,
    *,
    requests_per_minute: int,
    default_organization: int | None,
    notice: str | None,
    threads: CapacityLimiter,
    allowed: frozenset[int] | None = None,
    choosing: str = "set DINERO_ORGANIZATION_ID",
    shared: SharedReads | None = None,
    quota: Quota | None = None,
    asker: str = "",
) -> Connection:
    """A connection of its own, which shares with others nothing but the network and the machine; what it
    reads with itself in other replicas, where `shared` reads are given. Turns are taken from `quota` in the
    name of `asker`, where many ask the same organizations.
    """
    dinero = Dinero(
        http,
        tokens,
        base_url=settings.api_url,
        requests_per_minute=requests_per_minute,
        freshness=settings.freshness_seconds,
        shared=shared,
        quota=quota,
        asker=asker,
    )
    return Connection(
        dinero=dinero,
        kept=KeptYears(settings.kept_postings, freshness=settings.freshness_seconds),
        said=AnswersSaid(),
        today=lambda: today_in(settings),
        default_organization=default_organization,
        pinned=settings.pin_organization,
        configured_frequency=Frequency(settings.vat_frequency) if settings.vat_frequency else None,
        notice=notice,
        threads=threads,
        allowed=allowed,
        choosing=choosing,
    )
