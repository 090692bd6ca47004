"""A part of a real Redis for each test, and a hand in it."""

import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import uuid4

import pytest
from redis.asyncio import Redis

from dinero_mcp.dinero.redis_answers import RedisAnswers

SERVER = "DINERO_TEST_REDIS_URL"


@dataclass(frozen=True)
class Hand:
    """Sees and changes what lies in the part of one test."""

    redis: Redis
    prefix: str

    async def names(self) -> list[str]:
        keys = self.redis.scan_iter(match=f"{self.prefix}*", count=1000)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] - untyped there
        return sorted([str(key, "ascii") async for key in keys])  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType] - as above

    async def value(self, name: str) -> bytes:
        value = await self.redis.get(name)
        assert isinstance(value, bytes)
        return value

    async def put(self, name: str, value: bytes, seconds: float = 60) -> None:
        await self.redis.set(name, value, px=int(seconds * 1000))

    async def seconds(self, name: str) -> float:
        return await self.redis.pttl(name) / 1000


@dataclass(frozen=True)
class Shared:
    """What replicas share in one test."""

    answers: RedisAnswers
    hand: Hand


def redis_server() -> str:
    """The address of a Redis; skips where none is told of."""
    server = os.environ.get(SERVER)
    if not server:
        pytest.skip(f"{SERVER} names no Redis or Valkey server")
    return server


@asynccontextmanager
async def a_redis() -> AsyncGenerator[Shared]:
    """A part of the Redis, emptied in the end."""
    server, prefix = redis_server(), f"dinero-mcp:test:{uuid4().hex}:"
    answers = RedisAnswers(server, prefix=prefix, seconds=10)  # a busy machine is not what a test is about
    async with Redis.from_url(server) as redis:  # pyright: ignore[reportUnknownMemberType] - untyped there
        hand = Hand(redis, prefix)
        try:
            yield Shared(answers, hand)
        finally:
            await answers.aclose()
            for name in await hand.names():
                await redis.unlink(name)
