"""Accounting years kept in memory for as long as there is room, and nowhere else."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from dinero_mcp.dinero.models import AccountingYear
from dinero_mcp.ledger.years import YearPostings

MOST_POSTINGS = 500_000
KEY = 16
"""Bytes of a row's key."""
NO_KEY = bytes(KEY)
"""Of a row that came without a GUID, or with one of zeros only."""


@dataclass(frozen=True, slots=True, repr=False)
class KeptYear:
    """A year as it was at a certain time."""

    postings: YearPostings
    keys: bytes
    """The keys of the postings' `source`, in its order."""
    as_of: datetime
    """What was posted before this time is in it."""
    is_tied: bool = True
    """False when something was added to it, or to a year before, and not yet compared with Dinero's sums."""

    @property
    def has_keys(self) -> bool:
        """Whether every row has a key; else what is sent again could not be told from what is new."""
        return NO_KEY not in self.keys


class KeptYears:
    """The years of one connection's organizations; the least recently used are given up first.

    `clock` is the one by which Dinero's other answers age; a year is fresh for `freshness` seconds.
    """

    def __init__(
        self,
        most_postings: int = MOST_POSTINGS,
        *,
        freshness: float = 60,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.without_changes: set[int] = set()
        """Organizations for which Dinero refuses to tell what was added: their years are read anew."""
        self._most_postings = most_postings
        self.freshness = freshness
        self._clock = clock
        self._postings = 0
        self._years: OrderedDict[tuple[int, str], KeptYear] = OrderedDict()

    @property
    def rows_kept(self) -> int:
        """How many postings are kept."""
        return self._postings

    def now(self) -> datetime:
        """The clock's time."""
        return datetime.fromtimestamp(self._clock(), UTC)

    def is_fresh(self, kept: KeptYear) -> bool:
        """Whether the year may be used as it is."""
        return self._clock() < self.fresh_until(kept)

    def fresh_until(self, kept: KeptYear) -> float:
        """The clock's time until which the year may be used as it is."""
        return kept.as_of.timestamp() + self.freshness

    def get(self, organization_id: int, year: AccountingYear) -> KeptYear | None:
        """The year as it is kept, which now is the one used last."""
        key = (organization_id, year.name)
        kept = self._years.get(key)
        if kept is None or kept.postings.year != year:
            return None
        self._years.move_to_end(key)
        return kept

    def of(self, organization_id: int) -> list[KeptYear]:
        """The organization's years, the earliest first."""
        own = [kept for (number, _), kept in self._years.items() if number == organization_id]
        return sorted(own, key=lambda kept: kept.postings.year.from_date)

    def keep(self, organization_id: int, kept: KeptYear) -> None:
        """Keep a year, in the place of the same one as it was, and make room for it.

        One that is larger than all the room there is is not kept.
        """
        key = (organization_id, kept.postings.year.name)
        before = self._years.get(key)
        if before is not None:
            self._postings -= before.postings.rows_read
        self._years[key] = kept
        self._postings += kept.postings.rows_read
        if kept.postings.rows_read > self._most_postings:
            self.drop(organization_id, kept)
        while self._postings > self._most_postings:
            _, given_up = self._years.popitem(last=False)
            self._postings -= given_up.postings.rows_read

    def note_tied(self, organization_id: int, kept: KeptYear) -> None:
        """Dinero's trial balance agrees with the year, unless by now it is another than this one."""
        if self._years.get((organization_id, kept.postings.year.name)) is kept:
            self._years[organization_id, kept.postings.year.name] = replace(kept, is_tied=True)

    def drop(self, organization_id: int, kept: KeptYear) -> None:
        """Give a year up, unless by now it is another than this one."""
        key = (organization_id, kept.postings.year.name)
        if self._years.get(key) is kept:
            del self._years[key]
            self._postings -= kept.postings.rows_read
