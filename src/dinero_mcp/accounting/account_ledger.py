"""One account's postings with its running balance (*kontospecifikation*), debit positive.

A balance account runs on from year to year. A profit and loss account begins each accounting year at nothing,
so a span that crosses years is one part after the other.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate
from typing import Generic

from dinero_mcp.accounting.columns import Turnover, turnovers
from dinero_mcp.accounting.periods import Period
from dinero_mcp.accounting.postings import P

_NOTHING = Turnover()


@dataclass(frozen=True, slots=True)
class LedgerPart(Generic[P]):
    """The span's days in one accounting year: `opening + debit - credit = closing`.

    `balances` holds what stood on the account after each of the rows.
    """

    period: Period
    opening: Decimal
    rows: Sequence[P]
    balances: Sequence[Decimal]
    debit: Decimal
    credit: Decimal

    @property
    def movement(self) -> Decimal:
        """Debit less credit."""
        return self.debit - self.credit

    @property
    def closing(self) -> Decimal:
        """What stood on the account after the last row."""
        return self.balances[-1] if self.balances else self.opening


def ledger_part(period: Period, opening: Decimal, account_number: int, rows: Iterable[P]) -> LedgerPart[P]:
    """The account's part of the rows of one year, in the order given."""
    own = [row for row in rows if row.account_number == account_number]
    running = list(accumulate((row.amount for row in own), initial=opening))[1:]
    turnover = turnovers(own).get(account_number, _NOTHING)
    return LedgerPart(period, opening, own, running, turnover.debit, turnover.credit)
