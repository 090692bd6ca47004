"""The sandbox's three organizations. The same day gives the same books, to the last GUID."""

from datetime import date

from dinero_mcp.sandbox.books import Books
from dinero_mcp.sandbox.consultant import consultant
from dinero_mcp.sandbox.newcomer import newcomer
from dinero_mcp.sandbox.roastery import roastery


def demo_organizations(today: date) -> list[Books]:
    return [roastery(today), consultant(today), newcomer(today)]
