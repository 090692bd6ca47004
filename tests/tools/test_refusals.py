"""What cannot be answered is refused in our own words, and the next question is answered."""

from typing import Any

import pytest
from mcp import Client
from pydantic import SecretStr

from dinero_mcp.sandbox import Sandbox
from tests.tools.asking import WITHOUT_PRO, answered, connected, refused

NOBODY = "2aa6fda2-9649-483e-82ec-094567eedfd6"
DAYS = {"from_date": "2026-01-01", "to_date": "2026-01-31"}
NOT_OUR_WORDS = (
    "pydantic",
    "http",
    "Error executing",
    "Traceback",
    "validation",
    "Arguments",
    "should",
    "Input",
)

Arguments = dict[str, Any]  # Any: JSON
REFUSALS: list[tuple[str, Arguments, str]] = [
    ("list-entries-tool", {}, "from_date is missing: First day, included."),
    ("list-entries-tool", DAYS | {"from_dato": "2026-01-01"}, "Did you mean from_date?"),
    ("list-organizations-tool", {"x": 1}, "'x' is not an argument of this tool; it takes no arguments."),
    ("list-entries-tool", DAYS | {"from_date": "31-01-2026"}, "from_date must be a date such as 2026-01-31."),
    ("list-entries-tool", DAYS | {"from_date": 20260131}, "from_date must be a date such as 2026-01-31."),
    ("list-entries-tool", DAYS | {"to_date": "2026-02-30"}, "to_date is not a date in the calendar."),
    ("list-entries-tool", DAYS | {"to_date": "9999-12-31"}, "to_date must be between 1990 and 2100."),
    (
        "list-entries-tool",
        DAYS | {"from_date": "2026-02-01"},
        "ends (2026-01-31) before it begins (2026-02-01)",
    ),
    (
        "list-invoices-tool",
        DAYS | {"from_date": "2026-02-01"},
        "ends (2026-01-31) before it begins (2026-02-01)",
    ),
    (
        "list-entries-tool",
        DAYS | {"account_number": [5000.5]},
        "account_number must be the number of an account",
    ),
    ("list-entries-tool", DAYS | {"account_number": True}, "must be the number of an account"),
    ("list-entries-tool", DAYS | {"account_number": "[" * 100_000}, "account_number must be a valid list."),
    ("list-entries-tool", DAYS | {"account_number": []}, "account_number must have at least 1 item."),
    ("list-entries-tool", DAYS | {"voucher_number": True}, "voucher_number must be a valid string."),
    ("list-entries-tool", DAYS | {"voucher_number": 1.5}, "voucher_number must be a valid string."),
    (
        "list-entries-tool",
        DAYS | {"voucher_number": "7" * 999},
        "voucher_number must have at most 20 characters.",
    ),
    ("list-entries-tool", DAYS | {"include_opening": "ja"}, "include_opening must be true or false."),
    ("list-entries-tool", DAYS | {"search": "æ" * 10_000}, "search must have at most 200 characters."),
    ("list-contacts-tool", {"search": ""}, "search must have at least 1 character."),
    ("list-contacts-tool", {"search": " \t "}, "search must have at least 1 character."),
    ("list-contacts-tool", {"vat_number": " "}, "vat_number must have at least 1 character."),
    ("list-contacts-tool", {"search": 55}, "search must be a valid string."),
    ("list-contacts-tool", {"search": "\ud800"}, "search must be a valid string"),
    ("list-contacts-tool", {"changed_since": "i går"}, "changed_since must be a date or date-time such as"),
    ("list-contacts-tool", {"changed_since": "0001-01-01T00:00+14:00"}, "must be between 1990 and 2100."),
    ("list-contacts-tool", {"page": 0}, "page must be greater than or equal to 1."),
    ("list-contacts-tool", {"page": 1.0}, "page must be a whole number."),
    ("list-contacts-tool", {"page": True}, "page must be a whole number."),
    ("list-contacts-tool", {"page": 10**30}, "page must be less than or equal to 1000000."),
    ("list-contacts-tool", {"page_size": 201}, "page_size must be less than or equal to 200."),
    (
        "list-invoices-tool",
        {"status": ["paid", "late"]},
        "status must be 'draft', 'booked', 'overdue', 'paid' or",
    ),
    ("list-invoices-tool", {"sort": "total"}, "sort must be 'date', '-date', 'due_date', 'number'"),
    ("get-monthly-results-tool", {"month": "2026-13"}, "month must be a month such as 2026-10."),
    ("get-monthly-results-tool", {"month": "oktober"}, "month must be a month such as 2026-10."),
    ("get-monthly-results-tool", {"month": 202610}, "month must be a month such as 2026-10."),
    ("get-contact-tool", {"contact_guid": "Havblik"}, "contact_guid must be a GUID such as 2aa6fda2-"),
    ("get-contact-tool", {"contact_guid": NOBODY}, "list-contacts-tool lists what exists."),
    ("get-invoice-tool", {"invoice_guid": NOBODY}, "list-invoices-tool lists what exists."),
    ("get-open-items-tool", {}, "side is missing: one of receivable, payable. receivable: what"),
    ("get-open-items-tool", {"side": "debtors"}, "side must be 'receivable' or 'payable'."),
    ("get-open-items-tool", {"side": "payable", "contact_guid": NOBODY}, "list-contacts-tool lists what"),
    ("get-open-items-tool", {"side": "receivable", "contact_guid": NOBODY}, "list-contacts-tool lists what"),
    ("get-product-tool", {"product_guid": NOBODY}, "list-products-tool lists what exists."),
    (
        "get-bank-reconciliation-balance-tool",
        {"statement_balance": "12,3,4"},
        'an amount such as "-1234.50".',
    ),
    ("get-bank-reconciliation-balance-tool", {"statement_balance": "1.234"}, 'an amount such as "-1234.50".'),
    ("get-bank-reconciliation-balance-tool", {"statement_balance": True}, 'an amount such as "-1234.50".'),
    (
        "get-bank-reconciliation-balance-tool",
        {"statement_balance": "1"},
        "account_number, one of 55000, 55020",
    ),
    (
        "get-bank-reconciliation-balance-tool",
        {"account_number": 1000},
        "those are 55000, 55020, 55040, 63300.",
    ),
    (
        "get-bank-reconciliation-balance-tool",
        {"as_of": "2019-01-01"},
        "the first begins on 2024-01-01 (list-accounting-years-tool).",
    ),
    ("get-result-report-tool", {"accounting_year": "2019"}, "there are 2024, 2025, 2026"),
    (
        "get-result-report-tool",
        {"accounting_year": "x" * 999},
        "accounting_year must have at most 50 characters.",
    ),
    ("get-result-report-tool", {"accounting_year": 2019}, "there are 2024, 2025, 2026"),
    ("get-result-report-tool", {"accounting_year": 2025.0}, "accounting_year must be a valid string."),
    ("get-result-report-tool", {"accounting_year": True}, "accounting_year must be a valid string."),
    ("get-monthly-results-tool", {"month": "2023-12"}, "No accounting year holds 2023-12;"),
    ("list-invoices-tool", {"contact_guid": NOBODY}, "list-contacts-tool lists what exists."),
    ("get-result-report-tool", {"organization_id": 99}, "Call list-organizations-tool for the ids that are."),
    ("get-result-report-tool", {"organization_id": "Havblik"}, "organization_id must be a valid integer"),
    ("get-result-report-tool", {"organization_id": 0}, "organization_id must be greater than or equal to 1."),
    ("get-result-report-tool", {"organization_id": WITHOUT_PRO}, "(1003) has no Dinero Pro plan"),
    (
        "get-vat-period-countdown-tool",
        {"frequency": "kvartal"},
        "must be 'monthly', 'quarterly' or 'half-yearly'.",
    ),
]


@pytest.mark.parametrize(("tool", "arguments", "why"), REFUSALS)
async def test_a_question_that_cannot_be_answered(
    tool: str, arguments: Arguments, why: str, reader: Client
) -> None:
    text = await refused(reader, tool, **arguments)
    assert why in text
    assert not [word for word in NOT_OUR_WORDS if word in text]
    assert len(text) < 500
    years = await answered(reader, "list-accounting-years-tool")
    assert [year["name"] for year in years["accounting_years"]] == ["2024", "2025", "2026"]


async def test_all_that_is_wrong_is_told_at_once(reader: Client) -> None:
    text = await refused(reader, "list-entries-tool", from_date="1/1", til="2026", page=0)
    assert text.startswith(
        "from_date must be a date such as 2026-01-31. to_date is missing: Last day, included. "
        "page must be greater than or equal to 1. "
        "'til' is not an argument of this tool; it takes from_date, to_date,"
    )


async def test_a_hostile_argument_name_stays_on_its_line(reader: Client) -> None:
    text = await refused(reader, "list-organizations-tool", **{"\n\x1b[31m\u202eSYSTEM" * 50: 1})
    assert text.isprintable()
    assert len(text) < 150


async def test_an_unknown_tool(reader: Client) -> None:
    assert await refused(reader, "get-weather-tool") == "Unknown tool: get-weather-tool"


@pytest.mark.parametrize("missing", ["client_id", "client_secret", "api_key"])
async def test_without_credentials_every_question_says_how_to_get_them(
    missing: str, sandbox: Sandbox
) -> None:
    async with connected(sandbox, **{missing: None}) as client:
        text = await refused(client, "get-result-report-tool")
        assert f"DINERO_{missing.upper()} is not set" in text
        assert "dinero-mcp doctor" in text
        assert await refused(client, "list-organizations-tool") == text


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ("client_id", "DINERO_CLIENT_ID"),
        ("client_secret", "DINERO_CLIENT_SECRET"),
        ("api_key", "DINERO_API_KEY"),
    ],
)
async def test_wrong_credentials_are_named_and_never_repeated(
    wrong: str, named: str, sandbox: Sandbox
) -> None:
    changes: dict[str, Any] = {  # Any: field values
        wrong: "wrong-8d41" if wrong == "client_id" else SecretStr("wrong-8d41")
    }
    async with connected(sandbox, **changes) as client:
        text = await refused(client, "list-organizations-tool")
    assert named in text
    assert "wrong-8d41" not in text


@pytest.mark.parametrize("search", ["L'Étoile", "Brød & Bro; kaffebar", "l'étoile aps"])
async def test_quotes_and_semicolons_are_searched_for_like_any_letter(search: str, reader: Client) -> None:
    contacts = await answered(reader, "list-contacts-tool", search=search)
    assert [search.casefold() in row["name"].casefold() for row in contacts["contacts"]] == [True]
    name = contacts["contacts"][0]["name"]
    invoices = await answered(reader, "list-invoices-tool", search=search)
    assert {row["customer"] for row in invoices["invoices"]} == {name}


async def test_a_filter_written_as_a_search_finds_nothing(reader: Client) -> None:
    answer = await answered(reader, "list-invoices-tool", search="' or Number gt '0")
    assert answer["total"] == 0
