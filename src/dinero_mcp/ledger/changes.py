"""What was added since a year was read, merged into it.

Dinero tells it by the time of posting. In which zone its clock runs is not known, nor whether the ends of a
span count: so a span begins three hours before the last reading and ends three hours from now. Denmark is one
or two hours ahead of UTC: that is covered whether Dinero's times lie ahead of what is asked for or behind it,
with an hour to spare for clocks that are wrong. What comes again is known by its key.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from struct import iter_unpack

from dinero_mcp.dinero.models import NO_DATE, AccountingYear, Entry, SentEntry
from dinero_mcp.ledger.gathering import Shared, keys_of, smaller
from dinero_mcp.ledger.kept import KEY, NO_KEY, KeptYear, KeptYears
from dinero_mcp.ledger.years import in_order, kind

Span = tuple[datetime, datetime]

OVERLAP = timedelta(hours=3)
LONGEST = timedelta(days=30)
"""Dinero's limit is 31 days; whether a day that is only begun counts as one is not known."""
EVEN = timedelta(minutes=10)
"""Spans end at whole tens of minutes, so that those who ask at about the same time ask the same."""

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, repr=False)
class Changes:
    """What was added, and when that was asked for."""

    rows: Sequence[SentEntry]
    asked_at: datetime


class ChangesGathering:
    """Gathers what was added in one span."""

    def __init__(self, asked_at: datetime) -> None:
        self._asked_at = asked_at
        self._rows: list[SentEntry] = []

    def add(self, rows: Sequence[SentEntry]) -> None:
        """Take in the next rows."""
        self._rows += rows

    def whole(self) -> Changes:
        """All of them."""
        return Changes(self._rows, self._asked_at)


def together(parts: Iterable[Changes]) -> Changes:
    """The changes of several spans."""
    parts = list(parts)
    return Changes([row for part in parts for row in part.rows], min(part.asked_at for part in parts))


def spans(since: datetime, now: datetime) -> list[Span]:
    """The spans to ask for, each of which overlaps the one before."""
    begin, last = _even(since - OVERLAP), _even(now + OVERLAP + EVEN)
    found = [(begin, min(begin + LONGEST, last))]
    while found[-1][1] < last:
        begin = found[-1][1] - OVERLAP
        found.append((begin, min(begin + LONGEST, last)))
    return found


def merge(years: KeptYears, organization_id: int, changes: Changes, since: datetime) -> None:
    """Bring every kept year that was current at `since` up to date, and give up those that cannot be.

    A year's opening balances follow from the years before, so with them it must be compared anew as well. So
    it must when one of them is not kept, or was read later: that an opening balance is gone nobody tells.
    """
    is_disturbed, before = False, years.of(organization_id)
    for kept in before:
        is_disturbed = is_disturbed or _has_unseen_before(kept, before, changes)
        now: KeptYear | None = kept
        if since <= kept.as_of < changes.asked_at:
            now = merged(kept, changes)
        if now is None:
            years.drop(organization_id, kept)
        elif now is not kept or is_disturbed:
            years.keep(organization_id, replace(now, is_tied=now.is_tied and not is_disturbed))
        is_disturbed = is_disturbed or now is None or now.is_tied < kept.is_tied


def _has_unseen_before(kept: KeptYear, years: Iterable[KeptYear], changes: Changes) -> bool:
    """Whether something was added before the year that no kept year tells to be older than its reading."""
    seen = [each.postings.year for each in years if each.as_of <= kept.as_of]
    return any(
        row.date < kept.postings.year.from_date
        and not any(year.from_date <= row.date <= year.to_date for year in seen)
        for row in changes.rows
    )


def merged(kept: KeptYear, changes: Changes) -> KeptYear | None:
    """The year with what was added to it; None when something does not fit, so that it must be read anew."""
    keys = [key for (key,) in iter_unpack(f"{KEY}s", keys_of(changes.rows))]
    places = _places(kept.keys, set(keys))
    own: list[tuple[bytes, SentEntry]] = []
    for key, row in zip(keys, changes.rows, strict=True):
        belongs = key in places or _belongs(row, kept.postings.year)
        if belongs is None or (belongs and key == NO_KEY):
            return None
        if belongs:
            own.append((key, row))
    return _with(own, kept, places, changes.asked_at)


def _with(
    own: Sequence[tuple[bytes, SentEntry]], kept: KeptYear, places: dict[bytes, int], as_of: datetime
) -> KeptYear | None:
    source, keys, is_same, is_tied = list(kept.postings.source), bytearray(kept.keys), True, kept.is_tied
    for (key, _), row in zip(own, smaller([row for _, row in own], Shared()), strict=True):
        place = places.setdefault(key, len(source))
        if place == len(source):
            source.append(row)
            keys += key
            is_same = is_tied = False
        elif source[place] != row:
            if not _may_become(source[place], row):
                return None
            is_same, is_tied = False, is_tied and source[place].amount == row.amount
            source[place] = row
    postings = kept.postings if is_same else in_order(kept.postings.year, tuple(source))
    return KeptYear(postings, bytes(keys), as_of, is_tied)


def _belongs(row: SentEntry, year: AccountingYear) -> bool | None:
    """Whether a row that is new belongs to the year; None when that cannot be said."""
    if row.date == NO_DATE:
        return None
    if not year.from_date - _A_DAY <= row.date <= year.to_date:
        return False
    match kind(row):
        case None:
            return None
        case "primo":
            return True if row.date == year.from_date else None
        case _:
            return row.date >= year.from_date


def _may_become(row: Entry, other: Entry) -> bool:
    """An ordinary posting never changes, save for the words beside its amount; an opening balance may."""
    if kind(row) == kind(other) == "primo":
        return row.account_number == other.account_number
    return all(
        getattr(row, name) == getattr(other, name) for name in ("account_number", "amount", "date", "type")
    )


def _places(keys: bytes, sought: set[bytes]) -> dict[bytes, int]:
    """Where the sought keys stand."""
    sought.discard(NO_KEY)
    if not sought:
        return {}
    return {key: place for place, (key,) in enumerate(iter_unpack(f"{KEY}s", keys)) if key in sought}


def _even(moment: datetime) -> datetime:
    return _EPOCH + (moment - _EPOCH) // EVEN * EVEN
