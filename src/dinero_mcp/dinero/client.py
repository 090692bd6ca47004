"""The door: Dinero through one sign-in."""

import time
from collections.abc import Callable

import httpx2

from dinero_mcp.dinero.bounds import Bounds
from dinero_mcp.dinero.call import Call
from dinero_mcp.dinero.models import Organization, OrganizationPlan
from dinero_mcp.dinero.organization import OrganizationApi
from dinero_mcp.dinero.question import Question, fields
from dinero_mcp.dinero.quota import Quota
from dinero_mcp.dinero.reads import Reads
from dinero_mcp.dinero.shared import SharedReads
from dinero_mcp.dinero.windows import Limit, MemoryWindow
from dinero_mcp.dinero.wire import API_URL, TokenSource, Wire


class Dinero:
    """Dinero's API through one sign-in. Nothing it reads is shared with another instance, save with those of
    the same sign-in in other replicas where `shared` reads are given.

    Turns are taken from `quota` in the name of `asker`; without one, from a quota of its own that admits
    `requests_per_minute`.
    """

    def __init__(
        self,
        http: httpx2.AsyncClient,
        tokens: TokenSource,
        *,
        base_url: str = API_URL,
        requests_per_minute: int = 100,
        quota: Quota | None = None,
        asker: str = "",
        freshness: float = 60,
        reference_freshness: float = 900,
        bounds: Bounds | None = None,
        clock: Callable[[], float] = time.time,
        shared: SharedReads | None = None,
    ) -> None:
        self._bounds = bounds or Bounds()
        quota = quota or Quota(MemoryWindow(Limit(requests_per_minute, self._bounds.window)))
        self._requests_per_minute = quota.requests
        self._reads = Reads(
            Wire(http, tokens, quota, asker, base_url=base_url, retry_wait=self._bounds.retry_wait),
            freshness=freshness,
            reference_freshness=reference_freshness,
            most_rows=self._bounds.kept_rows,
            tick=self._bounds.tick,
            clock=clock,
            shared=shared,
        )

    @property
    def rows_kept(self) -> int:
        """How many rows of answers are kept in memory."""
        return self._reads.kept.rows

    async def organizations(self, call: Call) -> tuple[Organization, ...]:
        """The organizations this sign-in reaches (`/v1/organizations`)."""
        question = Question(
            "/v1/organizations",
            "organizations",
            params=(fields(Organization),),
            reference=True,
            most_bytes=self._bounds.answer,
        )
        return await self._reads.one(question, tuple[Organization, ...], call)

    async def organization_plans(self, call: Call) -> tuple[OrganizationPlan, ...]:
        """Their company types, plans and the user's role (`/v1.1/organizations`)."""
        question = Question(
            "/v1.1/organizations", "organizations", reference=True, most_bytes=self._bounds.answer
        )
        return await self._reads.one(question, tuple[OrganizationPlan, ...], call)

    def organization(self, organization_id: int, call: Call) -> OrganizationApi:
        """One organization's books, for one question."""
        return OrganizationApi(self._reads, self._bounds, organization_id, call, self._requests_per_minute)
