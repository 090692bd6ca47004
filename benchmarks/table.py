"""The table of what was measured, and how two things are measured against each other."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One figure beside what it is held against; `limit` reads `<= 1.2` or is empty."""

    what: str
    figure: str
    peer: str = ""
    ratio: str = ""
    limit: str = ""
    is_within: bool = True


def at_most(what: str, figure: str, peer: str, ratio: float, limit: float) -> Row:
    """A row whose ratio may not be above `limit`."""
    return Row(what, figure, peer, f"{ratio:.2f}", f"<= {limit}", ratio <= limit)


def at_least(what: str, figure: str, peer: str, ratio: float, limit: float) -> Row:
    """A row whose ratio may not be below `limit`."""
    return Row(what, figure, peer, f"{ratio:.2f}", f">= {limit}", ratio >= limit)


def fastest(repetitions: int, *measured: Callable[[], float]) -> list[float]:
    """The shortest of the seconds that each returns. They take turns, and noise only ever adds."""
    rounds = [[each() for each in measured] for _ in range(repetitions)]
    return [min(seconds) for seconds in zip(*rounds, strict=True)]


def ms(seconds: float) -> str:
    return f"{seconds * 1000:,.2f} ms" if seconds < 0.1 else f"{seconds * 1000:,.0f} ms"


def table(rows: Sequence[Row]) -> str:
    """The rows as a Markdown table in columns of even width."""
    cells = [("what", "figure", "floor or peer", "ratio", "limit", ""), *map(_cells, rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = [_line(row, widths) for row in cells]
    rule = _line(["-" * width for width in widths], widths)
    return "\n".join([lines[0], rule, *lines[1:]])


def _cells(row: Row) -> tuple[str, ...]:
    verdict = ("ok" if row.is_within else "MISSED") if row.limit else ""
    return row.what, row.figure, row.peer, row.ratio, row.limit, verdict


def _line(cells: Iterable[str], widths: Iterable[int]) -> str:
    padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    return f"| {' | '.join(padded)} |"
