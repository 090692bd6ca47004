"""A line in which everybody gets on, however much somebody else wants.

Those who ask are served in turn, and so are the questions of each. Whoever asks for a report of a hundred
requests has them served one by one between the others' questions, and between their own.
"""

from collections import deque
from collections.abc import Hashable, Iterable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class FairLine(Generic[T]):
    """Who waits, in the order in which they are served."""

    def __init__(self) -> None:
        self._askers: dict[Hashable, dict[Hashable, deque[T]]] = {}

    def join(self, asker: Hashable, question: Hashable, one: T) -> None:
        """Stand in line, last among the same question's."""
        self._askers.setdefault(asker, {}).setdefault(question, deque()).append(one)

    def leave(self, asker: Hashable, question: Hashable, one: T) -> None:
        """Leave the line, wherever one stands in it; who was served already has left."""
        questions = self._askers.get(asker, {})
        if one not in questions.get(question, ()):
            return
        questions[question].remove(one)
        if not questions[question]:
            del questions[question]
        if not questions:
            del self._askers[asker]

    def serve(self) -> T:
        """Take the first out of the line; its question and its asker come last now."""
        asker, questions = next(iter(self._askers.items()))
        question, waiting = next(iter(questions.items()))
        first = waiting.popleft()
        del questions[question], self._askers[asker]
        if waiting:
            questions[question] = waiting
        if questions:
            self._askers[asker] = questions
        return first

    def __bool__(self) -> bool:
        return bool(self._askers)

    def __iter__(self) -> Iterator[T]:
        return _in_turn(_in_turn(questions.values()) for questions in self._askers.values())


def _in_turn(lines: Iterable[Iterable[T]]) -> Iterator[T]:
    """One of each, and again, until none is left."""
    going = deque(map(iter, lines))
    while going:
        line = going.popleft()
        for one in line:
            yield one
            going.append(line)
            break
