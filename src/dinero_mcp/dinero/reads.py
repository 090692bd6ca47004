"""Every read goes through here: one at a time for each question, however many ask, and kept for a while.

What is not kept here may have been read by another replica; what is read here is handed on to them.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, Generic, TypeVar, cast

from dinero_mcp.dinero.answers import decoded
from dinero_mcp.dinero.call import Call
from dinero_mcp.dinero.flights import Flight, Progress
from dinero_mcp.dinero.kept import Kept, KeptAnswers
from dinero_mcp.dinero.lookups import Lookups
from dinero_mcp.dinero.pages import Listing, whole_list
from dinero_mcp.dinero.parts import Gathering, Parts
from dinero_mcp.dinero.question import Question
from dinero_mcp.dinero.recording import Recording, recorded
from dinero_mcp.dinero.shared import SharedRead, SharedReads
from dinero_mcp.dinero.wire import Taker, Wire
from dinero_mcp.errors import NotAtHandError

R = TypeVar("R")
T = TypeVar("T")

Body = Callable[[Question, int | None], Awaitable[bytes]]
"""The body that answers a question, which may be for the page of this number."""


@dataclass(frozen=True, slots=True)
class Asked(Generic[T]):
    """A question, and how its bodies of a kind become the whole answer."""

    question: Question
    kind: type[object]
    whole: Callable[[Body], Awaitable[T]]


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
        shared: SharedReads | None = None,
    ) -> None:
        self._wire = wire
        self.freshness = freshness
        self._freshness = {False: freshness, True: reference_freshness}
        self._tick = tick
        self._clock = clock
        self.kept = KeptAnswers(most_rows)
        self._lookups = Lookups(shared, clock)
        self._flights: dict[Question, Flight[Any]] = {}  # each holds what its question is answered with

    async def one(self, question: Question, kind: type[T], call: Call, *, anew: bool = False) -> T:
        """What one GET answers; `anew` reads past what is kept, or joins a read under way."""

        async def whole(body: Body) -> T:
            return decoded(await body(question, None), kind, question.endpoint)

        return await self._answer(Asked(question, kind, whole), call, anew=anew)

    async def listing(
        self, question: Question, kind: type[Listing[T]], key: Callable[[T], str], call: Call
    ) -> tuple[T, ...]:
        """A list in pages, whole."""

        async def whole(body: Body) -> tuple[T, ...]:
            async def page(number: int, size: int) -> Listing[T]:
                return decoded(await body(question.page(number, size), number), kind, question.endpoint)

            return await whole_list(page, key, question.endpoint)

        return await self._answer(Asked(question, kind, whole), call)

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

    async def gathered_by_any(
        self,
        question: Question,
        kind: type[R],
        gathering: Callable[[datetime], Gathering[R, T]],
        call: Call,
        *,
        within: float,
    ) -> T:
        """The same of rows that another replica may have asked for, at most `within` seconds ago."""

        def parts(read_at: datetime) -> Taker[T]:
            return Parts(kind, question.endpoint, gathering(read_at))

        if within > 0 and call.takes_kept(question) and not self._is_under_way(question):
            lasts = min(within, self.freshness)
            kept = await self._lookups.find(question, kind, partial(_gathered_again, parts), lasts=lasts)
            if kept is not None:
                return kept.answer

        async def read(progress: Progress, read_at: datetime) -> T:
            recording = self._lookups.recording()
            answer = await self._wire.read(question, progress, lambda: recorded(parts(read_at), recording))
            await self._lookups.share(question, kind, recording, self._as_kept(question, answer, read_at))
            return answer

        return await self._read(question, read, call)

    async def _answer(self, asked: Asked[T], call: Call, *, anew: bool = False) -> T:
        question = asked.question
        if question not in call.answers or anew:
            call.answers[question] = await self._kept_or_read(asked, call, anew=anew)
        return cast("T", call.answers[question])  # it was noted under the question it answers

    async def _kept_or_read(self, asked: Asked[T], call: Call, *, anew: bool) -> T:
        question = asked.question
        takes_kept = call.takes_kept(question) and not anew
        kept = await self._at_hand(asked) if takes_kept else None
        if kept is not None:
            if not question.reference:
                call.rests_on(kept.read_at)
            call.rests_on_kept(kept.fresh_until)
            return kept.answer

        async def read_and_keep(progress: Progress, read_at: datetime) -> T:
            recording = self._lookups.recording()
            answer = await asked.whole(self._sent_now(progress, recording))
            kept = self._as_kept(question, answer, read_at)
            self.kept.keep(question, kept, self._clock())
            await self._lookups.share(question, asked.kind, recording, kept)
            return answer

        return await self._read(question, read_and_keep, call)

    async def _at_hand(self, asked: Asked[T]) -> Kept[T] | None:
        """What is kept here, or was read by another replica and from now on is kept here too."""
        question = asked.question
        kept = self.kept.get(question, self._clock())
        if kept is not None or self._is_under_way(question):
            return kept

        async def again(found: SharedRead, _: datetime) -> T:
            return await asked.whole(_sent_before(found))

        lasts = self._freshness[question.reference]
        found = await self._lookups.find(question, asked.kind, again, lasts=lasts)
        if found is None:
            return self.kept.get(question, self._clock())  # somebody may have read it meanwhile
        self.kept.keep(question, found, self._clock())
        return found

    def _as_kept(self, question: Question, answer: T, read_at: datetime) -> Kept[T]:
        return Kept(answer, read_at, read_at.timestamp() + self._freshness[question.reference])

    def _sent_now(self, progress: Progress, recording: Recording | None) -> Body:
        async def body(question: Question, page: int | None) -> bytes:
            if page is not None:
                progress.message = f"Reading {question.endpoint}, page {page + 1}"
            sent = await self._wire.get(question, progress)
            if recording:
                recording.note(page or 0, sent)
            return sent

        return body

    def _is_under_way(self, question: Question) -> bool:
        flight = self._flights.get(question)
        return flight is not None and flight.is_open

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


def _sent_before(found: SharedRead) -> Body:
    async def body(_: Question, page: int | None) -> bytes:
        return b"".join(found.pieces(page or 0))

    return body


async def _gathered_again(parts: Callable[[datetime], Taker[T]], found: SharedRead, read_at: datetime) -> T:
    taker = parts(read_at)
    for piece in found.pieces(0):
        taker.feed(piece)
        await asyncio.sleep(0)  # others have their turn, as they do while an answer arrives
    return taker.end()
