"""Runs a harness, which ends by itself whatever hangs."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

LONGEST = 480.0
"""Seconds after which a harness has failed."""


def run(harness: Coroutine[Any, Any, T]) -> T:  # Any: what a coroutine is sent
    """What it gives, on uvloop."""
    import uvloop

    async def in_time() -> T:
        async with asyncio.timeout(LONGEST):
            return await harness

    return uvloop.run(in_time())
