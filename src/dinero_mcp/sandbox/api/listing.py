"""What all lists share: change tracking, filters, free text and pages.

Pages count from 0. `ResultWithoutFilter` is the number of rows before they were cut into pages.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from dinero_mcp.sandbox.api.fields import selected
from dinero_mcp.sandbox.api.query import Query
from dinero_mcp.sandbox.api.question import Question
from dinero_mcp.sandbox.api.refusals import FILTER_FORMAT, LIMIT_EXCEEDED, VALIDATION, RefusedError
from dinero_mcp.sandbox.api.wire import Json, Row

PAGE_SIZE = 100
MAX_PAGE_SIZE = 1000

_CONDITION = re.compile(r"\s*(\w+)\s+(eq|contains)\s+'([^']*)'\s*", re.IGNORECASE)


class Tracked(Protocol):
    """Anything that knows when it was changed and deleted."""

    @property
    def updated_at(self) -> datetime: ...
    @property
    def deleted_at(self) -> datetime | None: ...


T = TypeVar("T", bound=Tracked)


def changed(items: Iterable[T], query: Query) -> list[T]:
    """The items changed or deleted at or after `changesSince`."""
    since = query.moment("changesSince")
    if since is None:
        return list(items)
    return [item for item in items if max(item.updated_at, item.deleted_at or item.updated_at) >= since]


def deleted_or_not(items: Iterable[T], query: Query) -> list[T]:
    """The deleted items with `deletedOnly=true`, else those that are not deleted."""
    deleted_only = query.flag("deletedOnly", default=False)
    return [item for item in items if (item.deleted_at is not None) == deleted_only]


def matching(rows: Iterable[Row], query: Query, fields: str) -> list[Row]:
    """The rows that meet every condition of `queryFilter` on the comma-separated `fields`.

    Conditions are parted by `;` before they are read, so neither `;` nor `'` can stand in a value.
    """
    conditions = query.text("queryFilter")
    if not conditions:
        return list(rows)
    allowed = {name.lower(): name for name in fields.split(",")}
    tests = [_condition(text, allowed) for text in conditions.split(";")]
    return [row for row in rows if all(_holds(row, *test) for test in tests)]


def _condition(text: str, allowed: dict[str, str]) -> tuple[str, bool, str]:
    match = _CONDITION.fullmatch(text)
    if not match or match[1].lower() not in allowed:
        names = ", ".join(allowed.values())
        raise RefusedError(FILTER_FORMAT, f"Write <field> eq|contains '<value>', field one of {names}.")
    return allowed[match[1].lower()], match[2].lower() == "eq", match[3].lower()


def _holds(row: Row, field: str, equal: bool, value: str) -> bool:
    own = _as_text(row[field])
    return own == value if equal else value in own


def mentioning(rows: Iterable[Row], query: Query, fields: str) -> list[Row]:
    """The rows that hold `freeTextSearch` in one of the comma-separated `fields`."""
    words = query.text("freeTextSearch").lower()
    return [row for row in rows if any(words in _as_text(row[name]) for name in fields.split(","))]


def _as_text(value: Json) -> str:
    return "" if value is None else str(value).lower()


def page_of(rows: Sequence[Row], question: Question, default_fields: str, *, unfiltered: int) -> Row:
    """The page asked for in its envelope; `unfiltered` is how many rows there are without any filter."""
    size, number = _page_size(question), question.query.whole("page", 0)
    if size < 1 or number < 0:
        raise RefusedError(VALIDATION, "Pages count from 0 and hold at least one item.", "page")
    page = rows[number * size : (number + 1) * size]
    return {
        "Collection": selected(page, default_fields, question.query, question.behaviour),
        "Pagination": {
            "MaxPageSizeAllowed": MAX_PAGE_SIZE,
            "PageSize": size,
            "Result": len(page),
            "ResultWithoutFilter": unfiltered if question.behaviour.total_ignores_filters else len(rows),
            "Page": number,
        },
    }


def _page_size(question: Question) -> int:
    size = question.query.whole("pageSize", PAGE_SIZE)
    if size > MAX_PAGE_SIZE and question.behaviour.oversized_page == "reject":
        raise RefusedError(LIMIT_EXCEEDED, f"The page size may be {MAX_PAGE_SIZE} at most.", "pageSize")
    return min(size, MAX_PAGE_SIZE)
