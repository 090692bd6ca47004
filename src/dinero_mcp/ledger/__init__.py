"""One organization's postings, complete, across accounting years."""

from dinero_mcp.ledger.ledger import Ledger, Postings
from dinero_mcp.ledger.years import YearPostings, YearsInOrder, chosen_year, year_holding

__all__ = ["Ledger", "Postings", "YearPostings", "YearsInOrder", "chosen_year", "year_holding"]
