"""What the accounts hold when a year begins, and at the end of any day. Debit is positive.

A year opens with Dinero's own opening rows (primo), in which earlier results are part of equity. Until they
are there, its opening is carried forward from the year before. Then the profit and loss accounts of the years
it is carried through are no balances, nor this year's result: they are kept apart as earlier results.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from dinero_mcp.accounting.postings import sums_by_account
from dinero_mcp.ledger.years import YearPostings

Amounts = Mapping[int, Decimal]

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Opening:
    """Each account's balance (debit positive) when a year began."""

    balances: Amounts
    worked_out_from: tuple[YearPostings, ...] = ()
    """The earlier years it was carried forward through, when Dinero has no opening rows for this one yet."""
    earlier_results: Amounts = field(default_factory=dict[int, Decimal])
    """Profit and loss accounts of those years: a part of equity that is on no account of it yet."""

    @property
    def earlier_result(self) -> Decimal:
        """The result of earlier years that is not yet on an equity account, debit positive."""
        return sum(self.earlier_results.values(), _ZERO)

    @property
    def difference(self) -> Decimal:
        """What the whole opening adds up to; zero in books that agree."""
        return sum(self.balances.values(), _ZERO) + self.earlier_result


@dataclass(frozen=True, slots=True)
class Balances:
    """Each account's balance (debit positive) at the end of a day."""

    year: YearPostings
    """The accounting year that holds the day; where none does, the one that ended last before it."""
    opening: Opening
    balances: Amounts
    """Profit and loss accounts: what was booked on them since the year began."""

    @property
    def years(self) -> tuple[YearPostings, ...]:
        """All years that were read for it, the earliest first."""
        return (*self.opening.worked_out_from, self.year)

    @property
    def difference(self) -> Decimal:
        """What all balances add up to, the results of earlier years included; zero in books that agree."""
        return sum(self.balances.values(), _ZERO) + self.opening.earlier_result


def carried_forward(before: Opening, last: YearPostings, is_result: Callable[[int], bool]) -> Opening:
    """The opening that the year `last`, which began with `before`, hands on to the next."""
    moved = sums_by_account(last.movements)
    results = {number: amount for number, amount in moved.items() if is_result(number)}
    others = {number: amount for number, amount in moved.items() if number not in results}
    return Opening(
        balances=added(before.balances, others),
        worked_out_from=(*before.worked_out_from, last),
        earlier_results=added(before.earlier_results, results),
    )


def added(amounts: Amounts, others: Amounts) -> dict[int, Decimal]:
    """The two account by account."""
    accounts = [*amounts, *(number for number in others if number not in amounts)]
    return {number: amounts.get(number, _ZERO) + others.get(number, _ZERO) for number in accounts}
