"""Many calls at once, and calls that are made again when they are told to."""

import asyncio
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager

import httpx2

from benchmarks.office.calls import NEWER, Caller, Json, Outcome, Question, Reply
from benchmarks.office.house import House
from benchmarks.office.people import Person

PATIENCE = 120.0
"""Seconds after which a call counts as not answered; every call of a tool ends well before."""


@asynccontextmanager
async def caller(house: House, right: Mapping[tuple[int, str], Json]) -> AsyncGenerator[Caller]:
    """A client with as many connections as there are calls at once."""
    limits = httpx2.Limits(max_connections=None, max_keepalive_connections=100)
    async with httpx2.AsyncClient(timeout=PATIENCE, limits=limits) as http:
        yield Caller(http, house.public, right)


async def persistently(
    caller: Caller, replica: str, person: Person, question: Question, until: float, era: str = NEWER
) -> list[Reply]:
    """The replies to one call, made again each time it was told when, up to the monotonic time `until`."""
    replies = [await caller.ask(replica, person, question, era)]
    while replies[-1].outcome is Outcome.TOLD_WHEN and time.monotonic() + replies[-1].ask_again_in < until:
        await asyncio.sleep(replies[-1].ask_again_in)
        replies.append(await caller.ask(replica, person, question, era))
    return replies
