"""Every tool's whole answer, as the model reads it. A changed snapshot is a decision about the product."""

import re
from typing import Any

import jsonschema
import pytest
from mcp import Client
from syrupy.assertion import SnapshotAssertion

from dinero_mcp.sandbox.companies import demo_statement
from dinero_mcp.tools.catalogue import CATALOGUE
from tests.tools.asking import TODAY, ask

INVOICE = "2bab76d8-d854-5137-a619-b1dd9a903fe4"
CONTACT = "534a3c08-5893-52f0-aa32-f2d6c36c92f2"
PRODUCT = "91422880-1e4f-5261-a7c4-eb936284860d"
QUESTIONS: dict[str, dict[str, Any]] = {  # Any: JSON
    "list-organizations-tool": {},
    "get-organization-tool": {},
    "list-accounting-years-tool": {},
    "get-result-report-tool": {},
    "get-saldo-balance-report-tool": {"accounting_year": "2025"},
    "get-balance-report-tool": {},
    "list-contacts-tool": {"search": "kaffe"},
    "get-contact-tool": {"contact_guid": CONTACT},
    "list-invoices-tool": {"from_date": "2026-07-01", "to_date": "2026-09-30", "sort": "date"},
    "get-invoice-tool": {"invoice_guid": INVOICE},
    "list-products-tool": {},
    "get-product-tool": {"product_guid": PRODUCT},
    "list-entries-tool": {
        "from_date": "2026-09-01",
        "to_date": "2026-09-30",
        "account_number": [55020, 5000],
    },
    "get-bank-reconciliation-balance-tool": {"account_number": 55000, "statement_balance": "900000.00"},
    "get-vat-period-countdown-tool": {},
    "get-vat-settlement-frequency-tool": {},
    "get-monthly-results-tool": {"month": "2026-09"},
    "get-yearly-performance-tool": {},
    "list-accounts-tool": {"category": "Liquid Assets"},
    "get-period-report-tool": {
        "from_date": "2026-07-01",
        "to_date": "2026-09-30",
        "kind": "result",
        "columns": "month",
        "compare": "last_year",
        "accounts": True,
    },
    "get-account-ledger-tool": {
        "account_number": 5000,
        "from_date": "2025-11-01",
        "to_date": "2026-02-28",
    },
    "get-vat-report-tool": {"from_date": "2026-04-01", "to_date": "2026-06-30"},
    "get-open-items-tool": {"side": "receivable"},
    "check-books-tool": {"from_date": "2025-10-01", "to_date": "2025-12-31"},
    "reconcile-bank-statement-tool": {
        "account_number": 55000,
        "statement": demo_statement(TODAY),
        "to_date": "2025-12-31",
    },
}


def without_clock(text: str) -> str:
    return re.sub(r"read \d\d:\d\dZ", "read <when>", text)


def test_every_tool_has_its_answer_here() -> None:
    assert list(QUESTIONS) == [tool.name for tool in CATALOGUE]


@pytest.mark.parametrize("tool", QUESTIONS)
async def test_answer(tool: str, client: Client, snapshot: SnapshotAssertion) -> None:
    reply = await ask(client, tool, QUESTIONS[tool])
    assert not reply.is_error
    assert without_clock(reply.text) == snapshot


@pytest.mark.parametrize("tool", QUESTIONS)
async def test_the_structured_content_fits_the_published_schema(tool: str, reader: Client) -> None:
    reply = await ask(reader, tool, QUESTIONS[tool])
    listed = {each.name: each for each in (await reader.list_tools()).tools}
    schema = listed[tool].output_schema
    assert schema is not None
    jsonschema.validate(reply.structured, schema)
