"""One read under way, and all who wait for it.

The read runs in a task of its own, so that a caller who gives up does not take it from the others; when the
last one has left it is cancelled. Each caller keeps its own time and is told its progress in its own task.
"""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Generic, TypeVar

from dinero_mcp.dinero.call import Call
from dinero_mcp.dinero.question import Question
from dinero_mcp.dinero.responses import rate_limited
from dinero_mcp.errors import UnavailableError

T = TypeVar("T")


class Progress:
    """How far a read is, and whose requests they are."""

    def __init__(self, question: Question, call: Call) -> None:
        self.message = f"Reading {question.endpoint}"
        self.turn_at: float | None = None
        self.turn_since = 0.0
        self.call = call
        """For whom it is read."""
        self._payer = None if question.reference else call

    @property
    def news(self) -> str:
        """What to tell those who wait."""
        if self.turn_at is None:
            return self.message
        seconds = max(1, math.ceil(self.turn_at - time.monotonic()))
        return f"Waiting for Dinero, which limits the requests a minute: {seconds} s or more"

    def wait_for_turn(self, until: float) -> None:
        """A request waits for its turn, expected at the monotonic time `until`."""
        if self.turn_at is None:
            self.turn_since = time.monotonic()
        self.turn_at = until

    def sent(self) -> None:
        """A request is on its way."""
        self.turn_at = None
        if self._payer:
            self._payer.requests += 1


class Flight(Generic[T]):
    """A read that any number of callers wait for."""

    def __init__(
        self,
        question: Question,
        call: Call,
        read: Callable[[Progress], Awaitable[T]],
        *,
        read_at: datetime,
        tick: float,
    ) -> None:
        self._read_at = read_at
        self._question = question
        self._progress = Progress(question, call)
        self._tick = tick
        self._callers = 0
        self.task = asyncio.ensure_future(read(self._progress))
        self.task.add_done_callback(_note_failure)

    @property
    def is_open(self) -> bool:
        """Whether another caller may join."""
        return self._callers > 0 and not self.task.done()

    async def landed(self, call: Call) -> T:
        """The answer; or the read's failure; or an error because this caller has no more time."""
        self._callers += 1
        try:
            await self._follow(call)
        finally:
            self._callers -= 1
            if not self._callers:
                self.task.cancel()
        answer = self.task.result()
        if not self._question.reference:
            call.rests_on(self._read_at)
        return answer

    async def _follow(self, call: Call) -> None:
        boarded, told = time.monotonic(), ""
        while True:
            patience = max(0.0, min(self._tick, call.deadline - time.monotonic()))
            await asyncio.wait({self.task}, timeout=patience)
            if self.task.done():
                return
            self._check_turn(call, boarded)
            if self._progress.turn_at is not None or self._progress.news != told:
                told = self._progress.news
                await call.tell(told)
            if time.monotonic() >= call.deadline:
                raise self._too_slow()

    def _check_turn(self, call: Call, boarded: float) -> None:
        turn_at, now = self._progress.turn_at, time.monotonic()
        if turn_at is not None:
            latest = call.turn_deadline(max(boarded, self._progress.turn_since))
            if max(turn_at, now) > latest:
                raise rate_limited(self._question, max(1.0, turn_at - now))

    def _too_slow(self) -> UnavailableError:
        return UnavailableError(
            f"Dinero did not answer {self._question.endpoint} in the time a question has. "
            "Ask again, or ask for a shorter period."
        )


def _note_failure(task: asyncio.Future[T]) -> None:
    """Keep asyncio from logging a failure that nobody was left to hear."""
    if not task.cancelled():
        task.exception()
