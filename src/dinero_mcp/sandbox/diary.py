"""The diary: what is to be done on which day."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from heapq import heappop, heappush
from itertools import count

Event = Callable[[date], object]


class Diary:
    """Does events in order of date, those of one day in the order planned. An event may plan later ones."""

    def __init__(self) -> None:
        self._planned: list[tuple[date, int, Event]] = []
        self._order = count()

    def at(self, day: date, event: Event) -> None:
        heappush(self._planned, (day, next(self._order), event))

    def keep_until(self, today: date) -> None:
        """Do everything up to and including `today`; what is planned for later never happens."""
        while self._planned and self._planned[0][0] <= today:
            day, _, event = heappop(self._planned)
            event(day)


def weekday(day: date) -> date:
    """The day itself, or the Monday after a weekend."""
    return day + timedelta(days=7 - day.weekday()) if day.weekday() >= 5 else day


def weekday_before(day: date) -> date:
    """The last weekday before the day."""
    return day - timedelta(days=max(1, day.weekday() - 4) if day.weekday() else 3)


def month_end(year: int, month: int) -> date:
    following = date(year + month // 12, month % 12 + 1, 1)
    return following - timedelta(days=1)


def moment(day: date) -> datetime:
    """When a document of that day was last touched: some odd time in the morning, UTC."""
    return datetime.combine(day, time(6, 30), UTC) + timedelta(
        milliseconds=day.toordinal() * 7919 % 10_000_000
    )
