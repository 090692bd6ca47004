"""What a model is told about the tools."""

import json
from typing import Any

import pytest
from mcp import Client
from mcp_types import Tool

from dinero_mcp.tools.catalogue import CATALOGUE
from dinero_mcp.tools.publishing import published

YEAR = ["accounting_year", "include_zero_accounts"]
PAGES = ["page", "page_size"]
PARAMETERS = {
    "list-organizations-tool": None,
    "get-organization-tool": [],
    "list-accounting-years-tool": [],
    "get-result-report-tool": YEAR,
    "get-saldo-balance-report-tool": YEAR,
    "get-balance-report-tool": YEAR,
    "list-contacts-tool": ["search", "vat_number", "email", "changed_since", "include_deleted", *PAGES],
    "get-contact-tool": ["contact_guid"],
    "list-invoices-tool": [
        "status", "from_date", "to_date", "contact_guid", "search", "changed_since", "sort", *PAGES,
    ],
    "get-invoice-tool": ["invoice_guid"],
    "list-products-tool": ["search", "product_number", *PAGES],
    "get-product-tool": ["product_guid"],
    "list-entries-tool": [
        "from_date", "to_date", "account_number", "voucher_number", "contact_guid", "vat_code", "search",
        "include_opening", *PAGES,
    ],
    "get-bank-reconciliation-balance-tool": ["as_of", "account_number", "statement_balance"],
    "get-vat-period-countdown-tool": ["frequency"],
    "get-vat-settlement-frequency-tool": [],
    "get-monthly-results-tool": ["month"],
    "get-yearly-performance-tool": ["accounting_year"],
    "list-accounts-tool": ["category", "search", "include_hidden", *PAGES],
    "get-period-report-tool": ["from_date", "to_date", "kind", "columns", "compare", "accounts"],
    "get-account-ledger-tool": ["account_number", "from_date", "to_date", *PAGES],
    "get-vat-report-tool": ["from_date", "to_date", "frequency"],
    "get-open-items-tool": ["side", "as_of", "contact_guid", *PAGES],
    "check-books-tool": ["from_date", "to_date", "checks"],
    "reconcile-bank-statement-tool": [
        "account_number", "statement", "opening_balance", "closing_balance", "from_date", "to_date",
        "positive_is", "show_matched",
    ],
}  # fmt: skip
REQUIRED = {
    "get-contact-tool": ["contact_guid"],
    "get-invoice-tool": ["invoice_guid"],
    "get-product-tool": ["product_guid"],
    "list-entries-tool": ["from_date", "to_date"],
    "get-monthly-results-tool": ["month"],
    "get-period-report-tool": ["from_date", "to_date", "kind"],
    "get-account-ledger-tool": ["account_number", "from_date", "to_date"],
    "reconcile-bank-statement-tool": ["account_number", "statement"],
    "get-open-items-tool": ["side"],
    "check-books-tool": ["from_date", "to_date"],
}


@pytest.fixture(scope="module")
async def listed(reader: Client) -> list[Tool]:
    return (await reader.list_tools()).tools


async def test_the_tools_with_their_parameters(listed: list[Tool]) -> None:
    taken = {tool.name: list(tool.input_schema["properties"]) for tool in listed}
    expected = {
        name: [] if names is None else [*names, "organization_id"] for name, names in PARAMETERS.items()
    }
    assert list(taken) == list(expected)
    assert taken == expected
    assert {tool.name: needed for tool in listed if (needed := tool.input_schema.get("required"))} == REQUIRED


async def test_every_tool_is_read_only_and_has_a_title(listed: list[Tool]) -> None:
    for tool in listed:
        assert tool.title
        assert tool.annotations
        assert tool.annotations.model_dump() == {
            "title": tool.title,
            "read_only_hint": True,
            "destructive_hint": False,
            "idempotent_hint": True,
            "open_world_hint": True,
        }
    assert len({tool.title for tool in listed}) == len(listed)


async def test_arguments_are_strict_and_each_is_described(listed: list[Tool]) -> None:
    for tool in listed:
        assert tool.input_schema["additionalProperties"] is False
        for name, schema in tool.input_schema["properties"].items():
            assert schema.get("description"), (tool.name, name)


async def test_no_argument_offers_null_or_a_reference(listed: list[Tool]) -> None:
    schemas = json.dumps([tool.input_schema for tool in listed])
    assert not [word for word in ("null", "$ref", "anyOf", '"title"') if word in schemas]


async def test_descriptions_are_short(listed: list[Tool]) -> None:
    lengths = {tool.name: len(tool.description or "") for tool in listed}
    assert max(lengths.values()) <= 700
    assert sum(lengths.values()) / len(lengths) < 375
    assert min(lengths.values()) > 100


async def test_descriptions_name_only_tools_there_are(listed: list[Tool]) -> None:
    names = {tool.name for tool in listed}
    for tool in listed:
        words = (tool.description or "").replace("- ", "-").replace(",", " ").replace(".", " ").split()
        mentioned = {word.strip("();:") for word in words if word.strip("();:").endswith("-tool")}
        assert mentioned <= names - {tool.name}


async def test_the_list_fits_in_twenty_five_thousand_bytes(listed: list[Tool]) -> None:
    """As a model sees it: name, description and input schema."""
    seen = [
        {"name": tool.name, "description": tool.description, "inputSchema": tool.input_schema}
        for tool in listed
    ]
    assert len(json.dumps(seen, ensure_ascii=False, separators=(",", ":")).encode()) <= 25_000


def test_the_published_schemas_are_those_of_the_code() -> None:
    assert published() == {tool.name: tool.published for tool in CATALOGUE}


async def test_every_field_of_an_answer_has_a_type(listed: list[Tool]) -> None:
    def untyped(schema: Any, path: str) -> list[str]:  # Any: JSON schema
        known = {"type", "anyOf", "$ref", "enum", "const"} & set(schema)
        own = [] if known else [path]
        parts = {**schema.get("properties", {}), **schema.get("$defs", {})}
        return own + [found for name, part in parts.items() for found in untyped(part, f"{path}.{name}")]

    assert [found for tool in listed for found in untyped(tool.output_schema, tool.name)] == []
