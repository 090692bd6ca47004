"""Postings shared out among columns of days, and what each account moved in them."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from dinero_mcp.accounting.periods import Period, cut, month_of, quarter_of
from dinero_mcp.accounting.postings import P, Posting

By = Literal["total", "month", "quarter"]

_ZERO = Decimal(0)
_PARTS: dict[By, Callable[[date], Period]] = {"month": month_of, "quarter": quarter_of}


def columns(span: Period, by: By) -> tuple[Period, ...]:
    """The parts of the span that get a column each; together they are the span."""
    return cut(span, _PARTS[by]) if by in _PARTS else (span,)


def shared_out(rows: Sequence[P], parts: Iterable[Period]) -> list[Sequence[P]]:
    """The rows of each part; `rows` are in order of date."""
    return [
        rows[bisect_left(rows, part.from_date, key=_date_of) : bisect_right(rows, part.to_date, key=_date_of)]
        for part in parts
    ]


@dataclass(slots=True)
class Turnover:
    """What was posted on one account, both sides positive."""

    debit: Decimal = _ZERO
    credit: Decimal = _ZERO

    @property
    def movement(self) -> Decimal:
        """Debit less credit."""
        return self.debit - self.credit


def turnovers(rows: Iterable[Posting]) -> dict[int, Turnover]:
    """Debit and credit of each account; a negative posting is a credit, whatever its voucher is."""
    by_account: dict[int, Turnover] = {}
    for row in rows:
        turnover = by_account.get(row.account_number)
        if turnover is None:
            turnover = by_account[row.account_number] = Turnover()
        if row.amount > 0:
            turnover.debit += row.amount
        else:
            turnover.credit -= row.amount
    return by_account


def _date_of(row: Posting) -> date:
    return row.date
