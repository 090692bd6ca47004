"""What replicas share, in Redis or Valkey.

A lost Redis is one that holds nothing. After a failure it is left alone for a few seconds, then asked by one
caller whether it is back; so nobody waits long.
"""

import asyncio
import logging
import math
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from dinero_mcp.dinero.shared import Held

if TYPE_CHECKING:
    from redis.asyncio import Redis

T = TypeVar("T")

log = logging.getLogger(__name__)

PREFIX = "dinero-mcp:read:"
SECONDS_TO_DROP = 10.0
AT_ONCE = 1000
"""Keys looked through in one step."""


@dataclass(frozen=True, slots=True)
class RedisStatus:
    """Whether Redis answers; else the kind of the failure."""

    is_up: bool
    failure: str | None = None


class RedisAnswers:
    """Values in one Redis, over at most `connections` connections, waited for `seconds` in all."""

    def __init__(
        self,
        url: str,
        *,
        prefix: str = PREFIX,
        connections: int = 20,
        seconds: float = 0.3,
        pause: float = 3.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._url = url
        self._prefix = prefix
        self._connections = connections
        self._seconds = seconds
        self._pause = pause
        self._clock = clock
        self._failure: str | None = None
        self._refusals: set[str] = set()
        self._left_alone_until = -math.inf

    async def get(self, names: Sequence[str]) -> Held | None:
        """What is held under the first of these names that holds anything, and for how long it still is."""

        async def got(redis: "Redis") -> list[Any]:  # Any: what the commands answer
            async with redis.pipeline(transaction=True) as steps:
                for name in names:
                    steps.get(self._prefix + name)
                    steps.pttl(self._prefix + name)
                return await steps.execute()

        answers = await self._asked(got) or []
        for value, milliseconds in zip(answers[::2], answers[1::2], strict=True):
            if isinstance(value, bytes) and isinstance(milliseconds, int) and milliseconds > 0:
                return Held(value, milliseconds / 1000)
        return None

    async def put(self, name: str, value: bytes, seconds: float) -> None:
        """Hold a value for so long."""
        milliseconds = math.ceil(seconds * 1000)
        await self._asked(lambda redis: redis.set(self._prefix + name, value, px=milliseconds))

    async def drop(self, beginnings: Sequence[str]) -> bool:
        """Give up everything whose name begins so; False when Redis is lost."""

        async def dropped(redis: "Redis") -> bool:
            for beginning in beginnings:
                pattern, step = f"{self._prefix}{beginning}*", -1
                while step:
                    found = redis.scan(max(step, 0), pattern, AT_ONCE)  # pyright: ignore[reportUnknownMemberType] - its keywords are untyped
                    step, keys = await found
                    if keys:
                        await redis.unlink(*keys)
            return True

        return bool(await self._asked(dropped, SECONDS_TO_DROP))

    async def status(self) -> RedisStatus:
        """Whether Redis answers now; when it was lost a moment ago it is not asked."""

        async def pinged(redis: "Redis") -> bool:
            return await redis.ping()  # pyright: ignore[reportUnknownMemberType] - its keywords are untyped

        await self._asked(pinged)
        return RedisStatus(self._failure is None, self._failure)

    async def aclose(self) -> None:
        """Close the connections."""
        if "_redis" in self.__dict__:
            await self._redis.aclose()

    async def _asked(self, work: Callable[["Redis"], Awaitable[T]], seconds: float | None = None) -> T | None:
        """What the work gives; None when Redis refuses it, and while it is lost."""
        from redis.exceptions import RedisError, ResponseError  # slow to import, and not needed without Redis

        redis = self._redis  # made before the time runs
        if self._clock() < self._left_alone_until:
            return None
        if self._failure:
            self._left_alone_until = self._clock() + self._pause  # this caller alone finds out
        try:
            async with asyncio.timeout(seconds or self._seconds):
                answer = await work(redis)
        except ResponseError as error:
            self._note_refusal(type(error).__name__)
            return None
        except (RedisError, OSError) as error:  # a timeout is an OSError
            self._lose(type(error).__name__)
            return None
        self._find_again()
        return answer

    def _note_refusal(self, refusal: str) -> None:
        if refusal not in self._refusals:
            log.warning("Redis refuses what it is asked (%s), so replicas share less or nothing.", refusal)
        self._refusals.add(refusal)

    def _lose(self, failure: str) -> None:
        if self._failure is None:
            log.warning("Redis is lost (%s). Replicas share no reads until it is back.", failure)
        self._failure = failure
        self._left_alone_until = self._clock() + self._pause

    def _find_again(self) -> None:
        if self._failure:
            log.warning("Redis is back. Replicas share reads again.")
        self._failure = None
        self._left_alone_until = -math.inf

    @cached_property
    def _redis(self) -> "Redis":
        from redis.asyncio import BlockingConnectionPool, Redis
        from redis.asyncio.retry import Retry
        from redis.backoff import NoBackoff

        never = Retry(NoBackoff(), 0)  # what fails is not tried again, but left alone for a while
        pool = BlockingConnectionPool.from_url(  # pyright: ignore[reportUnknownMemberType] - its keywords are untyped
            self._url, max_connections=self._connections, timeout=None, retry=never
        )
        return Redis.from_pool(pool)
