"""Whole years of entries, encoded once for as long as the books stay the same."""

from collections.abc import Callable, Iterable

from dinero_mcp.sandbox.api.wire import Json, Row
from dinero_mcp.sandbox.books import Account, AccountingYear, Books, Entry, VatType

_Seen = tuple[list[Entry], dict[int, Account], list[VatType]]


class WholeYears:
    """Answers to the dearest question there is: every entry of an accounting year."""

    def __init__(self, encode: Callable[[Json], bytes]) -> None:
        self._encode = encode
        self._kept: dict[tuple[int, AccountingYear, bool], tuple[_Seen, bytes]] = {}

    def encoded(self, books: Books, year: AccountingYear, include_primo: bool, rows: Iterable[Row]) -> bytes:
        """The year's rows as they go over the wire; `rows` is read only when something has changed."""
        key = books.organization_id, year, include_primo
        seen: _Seen = (list(books.entries), dict(books.accounts), list(books.vat_types))
        kept = self._kept.get(key)
        if kept is None or kept[0] != seen:
            body = b"[" + b",".join(map(self._encode, rows)) + b"]"
            kept = self._kept[key] = seen, body
        return kept[1]
