"""One window for all replicas: in Redis where there is one, else in the database, never in both at odds.

Which place counts is written in the database, and changes there alone. Each replica looks every `look_every`
seconds and may take turns for `lease` seconds after a look; so a lease after a change nobody takes turns by
what stood there before. What must be known of turns that were taken elsewhere is then handled like this:

- Out of Redis, when a replica cannot reach it or it has forgotten turns: the database does not know what was
  taken there, so nobody gets a turn until the last of it is no longer held. One replica that lost Redis takes
  all others with it, for two places that count at once would admit twice as much.
- Into Redis, once everybody has reached it for `quiet_for` seconds: nobody is held up. For as long as the
  database may hold a turn that Redis does not know, turns are taken at both; from then on in Redis alone.

Without the database nobody knows where to count, and no turn is given.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from dinero_mcp.dinero.reach import ASK_AGAIN, Reach
from dinero_mcp.dinero.redis_turns import RedisAwayError, RedisTurns, TurnsForgottenError
from dinero_mcp.dinero.windows import Closings, HeldTurn, Limit, Wait, WindowStatus
from dinero_mcp.errors import StoreError, UnavailableError

T = TypeVar("T")

log = logging.getLogger(__name__)

DATABASE = "database"
DATABASE_TIMEOUT = 5.0
"""Part of a limit's `on_its_way`: a turn that takes longer is not used."""
SOON = 0.05


class DatabaseTurns(Protocol):
    """Turns in a database, and the note which place counts them."""

    async def take(self, turn: HeldTurn, limit: Limit) -> Wait: ...
    async def arrived(self, arrived: Sequence[HeldTurn]) -> None: ...
    async def close(self, organization_id: int, seconds: float) -> None: ...
    async def sweep(self, limit: Limit) -> None: ...
    async def look(self) -> tuple[str, float, float]: ...
    async def leave(self, place: str, *, lease: float, held_at_most: float) -> None: ...
    async def enter(self, place: str, *, lease: float, held_at_most: float) -> None: ...
    async def complain(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How replicas agree on a place. In seconds."""

    look_every: float = 2
    lease: float = 5
    patience: float = 2
    """How long Redis may fail before it is left."""
    quiet_for: float = 60
    """How long everybody must have reached Redis before it counts again."""
    sweep_every: float = 60


@dataclass(frozen=True, slots=True)
class _View:
    """What a look showed, in this process's time."""

    place: str = DATABASE
    alone_at: float = float("inf")
    """From when the place counts alone."""
    good_until: float = float("-inf")
    quiet: float = 0.0
    """How long ago somebody could not reach Redis."""


class SharedWindow:
    """Counts the turns of all replicas that share a database."""

    def __init__(
        self,
        limit: Limit,
        database: DatabaseTurns,
        redis: RedisTurns | None = None,
        rules: Rules | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.limit = limit
        self._database = database
        self._redis = redis
        self._rules = rules or Rules()
        self._clock = clock
        self._reach = Reach(self._rules.patience, clock)
        self._closings = Closings(clock)
        self._view = _View()
        self._looking, self._leaving = asyncio.Lock(), asyncio.Lock()
        self._database_failed_at: float | None = None
        self._complained_at = self._swept_at = float("-inf")
        self._said = ""

    async def take(self, turn: HeldTurn) -> Wait:
        if closed := self._closings.seconds(turn.organization_id):
            return (closed,)
        try:
            return await _in_time(self._taken_in_lease(turn))
        except (StoreError, TimeoutError):
            self._database_failed_at = self._clock()
            self._tell()
            raise _uncounted() from None

    async def arrived(self, turns: Sequence[HeldTurn]) -> None:
        view = self._view
        with suppress(StoreError, RedisAwayError, TurnsForgottenError):  # then they are held longer
            if self._redis and view.place != DATABASE:
                await self._redis.arrived(view.place, turns)
            if self._counts_in_database(view):
                await self._database.arrived(turns)

    async def close(self, organization_id: int, seconds: float) -> None:
        self._closings.close(organization_id, seconds)
        with suppress(StoreError, TimeoutError, RedisAwayError, TurnsForgottenError):
            await _in_time(self._closed(organization_id, seconds))  # else others hear it from Dinero

    async def _closed(self, organization_id: int, seconds: float) -> None:
        view = self._view
        if self._redis and view.place != DATABASE:
            await self._redis.close(organization_id, seconds)
        if self._counts_in_database(view):
            await self._database.close(organization_id, seconds)

    async def attend(self) -> None:
        """Look which place counts, and see to it that it is the right one."""
        try:
            await _in_time(self._attended())
        except (StoreError, TimeoutError):
            self._database_failed_at = self._clock()
        self._tell()

    def status(self) -> WindowStatus:
        place = DATABASE if self._view.place == DATABASE else "redis"
        if self._database_failed_at is not None:
            return WindowStatus(place, True, "The database does not answer, so no turn is given.")
        if self._redis is None:
            return WindowStatus(place, place != DATABASE, "Turns are counted in the database.")
        if self._reach.is_lost or (self._reach.fails and place == DATABASE):
            return WindowStatus(place, True, f"Redis cannot be used. Turns are counted in the {DATABASE}.")
        if place == DATABASE:
            text = "Turns are counted in the database until every replica has reached Redis for a while."
            return WindowStatus(place, True, text)
        return WindowStatus(place, False, "Turns are counted in Redis.")

    def _tell(self) -> None:
        """Say in the log how it is, when that has changed."""
        status = self.status()
        if status.says != self._said:
            self._said = status.says
            level = logging.WARNING if status.is_degraded else logging.INFO
            log.log(level, "%s%s", status.says, f" ({self._reach.why})" if self._reach.why else "")

    def _counts_in_database(self, view: _View) -> bool:
        return view.place == DATABASE or self._clock() < view.alone_at

    async def _current(self) -> _View:
        """Which place counts, looked up when the lease is over; not at once when that just failed."""
        failed_at, now = self._database_failed_at, self._clock()
        if now >= self._view.good_until:
            if failed_at is not None and now - failed_at < ASK_AGAIN:
                raise _uncounted()
            await self._look()
        return self._view

    async def _look(self) -> None:
        before = self._view
        async with self._looking:
            if self._view is not before:
                return  # another looked meanwhile
            begun = self._clock()
            place, alone_in, quiet = await self._database.look()
            self._view = _View(place, self._clock() + alone_in, begun + self._rules.lease, quiet)
            self._database_failed_at = None

    async def _taken_in_lease(self, turn: HeldTurn) -> Wait:
        view = await self._current()
        wait = await self._taken(view, turn)
        taken_late = not wait and self._clock() >= view.good_until
        return (SOON,) if taken_late else wait  # others may count elsewhere by now

    async def _taken(self, view: _View, turn: HeldTurn) -> Wait:
        early = view.alone_at - self._clock()
        if view.place == DATABASE:
            return (early,) if early > 0 else await self._database.take(turn, self.limit)
        if early > 0 and (wait := await self._database.take(turn, self.limit)):
            return wait
        return await self._taken_in_redis(view, turn)

    async def _taken_in_redis(self, view: _View, turn: HeldTurn) -> Wait:
        redis = self._redis
        if redis is None:
            await self._leave(view)
            return (SOON,)
        try:
            return await self._reach.ask(lambda: redis.take(view.place, turn))
        except (RedisAwayError, TurnsForgottenError):
            if self._reach.is_lost or self._counts_in_database(view):  # until then, leaving costs nothing
                await self._leave(view)
            return (ASK_AGAIN,)

    async def _leave(self, view: _View) -> None:
        async with self._leaving:
            if self._view is view:
                await self._database.leave(
                    view.place, lease=self._rules.lease, held_at_most=self.limit.held_at_most
                )
                await self._look()
        self._tell()

    async def _attended(self) -> None:
        await self._look()
        await self._tend(self._view)
        await self._sweep()

    async def _tend(self, view: _View) -> None:
        reached = await self._reaches(view.place)
        if view.place != DATABASE:
            if self._redis is None or self._reach.is_lost:
                await self._leave(view)
        elif not reached:
            await self._complain()
        elif view.alone_at <= self._clock() and view.quiet >= self._rules.quiet_for:
            await self._enter()

    async def _reaches(self, place: str) -> bool:
        redis = self._redis
        if redis is None:
            return False
        try:
            await self._reach.ask(lambda: redis.answers() if place == DATABASE else redis.check(place))
        except (RedisAwayError, TurnsForgottenError):
            return False
        return True

    async def _enter(self) -> None:
        if self._redis is None:
            return
        with suppress(RedisAwayError):  # then later
            place = await self._redis.begin()
            await self._database.enter(place, lease=self._rules.lease, held_at_most=self.limit.held_at_most)
        await self._look()

    async def _complain(self) -> None:
        """Keep the others from going back to Redis."""
        if self._clock() - self._complained_at >= self._rules.quiet_for / 4:
            await self._database.complain()
            self._complained_at = self._clock()

    async def _sweep(self) -> None:
        if self._clock() - self._swept_at >= self._rules.sweep_every:
            await self._database.sweep(self.limit)
            self._swept_at = self._clock()


async def _in_time(work: Coroutine[Any, Any, T]) -> T:  # Any: what nobody sends or is sent
    """What the work gives; after a while it is left to itself, for a transaction is not to be torn apart.

    Raises:
        TimeoutError: when it takes too long.
    """
    task = asyncio.ensure_future(work)
    await asyncio.wait({task}, timeout=DATABASE_TIMEOUT)
    if not task.done():
        task.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
        raise TimeoutError
    return task.result()


def _uncounted() -> UnavailableError:
    return UnavailableError(
        "No request was sent to Dinero, for the database in which requests are counted does not answer. "
        "Ask again in a minute; if it stays so, whoever runs this server finds the reason in its log."
    )
