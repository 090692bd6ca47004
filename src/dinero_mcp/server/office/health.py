"""Whether the process lives (`/healthz`), and whether it should be sent requests (`/readyz`).

A lost cache does not make a server unready: it goes on with the database, more slowly, and says so here. A
lost store does, and so does draining before the end.
"""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic

import anyio
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from dinero_mcp.errors import StoreError

Reaching = Callable[[], Awaitable[object]]
"""Asks the store something small; `StoreError` when it cannot be reached."""

_STORE_SECONDS = 1.0
_KEPT_SECONDS = 1.0
_NOT_KEPT = {"Cache-Control": "no-store"}


async def healthz(_: Request) -> Response:
    """The process lives and answers."""
    return PlainTextResponse("ok\n", headers=_NOT_KEPT)


class Readiness:
    """Whether this process should be sent requests.

    `cache` says in a few words where rate windows and cached reads are, such as "redis" or "lost, rate window
    in the database". However often it is asked, the store is asked once in a second at most.
    """

    def __init__(
        self, store: Reaching, cache: Callable[[], str], *, clock: Callable[[], float] = monotonic
    ) -> None:
        self._store, self._cache, self._clock = store, cache, clock
        self._draining = False
        self._reached, self._reached_at = False, float("-inf")
        self._asking = anyio.Lock()
        self._under_way: asyncio.Task[bool] | None = None

    def drain(self) -> None:
        """The end has begun: what is under way is answered, and nothing new should come."""
        self._draining = True

    async def readyz(self, _: Request) -> Response:
        """200 when it should be sent requests, else 503; the same told in JSON."""
        reached = await self._is_reached()
        told = {
            "status": self._status(reached),
            "store": "reachable" if reached else "unreachable",
            "cache": self._cache(),
        }
        return JSONResponse(told, 200 if told["status"] == "ready" else 503, headers=_NOT_KEPT)

    def _status(self, reached: bool) -> str:
        if self._draining:
            return "draining"
        return "ready" if reached else "not ready"

    async def _is_reached(self) -> bool:
        async with self._asking:
            if self._clock() - self._reached_at >= _KEPT_SECONDS:
                self._reached = await self._reaches()
                self._reached_at = self._clock()
        return self._reached

    async def _reaches(self) -> bool:
        """Whether the store answers within a second; a question that takes longer is not asked again."""
        if self._under_way is None:
            self._under_way = asyncio.create_task(self._answers())
        await asyncio.wait({self._under_way}, timeout=_STORE_SECONDS)
        if not self._under_way.done():
            return False
        ended, self._under_way = self._under_way, None
        return ended.result()

    async def _answers(self) -> bool:
        try:
            await self._store()
        except StoreError:
            return False
        return True
