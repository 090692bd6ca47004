"""What the sandbox answers is what the official contract says, for the fields of every row."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest
import schemathesis
from hypothesis import given, settings
from hypothesis import strategies as st
from schemathesis import checks
from starlette.testclient import TestClient

from dinero_mcp.sandbox import DEMO_API_KEY, DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, Behaviour, Sandbox
from dinero_mcp.sandbox.api.routes import ENDPOINTS
from dinero_mcp.sandbox.books import Books

Object = dict[str, Any]  # a piece of the contract: any JSON object

TIMESTAMP = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?$"
CONTRACT = Path(__file__).parents[1] / "contract" / "dinero-openapi-read.json"
NOT_OF_AN_ORGANIZATION = {"/v1/organizations", "/v1.1/organizations"}


def shape(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", path)


def answered(contract: Object) -> dict[str, Object]:
    """The operations that the sandbox answers, by path."""
    known = NOT_OF_AN_ORGANIZATION | {shape(path) for path in ENDPOINTS}
    return {path: item for path, item in contract["paths"].items() if shape(path) in known}


def read_contract() -> Object:
    """The contract, with the values it names in words made binding, and times without a zone."""

    def bind(piece: Object) -> Object:
        if "x-values" in piece and "type" in piece:
            piece["enum"] = [*piece["x-values"], *([None] if "null" in piece["type"] else [])]
        if piece.get("format") == "date-time":
            piece["format"], piece["pattern"] = "timestamp", TIMESTAMP
        return piece

    return json.loads(CONTRACT.read_bytes(), object_hook=bind)


def choices(path: str, books: Books) -> dict[str, list[str]]:
    """Parameter values that lead to an answer with something in it."""
    year = books.years[-1]
    of_type = {"creditnotes": "CreditNote", "invoices": "Invoice"}
    guids = {
        "contacts": [contact.guid for contact in books.contacts],
        "state-of-account": [contact.guid for contact in books.contacts],
        "products": [product.guid for product in books.products],
        **{
            noun: [one.guid for one in books.sales if one.type == kind and not one.deleted_at]
            for noun, kind in of_type.items()
        },
    }
    return {
        "organizationId": [str(books.organization_id)],
        "accountingYear": [each.name for each in books.years],
        "guid": next((found for noun, found in guids.items() if f"/{noun}/{{" in path), list[str]()),
        "fromDate": [year.from_date.isoformat()],
        "toDate": [year.to_date.isoformat()],
        "changesFrom": [f"{year.from_date}T00:00:00Z"],
        "changesTo": [f"{year.from_date.replace(day=31)}T23:00:00Z"],
        "statusFilter": ["Draft,Booked,Overdue", "Paid,OverPaid"],
        "categoryFilter": ["", "Vat Due"],
    }


def pinned(contract: Object, books: Books) -> Object:
    """The contract for the sandbox's paths, with choices for parameters and every field asked for."""
    contract["paths"] = answered(contract)
    for path, item in contract["paths"].items():
        operation = item["get"]
        known = choices(path, books) | {"fields": [",".join(row_fields(operation, contract))]}
        for parameter in operation.get("parameters", []):
            if parameter["name"] in known:
                parameter |= {
                    "schema": {"type": "string", "enum": known[parameter["name"]]},
                    "required": True,
                }
    return contract


def row_fields(operation: Object, contract: Object) -> list[str]:
    """Every field of the rows that an operation lists."""
    schema = resolved(operation["responses"]["200"]["content"]["application/json"]["schema"], contract)
    rows = schema.get("properties", {}).get("Collection", schema)
    return list(resolved(rows.get("items", {}), contract).get("properties", {}))


def resolved(schema: Object, contract: Object) -> Object:
    name = schema.get("$ref", "").rpartition("/")[2]
    return cast(Object, contract["components"]["schemas"][name]) if name else schema


@pytest.fixture
def demo_books() -> Books:
    return Sandbox(date(2026, 10, 9)).organizations[1001]


def token(sandbox: Sandbox) -> str:
    form = {"grant_type": "password", "username": DEMO_API_KEY, "password": DEMO_API_KEY}
    http, client = TestClient(sandbox.app), (DEMO_CLIENT_ID, DEMO_CLIENT_SECRET)
    return http.post("/dineroapi/oauth/token", auth=client, data=form).json()["access_token"]


def test_every_path_of_the_sandbox_is_in_the_contract() -> None:
    assert len(answered(read_contract())) == len(ENDPOINTS) + len(NOT_OF_AN_ORGANIZATION)


@pytest.mark.parametrize("company", ["books", "demo_books"])
def test_answers_conform_to_the_contract(request: pytest.FixtureRequest, company: str) -> None:
    books: Books = request.getfixturevalue(company)
    sandbox = Sandbox(date(2026, 10, 9), [books], behaviour=Behaviour(quota_per_minute=10**6))
    contract = schemathesis.openapi.from_dict(pinned(read_contract(), books))
    contract.app = sandbox.app
    headers = {"Authorization": f"Bearer {token(sandbox)}"}

    @settings(max_examples=5, derandomize=True, database=None, deadline=None)
    @given(st.data())
    def conforms(path: str, data: st.DataObject) -> None:
        operation = cast(Any, contract[path]["GET"])  # schemathesis leaves its generic types open
        case = data.draw(operation.as_strategy())
        answer = case.call(headers=headers)
        assert answer.status_code in {200, 400}
        case.validate_response(answer, checks=[checks.response_schema_conformance])

    for path in contract:
        conforms(path)
