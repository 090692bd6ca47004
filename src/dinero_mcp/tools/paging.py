"""Pages of lists that were read in full: the total is always exact, whatever fits on the page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from dinero_mcp.errors import InputError

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class PageOf(Generic[Row]):
    """One page, 1-based, and how many rows there are on all of them."""

    rows: Sequence[Row]
    total: int
    page: int
    has_more: bool


def page_of(matches: Sequence[Row], page: int, page_size: int) -> PageOf[Row]:
    """The rows of one page; of no matches the first is empty.

    Raises:
        InputError: for a page past the end, saying which is the last.
    """
    first, last = (page - 1) * page_size, max(1, -(-len(matches) // page_size))
    if page > last:
        raise InputError(
            f"Page {page} is past the end: the last of {len(matches)} is on page {last}."
            if matches
            else f"Page {page} is past the end: nothing matches."
        )
    return PageOf(matches[first : first + page_size], len(matches), page, first + page_size < len(matches))


def found(search: str | None, *texts: str | int | None) -> bool:
    """Whether any of the texts contains what is searched for, whatever its case; no search finds all."""
    if search is None:
        return True
    needle = search.casefold().strip()
    return any(needle in str(text).casefold() for text in texts if text is not None)
