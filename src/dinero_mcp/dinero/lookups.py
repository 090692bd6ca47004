"""Looks for reads that another replica made, and hands on those made here."""

import asyncio
import zlib
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, TypeVar

from dinero_mcp.dinero.kept import Kept
from dinero_mcp.dinero.question import Question
from dinero_mcp.dinero.recording import Recording
from dinero_mcp.dinero.shared import Sent, SharedRead, SharedReads
from dinero_mcp.errors import IncompleteError, UnexpectedAnswerError

T = TypeVar("T")

Take = Callable[[SharedRead, datetime], Awaitable[T]]
"""Makes an answer of what was found, which was read at that time."""


class Lookups:
    """One look for each question however many ask; without `shared` nothing is found nor handed on."""

    def __init__(self, shared: SharedReads | None, clock: Callable[[], float]) -> None:
        self._shared = shared
        self._clock = clock
        self._under_way: dict[Question, asyncio.Task[Kept[Any] | None]] = {}  # each of its question's kind

    def recording(self) -> Recording | None:
        """Where to record a read that may be shared."""
        return Recording() if self._shared else None

    async def find(
        self, question: Question, kind: type[object], take: Take[T], *, lasts: float
    ) -> Kept[T] | None:
        """The answer as it was read elsewhere in the last `lasts` seconds."""
        if self._shared is None:
            return None
        task = self._under_way.get(question)
        if task is None:
            task = asyncio.ensure_future(self._find(self._shared, question, kind, take, lasts))
            self._under_way[question] = task
            task.add_done_callback(lambda _: self._under_way.pop(question))
        return await asyncio.shield(task)

    async def share(
        self, question: Question, kind: type[object], recording: Recording | None, kept: Kept[Any]
    ) -> None:
        """Hand a read on for as long as it is fresh."""
        bodies = recording.bodies if recording else None
        seconds = kept.fresh_until - self._clock()
        if self._shared and bodies is not None and seconds > 0:
            sent = Sent(kept.read_at, kept.fresh_until - kept.read_at.timestamp(), bodies)
            await self._shared.put(question, kind, sent, seconds)

    async def _find(
        self, shared: SharedReads, question: Question, kind: type[object], take: Take[T], lasts: float
    ) -> Kept[T] | None:
        found = await shared.get(question, kind)
        now = self._clock()
        if found is None or now >= (fresh_until := found.fresh_until(now, lasts)):
            return None
        read_at = found.read_at(now)
        try:
            return Kept(await take(found, read_at), read_at, fresh_until)
        except (UnexpectedAnswerError, IncompleteError, zlib.error):
            return None  # another version wrote it, or it is damaged: then it is read from Dinero
