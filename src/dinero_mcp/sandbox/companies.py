"""The sandbox's three organizations. The same day gives the same books, to the last GUID."""

from datetime import date

from dinero_mcp.sandbox.bank_statement import bank_statement
from dinero_mcp.sandbox.books import Books
from dinero_mcp.sandbox.chart import BANK
from dinero_mcp.sandbox.consultant import consultant
from dinero_mcp.sandbox.newcomer import newcomer
from dinero_mcp.sandbox.roastery import roastery


def demo_organizations(today: date, *, planted: bool = True) -> list[Books]:
    """With the roastery's secrets, unless it is to be clean."""
    return [roastery(today, planted=planted), consultant(today), newcomer(today)]


def demo_statement(today: date) -> str:
    """The roastery's bank account in December last year, as CSV text: one fee in it is not booked."""
    year = today.year - 1
    return bank_statement(roastery(today), BANK, date(year, 12, 1), date(year, 12, 31))
