"""How few requests get-open-items-tool makes, and what it says when they are many."""

import re
from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from dinero_mcp.sandbox import Behaviour, Fault, Sandbox
from tests.tools.asking import CONSULTANT, ROASTERY, answered, ask, connected, counted, refused
from tests.tools.limits import MANY, heard, limited
from tests.tools.shop import KAFFEBAR, KROEN, LAGER, MOLLE, Shop, contact, open_shop

TOOL = "get-open-items-tool"
TODAY = "2026-10-09"
GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def kinds(sandbox: Sandbox) -> dict[str, int]:
    """How many requests of each kind: `entries`, `sales`, `payments`, `state-of-account`, `contacts`."""
    paths = (GUID.sub("", path).rstrip("/").split("/") for path in counted(sandbox))
    return dict(Counter(path[-1] for path in paths))


@pytest.mark.parametrize("organization_id", [ROASTERY, CONSULTANT])
async def test_today_only_what_is_open_is_asked_for(organization_id: int, sandbox: Sandbox) -> None:
    async with connected(sandbox) as client:
        answer = await answered(client, TOOL, side="receivable", organization_id=organization_id)
    assert kinds(sandbox) == {"entries": 1, "sales": 1, "payments": answer["item_count"]}
    assert answer["basis"]["requests"] == 2 + answer["item_count"]
    assert "plan" not in answer["basis"]["remarks"]


async def test_suppliers_that_are_owed_nothing_are_not_asked_for(sandbox: Sandbox) -> None:
    async with connected(sandbox) as client:
        answer = await answered(client, TOOL, side="payable")
    assert kinds(sandbox) == {"entries": 2, "state-of-account": answer["contact_count"], "contacts": 1}


async def test_where_nothing_is_owed_nobody_is_asked_for(sandbox: Sandbox) -> None:
    async with connected(sandbox) as client:
        answer = await answered(client, TOOL, side="payable", organization_id=CONSULTANT)
    assert (kinds(sandbox), answer["totals"]["total"]) == ({"entries": 2}, "0.00")


async def test_on_a_past_day_the_newest_are_read_until_they_tie(sandbox: Sandbox) -> None:
    async with connected(sandbox) as client:
        answer = await answered(client, TOOL, side="receivable", as_of="2026-06-30")
    asked = kinds(sandbox)
    assert (asked["entries"], asked["sales"]) == (1, 1)
    assert answer["item_count"] <= asked["payments"] <= answer["item_count"] + 8
    assert any(
        remark.endswith("were not read: the others tie without them") for remark in answer["basis"]["remarks"]
    )


def with_a_stray(amount: str) -> Shop:
    """Two years of invoices, one of them open, and an old journal line on debtors."""
    shop = Shop(years=(2024, 2025, 2026))
    for month in range(1, 13):
        shop.receive(f"2025-{month:02}-20", shop.sell(f"2025-{month:02}-01", "100"), "125")
    shop.post("2024-05-02", "Fejl", None, _53000=amount, _55000=str(-Decimal(amount)))
    shop.sell("2026-09-01", "100", KROEN)
    return shop


async def test_a_difference_is_looked_for_in_earlier_years_and_in_no_more_documents() -> None:
    async with open_shop(with_a_stray("33"), TODAY) as (client, sandbox):
        answer = await answered(client, TOOL, side="receivable")
        assert kinds(sandbox) == {"entries": 3, "sales": 1, "payments": 1}
    assert (answer["totals"]["unallocated"], answer["unexplained"]) == ("33.00", "0.00")


async def test_a_company_without_bills_is_not_searched_to_its_beginning() -> None:
    async with open_shop(with_a_stray("33"), TODAY) as (client, sandbox):
        answer = await answered(client, TOOL, side="payable")
        assert kinds(sandbox) == {"entries": 2}
    assert (answer["account_number"], answer["items"]) == (63000, [])


async def test_an_old_bill_is_found_as_far_back_as_it_is() -> None:
    shop = Shop(years=(2023, 2024, 2025, 2026))
    shop.buy("2023-03-01", "40", LAGER)
    shop.pay("2026-02-20", shop.buy("2026-02-01", "80", MOLLE))
    async with open_shop(shop, TODAY) as (client, sandbox):
        answer = await answered(client, TOOL, side="payable")
        assert kinds(sandbox) == {"entries": 4, "state-of-account": 1, "contacts": 1}
    assert [(row["contact"], row["remaining_dkk"]) for row in answer["items"]] == [(LAGER.name, "50.00")]


async def test_in_a_new_year_the_account_is_known_from_the_one_before() -> None:
    shop = Shop()
    shop.sell("2025-12-20", "100")
    async with open_shop(shop, "2026-01-02") as (client, sandbox):
        answer = await answered(client, TOOL, side="receivable")
        assert kinds(sandbox) == {"entries": 2, "sales": 1, "payments": 1}
    assert (answer["account_number"], answer["totals"]["total"], answer["notes"]) == (53000, "125.00", [])


async def test_one_customer_costs_only_its_own() -> None:
    shop = Shop()
    for customer in (KAFFEBAR, KROEN):
        shop.sell("2026-09-01", "100", customer)
        shop.receive("2026-09-20", shop.sell("2026-08-01", "80", customer), "100")
    async with open_shop(shop, TODAY) as (client, sandbox):
        await answered(client, TOOL, side="receivable", contact_guid=KROEN.guid)
        assert kinds(sandbox) == {"entries": 2, "sales": 1, "payments": 1}


async def test_another_question_about_the_same_day_asks_for_nothing(sandbox: Sandbox) -> None:
    async with connected(sandbox) as client:
        for side in ("receivable", "payable"):
            await answered(client, TOOL, side=side)
            before = len(sandbox.requests)
            second = await answered(client, TOOL, side=side, page=2, page_size=2)
            assert len(sandbox.requests) == before
            assert second["basis"]["requests"] == 0


def busy(invoices: int, customers: int = 40) -> Shop:
    """So many open invoices, each over 125 kroner."""
    many = [contact(100 + number, f"Kunde {number:03}") for number in range(customers)]
    shop = Shop(contacts=many)
    for number in range(invoices):
        shop.sell(f"2026-{1 + number % 9:02}-{1 + number % 28:02}", "100", many[number % customers])
    return shop


def plenty(shop: Shop) -> Sandbox:
    return Sandbox(date.fromisoformat(TODAY), [shop.books()], behaviour=Behaviour(quota_per_minute=MANY))


async def test_many_requests_are_announced_first_and_stand_in_the_basis() -> None:
    books = busy(32)
    async with limited(plenty(books), 2001, 100) as client:
        answer, told = await heard(client, TOOL, side="receivable")
    plan = "about 32 requests, a third of what a minute allows"
    assert told[0] == f"Reading lists of payments: {plan}"
    assert f"lists of payments announced: {plan}" in answer["basis"]["remarks"]
    assert told[1:] == [f"Reading lists of payments: {read} of 32 read" for read in range(4, 33, 4)]


async def test_a_few_requests_are_not_announced() -> None:
    async with limited(plenty(busy(20)), 2001, 100) as client:
        answer, told = await heard(client, TOOL, side="receivable")
    assert told[0] == "Reading lists of payments: 4 of 20 read"
    assert answer["basis"]["remarks"] == ["lists of payments read: 20"]


async def test_more_than_a_minute_allows_is_waited_for_while_somebody_listens() -> None:
    """150 documents at 60 a minute; here a minute lasts a second."""
    async with limited(plenty(busy(150)), 2001, 60, seconds=1) as client:
        answer, told = await heard(client, TOOL, side="receivable")
    assert told[0] == "Reading lists of payments: about 150 requests, 2.5 times what a minute allows"
    assert told[-1] == "Reading lists of payments: 150 of 150 read"
    assert any(message.startswith("Waiting for Dinero, which limits") for message in told)
    assert (answer["item_count"], answer["totals"]["total"]) == (150, "18750.00")


async def test_more_than_a_minute_allows_is_refused_at_once_where_nobody_listens() -> None:
    sandbox = plenty(busy(150))
    async with limited(sandbox, 2001, 60) as client:
        text = await refused(client, TOOL, side="receivable")
    assert kinds(sandbox) == {"entries": 2, "sales": 1}
    assert text == (
        "About 150 requests for lists of payments are needed, and Dinero admits 60 a minute: that takes 3 "
        "minutes, longer than a host waits that shows no progress. Ask for one contact at a time "
        "(contact_guid, from list-contacts-tool), or where progress is shown."
    )


async def test_a_minute_that_is_used_up_is_told_and_the_next_question_goes_on() -> None:
    sandbox = plenty(busy(8))
    async with limited(sandbox, 2001, 9) as client:
        text = await refused(client, TOOL, side="receivable")
    assert text.startswith(
        "Dinero's requests for this minute are used up for organization 2001. Ask again in"
    )


async def test_a_big_book_has_exact_totals_and_a_short_text() -> None:
    async with limited(plenty(busy(500, customers=120)), 2001) as client:
        reply = await ask(client, TOOL, {"side": "receivable"})
        pages = [
            await answered(client, TOOL, side="receivable", page=page, page_size=200) for page in (1, 2, 3)
        ]
    answer = reply.structured or {}
    assert (answer["item_count"], answer["contact_count"]) == (500, 120)
    assert answer["totals"]["total"] == answer["account_balance"] == "62500.00"
    assert (len(answer["items"]), answer["has_more"]) == (50, True)
    assert len(reply.text) < 12_000
    assert len({row["number"] for page in pages for row in page["items"]}) == 500
    contacts = {row["contact_guid"]: Decimal(row["total"]) for page in pages for row in page["contacts"]}
    assert (len(contacts), sum(contacts.values())) == (120, 62500)


async def test_a_document_deleted_meanwhile_leaves_no_total() -> None:
    shop = Shop()
    gone = shop.sell("2026-09-01", "100")
    sandbox = plenty(shop)
    sandbox.faults.append(
        Fault(
            path=f"{gone.guid}/payments",
            status=404,
            body=b'{"code": 65}',
            content_type="application/json",
            times=99,
        )
    )
    async with limited(sandbox, 2001) as client:
        text = await refused(client, TOOL, side="receivable")
    assert text.startswith("Document 1 is in Dinero's list of sales, but Dinero has no payments for it")
    assert kinds(sandbox)["sales"] == 2


def off_by_seven(statement: bytes) -> bytes:
    return statement.replace(b'"Amount":-1000', b'"Amount":-1007')


async def test_statements_that_tie_with_neither_sign_are_said_to() -> None:
    shop = Shop()
    shop.buy("2026-09-01", "800")
    sandbox = plenty(shop)
    sandbox.faults.append(Fault(path="state-of-account", alter=off_by_seven, times=99))
    async with limited(sandbox, 2001) as client:
        answer = await answered(client, TOOL, side="payable")
    assert (answer["account_balance"], answer["unexplained"]) == ("1000.00", "-7.00")
    assert answer["notes"][0].startswith("Dinero does not document which sign its statements of account have")
    assert answer["basis"]["identities"][-1]["difference"] == "-7.00"


async def test_an_opening_balance_that_is_not_what_was_posted_is_told() -> None:
    shop = with_a_stray("33")
    books = shop.books()
    *_, opened = (row for row in books.entries if row.type == "Primo" and row.account_number == 53000)
    books.entries = [replace(row, amount=row.amount + 7) if row is opened else row for row in books.entries]
    sandbox = Sandbox(date.fromisoformat(TODAY), [books], behaviour=Behaviour(quota_per_minute=MANY))
    async with limited(sandbox, 2001) as client:
        answer = await answered(client, TOOL, side="receivable")
    assert (answer["account_balance"], answer["unexplained"]) == ("165.00", "7.00")
    assert "Dinero's opening balances of account 53000 differ by 7.00" in answer["notes"][0]


async def test_unpaid_bills_on_another_account_are_told() -> None:
    shop = Shop()
    for day in range(1, 5):
        shop.buy(f"2026-09-0{day}", "80")
    books = shop.books()
    books.entries = [
        replace(row, account_number=63100) if row.account_number == 63000 and row.date.day == 1 else row
        for row in books.entries
    ]
    sandbox = Sandbox(date.fromisoformat(TODAY), [books], behaviour=Behaviour(quota_per_minute=MANY))
    async with limited(sandbox, 2001) as client:
        answer = await answered(client, TOOL, side="payable")
    assert "Most unpaid bills are posted on 63000, but many on 63100" in answer["notes"][0]
