"""Turns counted in Redis or Valkey, for all processes that share it.

The library `limits` has a moving window in Redis too, but on each client's own clock: two machines a few
seconds apart would admit too many. `turns.lua` uses the server's clock, knows of requests on their way, and
refuses to count in a server that was restarted or emptied since counting began there.

One that evicts keys may forget turns without a sign: `maxmemory-policy` has to be `noeviction`.
"""

import secrets
from collections.abc import Awaitable, Callable, Generator, Sequence
from contextlib import contextmanager
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from dinero_mcp.dinero.windows import SHORTEST_WAIT, HeldTurn, Limit, Wait

if TYPE_CHECKING:
    from redis.asyncio import Redis

REDIS = "redis:"
"""What the name of a place in Redis begins with."""
TIMEOUT = 2.0
"""Seconds: to take a busy moment of this process for a lost Redis makes all wait for a minute and a half."""
MOST_CONNECTIONS = 16
MARKER_KEPT = 30 * 86_400
_ARRIVED = """
local time = redis.call('TIME')
for i, turns in ipairs(KEYS) do
  redis.call('ZADD', turns, 'XX', string.format('%.6f', time[1] + time[2] / 1000000), ARGV[i])
end
"""
_CLOSE = """
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[1]) then redis.call('SET', KEYS[1], '', 'PX', ARGV[1]) end
"""
_BEGIN = """
local run = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
redis.call('SET', KEYS[1], run, 'EX', ARGV[1])
"""
_CHECK = """
local run = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
if redis.call('GET', KEYS[1]) ~= run then return redis.error_reply('FORGOTTEN') end
redis.call('EXPIRE', KEYS[1], ARGV[1])
"""
_Script = Callable[..., Awaitable[Any]]  # Any: what a script returns


class RedisAwayError(Exception):
    """Redis does not answer, or not as it should."""


class TurnsForgottenError(Exception):
    """Redis answers, but may have forgotten turns."""


class RedisTurns:
    """Turns in one Redis. Each place in it begins empty: `redis:` and a name that was never used before."""

    def __init__(self, redis: "Redis", limit: Limit, prefix: str = "dinero-mcp:turns:") -> None:
        self._redis = redis
        self._limit = limit
        self._prefix = prefix
        script = files("dinero_mcp.dinero").joinpath("turns.lua").read_text(encoding="utf-8")
        self._take: _Script = redis.register_script(script)
        self._arrived: _Script = redis.register_script(_ARRIVED)
        self._close: _Script = redis.register_script(_CLOSE)
        self._begin: _Script = redis.register_script(_BEGIN)
        self._check: _Script = redis.register_script(_CHECK)

    async def begin(self) -> str:
        """A new place, ready to count."""
        place = f"{REDIS}{secrets.token_hex(5)}"
        with _failures_told():
            await self._begin([self._marker(place)], [MARKER_KEPT])
        return place

    async def check(self, place: str) -> None:
        """Whether the place can count."""
        with _failures_told():
            await self._check([self._marker(place)], [MARKER_KEPT])

    async def answers(self) -> None:
        """Whether Redis can be used at all."""
        with _failures_told():
            await self._redis.set(f"{self._prefix}asked", "", ex=60)

    async def take(self, place: str, turn: HeldTurn) -> Wait:
        """Take a turn if there is one."""
        limit = self._limit
        keys = [self._marker(place), self._turns(place, turn), self._closing(turn.organization_id)]
        with _failures_told():
            waits = await self._take(keys, [limit.requests, limit.held, limit.on_its_way, turn.number])
        return tuple(sorted(max(float(each), SHORTEST_WAIT) for each in waits))

    async def arrived(self, place: str, turns: Sequence[HeldTurn]) -> None:
        """Their requests have arrived."""
        with _failures_told():
            await self._arrived([self._turns(place, turn) for turn in turns], [turn.number for turn in turns])

    async def close(self, organization_id: int, seconds: float) -> None:
        """Give no turn for `seconds`."""
        with _failures_told():
            await self._close([self._closing(organization_id)], [max(1, int(1000 * seconds))])

    async def aclose(self) -> None:
        """Let go of the connections."""
        with _failures_told():
            await self._redis.aclose()

    def _marker(self, place: str) -> str:
        return f"{self._prefix}{place.removeprefix(REDIS)}"

    def _turns(self, place: str, turn: HeldTurn) -> str:
        return f"{self._marker(place)}:{turn.organization_id}"

    def _closing(self, organization_id: int) -> str:
        return f"{self._prefix}closed:{organization_id}"


def redis_at(address: str) -> "Redis":
    """A client that holds few connections, waits shortly, and tries once more when a connection broke."""
    from redis.asyncio import BlockingConnectionPool, Redis
    from redis.asyncio.retry import Retry
    from redis.backoff import NoBackoff
    from redis.exceptions import ConnectionError

    pool = BlockingConnectionPool.from_url(  # pyright: ignore[reportUnknownMemberType] - its **kwargs
        address,
        max_connections=MOST_CONNECTIONS,
        timeout=TIMEOUT,
        socket_timeout=TIMEOUT,
        socket_connect_timeout=TIMEOUT,
        retry=Retry(NoBackoff(), 1, supported_errors=(ConnectionError,)),
    )
    return Redis.from_pool(pool)


@contextmanager
def _failures_told() -> Generator[None]:
    from redis.exceptions import RedisError, ResponseError

    try:
        yield
    except ResponseError as error:
        if "FORGOTTEN" in str(error):
            raise TurnsForgottenError from None
        raise RedisAwayError(str(error)) from None
    except (RedisError, OSError, TimeoutError) as error:
        raise RedisAwayError(type(error).__name__) from None
