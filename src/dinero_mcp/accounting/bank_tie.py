"""Why the booked balance and the bank's differ, to the øre.

Balances are positive when there is money in the account. A difference is what is in the bank less what is
booked.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from dinero_mcp.accounting.bank_balance import StatementLine
from dinero_mcp.accounting.bank_matching import Group, Reconciliation
from dinero_mcp.accounting.money import total
from dinero_mcp.accounting.postings import P


@dataclass(frozen=True, slots=True)
class Balances:
    """What stood on the account before the period's first movement and after its last.

    `is_derived` says that one is the other and what was moved, so that they prove nothing of each other.
    """

    opening: Decimal
    closing: Decimal
    is_derived: bool = False


@dataclass(frozen=True, slots=True)
class Tie:
    """The difference at either end, and the sums that lead from the one to the other.

    `closing_difference = opening_difference + in_bank_only - in_books_only + suggested + differing +
    ambiguous + booked_before + booked_after + missing_lines + unexplained`, the three groups as bank less
    booked.

    `booked_before` and `booked_after` are postings outside the period that lines of the period take or may
    take: the former explain the opening difference by as much, with the other sign. `missing_lines` is what
    the bank's balances move beyond the statement's lines, zero when the statement is whole. `unexplained` is
    zero unless the booked balances hold what the postings do not.
    """

    booked: Balances
    bank: Balances
    in_books_only: Decimal
    in_bank_only: Decimal
    suggested: Decimal
    differing: Decimal
    ambiguous: Decimal
    booked_before: Decimal
    booked_after: Decimal
    missing_lines: Decimal

    @property
    def opening_difference(self) -> Decimal:
        return self.bank.opening - self.booked.opening

    @property
    def closing_difference(self) -> Decimal:
        return self.bank.closing - self.booked.closing

    @property
    def opening_unexplained(self) -> Decimal:
        """What differed before the period and no line of it takes up."""
        return self.opening_difference + self.booked_before

    @property
    def unexplained(self) -> Decimal:
        left = self.in_bank_only - self.in_books_only + self.suggested + self.differing + self.ambiguous
        outside = self.booked_before + self.booked_after + self.missing_lines
        return self.closing_difference - self.opening_difference - left - outside


def bank_balances(
    lines: Iterable[StatementLine], opening: Decimal | None, closing: Decimal | None
) -> Balances | None:
    """The bank's balances, one from the other through the lines where only one is known; None without any."""
    moved = total(line.amount for line in lines)
    if opening is None:
        return None if closing is None else Balances(closing - moved, closing, is_derived=True)
    if closing is None:
        return Balances(opening, opening + moved, is_derived=True)
    return Balances(opening, closing)


def tie(result: Reconciliation[P], booked: Balances, bank: Balances) -> Tie:
    """How the balances at both ends agree with what was matched and what was not."""
    groups = (*result.matched, *result.suggested, *result.differing, *result.ambiguous)
    taken = [posting for group in groups for posting in group.postings]
    lines = [line for group in groups for line in group.lines] + list(result.in_bank_only)
    return Tie(
        booked=booked,
        bank=bank,
        in_books_only=total(posting.amount for posting in result.in_books_only),
        in_bank_only=total(line.amount for line in result.in_bank_only),
        suggested=_difference(result.suggested),
        differing=_difference(result.differing),
        ambiguous=_difference(result.ambiguous),
        booked_before=total(one.amount for one in taken if one.date < result.period.from_date),
        booked_after=total(one.amount for one in taken if one.date > result.period.to_date),
        missing_lines=bank.closing - bank.opening - total(line.amount for line in lines),
    )


def _difference(groups: Iterable[Group[P]]) -> Decimal:
    return total(group.difference for group in groups)
