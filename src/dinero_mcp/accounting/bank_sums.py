"""The rules for one movement that is the sum of several on the other side.

Sums of chosen postings or lines are looked for among at most twelve of the same sign, in groups of two to
four: among more, chance finds sums that mean nothing.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal

from dinero_mcp.accounting.bank_movements import Found, Movement, Rule, by_index, clusters

_POOL = 12
_MOST_PARTS = 4
_ZERO = Decimal(0)

_Parts = tuple[Movement, ...]
_Sums = Mapping[Decimal, Sequence[_Parts]]
"""The ways in which each sum comes about."""


def voucher_sums(lines: Sequence[Movement], postings: Sequence[Movement], window: int) -> list[Found]:
    """Lines that are the sum of all free postings of one voucher, none more than `window` days away."""
    vouchers: dict[int | None, list[Movement]] = defaultdict(list)
    for posting in postings:
        vouchers[posting.voucher].append(posting)
    by_sum: dict[Decimal, list[_Parts]] = defaultdict(list)
    for parts in vouchers.values():
        if len(parts) > 1:
            by_sum[sum((part.amount for part in parts), _ZERO)].append(tuple(parts))
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
    """Lines that are the sum of two to four postings, in one way only."""
    return [
        Found(Rule.POSTINGS_SUM, own, parts, is_certain)
        for own, parts, is_certain in _judged(_solutions(lines, postings, window))
    ]


def line_sums(lines: Sequence[Movement], postings: Sequence[Movement], window: int) -> list[Found]:
    """Postings that are the sum of two to four lines, in one way only."""
    return [
        Found(Rule.LINES_SUM, parts, own, is_certain)
        for own, parts, is_certain in _judged(_solutions(postings, lines, window))
    ]


def _solutions(
    wholes: Sequence[Movement], parts: Sequence[Movement], window: int
) -> dict[Movement, Sequence[_Parts]]:
    """The ways to make up each movement from parts of its sign within `window` days of it."""
    by_day: dict[tuple[int, bool], list[Movement]] = defaultdict(list)
    for part in parts:
        if part.amount:
            by_day[part.day, part.amount > 0].append(part)
    wanted: dict[tuple[int, bool], set[Decimal]] = defaultdict(set)
    for whole in wholes:
        wanted[whole.day, whole.amount > 0].add(whole.amount)
    sums = {key: _sums(_pool(key, by_day, window), amounts) for key, amounts in wanted.items()}
    return {whole: sums[whole.day, whole.amount > 0].get(whole.amount, ()) for whole in wholes}


def _pool(
    key: tuple[int, bool], by_day: Mapping[tuple[int, bool], Sequence[Movement]], window: int
) -> Sequence[Movement]:
    """The parts within the window, or only those of the day where the window holds too many."""
    day, is_in = key
    near = [
        part for other in range(day - window, day + window + 1) for part in by_day.get((other, is_in), ())
    ]
    same_day = by_day.get(key, ())
    return next((pool for pool in (near, same_day) if len(pool) <= _POOL), ())


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
