"""Spans of days that somebody asks about: whether the books hold them, and what to say where not."""

import datetime
from collections.abc import Sequence

from dinero_mcp.accounting.periods import Period
from dinero_mcp.dinero.models import AccountingYear
from dinero_mcp.errors import InputError
from dinero_mcp.ledger import last_begun


def check_held(years: Sequence[AccountingYear], span: Period) -> None:
    """Refuse a span of which no accounting year holds a day.

    Raises:
        InputError: saying which days there are.
    """
    if holding(years, span):
        return
    if not years:
        raise InputError("This organization has no accounting year yet: nothing has been booked in it.")
    raise InputError(
        f"No accounting year holds a day of {span.label}: the first begins {years[0].from_date}, the last "
        f"ends {years[-1].to_date} (list-accounting-years-tool)."
    )


def holding(years: Sequence[AccountingYear], span: Period) -> list[AccountingYear]:
    """The accounting years that hold days of the span, oldest first."""
    return [year for year in years if year.from_date <= span.to_date and span.from_date <= year.to_date]


def not_over(span: Period, today: datetime.date) -> list[str]:
    """Says so when more may be posted on the span's days."""
    if today < span.from_date:
        return [f"{span.label} has not begun on {today}: this is what is posted ahead."]
    if today < span.to_date:
        return [f"{span.label} is not over on {today}: these are its figures so far."]
    return []


def balance_notes(
    days: Sequence[datetime.date], years: Sequence[AccountingYear], today: datetime.date
) -> list[str]:
    """What to know of balances at the end of some days, the last of which is asked about."""
    day, year = days[-1], last_begun(years, days[-1])
    notes = [_since([each for each in years if any(last_begun(years, held) == each for held in days)])]
    if day > year.to_date:
        notes.append(f"No accounting year holds {day}; the balance is that at the end of {year.name}.")
    if day > today:
        notes.append(f"{day} lies ahead of {today}: this is what is posted by now.")
    return notes


def _since(years: Sequence[AccountingYear]) -> str:
    """From when the results of balances in these years are counted."""
    if len(years) == 1:
        (year,) = years
        return f"The result so far is that since {year.from_date}, when accounting year {year.name} began."
    begun = ", ".join(f"{year.from_date} ({year.name})" for year in years)
    return f"Each day's result so far is that since its accounting year began: {begun}."
