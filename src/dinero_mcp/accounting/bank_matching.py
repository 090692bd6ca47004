"""The two-way difference between a bank statement and the postings on a deposit account.

Amounts are positive when money comes in, on both sides. A difference is always what is in the bank less what
is booked. Rules are tried in order, on what the ones before left: each match says its rule, and where more
than one match is possible none is made. The order in which lines and postings are given makes no difference.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, TypeVar

from dinero_mcp.accounting.bank_abroad import NOTHING_ABROAD, Abroad
from dinero_mcp.accounting.bank_balance import StatementLine
from dinero_mcp.accounting.bank_movements import Found, Movement, Rule
from dinero_mcp.accounting.bank_near_misses import near_amounts, same_text
from dinero_mcp.accounting.bank_same_amount import same_amount
from dinero_mcp.accounting.bank_sums import cancelled, line_sums, posting_sums, voucher_sums
from dinero_mcp.accounting.money import total
from dinero_mcp.accounting.periods import Period
from dinero_mcp.accounting.postings import P, Posting, is_opening, vouchers

T = TypeVar("T")

_Try = Callable[[Sequence[Movement], Sequence[Movement], int], list[Found]]
_RULES: tuple[_Try, ...] = (
    cancelled,
    same_amount,
    voucher_sums,
    posting_sums,
    line_sums,
    near_amounts,
    same_text,
)
WINDOW_DAYS = 7
"""How far apart a line and a posting may lie: what Christmas or Easter can put between card and bank."""

_SUGGESTIONS = (Rule.NEAR_IN_CURRENCY, Rule.NEAR_WITH_TEXT, Rule.NEAR_ALONE)


@dataclass(frozen=True, slots=True)
class Group(Generic[P]):
    """Lines and postings held together by a rule; postings that cancel need no line."""

    rule: Rule
    lines: tuple[StatementLine, ...]
    postings: tuple[P, ...]

    @property
    def difference(self) -> Decimal:
        """Bank less booked; zero when the group is matched."""
        return total(line.amount for line in self.lines) - total(posting.amount for posting in self.postings)


@dataclass(frozen=True, slots=True)
class Reconciliation(Generic[P]):
    """Each line, and each posting of the period, in exactly one place.

    `matched` agrees to the øre. `suggested` (nearly the same amount) and `differing` (the same text) pair one
    line with one posting of another amount, and are for a person to judge, as is `ambiguous`, where more than
    one match is possible. Postings from outside the period appear only in groups.
    """

    period: Period
    matched: tuple[Group[P], ...]
    suggested: tuple[Group[P], ...]
    differing: tuple[Group[P], ...]
    ambiguous: tuple[Group[P], ...]
    in_bank_only: tuple[StatementLine, ...]
    in_books_only: tuple[P, ...]


def match(
    lines: Iterable[StatementLine],
    postings: Iterable[P],
    period: Period,
    abroad: Abroad = NOTHING_ABROAD,
    *,
    window_days: int = WINDOW_DAYS,
) -> Reconciliation[P]:
    """What of the statement is booked, what is not, and what is booked without being in the bank.

    `period` holds all lines. Give the account's postings of the period and of `window_days` on either side,
    so that what was booked a few days earlier or later is found; opening rows are passed over. `abroad` tells
    which of them are of foreign trade.
    """
    given = sorted(lines, key=lambda line: (line.date, line.amount, line.text, line.row))
    booked = sorted((one for one in postings if not is_opening(one)), key=_canonical)
    found, free_lines, free_postings = _found(_of_lines(given), _of_postings(booked, abroad), window_days)
    groups = [
        (one.is_certain, Group(one.rule, _pick(given, one.lines), _pick(booked, one.postings)))
        for one in found
    ]
    certain = [group for is_certain, group in groups if is_certain]
    return Reconciliation(
        period=period,
        matched=tuple(group for group in certain if group.rule not in (*_SUGGESTIONS, Rule.SAME_TEXT)),
        suggested=tuple(group for group in certain if group.rule in _SUGGESTIONS),
        differing=tuple(group for group in certain if group.rule is Rule.SAME_TEXT),
        ambiguous=tuple(group for is_certain, group in groups if not is_certain),
        in_bank_only=_pick(given, free_lines),
        in_books_only=tuple(one for one in _pick(booked, free_postings) if one.date in period),
    )


def _found(
    lines: list[Movement], postings: list[Movement], window: int
) -> tuple[list[Found], list[Movement], list[Movement]]:
    """What the rules find, by first line or posting, and the lines and postings that are left."""
    found: list[Found] = []
    for rule in _RULES:
        new = rule(lines, postings, window)
        used = {movement for one in new for movement in (*one.lines, *one.postings)}
        lines = [one for one in lines if one not in used]
        postings = [one for one in postings if one not in used]
        found += new
    return sorted(found, key=_place), lines, postings


def _place(found: Found) -> tuple[bool, int]:
    return not found.lines, (found.lines or found.postings)[0].index


def _canonical(posting: Posting) -> tuple[object, ...]:
    """What to sort postings by, so that those that compare equal are alike."""
    return (
        posting.date,
        posting.amount,
        posting.voucher_number or 0,
        *(text or "" for text in (posting.voucher_type, posting.voucher_guid, posting.contact_guid)),
        posting.description or "",
    )


def _of_lines(lines: Sequence[StatementLine]) -> list[Movement]:
    return [
        Movement(index, line.date.toordinal(), line.amount, line.text) for index, line in enumerate(lines)
    ]


def _of_postings(postings: Sequence[Posting], abroad: Abroad) -> list[Movement]:
    voucher = {id(row): number for number, rows in enumerate(vouchers(postings)) for row in rows}
    return [
        Movement(
            index=index,
            day=posting.date.toordinal(),
            amount=posting.amount,
            text=posting.description or "",
            voucher=voucher[id(posting)],
            number=posting.voucher_number or None,
            is_abroad=posting in abroad,
        )
        for index, posting in enumerate(postings)
    ]


def _pick(given: Sequence[T], movements: Iterable[Movement]) -> tuple[T, ...]:
    return tuple(given[movement.index] for movement in movements)
