"""What get-open-items-tool asks Dinero for, and how it finds out what is open."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from dinero_mcp.sandbox import Behaviour, Sandbox
from dinero_mcp.sandbox.books import Books, PurchaseDocument, SalesDocument
from dinero_mcp.sandbox.pricing import KRONER
from tests.tools.asking import answered
from tests.tools.limits import MANY, limited
from tests.tools.shop import EURO, KAFFEBAR, KROEN, LAGER, MOLLE, Shop, open_shop

TOOL = "get-open-items-tool"
TODAY = "2026-10-09"
DAYS = ("2026-10-09", "2026-01-02", "2025-05-20", "2024-11-03")
Json = dict[str, Any]  # Any: JSON
Left = dict[str, Decimal]
"""What remains in kroner, by number or contact."""


def left_of(document: SalesDocument | PurchaseDocument, day: date) -> Decimal:
    """By the sandbox's own documents: a credit note counts negative."""
    sign = -1 if document.type == "CreditNote" else 1
    paid = (each.amount_dkk for each in document.payments if each.date <= day)
    return sign * (document.total_incl_vat_dkk - sum(paid, Decimal(0)))


def sold(books: Books, day: date) -> Left:
    """By number."""
    existing = (each for each in books.sales if each.number and each.date <= day and not each.deleted_at)
    return {str(each.number): left for each in existing if (left := left_of(each, day))}


def bought(books: Books, day: date) -> Left:
    """By supplier: a bill and a credit note set off against each other both stand in full in statements."""
    left: Left = {}
    for bill in books.purchases:
        if bill.date <= day:
            left[bill.contact_guid] = left.get(bill.contact_guid, Decimal(0)) + left_of(bill, day)
    return {contact: amount for contact, amount in left.items() if amount}


def ample(**switches: Any) -> Behaviour:  # Any: switches
    """Dinero without a limit of requests."""
    return Behaviour(quota_per_minute=MANY, **switches)


def sold_by(answer: Json) -> Left:
    documents = (row for row in answer["items"] if row["age"] != "unallocated")
    return {row["number"]: Decimal(row["remaining_dkk"]) for row in documents}


def bought_by(answer: Json) -> Left:
    totals = ((row, Decimal(row["total"]) - Decimal(row["unallocated"] or 0)) for row in answer["contacts"])
    return {row["contact_guid"]: total for row, total in totals if total}


def check(answer: Json, books: Books, day: date) -> None:
    """All that is open is found, and all parts together are the ledger's balance."""
    side, totals = answer["side"], {name: Decimal(each) for name, each in answer["totals"].items()}
    account, sign = (53000, 1) if side == "receivable" else (63000, -1)
    posted = [row for row in books.entries if row.type == "Normal" and row.account_number == account]
    assert Decimal(answer["account_balance"]) == sign * sum(row.amount for row in posted if row.date <= day)
    if side == "receivable":
        assert sold_by(answer) == sold(books, day)
    else:
        assert bought_by(answer) == bought(books, day)
    assert Decimal(answer["unexplained"]) == 0
    assert totals["total"] == Decimal(answer["account_balance"])
    assert totals["total"] == sum(each for name, each in totals.items() if name not in ("total", "overdue"))
    assert totals["total"] == sum(Decimal(row["total"]) for row in answer["contacts"])


@pytest.mark.parametrize("sign", [1, -1], ids=["debit positive", "credit positive"])
async def test_the_demo_companies_open_items_are_those_of_their_documents(
    sign: int, companies: list[Books]
) -> None:
    sandbox = Sandbox(date.fromisoformat(TODAY), companies, behaviour=ample(statement_sign=sign))
    for books in companies[:2]:
        async with limited(sandbox, books.organization_id) as client:
            for day in DAYS:
                for side in ("receivable", "payable"):
                    answer = await answered(client, TOOL, side=side, as_of=day)
                    check(answer, books, date.fromisoformat(day))


@pytest.mark.parametrize("today", ["2024-02-29", "2027-01-01", "2026-12-31"])
async def test_so_are_they_on_the_first_and_last_days_of_a_year(today: str) -> None:
    sandbox = Sandbox(date.fromisoformat(today), behaviour=ample())
    for books in list(sandbox.organizations.values())[:2]:
        async with limited(sandbox, books.organization_id) as client:
            for side in ("receivable", "payable"):
                check(await answered(client, TOOL, side=side), books, sandbox.today)


def chance_shop(seed: int) -> Shop:
    """A shop where much goes wrong, and all that happened is posted."""
    chance, shop = Random(seed), Shop()
    days = [date(2025, 1, 1) + timedelta(days) for days in sorted(chance.sample(range(640), 40))]
    for day in map(date.isoformat, days):
        customer, supplier = chance.choice((KAFFEBAR, KROEN)), chance.choice((MOLLE, LAGER))
        amount = str(chance.randint(1, 300) * 4)
        match chance.randint(0, 4):
            case 0 | 1:
                invoice = shop.sell(day, amount, customer, currency=chance.choice((KRONER, KRONER, EURO)))
                part = invoice.total_incl_vat * chance.choice((0, 1, 1, 3)) / chance.choice((1, 3, 7))
                if part := part.quantize(Decimal("0.01")):
                    shop.receive(later(day, chance), invoice, str(part))
                if chance.random() < 0.2:
                    shop.credit(later(day, chance), invoice)
            case 2 | 3:
                bill = shop.buy(day, amount, supplier)
                if chance.random() < 0.7:
                    shop.pay(later(day, chance), bill)
            case _:
                who = chance.choice((KAFFEBAR, MOLLE, None))
                account = chance.choice(("_53000", "_63000"))
                shop.post(day, "Omposteret", who, **{account: amount, "_55000": f"-{amount}"})
    return shop


def later(day: str, chance: Random) -> str:
    return str(date.fromisoformat(day) + timedelta(chance.randint(0, 90)))


@pytest.mark.parametrize("seed", range(6))
async def test_whatever_happens_the_parts_are_the_control_account(seed: int) -> None:
    books = chance_shop(seed).books()
    sandbox = Sandbox(date(2026, 12, 31), [books], behaviour=ample())
    async with limited(sandbox, books.organization_id) as client:
        for day in ("2026-12-31", "2026-05-01", "2025-12-31", "2025-08-01"):
            for side in ("receivable", "payable"):
                check(await answered(client, TOOL, side=side, as_of=day), books, date.fromisoformat(day))


@pytest.mark.parametrize("is_old", [False, True], ids=["a new customer", "one of last year"])
async def test_one_who_owes_more_and_one_who_has_paid_ahead_do_not_hide_each_other(is_old: bool) -> None:
    shop = Shop()
    if is_old:
        shop.receive("2025-11-20", shop.sell("2025-11-01", "400", KAFFEBAR), "500")
    owed = shop.sell("2026-02-01", "1000", KAFFEBAR)
    ahead = shop.sell("2026-03-05", "1000", KROEN)
    shop.receive("2026-02-25", ahead, "1250")
    shop.receive("2026-03-10", owed, "1250")
    async with open_shop(shop, TODAY) as (client, _):
        answer = await answered(client, TOOL, side="receivable", as_of="2026-02-28")
    assert [(row["contact"], row["total"], row["unallocated"]) for row in answer["contacts"]] == [
        (KAFFEBAR.name, "1250.00", None),
        (KROEN.name, "-1250.00", "-1250.00"),
    ]
    assert (answer["account_balance"], answer["unexplained"]) == ("0.00", "0.00")
