"""An answer as the text a model reads: short lines, and tab-separated tables with one header.

The text says every fact of the structured content, because hosts disagree on which of the two the model
sees. Fields come in their declared order under their own names; a list of records is a table, and
neighbouring fields that hold the same kind of record are columns of one table. A column that is empty in
every row is left out. Third-party text cannot leave its cell: a cell holds no tab and no line break.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import cast

from dinero_mcp.tools.answers import Answer

Value = object
Fields = Mapping[str, Value]

_LEADING = ("notice", "organization")
_TRAILING = ("notes", "basis")
_NOTHING_OFF = "0.00"


def as_text(answer: Answer, fields: Fields) -> str:
    """`answer` as compact text that stands alone; `fields` is its JSON form."""
    body = {name: value for name, value in fields.items() if name not in _LEADING + _TRAILING}
    said = "\n".join([*_heading(fields, answer.convention), *_body(body), *_notes(fields)])
    return "\n".join([said, *_basis(fields, said)])


def _heading(fields: Fields, convention: str) -> Iterable[str]:
    if fields["notice"]:
        yield _cell(fields["notice"])
    if organization := cast(Fields | None, fields.get("organization")):
        yield f"{_cell(organization['name'])} (organization {organization['id']})"
    yield from _warnings(fields)
    if convention:
        yield convention


def _warnings(fields: Fields) -> Iterable[str]:
    """An identity that does not hold is said before any figure."""
    for each in _identities(fields):
        if not _holds(each):
            yield (
                f"WARNING: this does not hold: {_cell(each['identity'])}. It is off by "
                f"{each['difference']} DKK; the figures are those of the books as they stand."
            )


def _identities(fields: Fields) -> Sequence[Fields]:
    basis = cast(Fields | None, fields.get("basis"))
    return cast(Sequence[Fields], basis["identities"]) if basis else ()


def _holds(identity: Fields) -> bool:
    return identity["difference"] == _NOTHING_OFF


def _body(fields: Fields) -> Iterable[str]:
    for shape, group in groupby(fields.items(), key=lambda item: _shape(item[1])):
        named = dict(group)
        if shape:
            yield from _columns(cast(Mapping[str, Fields], named))
        else:
            for name, value in named.items():
                yield from _field(name, value)


def _shape(value: Value) -> tuple[str, ...]:
    """The field names of a record; nothing for anything else."""
    return tuple(cast(Fields, value)) if isinstance(value, Mapping) else ()


def _columns(records: Mapping[str, Fields]) -> Iterable[str]:
    """Records of one kind side by side: a row for each field, a column for each record."""
    yield "\t".join(["", *records]) if len(records) > 1 else f"{next(iter(records))}:"
    for name in next(iter(records.values())):
        yield "\t".join([name, *(_cell(record[name]) for record in records.values())])


def _field(name: str, value: Value) -> Iterable[str]:
    if not isinstance(value, list):
        yield f"{name}: {_cell(value)}"
        return
    items = cast(list[Value], value)
    if items and isinstance(items[0], Mapping):
        yield f"{name}:"
        yield from _table(cast(Sequence[Fields], items))
    else:
        yield f"{name}: {', '.join(_cell(item) for item in items) or 'none'}"


def _table(rows: Sequence[Fields]) -> Iterable[str]:
    columns = [name for name in rows[0] if any(row[name] is not None for row in rows)]
    yield "\t".join(columns)
    for row in rows:
        yield "\t".join(_cell(row[name]) for name in columns)


def _notes(fields: Fields) -> Iterable[str]:
    return (f"note: {_cell(note)}" for note in cast(list[str], fields.get("notes") or []))


def _basis(fields: Fields, said: str) -> Iterable[str]:
    """The basis on one line; its period only when the figures have not told it."""
    basis = cast(Fields | None, fields.get("basis"))
    if not basis:
        return
    days = [str(day) for day in (basis["from_date"], basis["to_date"]) if day]
    read = basis["postings_read"]
    parts = [
        *(["..".join(days)] if any(day not in said for day in days) else []),
        _cell(basis["source"]),
        *([] if read is None else [f"{read} postings"]),
        f"{basis['requests']} requests",
        f"read {_to_the_minute(basis['read_at'])}",
    ]
    held = ", ".join(_cell(each["identity"]) for each in _identities(fields) if _holds(each))
    exact = [f"off by {_NOTHING_OFF}: {held}"] if held else []
    yield "basis: " + "; ".join([", ".join(parts), *exact, *map(_cell, cast(list[str], basis["remarks"]))])


def _to_the_minute(moment: Value) -> str:
    return f"{str(moment)[: len('2026-10-09T08:15')]}Z" if moment else _cell(moment)


def _cell(value: Value) -> str:
    """One value on one line, in one cell."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return " ".join(str(value).split())
