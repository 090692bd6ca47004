"""Postings across accounting years, each year read once."""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from datetime import date
from decimal import Decimal

import httpx2

from dinero_mcp.accounting.periods import Period
from dinero_mcp.accounting.postings import sums_by_account
from dinero_mcp.auth.api_key import ApiKeyTokens
from dinero_mcp.dinero.call import Call
from dinero_mcp.dinero.client import Dinero
from dinero_mcp.dinero.wire import http_client
from dinero_mcp.ledger import Ledger, YearsInOrder
from dinero_mcp.sandbox import DEMO_API_KEY, DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, Sandbox
from dinero_mcp.sandbox.books import Books
from tests.tools.companies import SMALL, accounting_year, company, sandbox_with

TOKEN_URL = "https://authz.dinero.dk/dineroapi/oauth/token"
YEARS = [
    accounting_year("2024", "2024-07-01", "2024-12-31"),
    accounting_year("2025", "2025-01-01", "2025-12-31"),
    accounting_year("2027", "2027-01-01", "2027-12-31"),
]


def bakery() -> Books:
    """Three years, of which the last follows a gap of one."""
    return company(
        [
            ("2024-07-01", "Indskud", {60000: "-10", 55000: "10"}),
            ("2024-12-31", "Salg", {1000: "-20", 55000: "20"}),
            ("2025-01-01", "Salg", {1000: "-40", 55000: "40"}),
            ("2027-12-31", "Salg", {1000: "-80", 55000: "80"}),
        ],
        YEARS,
    )


@asynccontextmanager
async def ledgers(sandbox: Sandbox, freshness: float = 60) -> AsyncGenerator[Iterator[Ledger]]:
    """A ledger for each question that is asked."""
    kept = YearsInOrder()
    async with http_client(token_url=TOKEN_URL, transport=httpx2.ASGITransport(app=sandbox.app)) as http:
        tokens = ApiKeyTokens(http, TOKEN_URL, DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, DEMO_API_KEY)
        dinero = Dinero(http, tokens, requests_per_minute=1000, freshness=freshness)
        yield (Ledger(dinero.organization(SMALL, Call()), SMALL, kept) for _ in iter(int, 1))


def bank(rows: dict[int, Decimal]) -> Decimal | None:
    return rows.get(55000)


def reads(sandbox: Sandbox) -> int:
    return sum(seen.path.endswith("/entries") for seen in sandbox.requests)


async def test_a_period_across_years_counts_no_opening_balance() -> None:
    async with ledgers(sandbox_with(bakery(), "2027-12-31")) as asked:
        postings = await next(asked).postings(Period(date(2024, 12, 31), date(2025, 12, 31)))
    assert bank(sums_by_account(postings.rows)) == 60
    assert bank(sums_by_account(postings.opening)) == 30
    assert [year.year.name for year in postings.years] == ["2024", "2025"]
    assert postings.is_covered


async def test_days_that_no_year_holds_leave_a_period_uncovered() -> None:
    async with ledgers(sandbox_with(bakery(), "2027-12-31")) as asked:
        ledger = next(asked)
        spans = {
            (date(2024, 6, 30), date(2024, 7, 31)): False,
            (date(2025, 12, 31), date(2027, 1, 1)): False,
            (date(2024, 7, 1), date(2025, 12, 31)): True,
            (date(2026, 3, 1), date(2026, 3, 31)): False,
        }
        for (first, last), is_covered in spans.items():
            assert (await ledger.postings(Period(first, last))).is_covered is is_covered


async def test_a_year_opens_with_its_own_opening_rows() -> None:
    async with ledgers(sandbox_with(bakery(), "2027-12-31")) as asked:
        ledger = next(asked)
        opening = await ledger.opening((await ledger.years())[1])
    assert bank(dict(opening.balances)) == 30
    assert opening.worked_out_from == ()


async def test_without_them_balances_are_carried_forward_even_over_a_gap() -> None:
    books = bakery()
    books.entries = [entry for entry in books.entries if entry.type != "Primo"]
    async with ledgers(sandbox_with(books, "2027-12-31")) as asked:
        ledger = next(asked)
        openings = [await ledger.opening(year) for year in await ledger.years()]
    assert [bank(dict(opening.balances)) for opening in openings] == [None, 30, 70]
    through = [[own.year.name for own in opening.worked_out_from] for opening in openings]
    assert through == [[], ["2024"], ["2024", "2025"]]


async def test_a_year_is_read_once_however_many_ask_at_the_same_time() -> None:
    sandbox = sandbox_with(bakery(), "2027-12-31")
    whole = Period(date(2024, 7, 1), date(2027, 12, 31))
    async with ledgers(sandbox) as asked:
        answers = await asyncio.gather(*(next(asked).postings(whole) for _ in range(10)))
    assert {len(postings.rows) for postings in answers} == {8}
    assert reads(sandbox) == 3


async def test_what_was_read_shortly_before_is_used_again() -> None:
    sandbox = sandbox_with(bakery(), "2027-12-31")
    period = Period(date(2025, 1, 1), date(2025, 12, 31))
    async with ledgers(sandbox) as asked:
        first, again = await next(asked).postings(period), await next(asked).postings(period)
    assert reads(sandbox) == 1
    assert again.years[0] is first.years[0]


async def test_without_freshness_every_question_reads_anew() -> None:
    books = bakery()
    sandbox = sandbox_with(books, "2027-12-31")
    period = Period(date(2025, 1, 1), date(2025, 12, 31))
    async with ledgers(sandbox, freshness=0) as asked:
        before = await next(asked).postings(period)
        books.entries = [entry for entry in books.entries if entry.date != date(2025, 1, 1)]
        after = await next(asked).postings(period)
    assert (len(before.rows), len(after.rows)) == (2, 0)
    assert reads(sandbox) == 2
