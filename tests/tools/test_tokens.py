"""What answers cost in the model's context, counted with OpenAI's `o200k_base`; other models count alike."""

import warnings
from collections.abc import AsyncIterator
from typing import Any

import pytest
from mcp import Client

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # it opens its data in a way that 3.11 deprecated
    import bpe_openai  # pyright: ignore[reportMissingTypeStubs] - it has none

from dinero_mcp.sandbox import Behaviour, Sandbox
from dinero_mcp.sandbox.books import Books
from tests.tools.asking import ROASTERY, TODAY, ask, connected
from tests.tools.basis_questions import BASIS_QUESTIONS
from tests.tools.companies import SMALL, accounting_year, company, sandbox_with
from tests.tools.limits import MANY, limited
from tests.tools.test_answers import QUESTIONS

Arguments = dict[str, Any]  # Any: JSON

MOST_FOR_A_BASIS = 60
MOST_FOR_AN_ANSWER = {
    "list-organizations-tool": 90,
    "get-organization-tool": 130,
    "list-accounting-years-tool": 100,
    "get-result-report-tool": 1190,
    "get-saldo-balance-report-tool": 1410,
    "get-balance-report-tool": 850,
    "list-contacts-tool": 440,
    "get-contact-tool": 210,
    "list-invoices-tool": 2600,
    "get-invoice-tool": 490,
    "list-products-tool": 830,
    "get-product-tool": 190,
    "list-entries-tool": 410,
    "get-bank-reconciliation-balance-tool": 230,
    "get-vat-period-countdown-tool": 350,
    "get-vat-settlement-frequency-tool": 640,
    "get-monthly-results-tool": 380,
    "get-yearly-performance-tool": 870,
    "list-accounts-tool": 100,
    "get-period-report-tool": 2560,
    "get-account-ledger-tool": 510,
    "get-vat-report-tool": 1380,
    "get-open-items-tool": 1460,
    "check-books-tool": 1890,
    "reconcile-bank-statement-tool": 980,
}
"""What the answers to `QUESTIONS` took when they were last measured, and some 15 % more."""

pytestmark = pytest.mark.filterwarnings("ignore:open_binary:DeprecationWarning")


def tokens(text: str) -> int:
    return len(bpe_openai.get_encoding("o200k_base").encode(text))


def basis_of(text: str) -> str:
    (line,) = (line for line in text.splitlines() if line.startswith("basis: "))
    return line


@pytest.fixture(scope="module")
async def patient(companies: list[Books]) -> AsyncIterator[Client]:
    """A client that may ask more than an API key may."""
    sandbox = Sandbox(TODAY, companies, behaviour=Behaviour(quota_per_minute=MANY))
    async with limited(sandbox, ROASTERY) as client:
        yield client


def test_every_tool_has_a_budget() -> None:
    assert list(MOST_FOR_AN_ANSWER) == list(QUESTIONS)


@pytest.mark.parametrize("tool", QUESTIONS)
async def test_an_answer_stays_within_its_budget(tool: str, reader: Client) -> None:
    assert tokens((await ask(reader, tool, QUESTIONS[tool])).text) <= MOST_FOR_AN_ANSWER[tool]


@pytest.mark.parametrize(("tool", "arguments"), BASIS_QUESTIONS)
async def test_a_basis_that_holds_costs_little(tool: str, arguments: Arguments, patient: Client) -> None:
    reply = await ask(patient, tool, arguments)
    assert reply.structured, reply.text
    assert all(each["difference"] == "0.00" for each in reply.structured["basis"]["identities"])
    assert tokens(basis_of(reply.text)) <= MOST_FOR_A_BASIS, basis_of(reply.text)


@pytest.fixture
async def bakery() -> AsyncIterator[Client]:
    """A company with accounting years from July to June, the last of which is carried forward."""
    vouchers = [
        (f"{year}-{month:02}-01", "Salg", {1000: "-800.00", 64000: "-200.00", 55000: "1000.00"})
        for year in range(2021, 2026)
        for month in (3, 9)
    ]
    years = [
        accounting_year(f"{year}/{year % 100 + 1}", f"{year}-07-01", f"{year + 1}-06-30")
        for year in range(2020, 2026)
    ]
    books = company(vouchers, years)
    books.entries = [each for each in books.entries if each.type != "Primo" or each.date.year < 2025]
    async with connected(sandbox_with(books, "2026-05-01"), organization_id=SMALL) as client:
        yield client


@pytest.mark.parametrize("kind", ["result", "balance", "trial_balance"])
async def test_so_does_that_of_many_years_of_which_one_is_carried_forward(kind: str, bakery: Client) -> None:
    span = {"from_date": "2021-07-01", "to_date": "2026-06-30", "columns": "quarter", "compare": "last_year"}
    reply = await ask(bakery, "get-period-report-tool", {"kind": kind, **span})
    assert tokens(basis_of(reply.text)) <= MOST_FOR_A_BASIS, basis_of(reply.text)
    assert ("remark: 2025/26 has no opening balances yet" in reply.text) is (kind != "result")
