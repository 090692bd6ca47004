"""One organization's postings, complete, across accounting years."""

from dinero_mcp.ledger.kept import MOST_POSTINGS, KeptYears
from dinero_mcp.ledger.ledger import Ledger, Postings
from dinero_mcp.ledger.openings import Balances, Opening
from dinero_mcp.ledger.years import YearPostings, chosen_year, last_begun, year_holding

__all__ = [
    "MOST_POSTINGS",
    "Balances",
    "KeptYears",
    "Ledger",
    "Opening",
    "Postings",
    "YearPostings",
    "chosen_year",
    "last_begun",
    "year_holding",
]
