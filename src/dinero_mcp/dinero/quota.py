"""Turns: Dinero admits so many requests a minute for each organization.

Who waits for one organization stands in one fair line in this process, and the first in it takes a turn from
the window, which may be shared with other processes. After a 429 the line stands still for everybody.
"""

import asyncio
import secrets
import time
from collections.abc import Callable, Hashable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

import anyio

from dinero_mcp.dinero.fair_line import FairLine
from dinero_mcp.dinero.windows import Closings, HeldTurn, Limit, Wait, Window
from dinero_mcp.errors import UnavailableError

LONGEST_NAP = 5.0
"""Seconds after which a line that stands still looks whether turns came free earlier than expected."""


class Observer(Protocol):
    """Hears what is worth counting."""

    def turn_taken(self, seconds_waited: float) -> None: ...
    def turned_away(self) -> None:
        """Dinero answered 429."""
        ...


class Unobserved:
    """Counts nothing."""

    def turn_taken(self, seconds_waited: float) -> None: ...
    def turned_away(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Asker:
    """Who wants a turn, and for which of their questions."""

    name: str = ""
    question: Hashable = None


@dataclass(frozen=True, slots=True)
class Turn:
    """The right to send one request."""

    arrived: Callable[[], None]
    """To be called when its answer begins, or when it is known that it was never sent."""


@dataclass(eq=False, slots=True)
class _Waiter:
    asker: Asker
    waiting: Callable[[float], None]
    given: asyncio.Future[HeldTurn]


@dataclass(slots=True)
class _Line:
    """Who waits for one organization, and when its turns come free, as far as is known."""

    limit: Limit
    waiters: FairLine[_Waiter] = field(default_factory=FairLine[_Waiter])
    free_at: list[float] = field(default_factory=list[float])
    served_by: asyncio.Task[None] | None = None
    is_empty: asyncio.Event = field(default_factory=asyncio.Event)

    async def nap(self, seconds: float) -> None:
        """Wait until turns come free, or nobody waits for them any more."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.is_empty.wait(), min(seconds, LONGEST_NAP))

    def leave(self, waiter: _Waiter) -> None:
        """Let somebody go, with a turn or without."""
        self.waiters.leave(waiter.asker.name, waiter.asker.question, waiter)
        if not self.waiters:
            self.is_empty.set()

    def give(self, turn: HeldTurn) -> None:
        """Give it to the first who still waits; when nobody does, it is lost."""
        while self.waiters:
            waiter = self.waiters.serve()
            if not waiter.given.done():
                waiter.given.set_result(turn)
                return

    def fail(self, error: Exception) -> None:
        """Tell everybody that there is no turn."""
        for waiter in self.waiters:
            if not waiter.given.done():
                waiter.given.set_exception(error)

    def note_taken(self, now: float) -> None:
        self.free_at = [*self.free_at[len(self.free_at) >= self.limit.requests :], now + self.limit.held]

    def note_refused(self, wait: Wait, now: float) -> None:
        unknown = self.limit.requests - len(wait)  # where it is closed, all of them
        self.free_at = [now + seconds for seconds in (*[wait[0]] * unknown, *wait)]

    def expected(self, ahead: int, now: float) -> float:
        """When the turn comes of one who has so many others ahead."""
        rounds, place = divmod(ahead, self.limit.requests)
        taken = place - (self.limit.requests - len(self.free_at))
        return max(now, self.free_at[taken] if taken >= 0 else now) + rounds * self.limit.held

    def tell(self, now: float, only: _Waiter | None = None) -> None:
        """Tell everybody, or one of them, when their turn is expected."""
        for ahead, waiter in enumerate(self.waiters):
            expected = self.expected(ahead, now)
            if waiter is (only or waiter) and expected > now:
                waiter.waiting(expected)
            if waiter is only:
                return


class Quota:
    """The lines of all organizations, for everybody in this process who shares a window."""

    def __init__(
        self,
        window: Window,
        observer: Observer | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.window = window
        self._observer = observer or Unobserved()
        self._clock = clock
        self._lines: dict[int, _Line] = {}
        self._closings = Closings(clock)
        self._arrived: list[HeldTurn] = []
        self._telling: asyncio.Task[None] | None = None

    @property
    def requests(self) -> int:
        """How many an organization takes in a minute."""
        return self.window.limit.requests

    async def turn(
        self, organization_id: int | None, waiting: Callable[[float], None], asker: Asker | None = None
    ) -> Turn:
        """Wait for the right to send one request; `waiting` hears the monotonic time it is expected.

        Raises:
            UnavailableError: when nothing can be counted.
        """
        asker, began = asker or Asker(), self._clock()
        if organization_id is None:  # what belongs to no organization is not counted
            await self._until_open(asker.name, waiting)
            return Turn(lambda: None)
        held = await self._in_line(organization_id, asker, waiting)
        self._observer.turn_taken(self._clock() - began)
        return Turn(lambda: self._note_arrived(held))

    async def close(self, organization_id: int | None, seconds: float, asker: str = "") -> None:
        """After a 429, let nobody through for `seconds`; without an organization, not this asker."""
        self._observer.turned_away()
        if organization_id is None:
            self._closings.close(asker, seconds)
        else:
            await self.window.close(organization_id, seconds)

    async def settled(self) -> None:
        """Let nobody wait any longer, and what is under way with the window come to its end."""
        lines = list(self._lines.values())
        for line in lines:
            line.fail(UnavailableError("This server is being stopped. Ask again in a moment."))
        under_way = [*(line.served_by for line in lines), self._telling]
        if tasks := {task for task in under_way if task}:
            await asyncio.wait(tasks)

    async def _until_open(self, asker: str, waiting: Callable[[float], None]) -> None:
        while seconds := self._closings.seconds(asker):
            waiting(self._clock() + seconds)
            await anyio.sleep(seconds)

    async def _in_line(
        self, organization_id: int, asker: Asker, waiting: Callable[[float], None]
    ) -> HeldTurn:
        line = self._lines.setdefault(organization_id, _Line(self.window.limit))
        waiter = _Waiter(asker, waiting, asyncio.get_running_loop().create_future())
        line.waiters.join(asker.name, asker.question, waiter)
        line.is_empty.clear()
        if line.served_by is None:
            line.served_by = asyncio.create_task(self._serve(organization_id, line))
        else:
            line.tell(self._clock(), waiter)
        try:
            return await waiter.given
        finally:
            line.leave(waiter)

    async def _serve(self, organization_id: int, line: _Line) -> None:
        """Give one turn after the other, until nobody waits."""
        try:
            while line.waiters:
                turn = HeldTurn(organization_id, secrets.randbits(63))
                if wait := await self.window.take(turn):
                    line.note_refused(wait, self._clock())
                    line.tell(self._clock())
                    await line.nap(wait[0])
                else:
                    line.note_taken(self._clock())
                    line.give(turn)
        except Exception as error:  # noqa: BLE001 - whatever it is, those who wait must hear it
            line.fail(error)
        finally:
            del self._lines[organization_id]

    def _note_arrived(self, turn: HeldTurn) -> None:
        """Tell the window, together with what arrives meanwhile; nobody waits for that."""
        self._arrived.append(turn)
        if self._telling is None:
            self._telling = asyncio.create_task(self._tell_arrived())

    async def _tell_arrived(self) -> None:
        try:
            while turns := self._arrived:
                self._arrived = []
                await self.window.arrived(turns)
        finally:
            self._telling = None
