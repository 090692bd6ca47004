"""One account's postings: openings, running balances and closings, within years and across them."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from mcp import Client

from dinero_mcp.sandbox import Sandbox
from dinero_mcp.sandbox.books import Books
from tests.tools.asking import CONSULTANT, ROASTERY, answered, ask, connected, counted, refused
from tests.tools.companies import SMALL, calendar_years, company, sandbox_with
from tests.tools.test_figures import COMPANIES, movements, of, total
from tests.tools.test_period_report import balances

TOOL = "get-account-ledger-tool"
DAY = timedelta(days=1)
Answer = dict[str, Any]  # Any: JSON

SPANS = [
    ("2026-01-01", "2026-10-09"),
    ("2025-06-10", "2025-06-10"),
    ("2025-11-15", "2026-02-28"),
    ("2024-10-01", "2026-12-31"),
]


async def whole(reader: Client, **arguments: Any) -> Answer:  # Any: JSON
    """All pages of an answer as one."""
    answer = await answered(reader, TOOL, page_size=200, **arguments)
    page = answer
    while page["has_more"]:
        page = await answered(reader, TOOL, page_size=200, **arguments, page=page["page"] + 1)
        answer["entries"] += page["entries"]
    return answer


@pytest.mark.parametrize("organization", COMPANIES)
@pytest.mark.parametrize("account", [1000, 5000, 55000, 60000, 63000, 64000])
@pytest.mark.parametrize(("first", "last"), SPANS)
async def test_an_accounts_ledger(
    organization: int, account: int, first: str, last: str, companies: list[Books], reader: Client
) -> None:
    books, span = of(companies, organization), (date.fromisoformat(first), date.fromisoformat(last))
    answer = await whole(
        reader, account_number=account, from_date=first, to_date=last, organization_id=organization
    )
    posted = [entry for entry in movements(books, *span) if entry.account_number == account]
    opened, closed = Decimal(answer["opening"]), Decimal(answer["closing"])
    assert answer["total"] == len(answer["entries"]) == len(posted)
    assert sorted(Decimal(row["amount"]) for row in answer["entries"]) == sorted(e.amount for e in posted)
    assert [row["date"] for row in answer["entries"]] == sorted(str(e.date) for e in posted)
    assert Decimal(answer["debit"]) == total(e for e in posted if e.amount > 0)
    assert Decimal(answer["credit"]) == -total(e for e in posted if e.amount < 0)
    assert Decimal(answer["movement"]) == total(posted)
    assert closed == opened + total(posted) + Decimal(answer["year_change"] or 0)
    assert closed == balances(books, span[1]).get(account, 0)
    assert opened == balances(books, span[0] - DAY, seen_from=span[0]).get(account, 0)


@pytest.mark.parametrize("account", [5000, 55000])
async def test_each_row_says_what_stood_on_the_account_after_it(account: int, reader: Client) -> None:
    span = {"from_date": "2025-11-15", "to_date": "2026-02-28"}
    answer = await whole(reader, account_number=account, **span)
    for year in answer["years"]:
        balance = Decimal(year["opening"])
        for row in answer["entries"]:
            if year["from_date"] <= row["date"] <= year["to_date"]:
                balance += Decimal(row["amount"])
                assert Decimal(row["balance"]) == balance
        assert balance == Decimal(year["closing"])
    assert answer["entries"][-1]["balance"] == answer["closing"]


async def test_within_one_year_there_is_no_table_of_years(reader: Client) -> None:
    answer = await answered(reader, TOOL, account_number=55000, from_date="2026-01-01", to_date="2026-01-31")
    assert (answer["years"], answer["year_change"]) == (None, None)


async def test_opening_rows_of_a_later_year_are_not_counted_again(
    companies: list[Books], reader: Client
) -> None:
    span = {"from_date": "2024-01-01", "to_date": "2026-10-09"}
    answer = await answered(reader, TOOL, account_number=55000, **span)
    posted = movements(of(companies, ROASTERY), date(2024, 1, 1), date(2026, 10, 9))
    assert Decimal(answer["closing"]) == total(e for e in posted if e.account_number == 55000)
    assert answer["year_change"] == "0.00"
    told = {each["identity"]: each["difference"] for each in answer["basis"]["identities"]}
    assert told == {
        "postings cancel": "0.00",
        "opening + movement + year_change = closing": "0.00",
        "openings = closings before": "0.00",
    }


async def test_a_page_shows_its_rows_and_the_totals_of_all(reader: Client) -> None:
    arguments = {"account_number": 55000, "from_date": "2026-01-01", "to_date": "2026-10-09"}
    every = await whole(reader, **arguments)
    second = await answered(reader, TOOL, **arguments, page=2, page_size=10)
    assert second["entries"] == every["entries"][10:20]
    same = ("total", "opening", "debit", "credit", "movement", "closing")
    assert [second[name] for name in same] == [every[name] for name in same]


async def test_a_span_across_years_names_what_its_balance_is_made_of(reader: Client) -> None:
    rent = await answered(reader, TOOL, account_number=5000, from_date="2025-10-01", to_date="2026-02-28")
    parts = [Decimal(rent[name]) for name in ("opening", "movement", "year_change")]
    assert sum(parts) == Decimal(rent["closing"])
    assert parts[-1] < 0
    told = {each["identity"]: each["difference"] for each in rent["basis"]["identities"]}
    assert told["opening + movement + year_change = closing"] == "0.00"


VOUCHERS = [
    ("2025-03-02", "Salg", {55000: "1000.00", 1000: "-800.00", 64000: "-200.00"}),
    ("2026-02-02", "Husleje", {5000: "100.00", 55000: "-100.00"}),
]


def small(*, primo: int = 0, missing: bool = False) -> Books:
    """A bakery whose opening balance of the bank in 2026 is `primo` too much, or missing altogether."""
    books = company(VOUCHERS, calendar_years(2025, 2026))
    books.entries = [
        replace(entry, amount=entry.amount + primo)
        if entry.type == "Primo" and entry.account_number == 55000
        else entry
        for entry in books.entries
        if not (missing and entry.type == "Primo")
    ]
    return books


async def of_small(books: Books, account: int, first: str = "2025-01-01") -> tuple[str, Answer]:
    async with connected(sandbox_with(books, "2026-05-01"), organization_id=SMALL) as client:
        arguments = {"account_number": account, "from_date": first, "to_date": "2026-12-31"}
        reply = await ask(client, TOOL, arguments)
    assert reply.structured, reply.text
    return reply.text, reply.structured


async def test_a_profit_and_loss_account_begins_each_year_at_nothing() -> None:
    _, answer = await of_small(small(), 1000, first="2025-02-01")
    assert [(year["accounting_year"], year["opening"], year["closing"]) for year in answer["years"]] == [
        ("2025", "0.00", "-800.00"),
        ("2026", "0.00", "0.00"),
    ]
    assert (answer["movement"], answer["year_change"], answer["closing"]) == ("-800.00", "800.00", "0.00")
    assert answer["notes"][0] == (
        "A profit and loss account: its balance counts from the accounting year's start, "
        "2025-01-01, 2026-01-01."
    )


async def test_an_opening_balance_that_is_not_the_closing_before_is_told_first() -> None:
    text, answer = await of_small(small(primo=1), 55000)
    assert text.splitlines()[1].startswith("WARNING: this does not hold: 2026 opens as 2025 closed.")
    assert (answer["year_change"], answer["closing"]) == ("1.00", "901.00")


async def test_an_opening_carried_forward_from_the_year_before_proves_nothing_of_it() -> None:
    _, answer = await of_small(small(missing=True), 55000)
    told = [each["identity"] for each in answer["basis"]["identities"]]
    assert "2026 opens as 2025 closed" not in told
    assert answer["basis"]["remarks"] == [
        "2026 has no opening balances yet: carried forward from 2025",
    ]
    assert answer["closing"] == "900.00"


async def test_results_that_become_equity_are_told_and_no_error() -> None:
    text, answer = await of_small(small(), 60020)
    assert "WARNING" not in text
    assert (answer["opening"], answer["movement"], answer["closing"]) == ("0.00", "0.00", "-800.00")
    assert answer["year_change"] == "-800.00"
    assert answer["notes"][0] == "The beginning of 2026 moved it by -800.00: results become equity."


async def test_a_year_without_opening_rows_is_carried_forward_and_says_so() -> None:
    _, answer = await of_small(small(missing=True), 55000, first="2026-01-01")
    assert (answer["opening"], answer["closing"]) == ("1000.00", "900.00")
    assert answer["basis"]["remarks"] == ["2026 has no opening balances yet: carried forward from 2025"]
    _, rent = await of_small(small(missing=True), 5000, first="2026-01-01")
    assert (rent["opening"], rent["closing"], rent["basis"]["remarks"]) == ("0.00", "100.00", [])


async def test_an_account_gone_from_the_chart_is_known_by_its_postings() -> None:
    books = small()
    del books.accounts[5000]
    _, answer = await of_small(books, 5000)
    assert (answer["total"], answer["closing"]) == (1, "100.00")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"account_number": 4242}, "There is no account 4242 in the chart of accounts; list-accounts-tool"),
        (
            {"account_number": "Bank"},
            "account_number must be the number of an account, as in",
        ),
        ({"account_number": 55000.5}, "must be the number of an account"),
        ({"account_number": 55000, "to_date": "2025-01-01"}, "ends (2025-01-01) before it begins"),
        (
            {"account_number": 55000, "from_date": "2020-01-01", "to_date": "2020-12-31"},
            "No accounting year holds a day of 2020: the first begins 2024-01-01",
        ),
        ({"account_number": 55000, "page_size": 201}, "page_size must be less than or equal to 200."),
    ],
)
async def test_what_cannot_be_answered_is_refused_in_words_that_help(
    arguments: Answer, said: str, reader: Client
) -> None:
    span = {"from_date": "2026-01-01", "to_date": "2026-01-31"}
    assert said in await refused(reader, TOOL, **(span | arguments))


@pytest.mark.parametrize(("first", "years"), [("2026-01-01", 1), ("2025-12-31", 2), ("2024-01-01", 3)])
async def test_it_costs_one_request_for_each_year(first: str, years: int, sandbox: Sandbox) -> None:
    async with connected(sandbox) as client:
        await answered(client, TOOL, account_number=55000, from_date=first, to_date="2026-10-09")
    assert len(counted(sandbox)) == years


async def test_an_organization_of_its_own_is_named(reader: Client) -> None:
    span = {"from_date": "2026-01-01", "to_date": "2026-01-31"}
    answer = await answered(reader, TOOL, account_number=55000, organization_id=CONSULTANT, **span)
    assert answer["organization"]["id"] == CONSULTANT
