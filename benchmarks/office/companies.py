"""The companies that are asked about: the demo's, and as many more of the same books as load needs."""

from dataclasses import replace
from datetime import date

from dinero_mcp.sandbox.books import Books
from dinero_mcp.sandbox.companies import demo_organizations

TODAY = date(2026, 10, 9)
ROASTERY = 1001
FIRST_COPY = 2001


def companies(copies: int) -> list[Books]:
    """The demo companies, and the roastery again under other numbers."""
    demo = demo_organizations(TODAY)
    roastery = next(books for books in demo if books.organization_id == ROASTERY)
    more = [replace(roastery, organization_id=FIRST_COPY + number) for number in range(copies)]
    return [*demo, *more]
