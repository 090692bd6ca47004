"""The rules for a line and a posting that look like one movement but differ in amount.

Neither counts as matched: the first is a suggestion, the second a difference to explain.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from dinero_mcp.accounting.bank_movements import Found, Link, Movement, Rule, decided

_NEAR = Decimal("0.03")  # what an exchange rate or a fee usually makes
_CROWD = 20  # so many candidates are no evidence


def near_amounts(lines: Sequence[Movement], postings: Sequence[Movement], window: int) -> list[Found]:
    """Pairs that differ by at most 3 % of the line, within the window, where no other choice is as good."""
    by_day: dict[int, list[Movement]] = defaultdict(list)
    for posting in sorted(postings, key=lambda one: one.amount):
        by_day[posting.day].append(posting)
    amounts = {day: [posting.amount for posting in own] for day, own in by_day.items()}
    found = ((line, _of_near_amount(line, by_day, amounts, window)) for line in lines)
    links = [Link(line, one) for line, near in found if len(near) <= _CROWD for one in near]
    return _decided(Rule.NEAR_AMOUNT, links)


def same_text(lines: Sequence[Movement], postings: Sequence[Movement], window: int) -> list[Found]:
    """Pairs with the same text or voucher number within the window, where no other choice is as good."""
    by_word: dict[tuple[int, str], list[Movement]] = defaultdict(list)
    for posting in postings:
        for word in posting.words:
            by_word[posting.day, word].append(posting)
    links = [Link(line, one) for line in lines for one in _with_its_words(line, by_word, window)]
    return _decided(Rule.SAME_TEXT, [link for link in links if link.is_alike])


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
    line: Movement, by_word: Mapping[tuple[int, str], Sequence[Movement]], window: int
) -> Iterable[Movement]:
    """The postings that share a word with the line, unless the word is on many that day."""
    days = range(line.day - window, line.day + window + 1)
    shared = (by_word.get((day, word), ()) for day in days for word in line.words)
    return dict.fromkeys(posting for own in shared if len(own) <= _CROWD for posting in own)


def _decided(rule: Rule, links: Sequence[Link]) -> list[Found]:
    return [Found(rule, [link.line], [link.posting]) for link in decided(links)]
