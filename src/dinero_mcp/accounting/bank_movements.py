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
from typing import Literal

from dinero_mcp.accounting.bank_text import letters

_WORD = re.compile(r"[\w\ufffd]{3,}")
_COMMON_WORDS = frozenset(
    _WORD.findall(
        "dankort visa mastercard nota kortkb den dkk betaling indbetaling overfrsel bgs mobilepay faktura "
        "fakt fra til via aps and the for"
    )
)
_NAMED = re.compile(
    r"\b(?:faktura|fakt|fak|invoice|inv|kreditnota|(bilag|voucher))[\s.:#]*(?:nr|no)?[\s.:#-]*([0-9]{1,9})\b",
    re.IGNORECASE,
)
_CURRENCY = re.compile(
    r"[€$£]|\b(?:EUR|USD|GBP|SEK|NOK|CHF|PLN|CZK|JPY|CAD|AUD)\b|\b(?i:udland\w*|valuta\w*|valutakurs|abroad|foreign)\b"
)
Numbered = tuple[Literal["invoice", "voucher"], int]
_SHORTEST = 2  # letters left of a word, for it to tell anything
_TWICE = 2


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
    NEAR_IN_CURRENCY = "within 3 %, and one side tells of foreign currency"
    NEAR_WITH_TEXT = "within 3 %, and the texts have a word in common or one names the other's number"
    NEAR_ALONE = "within 3 %, and the only ones within 2 days"
    SAME_TEXT = "same text or named voucher or invoice, other amount"


@dataclass(frozen=True, eq=False)
class Movement:
    """A line or a posting; `index` is its place in the canonical order, `day` a proleptic ordinal."""

    index: int
    day: int
    amount: Decimal
    text: str
    voucher: int | None = None
    number: int | None = None
    is_abroad: bool = False
    """Whether the document is one of foreign trade."""

    @cached_property
    def words(self) -> frozenset[str]:
        """The text's words that tell something, and the voucher's number."""
        return words(f"{self.text} {self.number or ''}")

    @cached_property
    def names(self) -> frozenset[str]:
        """The words that are no number: a number alone may be anybody's."""
        return frozenset(word for word in self.words if not word.isdecimal())

    @cached_property
    def numbers(self) -> frozenset[Numbered]:
        """The invoices and vouchers that are named (*faktura 10427*, *bilag 12*), its own among them.

        A voucher whose text names no invoice may be one: the number of a sale is the invoice's.
        """
        named: set[Numbered] = {
            ("voucher" if is_voucher else "invoice", int(number))
            for is_voucher, number in _NAMED.findall(self.text)
        }
        if self.number is None:
            return frozenset(named)
        names_invoice = any(kind == "invoice" for kind, _ in named)
        own: list[Numbered] = [("voucher", self.number)]
        return frozenset((*named, *own, *([] if names_invoice else [("invoice", self.number)])))

    @cached_property
    def is_in_currency(self) -> bool:
        """Whether document or text tells of foreign currency."""
        return self.is_abroad or bool(_CURRENCY.search(self.text))


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
    def is_related(self) -> bool:
        """Whether the texts share a word that is no number, or the line names the voucher or invoice."""
        return bool(self.line.names & self.posting.names or self.line.numbers & self.posting.numbers)

    @property
    def is_alike(self) -> bool:
        """Whether they are related by half of the shorter text's words, or by the number named."""
        ours, theirs = self.line.names, self.posting.names
        shared = len(ours & theirs)
        half = bool(shared) and 2 * shared >= min(len(ours), len(theirs))
        return half or bool(self.line.numbers & self.posting.numbers)

    @property
    def is_comparable(self) -> bool:
        """Whether both move money the same way, neither more than twice as much as the other."""
        least, most = sorted((abs(self.line.amount), abs(self.posting.amount)))
        return self.line.amount * self.posting.amount > 0 and most <= _TWICE * least


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
