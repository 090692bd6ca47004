"""Lines of a bank statement and postings on a deposit account, as the rules that pair them see both.

A rule takes the movements that are still free, in their canonical order, and gives groups of them, each
movement in one group at most.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from dinero_mcp.accounting.bank_text import letters

_WORD = re.compile(r"[\w\ufffd]{3,}")
_COMMON_WORDS = frozenset(
    _WORD.findall(
        "dankort visa mastercard nota kortkb den dkk betaling indbetaling overfrsel bgs mobilepay faktura "
        "fakt fra til via aps and the for"
    )
)
_SHORTEST = 2  # letters left of a word, for it to tell anything
_YEARS = range(1900, 2100)


class Rule(StrEnum):
    """Why lines and postings are held together, in the order in which the rules are tried."""

    CANCELLED = "a voucher's postings cancel, as where it was deleted"
    SAME_DAY = "same amount on the same day"
    WITHIN_WINDOW = "same amount, the only ones near in time"
    CLOSEST = "same amount, closest in date and text"
    AS_MANY = "same amount, as many lines as postings"
    UNDECIDED = "same amount, and nothing to choose by"
    VOUCHER_SUM = "one line is the sum of a voucher's postings"
    POSTINGS_SUM = "one line is the sum of several postings"
    LINES_SUM = "several lines add up to one posting"
    NEAR_AMOUNT = "nearly the same amount"
    SAME_TEXT = "same text or voucher number, other amount"


@dataclass(frozen=True, eq=False)
class Movement:
    """A line or a posting; `index` is its place in the canonical order, `day` a proleptic ordinal."""

    index: int
    day: int
    amount: Decimal
    text: str
    voucher: int | None = None

    @cached_property
    def words(self) -> frozenset[str]:
        """The text's words that tell something."""
        return words(self.text)


@dataclass(frozen=True, slots=True)
class Found:
    """Lines and postings that belong together, or may if `is_certain` is false; there may be no lines."""

    rule: Rule
    lines: Sequence[Movement]
    postings: Sequence[Movement]
    is_certain: bool = True


@dataclass(frozen=True, slots=True)
class Link:
    """A line and a posting that may belong together."""

    line: Movement
    posting: Movement

    @property
    def closeness(self) -> tuple[int, float]:
        """Days between them, negative, and the share of words that both have: more is closer in each."""
        ours, theirs = self.line.words, self.posting.words
        return -abs(self.line.day - self.posting.day), len(ours & theirs) / (len(ours | theirs) or 1)

    @property
    def is_alike(self) -> bool:
        """Whether the texts share half of the shorter one's words, or a number that is no year."""
        ours, theirs = self.line.words, self.posting.words
        shared = ours & theirs
        return bool(shared) and (
            2 * len(shared) >= min(len(ours), len(theirs)) or any(map(_is_number, shared))
        )


def words(text: str) -> frozenset[str]:
    """The words of three letters or more, without those that banks write on every second line.

    They stand as any spelling and decoding leaves them.
    """
    found = (letters(word) for word in _WORD.findall(text))
    return frozenset(word for word in found if len(word) >= _SHORTEST) - _COMMON_WORDS


def decided(links: Iterable[Link]) -> list[Link]:
    """The links that are better than every other of their line and of their posting.

    Better is closer in days or in words, and no less close in the other; where the two disagree, nothing is
    decided.
    """
    closeness = {link: link.closeness for link in links}
    by_line: dict[Movement, list[Link]] = defaultdict(list)
    by_posting: dict[Movement, list[Link]] = defaultdict(list)
    for link in closeness:
        by_line[link.line].append(link)
        by_posting[link.posting].append(link)
    best = {_best(own, closeness) for own in by_posting.values()}
    return [link for own in by_line.values() if (link := _best(own, closeness)) and link in best]


def clusters(choices: Mapping[Movement, Iterable[Movement]]) -> list[tuple[list[Movement], list[Movement]]]:
    """The keys that share a choice, directly or through others, with all that they may choose."""
    takers: dict[Movement, list[Movement]] = defaultdict(list)
    for key, chosen in choices.items():
        for one in chosen:
            takers[one].append(key)
    seen: set[Movement] = set()
    return [_reached(key, choices, takers, seen) for key in choices if key not in seen]


def by_index(movements: Iterable[Movement]) -> list[Movement]:
    return sorted(movements, key=lambda one: one.index)


def _best(links: Sequence[Link], closeness: Mapping[Link, tuple[int, float]]) -> Link | None:
    days, likeness = (max(values) for values in zip(*(closeness[link] for link in links), strict=True))
    winners = [link for link in links if closeness[link] == (days, likeness)]
    return winners[0] if len(winners) == 1 else None


def _reached(
    start: Movement,
    choices: Mapping[Movement, Iterable[Movement]],
    takers: Mapping[Movement, Sequence[Movement]],
    seen: set[Movement],
) -> tuple[list[Movement], list[Movement]]:
    """The cluster around `start`; its keys are added to `seen`."""
    keys, chosen, waiting = [start], dict.fromkeys(choices[start]), list(choices[start])
    seen.add(start)
    while waiting:
        for key in takers[waiting.pop()]:
            if key not in seen:
                seen.add(key)
                keys.append(key)
                waiting += [one for one in choices[key] if one not in chosen]
                chosen |= dict.fromkeys(choices[key])
    return by_index(keys), by_index(chosen)


def _is_number(word: str) -> bool:
    return len(word) > 3 and word.isdecimal() and int(word) not in _YEARS
