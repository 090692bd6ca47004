"""An answer as a person reads it: its tab-separated rows as tables, everything else as it is.

A row that would be squeezed into more than a few lines is a block of its own instead: what it is about and
what is short first, on one line, and under that what is long, each by its name. Only words wrap, however
narrow the terminal.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

import click

_GAP = len(" | ")
_TALLEST = 3
"""Lines that a row of a table may take."""
_LONG = 30
_SPACE_KEPT = "\u00a0"
Columns = Sequence[Sequence[str]]
"""The title of each, and its cells."""


def show(text: str, *, ids: bool = True) -> None:
    """An answer for a person; what programs use comes last or not at all: ids, and how to ask for more."""
    from rich.console import Console

    width = Console().width
    for is_table, lines in groupby(text.split("\n"), key=lambda line: "\t" in line):
        if is_table:
            _show_table([line.split("\t") for line in lines], width, ids=ids)
        else:
            for line in lines:
                click.echo(_wrapped(line, width))


def _show_table(rows: Sequence[Sequence[str]], width: int, *, ids: bool) -> None:
    columns = sorted(zip(*rows, strict=True), key=_is_id)
    columns = [(name.replace("_", " "), *cells) for name, *cells in columns if ids or not _is_id((name,))]
    widths = _widths(columns, width)
    if _room(widths) > width or _tallest(columns, widths) > _TALLEST:
        click.echo("\n".join(_blocks(columns, width)))
    else:
        _show_columns(columns, widths)


def _show_columns(columns: Columns, widths: Sequence[int]) -> None:
    from rich import box
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for (title, *cells), width in zip(columns, widths, strict=True):
        justify = "right" if all(map(_is_figure, cells)) else "left"
        table.add_column(escape(title), justify=justify, width=width, overflow="fold")
    for cells in _rows(columns):
        table.add_row(*map(escape, cells))
    Console(highlight=False).print(table)


def _blocks(columns: Columns, width: int) -> Iterator[str]:
    """Each row by itself; the first cell needs no name, and what is empty is left out."""
    titles = [title for title, *_ in columns]
    is_long = [_longest(cells) > min(_LONG, width // 3) for _, *cells in columns]
    for about, *cells in _rows(columns):
        told = [each for each in zip(titles[1:], cells, is_long[1:], strict=True) if each[1] != "-"]
        short = [f"{title}: {cell}".replace(" ", _SPACE_KEPT) for title, cell, long in told if not long]
        yield _wrapped("  ".join([about, *short]), width).replace(_SPACE_KEPT, " ")
        yield from (_wrapped(f"{title}: {cell}", width, "  ") for title, cell, long in told if long)
        if any(is_long[1:]):
            yield ""


def _wrapped(text: str, width: int, margin: str = "") -> str:
    from textwrap import fill

    return fill(
        text,
        width,
        initial_indent=margin,
        subsequent_indent=f"{margin}  ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _rows(columns: Columns) -> Iterable[tuple[str, ...]]:
    return zip(*(column[1:] for column in columns), strict=True)


def _widths(columns: Columns, room: int) -> list[int]:
    """Each column's longest word, and of what room there is as much as its text is longer than others."""
    widths = [_longest(word for cell in column for word in cell.split()) for column in columns]
    room -= _room(widths)
    needs = [_longest(column) - width for column, width in zip(columns, widths, strict=True)]
    share = min(max(room, 0), sum(needs))
    return [width + share * need // (sum(needs) or 1) for width, need in zip(widths, needs, strict=True)]


def _room(widths: Sequence[int]) -> int:
    return sum(widths) + _GAP * len(widths)


def _longest(texts: Iterable[str]) -> int:
    from rich.cells import cell_len

    return max(map(cell_len, texts), default=0)


def _tallest(columns: Columns, widths: Sequence[int]) -> int:
    """The most lines that a cell takes, titles apart."""
    from textwrap import wrap

    cells = ((cell, width) for (_, *cells), width in zip(columns, widths, strict=True) for cell in cells)
    return max((len(wrap(cell, max(width, 1), break_on_hyphens=False)) for cell, width in cells), default=0)


def _is_id(column: Sequence[str]) -> bool:
    """Whether it is for a program: a GUID, or the call that shows more."""
    return column[0].endswith("_guid") or column[0] == "see"


def _is_figure(cell: str) -> bool:
    """Whether it is a number, or a day, or nothing."""
    return cell == "-" or cell.replace("-", "").replace(".", "", 1).isdigit()
