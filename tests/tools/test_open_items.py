"""Who owes what: the figures of get-open-items-tool."""

from dataclasses import replace
from typing import Any

import pytest
from mcp import Client
from syrupy.assertion import SnapshotAssertion

from tests.tools.asking import answered, ask, refused
from tests.tools.shop import EURO, KAFFEBAR, KROEN, LAGER, LONG_AGO, MOLLE, STRANGER, Shop, open_shop
from tests.tools.test_answers import without_clock

TOOL = "get-open-items-tool"
TODAY = "2026-10-09"
Json = dict[str, Any]  # Any: JSON
NOBODY = "2aa6fda2-9649-483e-82ec-094567eedfd6"


async def asked(shop: Shop, side: str = "receivable", today: str = TODAY, **arguments: Any) -> Json:
    """The answer about a shop; Any: JSON."""
    async with open_shop(shop, today) as (client, _):
        return await answered(client, TOOL, side=side, **arguments)


def amounts(answer: Json) -> dict[str, str]:
    """The totals that are not zero, but for the sum."""
    return {name: each for name, each in answer["totals"].items() if each != "0.00" and name != "total"}


def left(answer: Json) -> list[tuple[str, str, str]]:
    """Who, how old, and what remains, in the order of the answer."""
    return [(row["contact"], row["age"], row["remaining_dkk"]) for row in answer["items"]]


def holds(answer: Json) -> bool:
    """Whether the open documents are all of the control account."""
    return {row["identity"]: row["difference"] for row in answer["basis"]["identities"]} == {
        "postings cancel": "0.00",
        "open invoices equal account 53000"
        if answer["side"] == "receivable"
        else "open bills equal account 63000": "0.00",
    }


AGES = {
    "2026-10-01": (0, "not_due"),
    "2026-09-25": (0, "not_due"),
    "2026-09-24": (1, "1-30"),
    "2026-08-26": (30, "1-30"),
    "2026-08-25": (31, "31-60"),
    "2026-07-27": (60, "31-60"),
    "2026-07-26": (61, "61-90"),
    "2026-06-27": (90, "61-90"),
    "2026-06-26": (91, "over_90"),
}
"""By the day of the invoice, which is due a fortnight later."""


async def test_each_item_is_as_old_as_its_due_date() -> None:
    shop = Shop()
    for day in AGES:
        shop.sell(day, "100")
    answer = await asked(shop)
    assert {row["date"]: (row["days_overdue"], row["age"]) for row in answer["items"]} == AGES
    assert [row["date"] for row in answer["items"]] == sorted(AGES)
    assert answer["totals"] == {
        "not_due": "250.00",
        "days_1_30": "250.00",
        "days_31_60": "250.00",
        "days_61_90": "250.00",
        "over_90_days": "125.00",
        "overdue": "875.00",
        "credits": "0.00",
        "overpaid": "0.00",
        "unallocated": "0.00",
        "total": "1125.00",
    }
    assert (answer["account_number"], answer["account_balance"], answer["unexplained"]) == (
        53000,
        "1125.00",
        "0.00",
    )


async def test_what_is_paid_in_part_leaves_the_rest_and_what_is_paid_in_full_is_gone() -> None:
    shop = Shop()
    part, full = shop.sell("2026-09-01", "1000"), shop.sell("2026-09-02", "500")
    shop.receive("2026-09-20", part, "250.50")
    shop.receive("2026-09-20", full, "625")
    answer = await asked(shop)
    assert left(answer) == [(KAFFEBAR.name, "1-30", "999.50")]
    assert answer["items"][0]["total_dkk"] == "1250.00"


async def test_credits_and_overpayments_stand_apart_and_count_in_the_total() -> None:
    shop = Shop()
    paid = shop.sell("2026-03-02", "1000")
    shop.receive("2026-03-10", paid, "1350")
    returned = shop.sell("2026-04-01", "400", KROEN)
    shop.receive("2026-04-10", returned, "500")
    shop.credit("2026-05-01", returned)
    shop.sell("2026-10-01", "80", KROEN)
    answer = await asked(shop)
    assert sorted(left(answer)) == [
        (KAFFEBAR.name, "overpaid", "-100.00"),
        (KROEN.name, "credit", "-500.00"),
        (KROEN.name, "not_due", "100.00"),
    ]
    assert amounts(answer) == {"not_due": "100.00", "credits": "-500.00", "overpaid": "-100.00"}
    assert answer["totals"]["total"] == answer["account_balance"] == "-500.00"
    assert holds(answer)
    assert [(row["contact"], row["total"], row["credits"]) for row in answer["contacts"]] == [
        (KAFFEBAR.name, "-100.00", None),
        (KROEN.name, "-400.00", "-500.00"),
    ]


async def test_a_credit_note_set_off_makes_its_invoice_smaller() -> None:
    shop = Shop()
    invoice = shop.sell("2026-09-01", "1000")
    shop.receive("2026-09-10", invoice, "1000")
    shop.credit("2026-09-15", invoice)
    answer = await asked(shop)
    assert left(answer) == [(KAFFEBAR.name, "credit", "-1000.00")]
    assert holds(answer)


async def test_another_currency_stands_beside_its_kroner() -> None:
    shop = Shop()
    invoice = shop.sell("2026-09-01", "100", currency=EURO)
    shop.sell("2026-10-01", "10")
    shop.receive("2026-09-20", invoice, "33.33")
    answer = await asked(shop)
    euro, kroner = answer["items"]
    assert (euro["currency"], euro["total"], euro["remaining"]) == ("EUR", "125.00", "91.67")
    assert (euro["total_dkk"], euro["remaining_dkk"]) == ("932.25", "683.67")
    assert (kroner["currency"], kroner["remaining"]) == (None, None)
    assert holds(answer)


@pytest.mark.parametrize("who", [KROEN, None], ids=["a customer's", "nobody's"])
async def test_a_payment_booked_without_a_document_is_found_in_the_ledger(who: Any) -> None:  # Any: Contact
    shop = Shop()
    shop.sell("2026-09-01", "1000")
    old = shop.sell("2025-02-01", "60", KROEN)
    shop.receive("2025-02-20", old, "75")
    shop.post("2026-09-05", "Indbetaling fra Nordby Kro", who, _55000="33.25", _53000="-33.25")
    async with open_shop(shop, TODAY) as (client, _):
        reply = await ask(client, TOOL, {"side": "receivable"})
    answer = reply.structured or {}
    assert amounts(answer) == {"days_1_30": "1250.00", "overdue": "1250.00", "unallocated": "-33.25"}
    assert (answer["totals"]["total"], answer["unexplained"]) == ("1216.75", "0.00")
    stray = next(row for row in answer["items"] if row["age"] == "unallocated")
    assert (stray["contact"], stray["description"]) == (who and who.name, "Indbetaling fra Nordby Kro")
    assert "open invoices equal account 53000. It is off by -33.25 DKK" in reply.text.splitlines()[1]
    assert answer["notes"] == [
        "Account 53000 holds -33.25 beyond the open documents: -33.25 in 1 posting that settles none of them "
        "(unallocated), and 0.00 that no posting explains."
    ]


async def test_a_journal_line_on_creditors_is_no_bill() -> None:
    shop = Shop()
    shop.buy("2026-09-20", "800")
    shop.post("2025-11-05", "Omposteret", None, _2000="-44", _63000="44")
    answer = await asked(shop, "payable")
    assert amounts(answer) == {"days_1_30": "1000.00", "overdue": "1000.00", "unallocated": "-44.00"}
    assert (answer["account_balance"], answer["unexplained"]) == ("956.00", "0.00")


async def test_on_a_past_day_later_payments_and_documents_are_not_there_yet() -> None:
    shop = Shop()
    invoice, bill = shop.sell("2026-03-01", "1000"), shop.buy("2026-03-01", "400")
    shop.receive("2026-03-20", invoice, "250")
    shop.receive("2026-04-20", invoice, "1000")
    shop.pay("2026-04-02", bill)
    shop.sell("2026-05-01", "70")
    sold = await asked(shop, as_of="2026-03-31")
    bought = await asked(shop, "payable", as_of="2026-03-31")
    assert [(row["remaining_dkk"], row["days_overdue"]) for row in sold["items"]] == [("1000.00", 16)]
    assert [(row["remaining_dkk"], row["days_overdue"]) for row in bought["items"]] == [("500.00", 16)]
    assert holds(sold)
    assert holds(bought)
    assert (await asked(shop, "payable"))["items"] == []


@pytest.mark.parametrize("sign", [1, -1])
async def test_bills_are_owed_whichever_sign_statements_have(sign: int) -> None:
    shop = Shop()
    shop.buy("2026-09-01", "800")
    shop.pay("2026-09-20", shop.buy("2026-08-01", "300", LAGER))
    shop.buy("2025-12-01", "100", LAGER)
    async with open_shop(shop, TODAY, statement_sign=sign) as (client, _):
        answer = await answered(client, TOOL, side="payable")
    assert left(answer) == [(MOLLE.name, "1-30", "1000.00"), (LAGER.name, "over_90", "125.00")]
    assert (answer["account_number"], answer["account_balance"], answer["notes"]) == (63000, "1125.00", [])
    assert [row["description"] for row in answer["items"]] == ["Varer", "Varer"]


async def test_one_contact_on_its_own() -> None:
    shop = Shop()
    shop.sell("2025-03-01", "40", KROEN)
    shop.sell("2026-03-01", "60", KROEN)
    shop.sell("2026-03-01", "1000", KAFFEBAR)
    shop.buy("2025-03-01", "20", LAGER)
    shop.buy("2026-03-01", "80", MOLLE)
    sold = await asked(shop, contact_guid=KROEN.guid.upper())
    bought = await asked(shop, "payable", contact_guid=LAGER.guid)
    assert left(sold) == [(KROEN.name, "over_90", "50.00"), (KROEN.name, "over_90", "75.00")]
    assert left(bought) == [(LAGER.name, "over_90", "25.00")]
    assert (sold["account_balance"], bought["account_balance"]) == ("125.00", "25.00")
    assert sold["basis"]["identities"][-1] == {
        "identity": "open invoices equal account 53000 with this contact",
        "difference": "0.00",
    }
    assert sold["notes"] == ["account_balance is that of postings that carry this contact."]


@pytest.mark.parametrize(("side", "who"), [("receivable", MOLLE), ("payable", KROEN), ("payable", STRANGER)])
async def test_a_contact_that_is_no_customer_owes_nothing(side: str, who: Any) -> None:  # Any: Contact
    shop = Shop()
    shop.sell("2026-03-01", "60", KROEN)
    shop.buy("2026-03-01", "80", MOLLE)
    answer = await asked(shop, side, contact_guid=who.guid)
    assert (answer["items"], answer["totals"]["total"], answer["account_balance"]) == ([], "0.00", "0.00")


@pytest.mark.parametrize("side", ["receivable", "payable"])
async def test_an_unknown_contact_and_a_day_before_the_books_are_refused(side: str) -> None:
    shop = Shop()
    shop.sell("2026-03-01", "60", KROEN)
    async with open_shop(shop, TODAY) as (client, _):
        unknown = await refused(client, TOOL, side=side, contact_guid=NOBODY)
        early = await refused(client, TOOL, side=side, as_of="2024-12-31")
    assert unknown.endswith("list-contacts-tool lists what exists.")
    assert early.startswith(
        "No accounting year begins on or before 2024-12-31: the first begins on 2025-01-01"
    )


async def test_a_day_ahead_is_what_is_posted_now_aged_to_that_day() -> None:
    shop = Shop()
    shop.sell("2026-10-01", "100")
    answer = await asked(shop, as_of="2026-12-01")
    assert left(answer) == [(KAFFEBAR.name, "31-60", "125.00")]
    assert answer["notes"] == [
        "2026-12-01 lies ahead of 2026-10-09: this is what is posted by now, aged to that day."
    ]
    later = await asked(shop, today="2027-01-03")
    assert later["notes"] == [
        "No accounting year holds 2027-01-03; account_balance is that at the end of 2026."
    ]
    assert later["totals"]["total"] == "125.00"


@pytest.mark.parametrize("side", ["receivable", "payable"])
async def test_a_company_that_has_booked_nothing_owes_nothing(side: str) -> None:
    answer = await asked(Shop(), side)
    assert (answer["items"], answer["contacts"], answer["totals"]["total"]) == ([], [], "0.00")
    assert "is known by its number only" in answer["notes"][0]


async def test_every_document_is_on_one_page_beside_its_contact_and_totals_are_those_of_all() -> None:
    shop = Shop()
    for day in range(1, 8):
        shop.sell(f"2026-09-0{day}", "10", KAFFEBAR if day < 4 else KROEN)
    async with open_shop(shop, TODAY) as (client, _):
        pages = [
            await answered(client, TOOL, side="receivable", page=page, page_size=3) for page in (1, 2, 3)
        ]
    assert [len(page["items"]) for page in pages] == [3, 3, 1]
    for page, names in zip(pages, ([KROEN.name], [KROEN.name, KAFFEBAR.name], [KAFFEBAR.name]), strict=True):
        assert [row["contact"] for row in page["contacts"]] == names
        assert list(dict.fromkeys(row["contact"] for row in page["items"])) == names
    assert [page["has_more"] for page in pages] == [True, True, False]
    assert {(page["item_count"], page["contact_count"], page["totals"]["total"]) for page in pages} == {
        (7, 2, "87.50")
    }
    assert len({row["number"] for page in pages for row in page["items"]}) == 7


async def test_deleted_suppliers_still_have_their_names() -> None:
    gone = [each if each is not LAGER else replace(LAGER, deleted_at=LONG_AGO) for each in Shop().contacts]
    shop = Shop(contacts=gone)
    shop.buy("2026-09-01", "80", LAGER)
    assert left(await asked(shop, "payable")) == [(LAGER.name, "1-30", "100.00")]


async def test_the_answer_about_suppliers(reader: Client, snapshot: SnapshotAssertion) -> None:
    reply = await ask(reader, TOOL, {"side": "payable"})
    assert without_clock(reply.text) == snapshot
