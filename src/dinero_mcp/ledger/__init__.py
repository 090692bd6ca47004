"""One organization's postings, complete, across accounting years."""

from dinero_mcp.ledger.ledger import Ledger, Opening, Postings
from dinero_mcp.ledger.years import YearPostings, YearsInOrder, chosen_year, year_holding

__all__ = ["Ledger", "Opening", "Postings", "YearPostings", "YearsInOrder", "chosen_year", "year_holding"]
