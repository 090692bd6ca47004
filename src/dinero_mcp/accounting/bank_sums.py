"""The rules for one movement that is the sum of several on the other side.

Sums of chosen postings or lines are looked for among at most twelve of the same sign, in groups of two to
four: among more, chance finds sums that mean nothing. Only all of a day together may be more than that.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal

from dinero_mcp.accounting.bank_movements import Found, Movement, Rule, by_index, clusters

_POOL = 12
_MOST_PARTS = 4
_ZERO = Decimal(0)

_Day = tuple[int, bool]
"""A day, and whether money comes in."""

_Parts = tuple[Movement, ...]
_Sums = Mapping[Decimal, Sequence[_Parts]]
"""The ways in which each sum comes about."""


def cancelled(lines: Sequence[Movement], postings: Sequence[Movement], window: int) -> list[Found]:
    """Postings of one voucher that cancel each other, unless each of them has a line of its amount.

    The lines are given in order of date.
    """
    days: dict[Decimal, list[int]] = defaultdict(list)
    for line in lines:
        days[line.amount].append(line.day)

    def has_line(posting: Movement) -> bool:
        own = days.get(posting.amount, [])
        first = bisect_left(own, posting.day - window)
        return first < len(own) and own[first] <= posting.day + window

    return [
        Found(Rule.CANCELLED, [], parts)
        for parts in _by_voucher(postings)
        if not sum((part.amount for part in parts), _ZERO) and not all(map(has_line, parts))
    ]


def voucher_sums(lines: Sequence[Movement], postings: Sequence[Movement], window: int) -> list[Found]:
    """Lines that are the sum of all free postings of one voucher, none more than `window` days away."""
    by_sum: dict[Decimal, list[_Parts]] = defaultdict(list)
    for parts in _by_voucher(postings):
        by_sum[sum((part.amount for part in parts), _ZERO)].append(parts)
    solved = {
        line: [
            parts
            for parts in by_sum.get(line.amount, ())
            if all(abs(part.day - line.day) <= window for part in parts)
        ]
        for line in lines
    }
    return [Found(Rule.VOUCHER_SUM, own, parts, is_certain) for own, parts, is_certain in _judged(solved)]


def posting_sums(lines: Sequence[Movement], postings: Sequence[Movement], window: int) -> list[Found]:
    """Lines that are the sum of two to four postings, or of all of a day, in one way only."""
    return [
        Found(Rule.POSTINGS_SUM, own, parts, is_certain)
        for own, parts, is_certain in _judged(_solutions(lines, postings, window))
    ]


def line_sums(lines: Sequence[Movement], postings: Sequence[Movement], window: int) -> list[Found]:
    """Postings that are the sum of two to four lines, or of all of a day, in one way only."""
    return [
        Found(Rule.LINES_SUM, parts, own, is_certain)
        for own, parts, is_certain in _judged(_solutions(postings, lines, window))
    ]


def _by_voucher(postings: Sequence[Movement]) -> list[_Parts]:
    """The postings of each voucher that has several."""
    vouchers: dict[int | None, list[Movement]] = defaultdict(list)
    for posting in postings:
        vouchers[posting.voucher].append(posting)
    return [tuple(parts) for parts in vouchers.values() if len(parts) > 1]


def _solutions(
    wholes: Sequence[Movement], parts: Sequence[Movement], window: int
) -> dict[Movement, Sequence[_Parts]]:
    """The ways to make up each movement from parts of its sign within `window` days of it."""
    by_day: dict[_Day, list[Movement]] = defaultdict(list)
    for part in parts:
        if part.amount:
            by_day[part.day, part.amount > 0].append(part)
    wanted: dict[_Day, set[Decimal]] = defaultdict(set)
    for whole in wholes:
        wanted[whole.day, whole.amount > 0].add(whole.amount)
    sums = {key: _sums(_pool(key, by_day, window), amounts) for key, amounts in wanted.items()}
    whole_days = _whole_days(by_day)
    return {
        whole: [
            *sums[whole.day, whole.amount > 0].get(whole.amount, ()),
            *(day for day in whole_days.get(whole.amount, ()) if abs(day[0].day - whole.day) <= window),
        ]
        for whole in wholes
    }


def _pool(key: _Day, by_day: Mapping[_Day, Sequence[Movement]], window: int) -> Sequence[Movement]:
    """The parts of the day and of as many days around it as hold no more than can be looked through."""
    day, is_in = key
    pool: Sequence[Movement] = ()
    for reach in range(window + 1):
        days = {day - reach, day + reach}
        pool = [*pool, *(part for other in sorted(days) for part in by_day.get((other, is_in), ()))]
        if len(pool) > _POOL:
            return [part for part in pool if abs(part.day - day) < reach]
    return pool


def _whole_days(by_day: Mapping[_Day, Sequence[Movement]]) -> _Sums:
    """All parts of each day that has more of them than are chosen from, by their sum."""
    found: dict[Decimal, list[_Parts]] = defaultdict(list)
    for parts in by_day.values():
        if len(parts) > _MOST_PARTS:
            found[sum((part.amount for part in parts), _ZERO)].append(tuple(parts))
    return found


def _sums(pool: Sequence[Movement], wanted: Collection[Decimal]) -> _Sums:
    """The ways to make up each wanted amount from several of the pool, all of one sign."""
    most = max(map(abs, wanted))
    found: dict[Decimal, list[_Parts]] = defaultdict(list)
    grown: list[tuple[_Parts, int, Decimal]] = [((), 0, _ZERO)]
    for size in range(1, _MOST_PARTS + 1):
        longer = (
            ((*parts, pool[at]), at + 1, amount + pool[at].amount)
            for parts, first, amount in grown
            for at in range(first, len(pool))
        )
        grown = [one for one in longer if abs(one[2]) <= most]
        for parts, _, amount in grown:
            if size > 1 and amount in wanted:
                found[amount].append(parts)
    return found


def _judged(
    solutions: Mapping[Movement, Sequence[_Parts]],
) -> list[tuple[Sequence[Movement], Sequence[Movement], bool]]:
    """Wholes with their parts; certain where one whole has one way, and no other whole wants a part of it."""
    choices = {
        whole: by_index({part for parts in ways for part in parts})
        for whole, ways in solutions.items()
        if ways
    }
    return [
        (wholes, parts, len(wholes) == 1 and len(solutions[wholes[0]]) == 1)
        for wholes, parts in clusters(choices)
    ]
