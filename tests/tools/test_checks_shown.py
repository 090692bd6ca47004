"""What a finding or an unmade check says to ask is asked, of the same server, and gives what was promised."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from mcp import Client

from dinero_mcp.sandbox import Sandbox
from dinero_mcp.sandbox.books import Books
from tests.tools.asking import CONSULTANT, ROASTERY, TODAY, answered, ask, connected
from tests.tools.companies import SMALL, calendar_years, company, document, sandbox_with
from tests.tools.limits import MANY

CHECK = "check-books-tool"
YEAR = ("2025-01-01", "2025-12-31")
OCTOBER, SEPTEMBER = ("2025-10-01", "2025-10-31"), ("2026-09-01", "2026-09-30")
Row = dict[str, Any]  # Any: JSON
SECRETS = [
    ("vat-period-unsettled", YEAR, ("134225.52",)),
    ("vat-period-unsettled", SEPTEMBER, ("134225.52",)),
    ("owner-loan", YEAR, ("27500.00", "63120")),
    ("owner-loan", OCTOBER, ("27500.00", "63120")),
    ("owner-loan", SEPTEMBER, ("27500.00", "63120")),
    ("suspected-duplicate", YEAR, ("-7850.00", "109", "111")),
    ("vat-on-foreign-purchase", YEAR, ("1122.05", "130")),
    ("vat-without-document", YEAR, ("374.00", "127")),
    ("payment-on-wrong-invoice", YEAR, ("-1044.00", "228")),
    ("invoice-number-gap", YEAR, ("235", "237")),
    ("recurring-missing", YEAR, ("18450.00", "2025-11-01")),
]
"""The planted findings: asked about which period, and what must be seen of each."""


def call_in(text: str) -> tuple[str, Row]:
    """The tool and arguments of a call as it is told."""
    tool, *arguments = text.split()
    known: Row = dict(each.split("=") for each in arguments)
    return tool, {name: int(given) if name == "account_number" else given for name, given in known.items()}


async def found(client: Client, check: str, period: tuple[str, str]) -> Row:
    first, last = period
    answer = await answered(client, CHECK, from_date=first, to_date=last, checks=check)
    (row,) = answer["findings"]
    return row


async def shown(client: Client, row: Row) -> set[str]:
    """The cells of what is shown."""
    reply = await ask(client, *call_in(row["see"]))
    assert not reply.is_error, reply.text
    return set(re.split(r"[\t\n ]", reply.text))


@pytest.mark.parametrize(("check", "period", "seen"), SECRETS, ids=str)
async def test_the_planted_findings_are_shown(
    check: str, period: tuple[str, str], seen: tuple[str, ...], reader: Client
) -> None:
    assert set(seen) <= await shown(reader, await found(reader, check, period))


PAID_IN = ("2026-01-02", "Indskud", {55000: "100000", 60000: "-100000"})
SLIPS = {
    "money-below-zero": (
        [(f"2026-09-{day:02}", f"Udlæg {day}", {7220: "10", 55040: "-10"}) for day in range(1, 20)]
        + [("2026-09-25", "Hævet", {55040: "900", 55000: "-900"})],
        ("-190.00", "55040"),
    ),
    "revenue-in-debit": ([("2026-09-03", "Fejl", {1000: "700", 55000: "-700"})], ("700.00",)),
    "analysis-account": ([("2026-08-03", "Ukendt", {99999: "300", 55000: "-300"})], ("300.00",)),
    "misdated-posting": ([("2026-12-03", "Gebyr", {7220: "250", 55000: "-250"})], ("250.00",)),
    "tax-account-grows": (
        [(f"2026-0{n}-20", "A-skat", {63300: "400", 55000: "-400"}) for n in range(6, 10)],
        ("1600.00",),
    ),
    "recurring-amount": (
        [(f"2026-0{n}-01", "Husleje", {5000: "800", 55000: "-800"}) for n in range(5, 9)]
        + [("2026-09-01", "Husleje", {5000: "8000", 55000: "-8000"})],
        ("800.00", "8000.00"),
    ),
    "vat-without-document": (
        [("2026-09-03", "Bager", {2000: "400", 64060: "100", 55000: "-500"})],
        ("100.00",),
    ),
}


@pytest.mark.parametrize("check", SLIPS)
async def test_slips_of_other_kinds_are_shown(check: str) -> None:
    slips, seen = SLIPS[check]
    await check_shown(company(sorted([PAID_IN, *slips], key=str), calendar_years(2026)), check, *seen)


async def test_a_voucher_that_does_not_cancel_is_shown_with_all_its_days() -> None:
    books = company([PAID_IN, ("2026-09-03", "Rettet", {7220: "10", 55000: "-10"})], calendar_years(2026))
    *rest, last = books.entries
    books.entries = [*rest, replace(last, date=date(2026, 9, 9), amount=Decimal(-12))]
    await check_shown(books, "unbalanced-voucher", "10.00", "-12.00", "-2.00")


async def test_postings_on_an_account_that_is_not_there_are_shown() -> None:
    one, other = (("2026-09-03", {7220: "10", 55000: "-10"}), ("2026-09-08", {7220: "30", 55000: "-30"}))
    books = company([PAID_IN, *((day, "Gebyr", each) for day, each in (one, other))], calendar_years(2026))
    del books.accounts[7220]
    await check_shown(books, "unknown-account", "10.00", "30.00", "40.00")


async def test_a_draft_is_shown() -> None:
    books = company([PAID_IN], calendar_years(2026))
    books.sales = [document(None, "100", date=date(2026, 9, 3))]
    await check_shown(books, "old-draft", "125.00", "draft")


async def check_shown(books: Books, check: str, *seen: str) -> None:
    async with connected(sandbox_with(books, str(TODAY)), organization_id=SMALL) as client:
        assert set(seen) <= await shown(client, await found(client, check, SEPTEMBER))


def promised(answer: Row) -> list[str]:
    """The calls after which a check is said to be made."""
    told = "\n".join(row["why"] for row in answer["not_checked"])
    return re.findall(r"ask (.+), then this one again in the same session", told)


@pytest.mark.parametrize("organization", [ROASTERY, CONSULTANT])
@pytest.mark.parametrize("period", [YEAR, OCTOBER, SEPTEMBER, ("2026-10-01", "2026-10-31")], ids=str)
async def test_what_was_not_checked_is_checked_after_what_it_says_to_ask(
    organization: int, period: tuple[str, str], sandbox: Sandbox
) -> None:
    sandbox.behaviour = replace(sandbox.behaviour, quota_per_minute=MANY)
    about = {"organization_id": organization}
    question = {"from_date": period[0], "to_date": period[1], **about}
    async with connected(sandbox) as client:
        calls = promised(await answered(client, CHECK, **question))
        assert any("side=receivable" in call for call in calls)
        for call in calls:
            tool, arguments = call_in(call)
            await answered(client, tool, **arguments, **about)
        after = await answered(client, CHECK, **question)
    assert promised(after) == []
    assert {"open-invoices-tie", "open-bills-tie"} <= set(after["clean"])
    assert not [row for row in after["not_checked"] if "not read" in row["why"]]


async def test_nothing_is_promised_where_nothing_is_kept(sandbox: Sandbox) -> None:
    async with connected(sandbox, freshness_seconds=0) as client:
        answer = await answered(client, CHECK, from_date=YEAR[0], to_date=YEAR[1])
    assert promised(answer) == []
    told = {row["why"] for row in answer["not_checked"] if row["check"] == "open-bills-tie"}
    assert told == {"payments were not read: nothing that is read is kept long enough to be used here"}


async def test_more_unpaid_invoices_than_a_minute_allows_are_not_read_nor_announced() -> None:
    books = company([PAID_IN], calendar_years(2026))
    books.sales = [document(number, "100", date=date(2026, 9, 3)) for number in range(1, 101)]
    heard: list[str] = []

    async def hear(progress: float, total: float | None, message: str | None) -> None:
        heard.append(message or "")

    async with connected(sandbox_with(books, str(TODAY)), organization_id=SMALL) as client:
        question = {"from_date": SEPTEMBER[0], "to_date": SEPTEMBER[1]}
        assert any("side=receivable" in call for call in promised(await answered(client, CHECK, **question)))
        await client.call_tool(CHECK, question | {"checks": ["open-invoices-tie"]}, progress_callback=hear)
    assert not [message for message in heard if "payments" in message]


async def test_a_supplier_is_named_once_contacts_were_read(sandbox: Sandbox) -> None:
    async with connected(sandbox) as client:
        unnamed = await found(client, "suspected-duplicate", YEAR)
        assert unnamed["text"] == "Reservedele til rister"
        _, known = call_in(unnamed["see"])
        contacts = (await answered(client, "list-contacts-tool", page_size=200))["contacts"]
        names = {each["contact_guid"]: each["name"] for each in contacts}
        named = await found(client, "suspected-duplicate", YEAR)
    assert named["text"] == f"{names[known['contact_guid']]}: Reservedele til rister"
