"""Opens the quota of a process with the window it takes turns from, and sees to that while it is open."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

from dinero_mcp.dinero.quota import Observer, Quota
from dinero_mcp.dinero.redis_turns import RedisAwayError, RedisTurns, redis_at
from dinero_mcp.dinero.shared_window import DatabaseTurns, Rules, SharedWindow
from dinero_mcp.dinero.windows import Limit, MemoryWindow, Window


@asynccontextmanager
async def open_quota(
    limit: Limit,
    database: DatabaseTurns | None = None,
    redis_address: str | None = None,
    *,
    observer: Observer | None = None,
    rules: Rules | None = None,
    prefix: str = "dinero-mcp:turns:",
) -> AsyncGenerator[Quota]:
    """The quota of a process by itself, or with a database of all that share it; Redis needs a database."""
    async with _window(limit, database, redis_address, rules or Rules(), prefix) as window:
        quota = Quota(window, observer)
        try:
            yield quota
        finally:
            await quota.settled()


@asynccontextmanager
async def _window(
    limit: Limit, database: DatabaseTurns | None, redis_address: str | None, rules: Rules, prefix: str
) -> AsyncGenerator[Window]:
    if database is None and redis_address:
        raise ValueError("where turns are counted is written in a database")
    if database is None:
        yield MemoryWindow(limit)
        return
    redis = RedisTurns(redis_at(redis_address), limit, prefix) if redis_address else None
    window, over = SharedWindow(limit, database, redis, rules), asyncio.Event()
    await window.attend()
    watching = asyncio.create_task(_watched(window, rules.look_every, over))
    try:
        yield window
    finally:
        over.set()
        await watching
        if redis:
            with suppress(RedisAwayError):
                await redis.aclose()


async def _watched(window: SharedWindow, look_every: float, over: asyncio.Event) -> None:
    while not over.is_set():
        await window.attend()
        with suppress(TimeoutError):
            await asyncio.wait_for(over.wait(), look_every)
