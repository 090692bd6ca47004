"""Turns: Dinero admits so many requests a minute for each organization.

Who waits for one organization waits in line. After a 429 its line stands still for everybody.
"""

import time
from asyncio import Lock
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import anyio

if TYPE_CHECKING:
    from limits import RateLimitItem
    from limits.aio.strategies import MovingWindowRateLimiter


@dataclass
class _Line:
    front: Lock = field(default_factory=Lock)
    opens_at: float = 0.0
    closed_until: float = 0.0


class Quota:
    """At most `requests` in any `seconds`, for each organization apart."""

    def __init__(self, requests: int, seconds: int) -> None:
        self._requests = requests
        self._seconds = seconds
        self._lines: defaultdict[int | None, _Line] = defaultdict(_Line)

    async def turn(self, organization_id: int | None, waiting: Callable[[float], None]) -> None:
        """Wait for the right to send one request; `waiting` hears the monotonic time it is expected."""
        line = self._lines[organization_id]
        if line.front.locked():
            waiting(line.opens_at)
        async with line.front:
            while (seconds := await self._seconds_to_wait(organization_id, line)) > 0:
                line.opens_at = time.monotonic() + seconds
                waiting(line.opens_at)
                await anyio.sleep(seconds)

    def close(self, organization_id: int | None, seconds: float) -> None:
        """Let nobody through for `seconds`."""
        self._lines[organization_id].closed_until = time.monotonic() + seconds

    async def _seconds_to_wait(self, organization_id: int | None, line: _Line) -> float:
        closed = line.closed_until - time.monotonic()
        if closed > 0 or organization_id is None:  # what belongs to no organization is not counted
            return closed
        limiter, window = self._limit
        if await limiter.hit(window, str(organization_id)):
            return 0.0
        stats = await limiter.get_window_stats(window, str(organization_id))
        return max(stats.reset_time - time.time(), 0.01)

    @cached_property
    def _limit(self) -> "tuple[MovingWindowRateLimiter, RateLimitItem]":
        from limits import RateLimitItemPerSecond  # slow to import, and not needed before the first request
        from limits.aio.storage import MemoryStorage
        from limits.aio.strategies import MovingWindowRateLimiter

        window = RateLimitItemPerSecond(self._requests, self._seconds)
        return MovingWindowRateLimiter(MemoryStorage()), window
