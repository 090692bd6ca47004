"""Invoices and credit notes."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from mcp import Client

from dinero_mcp.sandbox import Behaviour, Sandbox
from dinero_mcp.sandbox.books import SalesDocument
from tests.tools.asking import answered, connected, counted
from tests.tools.companies import CUSTOMER, SMALL, credit_note, document, paid, sandbox_with, selling

TOOL = "list-invoices-tool"
TODAY = "2026-03-25"
OTHER = "00000000-0000-4000-a000-000000000002"
DUE_TODAY = {"due_date": date(2026, 3, 25)}

EVERY_KIND = (
    document(1, "100", payments=paid("125")),
    document(2, "200", payments=paid("100")),
    document(3, "300", **DUE_TODAY),
    document(4, "400", payments=paid("600")),
    credit_note(5, "50"),
    document(None, "9000"),
)

SORTED = (
    document(11, "300", contact_name="Østers ApS", date=date(2026, 3, 3), due_date=date(2026, 3, 30)),
    document(9, "100", contact_name="abe", date=date(2026, 3, 2), due_date=date(2026, 4, 1)),
    credit_note(10, "200", contact_name="Bro", date=date(2026, 3, 2)),
)

IN_EURO = {"currency": "EUR", "description": "Levering", "total_incl_vat_dkk": Decimal("745.80")}
SEARCHED = (document(1042, "73800"), document(1043, "100", **IN_EURO))


@asynccontextmanager
async def asking(*documents: SalesDocument, **behaviour: Any) -> AsyncGenerator[Client]:  # Any: switches
    sandbox = Sandbox(date.fromisoformat(TODAY), [selling(*documents)], behaviour=Behaviour(**behaviour))
    async with connected(sandbox, organization_id=SMALL, today=sandbox.today) as client:
        yield client


@pytest.fixture(scope="module")
async def every_kind() -> AsyncGenerator[Client]:
    async with asking(*EVERY_KIND) as client:
        yield client


@pytest.fixture(scope="module")
async def three() -> AsyncGenerator[Client]:
    async with asking(*SORTED) as client:
        yield client


@pytest.fixture(scope="module")
async def two() -> AsyncGenerator[Client]:
    async with asking(*SEARCHED) as client:
        yield client


def numbers(answer: dict[str, Any]) -> list[str | None]:  # Any: JSON
    return [row["number"] for row in answer["invoices"]]


@pytest.mark.parametrize(
    ("status", "found"),
    [
        ("paid", ["1"]),
        ("overdue", ["2"]),
        ("booked", ["3", "5"]),
        ("overpaid", ["4"]),
        ("draft", [None]),
        (["paid", "overdue"], ["1", "2"]),
        ('["paid", "draft"]', ["1", None]),
    ],
)
async def test_a_document_has_one_status(status: object, found: list[str | None], every_kind: Client) -> None:
    assert numbers(await answered(every_kind, TOOL, status=status, sort="number")) == found


async def test_a_document_is_overdue_from_the_day_after_it_was_due(every_kind: Client) -> None:
    rows = (await answered(every_kind, TOOL, sort="number"))["invoices"]
    assert [(row["status"], row["days_overdue"]) for row in rows] == [
        ("paid", None),
        ("overdue", 10),
        ("booked", None),
        ("overpaid", None),
        ("booked", None),
    ]


async def test_drafts_are_left_out_and_counted(every_kind: Client) -> None:
    answer = await answered(every_kind, TOOL)
    assert (answer["drafts"], answer["drafts_left_out"], answer["total"]) == (0, 1, 5)
    assert answer["total_excl_vat_dkk"] == "950.00"
    drafts = await answered(every_kind, TOOL, status="draft", from_date="2020-01-01", to_date="2020-01-02")
    assert (drafts["drafts"], drafts["drafts_left_out"]) == (1, 0)
    assert drafts["total_excl_vat_dkk"] == "0.00"
    assert drafts["drafts_total_incl_vat_dkk"] == "11250.00"
    assert drafts["invoices"][0]["number"] is None


@pytest.mark.parametrize("negative", [False, True])
async def test_a_credit_note_is_negative_whatever_its_sign_in_dinero(negative: bool) -> None:
    async with asking(document(1, "100"), credit_note(2, "40"), credit_notes_negative=negative) as client:
        answer = await answered(client, TOOL, sort="amount")
    assert [row["total_incl_vat_dkk"] for row in answer["invoices"]] == ["-50.00", "125.00"]
    assert (answer["total_incl_vat_dkk"], answer["credit_notes"]) == ("75.00", 1)


async def test_a_foreign_document_counts_in_kroner_and_shows_its_own_currency() -> None:
    euro = document(1, "100", currency="EUR", exchange_rate=Decimal("745.80"))
    euro_in_kroner = credit_note(
        2,
        "10",
        currency="EUR",
        total_excl_vat_dkk=Decimal("74.58"),
        total_incl_vat_dkk=Decimal("93.23"),
    )
    async with asking(euro, euro_in_kroner, document(3, "1")) as client:
        answer = await answered(client, TOOL, sort="number")
    assert [(row["currency"], row["total_incl_vat"]) for row in answer["invoices"]] == [
        ("EUR", "125.00"),
        ("EUR", "-12.50"),
        ("DKK", None),
    ]
    assert answer["total_incl_vat_dkk"] == "33.02"


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("date", ["9", "10", "11"]),
        ("-date", ["11", "9", "10"]),
        ("due_date", ["11", "9", "10"]),
        ("number", ["9", "10", "11"]),
        ("customer", ["9", "10", "11"]),
        ("amount", ["10", "9", "11"]),
    ],
)
async def test_sorting(sort: str, order: list[str], three: Client) -> None:
    assert numbers(await answered(three, TOOL, sort=sort)) == order


async def test_totals_are_those_of_all_pages() -> None:
    async with asking(*(document(number, "10") for number in range(1, 8))) as client:
        pages = [await answered(client, TOOL, sort="number", page=page, page_size=3) for page in (1, 2, 3)]
    assert [numbers(page) for page in pages] == [["1", "2", "3"], ["4", "5", "6"], ["7"]]
    assert [page["has_more"] for page in pages] == [True, True, False]
    assert {(page["total"], page["total_excl_vat_dkk"]) for page in pages} == {(7, "70.00")}


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("1042", ["1042"]),
        ("SKUMRING", ["1042", "1043"]),
        ("levering", ["1043"]),
        ("92250.00", ["1042"]),
        ("92.250,00", ["1042"]),
        ("92,250.00", ["1042"]),
        ("92250,00", ["1042"]),
        ("745.80", ["1043"]),
        ("125,00", ["1043"]),
        ("intet", []),
    ],
)
async def test_searching_by_number_customer_text_and_total(
    search: str, found: list[str], two: Client
) -> None:
    assert numbers(await answered(two, TOOL, search=search, sort="number")) == found


async def test_only_one_customers() -> None:
    documents = (document(1, "10"), document(2, "10", contact_guid=OTHER), document(None, "10"))
    async with asking(*documents) as client:
        assert numbers(await answered(client, TOOL, contact_guid=CUSTOMER.upper())) == ["1"]
        assert (await answered(client, TOOL, contact_guid=OTHER))["drafts_left_out"] == 0


@pytest.mark.parametrize(
    ("span", "found"),
    [
        ({"from_date": "2026-03-02"}, ["9", "10", "11"]),
        ({"from_date": "2026-03-03"}, ["11"]),
        ({"to_date": "2026-03-02"}, ["9", "10"]),
        ({"from_date": "2026-03-02", "to_date": "2026-03-02"}, ["9", "10"]),
        ({"from_date": "2026-03-04"}, []),
    ],
)
async def test_both_ends_of_a_span_are_in_it(span: dict[str, str], found: list[str], three: Client) -> None:
    assert numbers(await answered(three, TOOL, **span, sort="number")) == found


async def test_only_what_was_changed_since() -> None:
    newer = document(2, "20", updated_at=datetime(2026, 3, 5, 12, 30, tzinfo=UTC))
    async with asking(document(1, "10"), newer) as client:
        for since in (
            "2026-03-05",
            "2026-03-05T12:30:00Z",
            "2026-03-05T13:30:00+01:00",
            "2026-03-05T12:30:00",
        ):
            assert numbers(await answered(client, TOOL, changed_since=since)) == ["2"]
        assert numbers(await answered(client, TOOL, changed_since="2026-03-05T12:31:00Z")) == []


async def one(client: Client, asked: SalesDocument) -> dict[str, Any]:  # Any: JSON
    return await answered(client, "get-invoice-tool", invoice_guid=asked.guid)


async def test_a_draft_has_no_number_and_its_payments_are_not_asked_for() -> None:
    draft = document(None, "100")
    sandbox = sandbox_with(selling(document(41, "10"), draft), TODAY)
    async with connected(sandbox, organization_id=SMALL, today=sandbox.today) as client:
        answer = await one(client, draft)
    invoice = answer["invoice"]
    assert (invoice["number"], invoice["status"]) == (None, "draft")
    assert (invoice["paid"], invoice["remaining"], answer["payments"]) == (None, None, [])
    assert [path.rsplit("/", 1)[-1] for path in counted(sandbox)] == [draft.guid]


async def test_a_part_payment_leaves_a_remainder() -> None:
    asked = document(2, "200", payments=paid("100"))
    async with asking(asked) as client:
        answer = await one(client, asked)
    assert (answer["invoice"]["paid"], answer["invoice"]["remaining"]) == ("100.00", "150.00")
    assert (answer["invoice"]["status"], answer["invoice"]["days_overdue"]) == ("overdue", 10)
    assert [(row["date"], row["amount"]) for row in answer["payments"]] == [("2026-03-20", "100.00")]


async def test_too_much_paid_is_a_negative_remainder() -> None:
    asked = document(4, "400", payments=paid("600"))
    async with asking(asked) as client:
        invoice = (await one(client, asked))["invoice"]
    assert (invoice["status"], invoice["remaining"]) == ("overpaid", "-100.00")


async def test_a_credit_notes_guid_also_works() -> None:
    invoice = document(1, "400")
    note = credit_note(2, "40", credit_note_for=invoice.guid, payments=paid("50"))
    async with asking(invoice, note) as client:
        told = (await one(client, note))["invoice"]
    assert (told["type"], told["number"], told["credit_note_for"]) == ("credit note", "2", invoice.guid)
    assert (told["total_incl_vat"], told["remaining"], told["status"]) == ("50.00", "0.00", "paid")


async def test_a_unit_price_is_not_rounded_to_ore() -> None:
    line = document(1, "1").lines[0]
    fine = replace(line, unit_price_excl_vat=Decimal("0.0345"))
    async with asking(document(1, "1", lines=(fine,))) as client:
        [row] = (await one(client, document(1, "1")))["lines"]
    assert row["unit_price_excl_vat"] == "0.0345"
