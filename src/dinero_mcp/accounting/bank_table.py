"""A bank's CSV text as rows of cells: how they are separated, their columns, and which are movements.

A row is set aside only when it can be told what it is (headings, totals, a note without an amount, a movement
that is not booked yet); any other row counts as a movement, to be read or to be refused.
"""

import csv
import re
from collections.abc import Mapping, Sequence
from io import StringIO
from itertools import islice

from dinero_mcp.accounting.bank_cells import is_amount, is_date, rows_named, shown
from dinero_mcp.accounting.bank_columns import (
    Columns,
    columns_by_content,
    columns_of_headings,
    not_understood,
)
from dinero_mcp.accounting.bank_text import letters
from dinero_mcp.errors import InputError

_DELIMITERS = {";": "semicolons", "\t": "tabs", ",": "commas", "|": "bars"}
_SAMPLE = 40  # the rows in which the headings and the delimiter must show themselves
_TOTALS = re.compile(
    r"(saldo|balance|i alt|total|sum|primo|ultimo|opening|closing|antal|ind.{1,2}ende|udg.{1,2}ende)\b",
    re.IGNORECASE,
)
_NOT_BOOKED = re.compile(
    "venter|afvent(er|ende)|reserver(et|ing)|reservation|planlagt|kommende|underbehandling|ikkebogfo?rt|afvist"
    "|slettet|annulleret|pending|reserved|scheduled|upcoming|inprogress|rejected|declined|cancell?ed|reverted"
    "|failed"
)
_BOOKED = re.compile("udfo?rt|bogfo?rt|gennemfo?rt|afsluttet|ja|nej|completed?|booked|posted|settled|yes|no|")
_STATES_NAMED = 5

Table = Mapping[int, Sequence[str]]
"""The cells of each row that has any, by its line in the file."""


def cell(cells: Sequence[str], at: int | None) -> str:
    """The cell in that column, empty when the row is too short or there is no such column."""
    return cells[at] if at is not None and at < len(cells) else ""


def table_of(text: str) -> tuple[Table, str]:
    """The cells by row, and how they were separated; `InputError` without any, or for an open quote."""
    delimiter = max(_DELIMITERS, key=lambda one: _fit(text, one))
    try:
        table = _rows(text, delimiter)
    except _OpenQuoteError:
        table = _rows_of_escaped(text, delimiter)
    if not table:
        raise InputError("The statement is empty. Give the text of the bank's CSV file, or a list of rows.")
    return table, f"Columns are separated by {_DELIMITERS[delimiter]}."


def columns_of(table: Table) -> tuple[Columns, int | None]:
    """What the columns are, and the row of the headings, if any; `InputError` names the columns seen."""
    for row, cells in islice(table.items(), _SAMPLE):
        if columns := columns_of_headings(cells):
            return columns, row
    movements = [cells for cells in table.values() if _is_movement(cells)]
    columns = columns_by_content(movements) if movements else None
    heading = next(filter(_is_heading, table.values()), None)
    if columns is None or heading:
        raise not_understood(heading or next(iter(table.values())))
    return columns, None


def movements_of(table: Table, columns: Columns, heading: int | None) -> tuple[Table, list[str]]:
    """The rows that are movements, and what is said of those set aside."""
    movements: dict[int, Sequence[str]] = {}
    aside: dict[str, list[int]] = {}
    for row, cells in table.items():
        if heading is not None and cells == table[heading]:
            continue
        if reason := _aside(cells, columns, above=heading is not None and row < heading):
            aside.setdefault(reason, []).append(row)
        else:
            movements[row] = cells
    said = [f"Left out as {reason}: {rows_named(rows)}." for reason, rows in aside.items()]
    return movements, [*said, *_unknown_states(movements, columns)]


def _unknown_states(movements: Table, columns: Columns) -> list[str]:
    """Says which words of the bank's were not known to mean booked or not, and are taken to mean booked."""
    written = {cell(cells, at) for cells in movements.values() for at in columns.states}
    unknown = sorted({shown(one) for one in written if not _BOOKED.fullmatch(letters(one))})
    if not unknown:
        return []
    return [f"Taken as booked by the bank: {', '.join(unknown[:_STATES_NAMED])}."]


class _OpenQuoteError(Exception):
    """A quotation mark is not closed, or stands inside a quoted text; the row is the argument."""


def _rows(text: str, delimiter: str) -> dict[int, list[str]]:
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    table: dict[int, list[str]] = {}
    try:
        for cells in reader:
            if any(stripped := [one.strip() for one in cells]):
                table[reader.line_num] = stripped
    except csv.Error:
        raise _OpenQuoteError(reader.line_num) from None
    return table


def _rows_of_escaped(text: str, delimiter: str) -> dict[int, list[str]]:
    """The rows where a quotation mark inside a text is not doubled but written `\\"`: Danske Bank does."""
    inside = re.compile(rf'\\"(?!\s*(?:{re.escape(delimiter)}|[\r\n]|$))')
    try:
        return _rows(inside.sub('""', text), delimiter)
    except _OpenQuoteError as error:
        raise InputError(
            f"The statement cannot be read at row {error.args[0]}: a quotation mark is not closed, or "
            "stands inside a quoted text. Correct it, or export the file again."
        ) from None


def _fit(text: str, delimiter: str) -> tuple[int, int]:
    """How many of the first rows hold a date and an amount when separated so, and how many cells."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    try:
        rows = [[one.strip() for one in cells] for cells in islice(reader, _SAMPLE)]
    except csv.Error:
        return 0, 0
    return sum(map(_is_movement, rows)), sum(map(len, rows))


def _is_movement(cells: Sequence[str]) -> bool:
    return any(map(is_date, cells)) and any(map(is_amount, cells))


def _is_heading(cells: Sequence[str]) -> bool:
    """Whether the row looks like headings, understood or not."""
    return sum(map(bool, cells)) > 2 and not any(is_date(one) or is_amount(one) for one in cells)


def _aside(cells: Sequence[str], columns: Columns, *, above: bool) -> str | None:
    """Why the row is no movement, or None."""
    day = cell(cells, columns.date)
    if any(_NOT_BOOKED.fullmatch(letters(cell(cells, at))) for at in (columns.date, *columns.states)):
        return "not booked by the bank"
    if above and not is_date(day):
        return "text above the headings"
    moves_money = any(cell(cells, at) for at in columns.moved.values())
    if is_date(day):
        return None if moves_money or not any(map(_TOTALS.match, cells)) else "totals"
    if any(map(_TOTALS.match, cells)) and (not day or _TOTALS.match(day)):
        return "totals"
    if not moves_money and (not day or day == "".join(cells)):
        return "notes without an amount"
    return None
