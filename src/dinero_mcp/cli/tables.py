"""An answer as a person reads it: its tab-separated rows as tables, everything else as it is."""

from collections.abc import Sequence

import click


def show(text: str, *, ids: bool = True) -> None:
    """An answer for a person: its tab-separated rows as tables, everything else as it is."""
    from itertools import groupby

    for is_table, lines in groupby(text.split("\n"), key=lambda line: "\t" in line):
        rows = [line.split("\t") for line in lines]
        if is_table:
            _show_table(rows, ids=ids)
        else:
            for row in rows:
                click.echo(row[0])


def _show_table(rows: Sequence[Sequence[str]], *, ids: bool) -> None:
    """A table in which only words wrap, however narrow the terminal; what programs use comes last or not at
    all: ids, and how to ask for more.
    """
    from rich import box
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    columns = sorted(zip(*rows, strict=True), key=_is_id)
    columns = [(name.replace("_", " "), *cells) for name, *cells in columns if ids or not _is_id((name,))]
    console = Console(highlight=False)
    widths = _widths(columns, console.width)
    for (title, *cells), width in zip(columns, widths, strict=True):
        justify = "right" if all(map(_is_figure, cells)) else "left"
        table.add_column(escape(title), justify=justify, width=width, overflow="fold")
    for cells in zip(*(column[1:] for column in columns), strict=True):
        table.add_row(*map(escape, cells))
    console.width = max(console.width, sum(widths) + _GAP * len(widths))
    console.print(table)


_GAP = len(" | ")


def _widths(columns: Sequence[Sequence[str]], room: int) -> list[int]:
    """Each column's longest word, and of what room there is as much as its text is longer than others."""
    from rich.cells import cell_len

    widths = [
        max((cell_len(word) for cell in column for word in cell.split()), default=0) for column in columns
    ]
    room -= sum(widths) + _GAP * len(widths)
    needs = [max(map(cell_len, column)) - width for column, width in zip(columns, widths, strict=True)]
    share = min(max(room, 0), sum(needs))
    return [width + share * need // (sum(needs) or 1) for width, need in zip(widths, needs, strict=True)]


def _is_id(column: Sequence[str]) -> bool:
    """Whether it is for a program: a GUID, or the call that shows more."""
    return column[0].endswith("_guid") or column[0] == "see"


def _is_figure(cell: str) -> bool:
    return cell == "-" or cell.replace("-", "", 1).replace(".", "", 1).isdigit()
