"""What became of many calls, and what the first of each bad kind said."""

import sys
from collections import Counter
from collections.abc import Callable, Iterable

from benchmarks.office.calls import Outcome, Reply
from benchmarks.table import Row

_SHOWN = 3


class Tally:
    """Counts replies by outcome."""

    def __init__(self, replies: Iterable[Reply] = ()) -> None:
        self.replies = list(replies)

    def __getitem__(self, outcome: Outcome) -> int:
        return sum(reply.outcome is outcome for reply in self.replies)

    def but(self, allowed: Callable[[Reply], bool]) -> int:
        """How many are not allowed."""
        return sum(not allowed(reply) for reply in self.replies)

    def explain(self, *fine: Outcome) -> None:
        """Show on stderr what the first replies of every other outcome said."""
        shown = Counter[Outcome]()
        for reply in self.replies:
            if reply.outcome in fine or shown[reply.outcome] == _SHOWN:
                continue
            shown[reply.outcome] += 1
            print(f"{reply.outcome.value}: {reply.detail[:600]}", file=sys.stderr)

    def __str__(self) -> str:
        counted = Counter(reply.outcome for reply in self.replies)
        return ", ".join(f"{count:,} {outcome.value}" for outcome, count in counted.most_common())


def exactly(what: str, figure: int, wanted: int) -> Row:
    """A count that must be one certain number."""
    return Row(what, f"{figure:,}", limit=f"= {wanted:,}", is_within=figure == wanted)


def no_more_than(what: str, figure: int, most: int) -> Row:
    return Row(what, f"{figure:,}", limit=f"<= {most:,}", is_within=figure <= most)
