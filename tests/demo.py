"""The demo companies, made once for each day: nothing is posted in them."""

from datetime import date
from functools import cache
from typing import Any

from dinero_mcp.sandbox import Sandbox
from dinero_mcp.sandbox.books import Books
from dinero_mcp.sandbox.companies import demo_organizations

TODAY = date(2026, 10, 9)


@cache
def demo_companies(today: date = TODAY, *, planted: bool = True) -> list[Books]:
    """As `demo_organizations` makes them."""
    return demo_organizations(today, planted=planted)


def demo_sandbox(**its: Any) -> Sandbox:  # Any: what a sandbox takes
    """A stand-in for Dinero that holds them."""
    return Sandbox(TODAY, demo_companies(), **its)
