"""One accounting year's postings in order, and which year is meant.

Opening rows (type `Primo`) are kept apart from the movements. Rows of type `Ultimo` repeat the closing
balances and move nothing, so they are left out of both.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from operator import attrgetter

from msgspec.structs import replace

from dinero_mcp.accounting.periods import Period
from dinero_mcp.accounting.postings import not_cancelling
from dinero_mcp.dinero.models import NO_DATE, AccountingYear, Entry
from dinero_mcp.errors import IncompleteError, InputError

DATE = attrgetter("date")
_AMOUNT = attrgetter("amount")


@dataclass(frozen=True, slots=True, repr=False)
class YearPostings:
    """All postings of one accounting year; the movements in order of date."""

    year: AccountingYear
    source: tuple[Entry, ...]
    """The rows as Dinero sent them."""
    opening: tuple[Entry, ...]
    movements: tuple[Entry, ...]
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
        first = bisect_left(self.movements, period.from_date, key=DATE)
        return self.movements[first : bisect_right(self.movements, period.to_date, key=DATE)]


def in_order(year: AccountingYear, source: tuple[Entry, ...]) -> YearPostings:
    """The year's rows sorted into opening and movements.

    Raises:
        IncompleteError: for a row of unknown kind, and a movement without a date or outside the year.
    """
    others = [(row, _kind(row, year)) for row in source if row.type != "Normal"]
    unmarked = any(its_kind == "normal" for _, its_kind in others)
    normal = (row for row in source if row.type == "Normal" or (unmarked and kind(row) == "normal"))
    movements = sorted(normal, key=DATE)
    for row in (*movements[:1], *movements[-1:]):
        _check_dated(row, year)
    return YearPostings(
        year=year,
        source=source,
        opening=tuple(_on_first_day(row, year) for row, its_kind in others if its_kind == "primo"),
        movements=tuple(movements),
        difference=sum(map(_AMOUNT, movements), Decimal(0)),
    )


def kind(row: Entry) -> str | None:
    """`normal`, `primo` or `ultimo`; a row that does not say is normal when it belongs to a voucher."""
    told = (row.type or ("normal" if row.voucher_number else "")).casefold()
    return told if told in ("normal", "primo", "ultimo") else None


def _kind(row: Entry, year: AccountingYear) -> str:
    found = kind(row)
    if found is None:
        raise IncompleteError(
            f"Dinero sent a posting of {year.name} on account {row.account_number} that is neither ordinary "
            "nor an opening balance, so nothing was added up. dinero-mcp needs an update."
        )
    return found


def _on_first_day(row: Entry, year: AccountingYear) -> Entry:
    """An opening row as the arithmetic knows it."""
    is_plain = row.date == year.from_date and row.type == "Primo"
    return row if is_plain else replace(row, date=year.from_date, type="Primo")


def _check_dated(row: Entry, year: AccountingYear) -> None:
    if not year.from_date <= row.date <= year.to_date:
        dated = "without a date" if row.date == NO_DATE else f"with the date {row.date}"
        raise IncompleteError(
            f"Dinero sent a posting on account {row.account_number} {dated} among those of accounting year "
            f"{year.name}, so nothing was added up. Look at that account in Dinero."
        )


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
