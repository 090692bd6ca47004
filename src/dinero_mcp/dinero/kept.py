"""Answers kept for a while, the least recently used given up first."""

from collections import OrderedDict
from collections.abc import Sized
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from dinero_mcp.dinero.question import Question

MOST_ANSWERS = 1000
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Kept(Generic[T]):
    """An answer, when it was read, and the clock's time until which it may be used."""

    answer: T
    read_at: datetime
    fresh_until: float

    @property
    def rows(self) -> int:
        return len(self.answer) if isinstance(self.answer, Sized) else 1


class KeptAnswers:
    """At most `most_rows` rows in all, in at most `MOST_ANSWERS` answers."""

    def __init__(self, most_rows: int) -> None:
        self._most_rows = most_rows
        self.rows = 0
        """How many are kept now."""
        self._kept: OrderedDict[Question, Kept[Any]] = OrderedDict()  # each of its question's kind

    def get(self, question: Question, now: float) -> Kept[Any] | None:  # Any: what it was kept as
        """What is kept for this question and still fresh."""
        kept = self._kept.get(question)
        if kept is None or now >= kept.fresh_until:
            return None
        self._kept.move_to_end(question)
        return kept

    def keep(self, question: Question, kept: Kept[Any], now: float) -> None:  # Any: as above
        """Keep an answer and make room for it; one that is too large is not kept."""
        for old in [old for old, was in self._kept.items() if old == question or now >= was.fresh_until]:
            self._drop(old)
        if kept.rows > self._most_rows:
            return
        self._kept[question] = kept
        self.rows += kept.rows
        while self.rows > self._most_rows or len(self._kept) > MOST_ANSWERS:
            self._drop(next(iter(self._kept)))

    def _drop(self, question: Question) -> None:
        self.rows -= self._kept.pop(question).rows
