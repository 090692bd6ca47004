"""One organization's postings, complete, across accounting years."""

from dinero_mcp.ledger.ledger import Ledger, Postings
from dinero_mcp.ledger.openings import Balances, Opening
from dinero_mcp.ledger.years import YearPostings, YearsInOrder, chosen_year, last_begun, year_holding

__all__ = [
    "Balances",
    "Ledger",
    "Opening",
    "Postings",
    "YearPostings",
    "YearsInOrder",
    "chosen_year",
    "last_begun",
    "year_holding",
]
