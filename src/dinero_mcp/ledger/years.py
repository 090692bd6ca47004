"""One accounting year's postings in order, and which year is meant.

Opening rows (type `Primo`) are kept apart from the movements. Rows of type `Ultimo` repeat the closing
balances and move nothing, so they are left out of both.
"""

from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from msgspec.structs import replace

from dinero_mcp.accounting.periods import Period
from dinero_mcp.accounting.postings import not_cancelling
from dinero_mcp.dinero.models import NO_DATE, AccountingYear, Entry
from dinero_mcp.errors import IncompleteError, InputError


@dataclass(frozen=True, slots=True)
class YearPostings:
    """All postings of one accounting year; the movements in order of date."""

    year: AccountingYear
    source: tuple[Entry, ...]
    """The rows as Dinero sent them."""
    opening: tuple[Entry, ...]
    movements: tuple[Entry, ...]
    dates: tuple[date, ...]
    """The movements' dates, for finding a period among them."""
    difference: Decimal
    """What the movements add up to; zero in books that agree."""

    @property
    def rows_read(self) -> int:
        """How many rows Dinero sent."""
        return len(self.source)

    def not_cancelling(self) -> list[tuple[Entry, ...]]:
        """The vouchers whose rows do not add up to nothing."""
        return not_cancelling(self.movements)

    def within(self, period: Period) -> Sequence[Entry]:
        """The movements from the period's first to its last day."""
        first = bisect_left(self.dates, period.from_date)
        return self.movements[first : bisect_right(self.dates, period.to_date)]


def in_order(year: AccountingYear, source: tuple[Entry, ...]) -> YearPostings:
    """The year's rows sorted into opening and movements.

    Raises:
        IncompleteError: for a movement without a date, or outside the year.
    """
    _check_unrepeated(year, source)
    rows = [(_kind(row, year), row) for row in source]
    opening = tuple(_on_first_day(row, year) for kind, row in rows if kind == "primo")
    dated = ((_dated(row, year), row) for kind, row in rows if kind == "normal")
    movements = sorted(dated, key=lambda pair: pair[0])
    return YearPostings(
        year=year,
        source=source,
        opening=opening,
        movements=tuple(row for _, row in movements),
        dates=tuple(day for day, _ in movements),
        difference=sum((row.amount for _, row in movements), Decimal(0)),
    )


def _check_unrepeated(year: AccountingYear, source: tuple[Entry, ...]) -> None:
    guids = [row.entry_guid for row in source if row.entry_guid]
    if len(set(guids)) < len(guids):
        raise IncompleteError(
            f"Dinero sent a posting of {year.name} more than once, so nothing was added up. "
            "Ask again in a minute."
        )


def _kind(row: Entry, year: AccountingYear) -> str:
    """Normal, primo or ultimo; a row that does not say is normal when it belongs to a voucher."""
    kind = (row.type or ("normal" if row.voucher_number else "")).casefold()
    if kind not in ("normal", "primo", "ultimo"):
        raise IncompleteError(
            f"Dinero sent a posting of {year.name} on account {row.account_number} that is neither ordinary "
            "nor an opening balance, so nothing was added up. dinero-mcp needs an update."
        )
    return kind


def _on_first_day(row: Entry, year: AccountingYear) -> Entry:
    """An opening row as the arithmetic knows it."""
    is_plain = row.date == year.from_date and row.type == "Primo"
    return row if is_plain else replace(row, date=year.from_date, type="Primo")


def _dated(row: Entry, year: AccountingYear) -> date:
    if not year.from_date <= row.date <= year.to_date:
        dated = "without a date" if row.date == NO_DATE else f"with the date {row.date}"
        raise IncompleteError(
            f"Dinero sent a posting on account {row.account_number} {dated} among those of accounting year "
            f"{year.name}, so nothing was added up. Look at that account in Dinero."
        )
    return row.date


class YearsInOrder:
    """Years already in order, so that one read once is not sorted again; the least recently used goes."""

    def __init__(self, most_rows: int = 500_000) -> None:
        self._most_rows = most_rows
        self._years: OrderedDict[tuple[int, str], YearPostings] = OrderedDict()

    def get(self, organization_id: int, year: AccountingYear, source: tuple[Entry, ...]) -> YearPostings:
        """The year's postings; `source` tells whether what is kept is still what was read."""
        key = (organization_id, year.name)
        kept = self._years.pop(key, None)
        if kept is None or kept.source is not source:
            kept = in_order(year, source)
        self._years[key] = kept
        while len(self._years) > 1 and self._rows() > self._most_rows:
            self._years.popitem(last=False)
        return kept

    def _rows(self) -> int:
        return sum(len(each.source) for each in self._years.values())


def year_holding(years: Sequence[AccountingYear], day: date) -> AccountingYear | None:
    """The accounting year that holds `day`."""
    return next((year for year in years if year.from_date <= day <= year.to_date), None)


def last_begun(years: Sequence[AccountingYear], day: date) -> AccountingYear:
    """The accounting year that holds `day`; where none does, the last that began before it.

    Raises:
        InputError: when no year begins on or before the day.
    """
    begun = [year for year in years if year.from_date <= day]
    if not begun:
        first = f"the first begins on {min(year.from_date for year in years)}" if years else "there is none"
        raise InputError(
            f"No accounting year begins on or before {day}: {first} (list-accounting-years-tool)."
        )
    return max(begun, key=lambda year: year.from_date)


def chosen_year(years: Sequence[AccountingYear], name: str | None, today: date) -> AccountingYear:
    """The year called `name`; without a name the one that holds today, else the latest.

    Raises:
        InputError: when there is no such year, or no year at all.
    """
    if not years:
        raise InputError("This organization has no accounting year yet: nothing has been booked in it.")
    if name is None:
        return year_holding(years, today) or max(years, key=lambda year: year.to_date)
    named = next((year for year in years if year.name == name), None)
    if named is None:
        names = ", ".join(year.name for year in years)
        raise InputError(
            f"There is no accounting year {name!r}; there are {names} (list-accounting-years-tool)."
        )
    return named
