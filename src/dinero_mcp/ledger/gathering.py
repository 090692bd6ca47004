"""A year's rows made small while they arrive.

Most of a posting is text that other postings have as well: each text, date and number is held once. What is
different in each, the GUID it is sent again under, takes 16 bytes in one buffer.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from hashlib import blake2b
from typing import Any

from dinero_mcp.dinero.models import AccountingYear, Entry, SentEntry
from dinero_mcp.errors import IncompleteError
from dinero_mcp.ledger.kept import KEY, NO_KEY, KeptYear
from dinero_mcp.ledger.years import in_order

MOST_SHARED = 10_000


class Shared(dict[Any, Any]):  # Any: values of every field; each is given back as what it was
    """Of equal values, always gives back the first."""

    def __missing__(self, value: Any) -> Any:  # Any: as above
        self[value] = value
        return value


class YearGathering:
    """Gathers the rows of one accounting year, asked for at a certain time, and has the whole kept."""

    def __init__(self, year: AccountingYear, asked_at: datetime, keep: Callable[[KeptYear], None]) -> None:
        self._year = year
        self._asked_at = asked_at
        self._keep = keep
        self._shared = Shared()
        self._rows: list[Entry] = []
        self._keys = bytearray()

    def add(self, rows: Sequence[SentEntry]) -> None:
        """Take in the next rows."""
        if len(self._shared) > MOST_SHARED:
            self._shared.clear()  # the rows of a voucher, which share most, come one after the other
        self._rows += smaller(rows, self._shared)
        self._keys += keys_of(rows)

    def whole(self) -> KeptYear:
        """The year, when all rows are in."""
        self._shared.clear()
        rows, keys = _once(self._year, self._rows, bytes(self._keys))
        whole = KeptYear(in_order(self._year, rows), keys, self._asked_at)
        self._keep(whole)
        return whole


def smaller(rows: Sequence[SentEntry], shared: Shared) -> list[Entry]:
    """The rows without their GUIDs, and with values that they share with each other and with earlier ones."""
    return [
        Entry(
            shared[row.account_number],
            row.amount,
            shared[row.account_name],
            shared[row.date],
            shared[row.voucher_number],
            shared[row.voucher_guid],
            shared[row.file_guid],
            shared[row.voucher_type],
            shared[row.description],
            shared[row.vat_code],
            shared[row.contact_guid],
            shared[row.type],
        )
        for row in rows
    ]


def keys_of(rows: Sequence[SentEntry]) -> bytes:
    """The rows' keys one after the other."""
    guids = [row.entry_guid or "" for row in rows]
    if {*map(len, guids)} == {36}:
        try:
            keys = bytes.fromhex("".join(guids).replace("-", ""))
        except ValueError:
            keys = b""
        if len(keys) == KEY * len(guids):
            return keys
    return b"".join(map(_key, guids))


def _key(guid: str) -> bytes:
    """A GUID's own bytes, so that its case does not matter; of another id a digest."""
    try:
        key = bytes.fromhex(guid.replace("-", ""))
    except ValueError:
        key = b""
    if not guid or len(key) == KEY:
        return key or NO_KEY
    return blake2b(guid.encode(), digest_size=KEY).digest()


def _once(year: AccountingYear, rows: list[Entry], keys: bytes) -> tuple[tuple[Entry, ...], bytes]:
    """The rows with their keys; one that was sent twice in the same words is one posting.

    Raises:
        IncompleteError: when a posting was sent twice and not in the same words.
    """
    halves = memoryview(keys).cast("Q")[::2].tolist()
    if len(set(halves)) == len(rows):
        return tuple(rows), keys
    first: dict[bytes, Entry] = {}
    kept: list[tuple[Entry, bytes]] = []
    for place, row in enumerate(rows):
        key = keys[KEY * place : KEY * (place + 1)]
        if key == NO_KEY or key not in first:
            first[key] = row
            kept.append((row, key))
        elif first[key] != row:
            raise IncompleteError(
                f"Dinero sent a posting of {year.name} on account {row.account_number} twice, and not alike, "
                "so nothing was added up. Ask again in a minute."
            )
    return tuple(row for row, _ in kept), b"".join(key for _, key in kept)
