"""Identities: what must be true of the figures in an answer, and by how much it is not.

A difference is zero when the identity holds. Both sides are rounded to øre once before they are compared.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from dinero_mcp.accounting.money import to_ore


@dataclass(frozen=True, slots=True)
class Identity:
    """One identity in a few words, such as `postings cancel`, and its difference."""

    name: str
    difference: Decimal

    @property
    def holds(self) -> bool:
        """Whether it is true to the øre."""
        return not to_ore(self.difference)


def equal(name: str, one_side: Decimal, other_side: Decimal) -> Identity:
    """That both sides are the same."""
    return Identity(name, to_ore(one_side) - to_ore(other_side))


def result_moves_equity(movements: Iterable[Decimal]) -> Identity:
    """That the profit and loss accounts of whole vouchers move the balance sheet by just as much: together
    the movements of all accounts come to nothing.
    """
    return Identity("result = movement in equity", sum(movements, Decimal(0)))
