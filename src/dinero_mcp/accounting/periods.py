"""Spans of days. Both ends are included, everywhere."""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from dinero_mcp.errors import InputError


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day to the last, both included; `InputError` when they are in the wrong order."""

    from_date: date
    to_date: date

    def __post_init__(self) -> None:
        if self.to_date < self.from_date:
            raise InputError(
                f"The period ends ({self.to_date}) before it begins ({self.from_date}). "
                "Give the earlier day as from_date."
            )

    def __contains__(self, day: date) -> bool:
        return self.from_date <= day <= self.to_date

    @property
    def days(self) -> int:
        return (self.to_date - self.from_date).days + 1

    @property
    def is_whole_months(self) -> bool:
        return self.from_date.day == 1 and self.to_date == _month_end(self.to_date)

    @property
    def label(self) -> str:
        """`2026-10`, `Q3 2026`, `H1 2026` or `2026` for a calendar period, else both days."""
        year = self.from_date.year
        if self == month_of(self.from_date):
            return f"{year}-{self.from_date.month:02}"
        if self == quarter_of(self.from_date):
            return f"Q{(self.from_date.month + 2) // 3} {year}"
        if self == half_year_of(self.from_date):
            return f"H{(self.from_date.month + 5) // 6} {year}"
        if self == Period(date(year, 1, 1), date(year, 12, 31)):
            return str(year)
        return f"{self.from_date}..{self.to_date}"

    def intersection(self, other: "Period") -> "Period | None":
        """The days in both, or None when they share none."""
        first, last = max(self.from_date, other.from_date), min(self.to_date, other.to_date)
        return Period(first, last) if first <= last else None


def month(year: int, month: int) -> Period:
    return _months(year, month, count=1)


def parse_month(text: str) -> Period:
    """The month written as `2026-10`; `InputError` on any other form."""
    if not re.fullmatch(r"(19|20)[0-9]{2}-(0[1-9]|1[0-2])", text):
        raise InputError("That is not a month. Write the year and the month like 2026-10.")
    return month(int(text[:4]), int(text[5:]))


def month_of(day: date) -> Period:
    return month(day.year, day.month)


def quarter_of(day: date) -> Period:
    return _months(day.year, 3 * ((day.month - 1) // 3) + 1, count=3)


def half_year_of(day: date) -> Period:
    return _months(day.year, 6 * ((day.month - 1) // 6) + 1, count=6)


def previous_month(period: Period) -> Period:
    """The month before the one in which the period begins."""
    return month_of(period.from_date.replace(day=1) - timedelta(days=1))


def year_before(period: Period) -> Period:
    """The same span a year earlier; whole months stay whole, and 29 February becomes the 28th."""
    first, last = _a_year_earlier(period.from_date), _a_year_earlier(period.to_date)
    return Period(first, _month_end(last) if period.is_whole_months else last)


def previous_period(period: Period) -> Period:
    """What comes right before: as many whole months as the period has, else as many days.

    So before a calendar month, quarter or year comes the calendar's one before.
    """
    last = period.from_date - timedelta(days=1)
    if not period.is_whole_months:
        return Period(last - timedelta(days=period.days - 1), last)
    first = _months_since_0(last) - (_months_since_0(period.to_date) - _months_since_0(period.from_date))
    return Period(date(first // 12, first % 12 + 1, 1), last)


def same_part(of: Period, period: Period, day: date) -> Period:
    """What stands to `of` as the days of `period` up to `day` stand to it.

    Of whole months beside whole months that is the same day of the same month, of a month's last day the
    last; of other spans as many days.
    """
    if not (period.is_whole_months and of.is_whole_months):
        return Period(of.from_date, min(of.from_date + (day - period.from_date), of.to_date))
    months = _months_since_0(of.from_date) + _months_since_0(day) - _months_since_0(period.from_date)
    end = _month_end(date(months // 12, months % 12 + 1, 1))
    last = end if day == _month_end(day) else end.replace(day=min(day.day, end.day))
    return Period(of.from_date, min(last, of.to_date))


def cut(period: Period, part_holding: Callable[[date], Period]) -> tuple[Period, ...]:
    """The period in parts of the calendar, such as `month_of`; the first and the last may not be whole."""
    parts: list[Period] = []
    day = period.from_date
    while day <= period.to_date:
        last = min(part_holding(day).to_date, period.to_date)
        parts.append(Period(day, last))
        day = last + timedelta(days=1)
    return tuple(parts)


def _months(year: int, first: int, *, count: int) -> Period:
    return Period(date(year, first, 1), _month_end(date(year, first + count - 1, 1)))


def _months_since_0(day: date) -> int:
    return 12 * day.year + day.month - 1


def _month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _a_year_earlier(day: date) -> date:
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)
