"""What a statement's own balance column proves: the order of its rows, their signs, and both ends.

Each balance is the one before it plus the amount beside it. Where that holds for every row in one way only,
nothing about the statement has to be taken on trust.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

from dinero_mcp.accounting.bank_cells import is_ascending, rows_named

_PROVEN = "The balance column follows from the amounts row by row: positive amounts came in."
_TURNED = "The rows came newest first and are turned."
_FLIPPED = "The balance column shows that positive amounts left the account, so all signs are turned."
_ASSUMED = "Positive amounts are taken to have come in."
_SORTED = "The rows came in no order of date and are sorted by it."


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
    """The lines oldest first, with the balances before and after them where they are proven."""

    lines: tuple[StatementLine, ...]
    conventions: tuple[str, ...]
    opening_balance: Decimal | None = None
    closing_balance: Decimal | None = None

    @property
    def is_proven(self) -> bool:
        return self.closing_balance is not None


def ordered(lines: Sequence[StatementLine]) -> Ordered:
    """The lines oldest first, by the balance column where it proves the order and by the dates elsewhere."""
    return _proven(lines) or _by_date(lines)


def _proven(lines: Sequence[StatementLine]) -> Ordered | None:
    if len(lines) < 2 or any(line.balance is None for line in lines):
        return None
    if ways := [way for way in _possible_orders(lines) if _holds(way)]:
        return _agreed(ways, lines[0], _PROVEN)
    flipped = [replace(line, amount=-line.amount) for line in lines]
    if ways := [way for way in _possible_orders(flipped) if _holds(way)]:
        return _agreed(ways, flipped[0], _FLIPPED)
    return None


def _agreed(ways: Sequence[Sequence[StatementLine]], first_given: StatementLine, said: str) -> Ordered | None:
    """The lines in the one order that holds; None when two hold that begin or end differently."""
    ends = {(_before(way[0]), way[-1].balance) for way in ways}
    if len(ends) > 1:
        return None
    turned = [_TURNED] if ways[0][0] is not first_given else []
    return Ordered(tuple(ways[0]), (said, *turned), *ends.pop())


def _possible_orders(lines: Sequence[StatementLine]) -> list[Sequence[StatementLine]]:
    """As given and turned around, as far as the dates allow; dates in no order allow both."""
    days = [line.date for line in lines]
    rising, falling = is_ascending(days), is_ascending(days[::-1])
    as_given = [lines] if rising or not falling else []
    return [*as_given, lines[::-1]] if falling or not rising else as_given


def _holds(lines: Sequence[StatementLine]) -> bool:
    return all(before.balance == _before(now) for before, now in pairwise(lines))


def _breaks(lines: Sequence[StatementLine]) -> list[int]:
    """The rows whose balance is not the one before plus their amount."""
    return [
        now.row for before, now in pairwise(lines) if before.balance is None or before.balance != _before(now)
    ]


def _before(line: StatementLine) -> Decimal | None:
    """The balance before the line."""
    return None if line.balance is None else line.balance - line.amount


def _by_date(lines: Sequence[StatementLine]) -> Ordered:
    orders = _possible_orders(lines)
    said = [_ASSUMED]
    way = orders[0]
    if len(orders) == 2 and not is_ascending([line.date for line in lines]):
        way, said = sorted(lines, key=lambda line: line.date), [_ASSUMED, _SORTED]
    elif way[0] is not lines[0]:
        said = [_ASSUMED, _TURNED]
    return Ordered(tuple(way), (*said, *_unproven(way)))


def _unproven(lines: Sequence[StatementLine]) -> list[str]:
    if all(line.balance is None for line in lines):
        return []
    if breaks := _breaks(lines):
        return [
            f"The balance column does not follow from the amounts at {rows_named(breaks)}: lines may be "
            "missing there. So it proves no opening and closing balance."
        ]
    return ["The balance column proves nothing here, so there is no opening and closing balance from it."]
