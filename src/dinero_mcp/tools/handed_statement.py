"""A bank statement as it is handed over: the bank's CSV text, or rows. It is not kept.

The schema speaks of text alone, for not every host knows a choice of types: rows come as the JSON text of a
list, or as a list. A row is `[date, amount, text]` or an object with those names; the text may be left out.
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, TypeVar, cast

from pydantic import BeforeValidator, Field, WithJsonSchema

from dinero_mcp.accounting.bank_statement import Statement, read_statement, statement_of
from dinero_mcp.errors import InputError
from dinero_mcp.tools.inputs import day_of, exact_amount

T = TypeVar("T")

MOST_CHARACTERS = 8_000_000
MOST_LINES = 100_000
_ROW_FIELDS = ("date", "amount", "text")
_SHORTER = "Hand it over in parts, such as a month at a time"
_TOO_MANY = f"has more than {MOST_LINES:,} lines. {_SHORTER}"
_LIST_OF_ROWS = re.compile(r"\s*\[\s*[\[{\]]")


def _of_a_size(value: object) -> object:
    if isinstance(value, str):
        if len(value) > MOST_CHARACTERS:
            raise ValueError(f"is longer than {MOST_CHARACTERS:,} characters. {_SHORTER}")
        if max(value.count("\n"), value.count("\r")) > MOST_LINES:
            raise ValueError(_TOO_MANY)
    elif not isinstance(value, list):
        raise ValueError("must be the text of the bank's CSV file, or a list of rows [date, amount, text]")
    elif len(cast(list[object], value)) > MOST_LINES:
        raise ValueError(_TOO_MANY)
    return cast(object, value)


HandedStatement = Annotated[
    str | list[object],
    BeforeValidator(_of_a_size),
    WithJsonSchema({"type": "string"}),
    Field(description='CSV as the bank exports it, all columns; or rows [["2026-03-02","-250.00","text"]]'),
]
PositiveIs = Annotated[
    Literal["in", "out"] | None,
    Field(description="Way of positive amounts, if no Saldo shows it"),
]


def read_handed(handed: str | list[object], positive_is: Literal["in", "out"] | None) -> Statement:
    """The statement; `InputError` when it cannot be read, or is longer than can be matched."""
    rows = _rows(handed)
    if rows is None:
        statement = read_statement(cast(str, handed), positive_is)
    else:
        statement = statement_of((_row(at, row) for at, row in enumerate(rows, start=1)), positive_is)
    if len(statement.lines) > MOST_LINES:
        raise InputError(f"The statement {_TOO_MANY}.")
    return statement


def _rows(handed: str | list[object]) -> list[object] | None:
    """The rows, which some hosts send as the JSON text of a list; None for CSV text."""
    if isinstance(handed, list):
        return handed
    if not _LIST_OF_ROWS.match(handed):
        return None
    try:
        return cast(list[object], json.loads(handed, parse_float=str))
    except (ValueError, RecursionError):
        raise InputError("The rows of statement are no valid JSON. Send a list, or CSV text.") from None


def _row(at: int, row: object) -> tuple[date, Decimal, str]:
    fields = _fields(row)
    if not fields or fields.keys() - set(_ROW_FIELDS):
        raise InputError(
            f'Row {at} of statement is not [date, amount, text], such as ["2026-03-02", "-250.00", "Netto"], '
            'nor {"date": ..., "amount": ..., "text": ...}.'
        )
    text = fields.get("text")
    return _read(at, fields, "date", day_of), _read(at, fields, "amount", exact_amount), str(text or "")


def _fields(row: object) -> Mapping[str, object]:
    """The row's cells by name, none of what is no row."""
    if isinstance(row, Mapping):
        return cast(Mapping[str, object], row)
    cells = cast(list[object], row) if isinstance(row, list) else []
    return dict(zip(_ROW_FIELDS, cells, strict=False)) if len(cells) in (2, 3) else {}


def _read(at: int, fields: Mapping[str, object], name: str, read: Callable[[object], T]) -> T:
    try:
        return read(fields.get(name))
    except ValueError as error:
        raise InputError(f"Row {at} of statement: {name} {error}.") from None
