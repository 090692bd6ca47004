"""Rows with only the fields that were asked for, spelled the way they were asked for."""

from collections.abc import Iterable

from dinero_mcp.sandbox.api.query import Query
from dinero_mcp.sandbox.api.wire import Row
from dinero_mcp.sandbox.behaviour import Behaviour


def selected(rows: Iterable[Row], default: str, query: Query, behaviour: Behaviour) -> list[Row]:
    """Each row's fields named by `fields`, or by `default`; names that no row has are passed over."""
    asked = [name.strip() for name in query.text("fields", default).split(",")]
    return [_only(row, asked, behaviour) for row in rows]


def _only(row: Row, asked: Iterable[str], behaviour: Behaviour) -> Row:
    names = {name.lower(): name for name in row}
    known = [(name, names[name.lower()]) for name in asked if name.lower() in names]
    return {name if behaviour.echo_casing else own: row[own] for name, own in known}
