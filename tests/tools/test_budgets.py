"""How many requests each question costs Dinero: at most what the contract of the tools allows."""

from typing import Any

import pytest

from dinero_mcp.sandbox import Sandbox
from tests.tools.asking import ask, connected, counted
from tests.tools.test_answers import QUESTIONS

ONE_PAGE = 1
OPEN_INVOICES = 13
BUDGETS = {
    "list-organizations-tool": 0,
    "get-organization-tool": 0,
    "list-accounting-years-tool": 0,
    "get-result-report-tool": 2,
    "get-saldo-balance-report-tool": 1,
    "get-balance-report-tool": 2,
    "list-contacts-tool": ONE_PAGE,
    "get-contact-tool": 1,
    "list-invoices-tool": ONE_PAGE,
    "get-invoice-tool": 2,
    "list-products-tool": ONE_PAGE,
    "get-product-tool": 1,
    "list-entries-tool": 1,
    "get-bank-reconciliation-balance-tool": 1,
    "get-vat-period-countdown-tool": 3,
    "get-vat-settlement-frequency-tool": 3,
    "get-monthly-results-tool": 2,
    "get-yearly-performance-tool": 4,
    "get-vat-report-tool": 2,
    "list-accounts-tool": 0,
    "get-period-report-tool": 2,
    "get-account-ledger-tool": 2,
    "reconcile-bank-statement-tool": 2,
    "get-open-items-tool": 1 + ONE_PAGE + OPEN_INVOICES,
    "check-books-tool": 3 + ONE_PAGE,
}


def question(tool: str) -> dict[str, Any]:  # Any: JSON
    return QUESTIONS[tool]


@pytest.mark.parametrize("tool", BUDGETS)
async def test_a_cold_question_stays_within_its_budget(tool: str, sandbox: Sandbox) -> None:
    async with connected(sandbox) as client:
        reply = await ask(client, tool, question(tool))
        assert not reply.is_error
        assert len(counted(sandbox)) <= BUDGETS[tool], counted(sandbox)


@pytest.mark.parametrize("tool", BUDGETS)
async def test_the_same_question_again_costs_nothing(tool: str, sandbox: Sandbox) -> None:
    async with connected(sandbox) as client:
        first = await ask(client, tool, question(tool))
        before = len(sandbox.requests)
        again = await ask(client, tool, question(tool))
        assert len(sandbox.requests) == before
    assert {**(first.structured or {}), "basis": None} == {**(again.structured or {}), "basis": None}
    assert not first.is_error


async def test_a_stated_frequency_reads_only_the_years_its_periods_touch(sandbox: Sandbox) -> None:
    async with connected(sandbox) as client:
        await ask(client, "get-vat-period-countdown-tool", {"frequency": "quarterly"})
        assert len(counted(sandbox)) == 2


async def test_all_questions_together_read_each_thing_once(sandbox: Sandbox) -> None:
    async with connected(sandbox) as client:
        for tool, arguments in QUESTIONS.items():
            await ask(client, tool, arguments)
    asked = [
        (seen.path, tuple(sorted(seen.query.items()))) for seen in sandbox.requests if seen.method == "GET"
    ]
    assert len(asked) == len(set(asked))


async def test_nothing_but_gets_reach_the_api(sandbox: Sandbox) -> None:
    async with connected(sandbox) as client:
        for tool, arguments in QUESTIONS.items():
            assert not (await ask(client, tool, arguments)).is_error
    api = [seen for seen in sandbox.requests if seen.host == "api.dinero.dk"]
    others = [seen for seen in sandbox.requests if seen.host != "api.dinero.dk"]
    assert {seen.method for seen in api} == {"GET"}
    assert [(seen.method, seen.path) for seen in others] == [("POST", "/dineroapi/oauth/token")]
