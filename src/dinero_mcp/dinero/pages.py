"""Lists in pages: complete, or an error.

A list that changes while it is read shows itself in another total, a page of the wrong size, or a row that
comes twice. It is then read once more from the start. The total may count rows that a filter left out (its
name says so, its description does not): a list that is shorter has ended when the page after it is empty.
"""

import itertools
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from dinero_mcp.dinero.answers import unexpected
from dinero_mcp.dinero.models import Answer
from dinero_mcp.errors import IncompleteError

T = TypeVar("T")

PAGE_SIZE = 1000
MOST_PAGES = 1000


class Pagination(Answer, frozen=True, kw_only=True):
    """Where a page lies: `page` counts from 0, `result_without_filter` is the length of the whole list."""

    page: int
    page_size: int
    result_without_filter: int


class Listing(Answer, Generic[T], frozen=True, kw_only=True):
    """One page of a list."""

    collection: tuple[T, ...] | None
    pagination: Pagination | None = None

    @property
    def rows(self) -> tuple[T, ...]:
        return self.collection or ()


async def whole_list(
    page: Callable[[int, int], Awaitable[Listing[T]]], key: Callable[[T], str], endpoint: str
) -> tuple[T, ...]:
    """All rows; `page` reads the page of a number and a size."""
    for _ in range(2):
        rows = await _read(page, endpoint)
        if rows is not None and len({key(row) for row in rows}) == len(rows):
            return rows
    raise IncompleteError(
        f"The list of {endpoint} changed while it was read, or its pages do not add up, twice. "
        "It could not be read in full, so there is no answer; ask again."
    )


async def _read(page: Callable[[int, int], Awaitable[Listing[T]]], endpoint: str) -> tuple[T, ...] | None:
    """All rows, or None when the pages do not add up."""
    first = listing = await page(0, PAGE_SIZE)
    if first.pagination is None:
        return first.rows if len(first.rows) < PAGE_SIZE else None
    size, total = first.pagination.page_size, first.pagination.result_without_filter
    if size < 1 or not 0 <= total <= size * MOST_PAGES:
        raise unexpected(endpoint, "its Pagination makes no sense")
    rows: list[T] = []
    for number in itertools.count():
        listing = await page(number, size) if number else first
        if listing.pagination != Pagination(page=number, page_size=size, result_without_filter=total):
            return None
        is_over = number * size > len(rows)  # the page before was not full, so this one must be empty
        if len(listing.rows) > (0 if is_over else min(size, total - len(rows))):
            return None
        rows += listing.rows
        if len(rows) == total or not listing.rows:
            break
    return tuple(rows)
