"""An answer as the text a model reads: short lines, and tab-separated tables with one header.

The text says every fact of the structured content, because hosts disagree on which of the two the model
sees. Fields come in their declared order under their own names; a list of records is a table, and
neighbouring fields that hold the same kind of record are columns of one table. A column that is empty in
every row is left out; a list in every row is as many columns, headed by what the answer's `columns` says.
Third-party text cannot leave its cell: a cell holds no tab and no line break.

What an answer rests on is one line of few words at its end: an identity that holds for several years is told
once, and of the reading its time of day. What there is to remark of it follows on lines of its own.
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
    yield "\t".join(["", *records])
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
    """The basis on one line, its period only when the figures have not told it; then its remarks."""
    basis = cast(Fields | None, fields.get("basis"))
    if not basis:
        return
    days = [str(day) for day in (basis["from_date"], basis["to_date"]) if day]
    read = basis["postings_read"]
    parts = [
        *(["..".join(days)] if any(day not in said for day in days) else []),
        _cell(basis["source"]),
        *([] if read is None else [_counted(cast(int, read), "posting")]),
        _counted(cast(int, basis["requests"]), "request"),
        f"read {_time_of(basis['read_at'])}",
    ]
    held = ", ".join(_in_one(_cell(each["identity"]) for each in _identities(fields) if _holds(each)))
    yield "basis: " + "; ".join([", ".join(parts), *([f"exact: {held}"] if held else [])])
    yield from (f"remark: {_cell(remark)}" for remark in cast(list[str], basis["remarks"]))


def _in_one(names: Iterable[str]) -> Iterable[str]:
    """Names that differ in their last word, the year, as one."""
    for about, alike in groupby(names, key=lambda name: name.rpartition(" ")[0]):
        years = [name.rpartition(" ")[2] for name in alike]
        yield " ".join([about, years[0] if len(years) == 1 else f"{len(years)} years"]).strip()


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _time_of(moment: Value) -> str:
    """The time of day, to the minute: nothing that is kept is so old that its day need be told."""
    return f"{str(moment).partition('T')[2][: len('08:15')]}Z" if moment else _cell(moment)


def _cell(value: Value) -> str:
    """One value on one line, in one cell."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return " ".join(str(value).split())
