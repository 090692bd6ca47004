"""Danish bank days: what a payment date may fall on.

Banks are closed at weekends, on public holidays, on the Friday after Ascension Day, 5 June, 24 December and
31 December (Danmarks Nationalbank's list of *banklukkedage*).
"""

from datetime import date, timedelta
from functools import cache

_CLOSED_BESIDES_HOLIDAYS = ((6, 5), (12, 24), (12, 31))
_SATURDAY = 5
_DAY = timedelta(days=1)


def is_bank_day(day: date) -> bool:
    return day.weekday() < _SATURDAY and day not in _closing_days(day.year)


def next_bank_day(day: date) -> date:
    """The day itself if it is a bank day, else the first one after it."""
    while not is_bank_day(day):
        day += _DAY
    return day


def bank_days_before(day: date, count: int) -> date:
    """The bank day that lies `count` bank days before the day."""
    while count:
        day -= _DAY
        count -= is_bank_day(day)
    return day


@cache
def _closing_days(year: int) -> frozenset[date]:
    from holidays.countries.denmark import Denmark  # here: importing it takes a tenth of a second

    public = Denmark(years=year, language="da")
    after_ascension = [day + _DAY for day in public.get_named("Kristi himmelfartsdag", lookup="exact")]
    fixed = [date(year, month, day) for month, day in _CLOSED_BESIDES_HOLIDAYS]
    return frozenset([*public, *after_ascension, *fixed])
