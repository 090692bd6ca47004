"""Every read goes through here: one at a time for each question, however many ask, and kept for a while."""

import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, TypeVar, cast

from dinero_mcp.dinero.answers import decoded
from dinero_mcp.dinero.call import Call
from dinero_mcp.dinero.flights import Flight, Progress
from dinero_mcp.dinero.kept import Kept, KeptAnswers
from dinero_mcp.dinero.pages import Listing, whole_list
from dinero_mcp.dinero.parts import Gathering, Parts
from dinero_mcp.dinero.question import Question
from dinero_mcp.dinero.wire import Wire
from dinero_mcp.errors import NotAtHandError

R = TypeVar("R")
T = TypeVar("T")


class Reads:
    """Typed answers of one connection."""

    def __init__(
        self,
        wire: Wire,
        *,
        freshness: float,
        reference_freshness: float,
        most_rows: int,
        tick: float,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._wire = wire
        self.freshness = freshness
        self._freshness = {False: freshness, True: reference_freshness}
        self._tick = tick
        self._clock = clock
        self._kept = KeptAnswers(most_rows)
        self._flights: dict[Question, Flight[Any]] = {}  # each holds what its question is answered with

    async def one(self, question: Question, kind: type[T], call: Call, *, anew: bool = False) -> T:
        """What one GET answers; `anew` reads past what is kept, or joins a read under way."""

        async def read(progress: Progress) -> T:
            return decoded(await self._wire.get(question, progress), kind, question.endpoint)

        return await self._answer(question, read, call, anew=anew)

    async def listing(
        self, question: Question, kind: type[Listing[T]], key: Callable[[T], str], call: Call
    ) -> tuple[T, ...]:
        """A list in pages, whole."""

        async def read(progress: Progress) -> tuple[T, ...]:
            async def page(number: int, size: int) -> Listing[T]:
                progress.message = f"Reading {question.endpoint}, page {number + 1}"
                body = await self._wire.get(question.page(number, size), progress)
                return decoded(body, kind, question.endpoint)

            return await whole_list(page, key, question.endpoint)

        return await self._answer(question, read, call)

    async def gathered(
        self,
        question: Question,
        kind: type[R],
        gathering: Callable[[datetime], Gathering[R, T]],
        call: Call,
    ) -> T:
        """What is gathered from the rows of one long array, for all who ask meanwhile; it is not kept here.

        `gathering` hears when it was asked for: what was posted later may not be in it.
        """

        async def read(progress: Progress, read_at: datetime) -> T:
            return await self._wire.read(
                question, progress, lambda: Parts(kind, question.endpoint, gathering(read_at))
            )

        return await self._read(question, read, call)

    async def _answer(
        self,
        question: Question,
        read: Callable[[Progress], Awaitable[T]],
        call: Call,
        *,
        anew: bool = False,
    ) -> T:
        if question not in call.answers or anew:
            call.answers[question] = await self._kept_or_read(question, read, call, anew=anew)
        return cast("T", call.answers[question])  # it was noted under the question it answers

    async def _kept_or_read(
        self, question: Question, read: Callable[[Progress], Awaitable[T]], call: Call, *, anew: bool
    ) -> T:
        takes_kept = call.takes_kept(question) and not anew
        kept = self._kept.get(question, self._clock()) if takes_kept else None
        if kept is not None:
            if not question.reference:
                call.rests_on(kept.read_at)
            call.rests_on_kept(kept.fresh_until)
            return cast("T", kept.answer)  # it was kept under the question it answers

        async def read_and_keep(progress: Progress, read_at: datetime) -> T:
            answer = await read(progress)
            fresh_until = read_at.timestamp() + self._freshness[question.reference]
            self._kept.keep(question, Kept(answer, read_at, fresh_until), self._clock())
            return answer

        return await self._read(question, read_and_keep, call)

    async def _read(
        self, question: Question, read: Callable[[Progress, datetime], Awaitable[T]], call: Call
    ) -> T:
        """What the read of this question gives, be it one that is under way."""
        if call.asks_nothing:
            raise NotAtHandError(f"{question.endpoint} was not read lately. Ask for it by itself first.")
        call.fresh_until = 0
        flight: Flight[T] | None = self._flights.get(question)
        if flight is None or not flight.is_open:
            flight = self._depart(question, read, call)
        return await flight.landed(call)

    def _depart(
        self, question: Question, read: Callable[[Progress, datetime], Awaitable[T]], call: Call
    ) -> Flight[T]:
        read_at = datetime.fromtimestamp(self._clock(), UTC)
        flight = Flight(
            question, call, lambda progress: read(progress, read_at), read_at=read_at, tick=self._tick
        )
        self._flights[question] = flight
        flight.task.add_done_callback(lambda _: self._arrive(question, flight))
        return flight

    def _arrive(self, question: Question, flight: Flight[Any]) -> None:
        if self._flights.get(question) is flight:
            del self._flights[question]
