from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import httpx2
import pytest

from dinero_mcp.sandbox import Behaviour, Sandbox
from dinero_mcp.sandbox.books import Books, Contact
from dinero_mcp.sandbox.chart import BANK, CREDITORS, DEBTORS, standard_chart
from dinero_mcp.sandbox.journal import MANUAL, Journal, Line
from dinero_mcp.sandbox.pricing import Item
from dinero_mcp.sandbox.purchases import Cost, PurchaseLedger
from dinero_mcp.sandbox.sales import SalesLedger

TODAY = date(2025, 6, 15)
SignIn = Callable[..., Awaitable[httpx2.AsyncClient]]
Statement = dict[str, Any]  # JSON


@pytest.fixture
def mill(books: Books) -> Contact:
    return replace(books.contacts[0], payment_condition_days=8)


@pytest.fixture
def dealings(books: Books, mill: Contact) -> Books:
    """The mill sold us flour (a bill paid, one deleted, one open, 30 on account) and bought bread."""
    journal = Journal(501, books.years, standard_chart(), 60020, guids_since=books.years[1].from_date)
    purchases, sales = PurchaseLedger(journal), SalesLedger(journal, standard_chart())
    flour = [Cost(2000, Decimal(400), "I25")]
    paid = purchases.bill(date(2024, 11, 1), mill, flour, "Mel")
    purchases.pay(paid.guid, date(2024, 11, 9))
    twice = purchases.bill(date(2025, 1, 3), mill, flour, "Mel to gange")
    purchases.delete(twice.guid, date(2025, 1, 6))
    purchases.bill(date(2025, 6, 2), mill, [Cost(2000, Decimal(80), "I25")], "Rugmel")
    journal.post(
        MANUAL,
        date(2025, 6, 4),
        "Aconto",
        [Line(CREDITORS, Decimal(30)), Line(BANK, Decimal(-30))],
        contact_guid=mill.guid,
    )
    invoice = sales.book(sales.draft(date(2025, 6, 9), mill, [Item(books.products[0], Decimal(10))]))
    sales.pay(invoice.guid, date(2025, 6, 12), Decimal(100))
    books.entries, books.sales, books.purchases = journal.entries(), sales.documents(), purchases.documents()
    return books


@pytest.fixture
def ask(dealings: Books, mill: Contact, sign_in: SignIn) -> Callable[..., Awaitable[Statement]]:
    async def asked(sign: Behaviour | None = None, **query: str) -> Statement:
        api = await sign_in(Sandbox(TODAY, [dealings], behaviour=sign or Behaviour()))
        return (await api.get(f"/v1/501/state-of-account/{mill.guid}", params=query)).json()

    return asked


def column(statement: Statement, name: str) -> list[Any]:  # JSON
    return [entry[name] for entry in statement["Entries"]]


async def test_what_is_bought_and_sold_makes_one_running_balance(
    ask: Callable[..., Awaitable[Statement]],
) -> None:
    statement = await ask()
    assert column(statement, "Amount") == [-500, 500, -500, 500, -100, 30, 350, -100]
    assert column(statement, "Balance") == [-500, 0, -500, 0, -100, -70, 280, 180]
    assert (statement["Income"], statement["Expenses"]) == (280, 480)


async def test_a_payment_stands_under_the_document_it_pays(
    ask: Callable[..., Awaitable[Statement]], dealings: Books
) -> None:
    statement = await ask()
    bill, invoice = dealings.purchases[0], dealings.sales[0]
    guids = column(statement, "RelatedVoucherGuid")
    assert guids[:2] == [bill.guid] * 2
    assert guids[6:] == [invoice.guid] * 2
    assert column(statement, "RelatedVoucherCategory") == ["purchases"] * 5 + ["manual"] + ["sales"] * 2
    assert (
        column(statement, "Status") == ["closed"] * 2 + ["unknown"] * 2 + ["open", "unknown"] + ["open"] * 2
    )
    assert statement["Entries"][4] == {
        "RelatedVoucherGuid": dealings.purchases[1].guid,
        "RelatedVoucherNumber": "2",
        "Date": "2025-06-02T00:00:00",
        "DecayDate": "2025-06-10T00:00:00",
        "Description": "Rugmel",
        "Type": "invoice",
        "Amount": -100,
        "Balance": -100,
        "Status": "open",
        "RelatedVoucherCategory": "purchases",
        "RelatedVoucherClass": "invoice",
        "Currency": "DKK",
    }


@pytest.mark.parametrize(
    ("query", "balances"),
    [
        ({"from": "2025-06-02T00:00:00", "to": "2025-06-04T00:00:00"}, [-100, -70]),
        ({"hideClosed": "true"}, [-500, 0, -100, -70, 280, 180]),
        ({"to": "2024-12-31"}, [-500, 0]),
    ],
)
async def test_a_span_or_what_is_open_leaves_the_balance_that_of_all_time(
    ask: Callable[..., Awaitable[Statement]], query: dict[str, str], balances: list[int]
) -> None:
    assert column(await ask(**query), "Balance") == balances


async def test_bills_may_come_above_zero(ask: Callable[..., Awaitable[Statement]]) -> None:
    statement = await ask(Behaviour(statement_sign=-1), to="2025-06-04")
    assert column(statement, "Balance") == [500, 0, 500, 0, 100, 70]


@pytest.mark.parametrize(
    ("contact", "query", "code"),
    [
        ("00000000-0000-4000-8000-000000000999", {}, 63),
        ("00000000-0000-4000-8000-000000000901", {"from": "2025-02-01", "to": "2025-01-31"}, 83),
        ("00000000-0000-4000-8000-000000000901", {"from": "1. maj"}, 44),
    ],
)
async def test_what_cannot_be_answered_is_refused(
    api: httpx2.AsyncClient, contact: str, query: dict[str, str], code: int
) -> None:
    answer = await api.get(f"/v1/501/state-of-account/{contact}", params=query)
    assert answer.json()["code"] == code


async def test_debtors_and_creditors_are_all_there_is_on_it(
    ask: Callable[..., Awaitable[Statement]], dealings: Books, mill: Contact
) -> None:
    booked = [
        entry.amount
        for entry in dealings.entries
        if entry.contact_guid == mill.guid and entry.account_number in (DEBTORS, CREDITORS)
    ]
    assert sum(column(await ask(), "Amount")) == sum(booked)
