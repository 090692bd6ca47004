"""The month-close list of large books is made beside other questions."""

from datetime import date

import anyio
from anyio.lowlevel import checkpoint

from dinero_mcp.sandbox import Sandbox
from dinero_mcp.sandbox.volume import LARGE, large_year
from tests.tools.asking import answered, connected

YEAR = {"from_date": "2025-01-01", "to_date": "2025-12-31"}
A_FEW = 50
"""Turns that reading and answering take; what is blocked meanwhile gets no others."""


async def test_other_questions_have_their_turn_during_the_check_of_large_books() -> None:
    """What it needs is read before, so that nothing but the checking takes time."""
    turns = 0
    sandbox = Sandbox(date(2026, 10, 9), [large_year(10_000, 2025)])
    async with connected(sandbox, organization_id=LARGE) as client:
        await answered(client, "check-books-tool", **YEAR, checks=["old-draft"])
        async with anyio.create_task_group() as both:

            async def check() -> None:
                await answered(client, "check-books-tool", **YEAR)
                both.cancel_scope.cancel()

            both.start_soon(check)
            while True:
                await checkpoint()
                turns += 1
    assert turns > A_FEW
