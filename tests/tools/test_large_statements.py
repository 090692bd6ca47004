"""Bank statements as large as they come: answered in full, beside other questions, and not kept."""

import gc
import threading
import tracemalloc
from datetime import date, timedelta
from functools import cache

import anyio

from dinero_mcp.sandbox import Sandbox
from dinero_mcp.server.client import Reply
from tests.tools.asking import answered, ask, connected

TOOL = "reconcile-bank-statement-tool"
JANUARY = date(2026, 1, 1)


@cache
def statement(lines: int, text: str = "Kortkøb") -> str:
    days = (JANUARY + timedelta(days=at * 270 // lines) for at in range(lines))
    rows = (f"{day:%d-%m-%Y};{text} {at};-{at},25" for at, day in enumerate(days))
    return "\n".join(["Dato;Tekst;Beløb", *rows])


async def test_fifty_thousand_lines_are_answered_while_other_questions_are(sandbox: Sandbox) -> None:
    """The matching has a thread of its own: a small question asked during it is answered first."""
    order: list[str] = []

    async def large() -> None:
        answer = await answered(client, TOOL, account_number=55000, statement=statement(50_000))
        assert answer["outcomes"][-1]["lines"] == 50_000
        order.append("large")

    async def small() -> None:
        await answered(client, "list-accounting-years-tool")
        order.append("small")

    async with connected(sandbox) as client, anyio.create_task_group() as both:
        both.start_soon(large)
        both.start_soon(small)
    assert order == ["small", "large"]


async def test_no_more_than_two_are_calculated_at_once(sandbox: Sandbox) -> None:
    """Each thread stays for the next piece of work, so as many were ever at work as are there at the end."""
    async with connected(sandbox) as client, anyio.create_task_group() as all_of_them:
        for _ in range(6):
            asked = {"account_number": 55000, "statement": statement(2_000)}
            all_of_them.start_soon(ask, client, TOOL, asked)
    assert 1 <= sum("worker" in thread.name for thread in threading.enumerate()) <= 2


async def test_a_statement_is_not_kept(sandbox: Sandbox) -> None:
    """Asked three times, for it is the answer that nothing had to be read for which others keep."""

    async def ask_with(text: str) -> Reply:
        return await ask(client, TOOL, {"account_number": 55000, "statement": text})

    long = statement(200, "x" * 10_000)
    async with connected(sandbox) as client:
        await ask_with(statement(3))
        tracemalloc.start()
        replies = [await ask_with(long) for _ in range(3)]
        gc.collect()
        kept, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert [reply.is_error for reply in replies] == [False] * 3
    assert kept < len(long) / 2
