"""VAT periods and when their returns are due (VAT Act § 57).

Periods follow the calendar, never the accounting year. A return is due on the 25th of the month after a
month (for June 17 August), and on the 1st of the third month after a quarter or half year; a deadline that
is no bank day moves forward to the next one. Filing and payment share the date. The postponements of 2020
are not in the rule.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum
from itertools import takewhile

from dinero_mcp.accounting.bank_days import next_bank_day
from dinero_mcp.accounting.periods import Period, half_year_of, month_of, quarter_of

_JUNE = 6


class Frequency(StrEnum):
    """How often a business files VAT."""

    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    HALF_YEARLY = "half-yearly"


def vat_period(frequency: Frequency, day: date) -> Period:
    """The VAT period that holds the day."""
    match frequency:
        case Frequency.MONTHLY:
            return month_of(day)
        case Frequency.QUARTERLY:
            return quarter_of(day)
        case Frequency.HALF_YEARLY:
            return half_year_of(day)


def deadline(frequency: Frequency, period: Period) -> date:
    """The last day to file and pay a VAT period."""
    last = period.to_date
    if frequency is not Frequency.MONTHLY:
        return next_bank_day(_months_later(last, 3).replace(day=1))
    if last.month == _JUNE:
        return next_bank_day(date(last.year, 8, 17))
    return next_bank_day(_months_later(last, 1).replace(day=25))


def next_deadline(frequency: Frequency, today: date) -> tuple[Period, date]:
    """The period whose deadline comes first, and that deadline: today's date when it is due today."""
    periods = _periods_from(frequency, today - timedelta(days=183))
    return next((period, due) for period in periods if (due := deadline(frequency, period)) >= today)


def periods_between(frequency: Frequency, from_date: date, to_date: date) -> list[Period]:
    """Every whole VAT period with at least one day in the span."""
    return list(takewhile(lambda period: period.from_date <= to_date, _periods_from(frequency, from_date)))


def _periods_from(frequency: Frequency, day: date) -> Iterator[Period]:
    while True:
        period = vat_period(frequency, day)
        yield period
        day = period.to_date + timedelta(days=1)


def _months_later(day: date, count: int) -> date:
    years, month = divmod(day.month - 1 + count, 12)
    return date(day.year + years, month + 1, 1)
