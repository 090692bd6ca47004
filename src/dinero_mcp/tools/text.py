"""An answer as the text a model reads: short lines, and tab-separated tables with one header.

The text says every fact of the structured content, because hosts disagree on which of the two the model
sees. Fields come in their declared order under their own names; a list of records is a table, and
neighbouring fields that hold the same kind of record are columns of one table. A column that is empty in
every row is left out; a list in every row is as many columns, headed by what the answer's `columns` says.
Third-party text cannot leave its cell: a cell holds no tab and no line break.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import cast

from dinero_mcp.tools.answers import Answer

Value = object
Fields = Mapping[str, Value]

_LEADING = ("notice", "organization")
_TRAILING = ("notes", "basis")
_LABELS = "columns"
_NOTHING_OFF = "0.00"


def as_text(answer: Answer, fields: Fields) -> str:
    """`answer` as compact text that stands alone; `fields` is its JSON form."""
    apart = (*_LEADING, *_TRAILING, _LABELS)
    body = {name: value for name, value in fields.items() if name not in apart}
    labels = cast(Sequence[str], fields.get(_LABELS) or ())
    said = "\n".join([*_heading(fields, answer.convention), *_body(body, labels), *_notes(fields)])
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


def _body(fields: Fields, labels: Sequence[str]) -> Iterable[str]:
    for shape, group in groupby(fields.items(), key=lambda item: _shape(item[1])):
        named = dict(group)
        if shape:
            yield from _columns(cast(Mapping[str, Fields], named))
        else:
            for name, value in named.items():
                yield from _field(name, value, labels)


def _shape(value: Value) -> tuple[str, ...]:
    """The field names of a record; nothing for anything else."""
    return tuple(cast(Fields, value)) if isinstance(value, Mapping) else ()


def _columns(records: Mapping[str, Fields]) -> Iterable[str]:
    """Records of one kind side by side: a row for each field, a column for each record."""
    yield "\t".join(["", *records]) if len(records) > 1 else f"{next(iter(records))}:"
    for name in next(iter(records.values())):
        yield "\t".join([name, *(_cell(record[name]) for record in records.values())])


def _field(name: str, value: Value, labels: Sequence[str]) -> Iterable[str]:
    if not isinstance(value, list):
        yield f"{name}: {_cell(value)}"
        return
    items = cast(list[Value], value)
    if items and isinstance(items[0], Mapping):
        yield f"{name}:"
        yield from _table(cast(Sequence[Fields], items), labels)
    else:
        yield f"{name}: {', '.join(_cell(item) for item in items) or 'none'}"


def _table(rows: Sequence[Fields], labels: Sequence[str]) -> Iterable[str]:
    columns = [name for name in rows[0] if any(row[name] is not None for row in rows)]
    spread = {name for name in columns if isinstance(rows[0][name], list)}
    yield "\t".join(cell for name in columns for cell in (labels if name in spread else [name]))
    for row in rows:
        cells = (cast(list[Value], row[name]) if name in spread else [row[name]] for name in columns)
        yield "\t".join(_cell(each) for values in cells for each in values)


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
