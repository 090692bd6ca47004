"""One server, many askers: together, giving up, and gone."""

import sys
from pathlib import Path
from typing import Any

import anyio
from mcp import Client

from dinero_mcp.sandbox import Fault, Sandbox
from dinero_mcp.server.client import Reply, ask
from dinero_mcp.tools.catalogue import CATALOGUE
from tests.commands import ran
from tests.server.listening import until
from tests.tools.asking import connected

Question = tuple[str, dict[str, Any]]  # Any: JSON

TWENTY: list[Question] = [
    *(("get-monthly-results-tool", {"month": f"2026-{month:02}"}) for month in range(1, 10)),
    *(("get-monthly-results-tool", {"month": "2026-09", "organization_id": 1002}) for _ in range(3)),
    ("get-vat-period-countdown-tool", {}),
    ("get-balance-report-tool", {}),
    ("get-saldo-balance-report-tool", {"accounting_year": "2025"}),
    ("get-yearly-performance-tool", {}),
    ("list-contacts-tool", {"search": "kaffe"}),
    ("list-products-tool", {}),
    ("list-invoices-tool", {"status": ["overdue"]}),
    ("list-organizations-tool", {}),
]
STARTED = """
import asyncio, sys
from dinero_mcp.server.client import in_process, listed
from dinero_mcp.settings import read_settings

async def main():
    async with in_process(read_settings(), demo=False) as client:
        print(len(await listed(client)), *sys.modules)

asyncio.run(main())
"""


def figures(reply: Reply) -> dict[str, Any]:
    """An answer without what it cost and when it was read."""
    assert not reply.is_error, reply.text
    assert reply.structured
    return {**reply.structured, "basis": None}


async def together(client: Client, questions: list[Question]) -> list[Reply]:
    """The replies to questions that are asked at once."""
    replies: dict[int, Reply] = {}

    async def put(number: int, question: Question) -> None:
        replies[number] = await ask(client, *question)

    async with anyio.create_task_group() as tasks:
        for number, question in enumerate(questions):
            tasks.start_soon(put, number, question)
    return [replies[number] for number in range(len(questions))]


async def test_twenty_questions_at_once_get_the_answers_they_get_one_by_one(sandbox: Sandbox):
    assert len(TWENTY) == 20
    async with connected(sandbox) as client:
        at_once = await together(client, TWENTY)
    async with connected(sandbox) as client:
        one_by_one = [await ask(client, *question) for question in TWENTY]
    assert [figures(reply) for reply in at_once] == [figures(reply) for reply in one_by_one]


async def test_twenty_questions_at_once_read_each_thing_once(sandbox: Sandbox):
    async with connected(sandbox) as client:
        await together(client, TWENTY)
    asked = [(seen.method, seen.path, tuple(sorted(seen.query.items()))) for seen in sandbox.requests]
    assert sorted(asked) == sorted(set(asked))
    assert [path for method, path, _ in asked if method == "POST"] == ["/dineroapi/oauth/token"]


async def test_the_server_goes_on_after_a_question_that_was_given_up(sandbox: Sandbox):
    sandbox.faults.append(Fault(path="entries", delay=20))
    async with connected(sandbox) as client:
        async with anyio.create_task_group() as asking:
            asking.start_soon(ask, client, "get-monthly-results-tool", {"month": "2026-09"})
            await until(lambda: any(seen.path.endswith("entries") for seen in sandbox.requests))
            asking.cancel_scope.cancel()
        with anyio.fail_after(10):
            reply = await ask(client, "get-monthly-results-tool", {"month": "2026-09"})
    assert figures(reply)["month"]["from_date"] == "2026-09-01"


def test_a_start_without_credentials_lists_the_tools_and_loads_only_what_that_takes(tmp_path: Path):
    done = ran([sys.executable, "-c", STARTED], tmp_path)
    assert done.stderr == ""
    count, *modules = done.stdout.split()
    assert int(count) == len(CATALOGUE)
    assert not set(modules) & {"dinero_mcp.sandbox", "holidays", "limits", "rich.table", "sqlalchemy"}
