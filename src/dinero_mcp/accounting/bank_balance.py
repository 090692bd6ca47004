"""What a statement's own balance column proves: the order of its rows, their signs, and both ends.

Each balance is the opening balance plus all amounts down to it. Where every balance that is shown leads back
to the same opening, in one order of the rows only, nothing about the statement has to be taken on trust. Not
every row needs a balance (some banks show one a day), but the last row does. One balance between others that
agree may be wrong by itself: a line that is missing would move all balances after it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import accumulate, pairwise
from typing import Literal

from dinero_mcp.accounting.bank_cells import is_ascending, rows_named
from dinero_mcp.accounting.money import total
from dinero_mcp.errors import InputError

_PROVEN = "The balance column follows from the amounts row by row: positive amounts came in."
_FLIPPED = "The balance column shows that positive amounts left the account, so all signs are turned."
_ASSUMED = "Positive amounts are taken to have come in."
_TOLD = "Positive amounts left the account, as told, so all signs are turned."
_BESIDE = "The balance beside the only row is taken to be that after it."
_TURNED = "The rows came newest first and are turned."
_SORTED = "The rows came in no order of date and are sorted by it."
_WITHIN_DAYS = "The rows came newest first within each day and are turned there."
_BY_DAY = "The rows came with the newest day first, and the days are turned."

Way = Literal["in", "out"]

_Lines = Sequence["StatementLine"]


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One movement in the bank, positive when money comes in; `row` is its line in the file or list given."""

    row: int
    date: date
    amount: Decimal
    text: str
    balance: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Ordered:
    """The lines oldest first, with the balances before and after them where they are known.

    `is_proven` says that the balance column proves order and signs.
    """

    lines: tuple[StatementLine, ...]
    conventions: tuple[str, ...]
    opening_balance: Decimal | None = None
    closing_balance: Decimal | None = None
    is_proven: bool = False


def ordered(
    lines: Sequence[StatementLine], positive_is: Way | None = None, *, is_signed: bool = False
) -> Ordered:
    """The lines oldest first, by the balance column where it proves the order and by the dates elsewhere.

    `positive_is` is the way of positive amounts, if told; `InputError` when the balances say otherwise.
    `is_signed` says that each way has a column of its own.
    """
    turned = [replace(line, amount=-line.amount) for line in lines]
    for slips in (0, 1):
        if proven := _proven(lines, _PROVEN, slips):
            return _agreed(proven, "in", positive_is)
        if proven := _proven(turned, _FLIPPED, slips):
            return _agreed(proven, "out", positive_is)
    if positive_is == "out":
        return _by_date(turned, [_TOLD])
    return _by_date(lines, [] if is_signed or positive_is else [_ASSUMED])


def _agreed(proven: Ordered, shown: Way, told: Way | None) -> Ordered:
    if told not in (None, shown):
        raise InputError(
            f"The balance column shows that positive amounts are money {shown}, not {told}. "
            "Leave positive_is out."
        )
    return proven


def _proven(lines: _Lines, said: str, slips: int) -> Ordered | None:
    """The lines in the order that holds; None when none does, or several with different ends."""
    ways = [(way, how) for way, how in _orders(lines) if _holds(way, slips)]
    ends = {(_openings(way)[0], way[-1].balance) for way, _ in ways}
    if len(ends) != 1:
        return None
    way, how = ways[0]
    return Ordered(tuple(way), (said, *_slipped(way), *how), *ends.pop(), is_proven=True)


def _orders(lines: _Lines) -> list[tuple[_Lines, list[str]]]:
    """The orders that the dates allow, each with what to say of it; dates in no order allow any."""
    days = [line.date for line in lines]
    rising, falling = is_ascending(days), is_ascending(days[::-1])
    if rising:
        inner = _TURNED if falling else _WITHIN_DAYS
        return [(lines, []), (_by_day(lines[::-1]), [inner])]
    if falling:
        return [(lines[::-1], [_TURNED]), (_by_day(lines), [_BY_DAY])]
    return [
        (_by_day(lines), [_SORTED]),
        (lines, []),
        (lines[::-1], [_TURNED]),
        (_by_day(lines[::-1]), [_SORTED]),
    ]


def _by_day(lines: _Lines) -> _Lines:
    return sorted(lines, key=lambda line: line.date)


def _openings(lines: _Lines) -> list[Decimal]:
    """The opening balance as each balance that is shown has it."""
    moved = accumulate(line.amount for line in lines)
    return [
        line.balance - so_far for line, so_far in zip(lines, moved, strict=True) if line.balance is not None
    ]


def _holds(lines: _Lines, slips: int) -> bool:
    """Whether all balances but so many agree, the first and the last among them."""
    openings = _openings(lines)
    if lines[-1].balance is None or openings[0] != openings[-1]:
        return False
    agreeing = openings.count(openings[0])
    return len(openings) - agreeing == slips and agreeing > 1 + slips


def _slipped(lines: _Lines) -> list[str]:
    """Says which balance does not agree with the others, in lines where no more than one does not."""
    shown, openings = [line for line in lines if line.balance is not None], _openings(lines)
    return [
        f"Only the balance in row {line.row} does not follow from the amounts, by {opening - openings[0]}: "
        "that cell is wrong, and no line is missing."
        for line, opening in zip(shown, openings, strict=True)
        if opening != openings[0]
    ]


def _by_date(lines: _Lines, signs: Sequence[str]) -> Ordered:
    way, how = _orders(lines)[0]
    said = (*signs, *how)
    if len(way) == 1 and way[0].balance is not None:
        return Ordered(tuple(way), (*said, _BESIDE), closing_balance=way[0].balance)
    return Ordered(tuple(way), (*said, *_unproven([each for each, _ in _orders(lines)])))


def _unproven(ways: Sequence[_Lines]) -> list[str]:
    """Why the balance column, if there is one, proves nothing: as few breaks as an order has."""
    breaks = min((_breaks(way) for way in ways), key=len)
    missing = total(breaks.values())
    if breaks and not missing:
        return [
            f"The balance column does not follow from the amounts at {rows_named(breaks)}, though its first "
            "and last agree: some of its cells are wrong rather than lines missing. It is not used as proof."
        ]
    if breaks:
        return [
            f"The balance column does not follow from the amounts at {rows_named(breaks)}, by {missing} in "
            "all: lines may be missing there. So it proves no opening and closing balance."
        ]
    if any(line.balance is not None for way in ways for line in way):
        return ["The balance column proves nothing here, so there is no opening and closing balance from it."]
    return []


def _breaks(lines: _Lines) -> dict[int, Decimal]:
    """What is missing before each row whose balance does not follow from the one before."""
    shown = [line for line in lines if line.balance is not None]
    steps = zip(shown[1:], pairwise(_openings(lines)), strict=True)
    return {line.row: after - before for line, (before, after) in steps if after != before}
