"""The rules for a line and a posting that look like one movement but differ in amount.

Neither counts as matched: the first is a suggestion, the second a difference to explain.
"""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from dinero_mcp.accounting.bank_movements import Found, Link, Movement, Numbered, Rule, decided

_NEAR = Decimal("0.03")  # what an exchange rate or a fee usually makes
_CROWD = 20  # so many candidates are no evidence
_ALONE_WITHIN = 2  # days

_Key = tuple[int, str | Numbered]
"""A day, and a word or a number on it."""


def near_amounts(lines: Sequence[Movement], postings: Sequence[Movement], window: int) -> list[Found]:
    """Pairs that differ by at most 3 % of the line, within the window, where no other choice is as good.

    Chance makes many of those, so something else must speak for a pair: foreign currency on either side, a
    word or a number in common, or that neither has another candidate within two days.
    """
    reasons = {link: _reason(link) for link in _near_links(lines, postings, window)}
    pairs = decided(link for link, reason in reasons.items() if reason is not Rule.NEAR_ALONE)
    used = {movement for link in pairs for movement in (link.line, link.posting)}
    near = [link for link in reasons if abs(link.line.day - link.posting.day) <= _ALONE_WITHIN]
    seen = Counter(movement for link in near for movement in (link.line, link.posting))
    alone = (
        link
        for link in near
        if reasons[link] is Rule.NEAR_ALONE
        and seen[link.line] == seen[link.posting] == 1
        and not {link.line, link.posting} & used
    )
    return [Found(reasons[link], [link.line], [link.posting]) for link in (*pairs, *alone)]


def same_text(lines: Sequence[Movement], postings: Sequence[Movement], window: int) -> list[Found]:
    """Pairs with the same text, or of which the line names the voucher or invoice, within the window.

    Both move money the same way, neither more than twice as much as the other; no other choice is as good.
    """
    by_key: dict[_Key, list[Movement]] = defaultdict(list)
    for posting in postings:
        for key in (*posting.names, *posting.numbers):
            by_key[posting.day, key].append(posting)
    links = [Link(line, one) for line in lines for one in _with_its_words(line, by_key, window)]
    fitting = [link for link in links if link.is_comparable and link.is_alike]
    return [Found(Rule.SAME_TEXT, [link.line], [link.posting]) for link in decided(fitting)]


def _near_links(lines: Sequence[Movement], postings: Sequence[Movement], window: int) -> list[Link]:
    by_day: dict[int, list[Movement]] = defaultdict(list)
    for posting in sorted(postings, key=lambda one: one.amount):
        by_day[posting.day].append(posting)
    amounts = {day: [posting.amount for posting in own] for day, own in by_day.items()}
    found = ((line, _of_near_amount(line, by_day, amounts, window)) for line in lines)
    return [Link(line, one) for line, near in found if len(near) <= _CROWD for one in near]


def _reason(link: Link) -> Rule:
    if link.line.is_in_currency or link.posting.is_in_currency:
        return Rule.NEAR_IN_CURRENCY
    return Rule.NEAR_WITH_TEXT if link.is_related else Rule.NEAR_ALONE


def _of_near_amount(
    line: Movement,
    by_day: Mapping[int, Sequence[Movement]],
    amounts: Mapping[int, Sequence[Decimal]],
    window: int,
) -> list[Movement]:
    """The postings of nearly the line's amount; both mappings are in order of amount."""
    margin = abs(line.amount) * _NEAR
    least, most = line.amount - margin, line.amount + margin
    return [
        posting
        for day in range(line.day - window, line.day + window + 1)
        if (own := amounts.get(day))
        for posting in by_day[day][bisect_left(own, least) : bisect_right(own, most)]
    ]


def _with_its_words(
    line: Movement, by_key: Mapping[_Key, Sequence[Movement]], window: int
) -> Iterable[Movement]:
    """The postings that share a word or a number with the line, unless it is on many that day."""
    days = range(line.day - window, line.day + window + 1)
    shared = (by_key.get((day, key), ()) for day in days for key in (*line.names, *line.numbers))
    return dict.fromkeys(posting for own in shared if len(own) <= _CROWD for posting in own)
