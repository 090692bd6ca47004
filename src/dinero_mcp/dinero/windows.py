"""How many requests an organization takes: at most so many in any minute, wherever that minute begins.

The minute is Dinero's, where a request arrives later than its turn was taken. So a turn is held from when it
is taken until a minute after its answer began, by when it had arrived. More than the limit can then never
arrive within one minute: take the last turn of such arrivals. It was taken before the minute's end, and each
of the others was answered after its beginning, so all of them were still held, and it was not given.

A request that is never answered is taken to arrive `on_its_way` seconds after its turn at the latest: `wire`
gives up earlier whatever has not left by then. `seconds` are made a little longer, for clocks that do not run
equally fast. What must not happen is that a process stands still for longer between a turn and its request,
or that the clock of the server that counts is put forward.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

Wait = tuple[float, ...]
"""Empty when the turn was taken; else in how many seconds the held turns come free, the soonest first."""

SHORTEST_WAIT = 0.01
_SLACK = 1 / 120
"""By how much a window is longer than asked for."""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `requests` in any `seconds`."""

    requests: int
    seconds: float = 60
    on_its_way: float = 25
    """Seconds within which a request arrives, or never will: 5 until the turn is known to be taken, at most
    15 until it has left, and 5 for the network.
    """

    @property
    def held(self) -> float:
        """Seconds that a turn is held after its request arrived."""
        return self.seconds * (1 + _SLACK)

    @property
    def held_at_most(self) -> float:
        """Seconds after which a turn is no longer held, whatever became of its request."""
        return self.held + self.on_its_way


@dataclass(frozen=True, slots=True)
class HeldTurn:
    """A turn that was taken."""

    organization_id: int
    number: int


@dataclass(frozen=True, slots=True)
class WindowStatus:
    """Where turns are counted, and whether that is not as it should be."""

    place: str
    """`memory`, `database` or `redis`."""
    is_degraded: bool
    says: str


class Window(Protocol):
    """Counts turns, for each organization apart."""

    @property
    def limit(self) -> Limit: ...
    async def take(self, turn: HeldTurn) -> Wait:
        """Take a turn if there is one, under a number that no other has.

        Raises:
            UnavailableError: when nothing can be counted; the turn is not taken.
        """
        ...

    async def arrived(self, turns: Sequence[HeldTurn]) -> None:
        """The requests have arrived, so that a minute from now these turns are free; failing is no harm."""
        ...

    async def close(self, organization_id: int, seconds: float) -> None:
        """Give no turn for `seconds`."""
        ...

    def status(self) -> WindowStatus: ...


class MemoryWindow:
    """Counts the turns of one process."""

    def __init__(self, limit: Limit, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.limit = limit
        self._clock = clock
        self._arrivals: defaultdict[int, dict[int, float]] = defaultdict(dict)
        self._closings = Closings(clock)
        self._swept_at = clock()

    async def take(self, turn: HeldTurn) -> Wait:
        self._sweep()
        if closed := self._closings.seconds(turn.organization_id):
            return (closed,)
        now, arrivals = self._clock(), self._arrivals[turn.organization_id]
        if len(arrivals) >= self.limit.requests:
            arrivals = {number: at for number, at in arrivals.items() if at + self.limit.held > now}
            self._arrivals[turn.organization_id] = arrivals
        if len(arrivals) >= self.limit.requests:
            return waits(arrivals.values(), now, self.limit)
        arrivals[turn.number] = now + self.limit.on_its_way
        return ()

    async def arrived(self, turns: Sequence[HeldTurn]) -> None:
        for turn in turns:
            arrivals = self._arrivals.get(turn.organization_id, {})
            if turn.number in arrivals:
                arrivals[turn.number] = self._clock()

    async def close(self, organization_id: int, seconds: float) -> None:
        self._closings.close(organization_id, seconds)

    @property
    def organizations(self) -> int:
        """For how many there is something to remember."""
        return len(self._arrivals)

    def _sweep(self) -> None:
        """Forget, now and then, the organizations of which no turn is held any more."""
        now = self._clock()
        if now - self._swept_at < self.limit.held_at_most:
            return
        self._swept_at, over = now, now - self.limit.held
        idle = [
            number for number, turns in self._arrivals.items() if all(at <= over for at in turns.values())
        ]
        for number in idle:
            del self._arrivals[number]

    def status(self) -> WindowStatus:
        return WindowStatus("memory", is_degraded=False, says="Turns are counted in this process.")


class Closings:
    """Who may not be asked for a while, as far as this process knows."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._until: dict[int | str, float] = {}

    def close(self, who: int | str, seconds: float) -> None:
        self._until[who] = max(self._clock() + seconds, self._until.get(who, 0.0))

    def seconds(self, who: int | str) -> float:
        """How long it stays closed; 0 when it is open."""
        left = self._until.get(who, 0.0) - self._clock()
        if left > 0:
            return left
        self._until.pop(who, None)
        return 0.0


def waits(arrivals: Iterable[float], now: float, limit: Limit) -> Wait:
    """In how many seconds turns come free; what is on its way is expected to have arrived at once."""
    expected = (at - limit.on_its_way if at > now else at for at in arrivals)
    return tuple(sorted(max(at + limit.held - now, SHORTEST_WAIT) for at in expected))
