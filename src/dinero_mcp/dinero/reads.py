"""Every read goes through here: one at a time for each question, however many ask, and kept for a while."""

import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, cast

from dinero_mcp.dinero.answers import decoded
from dinero_mcp.dinero.call import Call
from dinero_mcp.dinero.flights import Flight, Progress
from dinero_mcp.dinero.kept import Kept, KeptAnswers
from dinero_mcp.dinero.pages import Listing, whole_list
from dinero_mcp.dinero.question import Question
from dinero_mcp.dinero.wire import Wire

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
            call.rests_on(question, kept.read_at)
            call.fresh_until = min(call.fresh_until, kept.fresh_until)
            return cast("T", kept.answer)  # it was kept under the question it answers
        call.fresh_until = 0
        flight: Flight[T] | None = self._flights.get(question)
        if flight is None or not flight.is_open:
            flight = self._depart(question, read, call)
        return await flight.landed(call)

    def _depart(self, question: Question, read: Callable[[Progress], Awaitable[T]], call: Call) -> Flight[T]:
        fresh_until = self._clock() + self._freshness[question.reference]

        async def read_and_keep(progress: Progress) -> T:
            answer = await read(progress)
            self._kept.keep(question, Kept(answer, flight.read_at, fresh_until), self._clock())
            return answer

        flight = Flight(question, call, read_and_keep, tick=self._tick)
        self._flights[question] = flight
        flight.task.add_done_callback(lambda _: self._arrive(question, flight))
        return flight

    def _arrive(self, question: Question, flight: Flight[Any]) -> None:
        if self._flights.get(question) is flight:
            del self._flights[question]
