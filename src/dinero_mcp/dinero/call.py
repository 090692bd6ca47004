"""One question being answered."""

import math
import time
from collections.abc import Awaitable, Callable, Hashable
from datetime import datetime
from typing import TypeVar

from dinero_mcp.dinero.question import Question
from dinero_mcp.errors import NotAtHandError

T = TypeVar("T")

TURNS_IN_ALL = 300.0
"""Seconds a question with a listener may spend until its last turn comes, unless it said it needs more."""


class Call:
    """How long a question may take, whom to tell, and what it has cost.

    Without a listener it lasts `seconds` at most, `turn_seconds` of them spent on waiting for a turn. With
    one, `seconds` run anew each time something was told: whoever asked can see that it is under way. Where
    it is not known that anybody hears the report, `is_heard` is false.
    """

    def __init__(
        self,
        report: Callable[[str], Awaitable[None]] | None = None,
        *,
        is_heard: bool = True,
        seconds: float = 45,
        turn_seconds: float = 20,
    ) -> None:
        self.requests = 0
        """Requests made to Dinero for this question, reference reads apart."""
        self.read_at: datetime | None = None
        """UTC time of the oldest read the figures rest on, kept answers included, reference reads apart."""
        self.fresh_until = math.inf
        """The clock's time until which all that was kept is fresh; 0 once something had to be read."""
        self._report = report
        self.is_heard = report is not None and is_heard
        self._seconds = seconds
        self._turn_seconds = turn_seconds
        self._begun = self._told_at = time.monotonic()
        self._turns_in_all = TURNS_IN_ALL
        self.passes_kept = False
        """Whether nothing but a reference may come from what is kept."""
        self.asks_nothing = False
        """Whether only what is at hand may be used now."""
        self.answers: dict[Hashable, object] = {}
        """What this question has been answered with so far: within it, the same is never read twice."""

    def read_anew(self) -> None:
        """Forget the answers so far and pass over what is kept: it may be older than what was just read."""
        self.answers.clear()
        self.read_at = None
        self.passes_kept = True

    def takes_kept(self, question: Question) -> bool:
        """Whether an answer that is kept will do; a reference always does."""
        return question.reference or not self.passes_kept

    async def at_hand(self, read: Awaitable[T]) -> T | None:
        """What a read gives if it was made lately; None when it would have to ask Dinero. Not side by side
        with other reads of this question.
        """
        before, self.asks_nothing = self.asks_nothing, True
        try:
            return await read
        except NotAtHandError:
            return None
        finally:
            self.asks_nothing = before

    async def tell(self, message: str) -> None:
        """Say how far it is, when somebody listens."""
        if self.is_heard:
            self._told_at = time.monotonic()
        if self._report is not None:
            await self._report(message)

    def will_wait(self, seconds: float) -> None:
        """Allow for turns that are known to come as late as this; who listens has been told."""
        self._turns_in_all = max(self._turns_in_all, time.monotonic() - self._begun + seconds)

    def rests_on(self, read_at: datetime) -> None:
        """Note when something that this answer's figures rest on was read."""
        self.read_at = min(self.read_at or read_at, read_at)

    def rests_on_kept(self, fresh_until: float) -> None:
        """Note until when something kept may be used."""
        self.fresh_until = min(self.fresh_until, fresh_until)

    @property
    def deadline(self) -> float:
        """The monotonic time by which something must have happened."""
        return self._told_at + self._seconds

    def turn_deadline(self, since: float) -> float:
        """The monotonic time by which a turn waited for since `since` must have come."""
        if self.is_heard:
            return self._begun + self._turns_in_all
        return min(since + self._turn_seconds, self.deadline)
