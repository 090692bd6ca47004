"""A bakery of three accounting years, and its ledger as one question after another sees it."""

from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from decimal import Decimal

import httpx2

from dinero_mcp.auth.api_key import ApiKeyTokens
from dinero_mcp.dinero.call import Call
from dinero_mcp.dinero.client import Dinero
from dinero_mcp.dinero.wire import http_client
from dinero_mcp.ledger import Ledger, YearsInOrder
from dinero_mcp.sandbox import DEMO_API_KEY, DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, Sandbox
from dinero_mcp.sandbox.books import Books
from tests.tools.companies import SMALL, accounting_year, company

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
