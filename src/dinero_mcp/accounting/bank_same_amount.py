"""The rule for lines and postings of exactly the same amount."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from dinero_mcp.accounting.bank_movements import Found, Link, Movement, Rule, decided

_MOST_LINKS = 400  # of one amount near each other; beyond, no single pair can be told

_Near = tuple[Sequence[Movement], Sequence[Movement]]
"""Lines and postings of one amount that are near each other, both in order of date."""


def same_amount(lines: Sequence[Movement], postings: Sequence[Movement], window: int) -> list[Found]:
    """Lines with postings of the same amount, at most `window` days apart, both given in order of date.

    As many of each on one day belong together. Of the rest, those near each other are paired where date and
    text leave one choice; what then remains is one group if there are as many of each, else ambiguous.
    """
    booked = _by_amount(postings)
    return [
        found
        for amount, own in _by_amount(lines).items()
        if amount in booked
        for near in _near(own, booked[amount], window)
        for found in _settled(near, window)
    ]


def _by_amount(movements: Iterable[Movement]) -> dict[Decimal, list[Movement]]:
    grouped: dict[Decimal, list[Movement]] = defaultdict(list)
    for movement in movements:
        grouped[movement.amount].append(movement)
    return grouped


def _by_day(movements: Iterable[Movement]) -> dict[int, list[Movement]]:
    grouped: dict[int, list[Movement]] = defaultdict(list)
    for movement in movements:
        grouped[movement.day].append(movement)
    return grouped


def _near(lines: Sequence[Movement], postings: Sequence[Movement], window: int) -> Iterator[_Near]:
    """As many of each on one day, and then what is connected by steps of at most `window` days."""
    ours, theirs = _by_day(lines), _by_day(postings)
    even = {day for day in ours if day in theirs and len(ours[day]) == len(theirs[day])}
    yield from ((ours[day], theirs[day]) for day in sorted(even))
    yield from _runs(
        [one for one in lines if one.day not in even],
        [one for one in postings if one.day not in even],
        window,
    )


def _runs(lines: Sequence[Movement], postings: Sequence[Movement], window: int) -> Iterator[_Near]:
    """Lines whose reach of `window` days overlaps in postings, with the postings they reach."""
    days = [posting.day for posting in postings]
    run: list[Movement] = []
    first = last = 0
    for line in lines:
        start, end = bisect_left(days, line.day - window), bisect_right(days, line.day + window)
        if start == end:
            continue
        if run and start >= last:
            yield run, postings[first:last]
            run = []
        first = first if run else start
        run.append(line)
        last = end
    if run:
        yield run, postings[first:last]


def _settled(near: _Near, window: int) -> list[Found]:
    lines, postings = near
    if len(lines) == len(postings) == 1:
        rule = Rule.SAME_DAY if lines[0].day == postings[0].day else Rule.WITHIN_WINDOW
        return [Found(rule, lines, postings)]
    pairs = _pairs(lines, postings, window)
    used = {movement for pair in pairs for movement in (pair.line, pair.posting)}
    rest = _runs(
        [one for one in lines if one not in used], [one for one in postings if one not in used], window
    )
    closest = [Found(Rule.CLOSEST, [pair.line], [pair.posting]) for pair in pairs]
    return [*closest, *(_left(run, window) for run in rest)]


def _pairs(lines: Sequence[Movement], postings: Sequence[Movement], window: int) -> list[Link]:
    """The pairs that date and text decide, each decision taken with those before it out of the way."""
    if len(lines) * len(postings) > _MOST_LINKS:
        return []
    links = [Link(one, other) for one in lines for other in postings if abs(one.day - other.day) <= window]
    pairs: list[Link] = []
    while new := decided(links):
        pairs += new
        used = {movement for link in new for movement in (link.line, link.posting)}
        links = [link for link in links if link.line not in used and link.posting not in used]
    return pairs


def _left(run: _Near, window: int) -> Found:
    """What date and text leave open: matched together where each line can have a posting of its own."""
    lines, postings = run
    is_even = len(lines) == len(postings) and all(
        abs(line.day - posting.day) <= window for line, posting in zip(lines, postings, strict=True)
    )
    return Found(Rule.AS_MANY if is_even else Rule.UNDECIDED, lines, postings, is_certain=is_even)
