"""Whether a statement's signs fit the books: a look at the amounts alone, for a person to judge."""

from collections import Counter
from collections.abc import Iterable

from dinero_mcp.accounting.bank_balance import StatementLine
from dinero_mcp.accounting.postings import Posting


def signs_in_the_books(lines: Iterable[StatementLine], postings: Iterable[Posting]) -> tuple[int, int]:
    """How many lines have a posting of the same amount, and how many one of the opposite amount."""
    booked = Counter(posting.amount for posting in postings if posting.amount)
    moved = Counter(line.amount for line in lines)
    turned = Counter({-amount: count for amount, count in moved.items()})
    return (moved & booked).total(), (turned & booked).total()
