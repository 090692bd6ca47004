"""Whatever Dinero turns out to do where its documentation is silent, the answers are the same."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from dinero_mcp.sandbox import Behaviour, Sandbox
from dinero_mcp.sandbox.books import Account, Books
from tests.tools.asking import TODAY, answered, ask, connected, essential, refused
from tests.tools.companies import SMALL, calendar_years, company, sandbox_with
from tests.tools.test_answers import QUESTIONS

SWITCHES: dict[str, dict[str, Any]] = {  # Any: field values
    "revenue is positive in result reports": {"result_sign": -1},
    "reports hold sum rows": {"sum_rows_always": True},
    "revenue is positive and there are sum rows": {"result_sign": -1, "sum_rows_always": True},
    "every key is camelCase": {"camel_case_everywhere": True},
    "keys are not spelled as asked for": {"echo_casing": False},
    "credit notes are negative, categories have no spaces, pages are cut and totals ignore filters": {
        "credit_notes_negative": True,
        "category_spaces": False,
        "oversized_page": "clamp",
        "total_ignores_filters": True,
    },
}


async def essentials(sandbox: Sandbox) -> dict[str, str]:
    """What each question is answered with."""
    texts: dict[str, str] = {}
    async with connected(sandbox) as client:
        for tool, arguments in QUESTIONS.items():
            reply = await ask(client, tool, arguments)
            assert not reply.is_error, reply.text
            texts[tool] = essential(reply.text)
    return texts


@pytest.fixture(scope="module")
async def usual(companies: list[Books]) -> dict[str, str]:
    return await essentials(Sandbox(TODAY, companies))


@pytest.mark.parametrize("switch", SWITCHES)
async def test_no_switch_changes_an_answer(
    switch: str, companies: list[Books], usual: dict[str, str]
) -> None:
    behaviour = Behaviour(**SWITCHES[switch])
    assert await essentials(Sandbox(TODAY, companies, behaviour=behaviour)) == usual


async def test_sum_rows_that_were_left_out_are_told(companies: list[Books]) -> None:
    behaviour = Behaviour(sum_rows_always=True)
    async with connected(Sandbox(TODAY, companies, behaviour=behaviour)) as client:
        answer = await answered(client, "get-saldo-balance-report-tool")
    thousands = {row["account_number"] // 1000 for row in answer["accounts"]}
    remarks = answer["basis"]["remarks"]
    assert f"{len(thousands)} sum rows left out, the rest ties to the entries" in remarks


def sold_on(account: int) -> Books:
    """A year's one sale, on an account of its own."""
    books = company(
        [("2026-03-02", "Salg", {1000: "-800", 64000: "-200", 55000: "1000"})], calendar_years(2026)
    )
    books.entries = [
        replace(entry, account_number=account) if entry.account_number == 1000 else entry
        for entry in books.entries
    ]
    return books


async def test_an_account_made_after_the_chart_was_read_is_found() -> None:
    books = sold_on(1000)
    sandbox = sandbox_with(books, "2026-05-01")
    async with connected(sandbox, organization_id=SMALL, freshness_seconds=0) as client:
        await answered(client, "get-result-report-tool")
        books.accounts[1066] = Account(1066, "Salg af kurser", "Turnover", "Omsætning", "U25")
        books.entries = sold_on(1066).entries
        answer = await answered(client, "get-result-report-tool")
    assert answer["accounts"] == [
        {"account_number": 1066, "name": "Salg af kurser", "amount": "800.00", "group": "Revenue"}
    ]


@pytest.mark.parametrize(
    "tool", ["get-saldo-balance-report-tool", "get-result-report-tool", "get-balance-report-tool"]
)
async def test_an_account_in_no_chart_leaves_no_figure(tool: str) -> None:
    sandbox = sandbox_with(sold_on(1066), "2026-05-01")
    async with connected(sandbox, organization_id=SMALL) as client:
        text = await refused(client, tool)
    assert "do not add up" in text
    assert "So there is no total" in text


async def test_accounts_in_no_chart_that_cancel_are_no_sum_rows() -> None:
    """What is left of the report cancels all the same, so only the entries can tell."""
    books = company([("2026-03-02", "Ompostering", {1000: "-800", 2000: "800"})], calendar_years(2026))
    del books.accounts[1000], books.accounts[2000]
    async with connected(sandbox_with(books, "2026-05-01"), organization_id=SMALL) as client:
        text = await refused(client, "get-saldo-balance-report-tool")
    assert "the first to differ: 1000 (0 against -800), 2000 (0 against 800)" in text


async def test_a_posting_on_an_account_in_no_chart_still_counts_in_a_month() -> None:
    sandbox = sandbox_with(sold_on(1066), "2026-05-01")
    async with connected(sandbox, organization_id=SMALL) as client:
        answer = await answered(client, "get-monthly-results-tool", month="2026-03")
    assert Decimal(answer["month"]["revenue"]) == 800


@pytest.mark.parametrize(
    ("tool", "identity"),
    [
        ("get-saldo-balance-report-tool", "debit and credit cancel"),
        ("get-result-report-tool", "debit and credit cancel"),
        ("get-balance-report-tool", "assets = equity + liabilities"),
    ],
)
async def test_books_that_do_not_agree_are_shown_with_what_fails_first(tool: str, identity: str) -> None:
    """Report and entries say the same, so nothing is missing: the books themselves are off."""
    books = sold_on(1000)
    books.entries = [entry for entry in books.entries if entry.account_number != 64000]
    async with connected(sandbox_with(books, "2026-05-01"), organization_id=SMALL) as client:
        reply = await ask(client, tool, {})
    assert reply.structured, reply.text
    assert {"identity": identity, "difference": "200.00"} in reply.structured["basis"]["identities"]
    assert reply.text.splitlines()[1].startswith(f"WARNING: this does not hold: {identity}.")
