"""A large accounting year as the sandbox sends it, and Dinero's client reading it piece by piece."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import httpx2

from dinero_mcp.auth.api_key import TOKEN_URL, ApiKeyTokens
from dinero_mcp.dinero.call import Call
from dinero_mcp.dinero.client import Dinero
from dinero_mcp.dinero.models import AccountingYear
from dinero_mcp.dinero.wire import API_URL, http_client
from dinero_mcp.ledger.gathering import YearGathering
from dinero_mcp.ledger.kept import KeptYear
from dinero_mcp.sandbox import DEMO_API_KEY, DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, Sandbox
from dinero_mcp.sandbox.volume import LARGE, large_year

YEAR = AccountingYear(name="2025", from_date=date(2025, 1, 1), to_date=date(2025, 12, 31))
_PIECE = 65_536
"""Bytes that arrive at a time."""


async def large_answer(postings: int) -> bytes:
    """The body of `entries` for a year of so many postings."""
    sandbox = Sandbox(YEAR.to_date, [large_year(postings, YEAR.from_date.year)])
    transport = httpx2.ASGITransport(app=sandbox.app)
    async with http_client(token_url=TOKEN_URL, transport=transport) as http:
        tokens = ApiKeyTokens(http, TOKEN_URL, DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, DEMO_API_KEY)
        response = await http.get(
            f"{API_URL}/v1/{LARGE}/entries",
            params={"fromDate": f"{YEAR.from_date}", "toDate": f"{YEAR.to_date}", "includePrimo": "true"},
            headers={"Authorization": f"Bearer {await tokens.token()}"},
        )
    return response.raise_for_status().content


async def read(file: Path) -> KeptYear:
    """The year that a file holds, through the client into the ledger, with the file for a network."""

    async def pieces() -> AsyncIterator[bytes]:
        with file.open("rb") as body:
            while piece := body.read(_PIECE):
                yield piece

    transport = httpx2.MockTransport(lambda _: httpx2.Response(200, content=pieces()))
    async with http_client(transport=transport) as http:
        dinero = Dinero(http, _SignedIn(), requests_per_minute=60)
        kept: list[KeptYear] = []
        return await dinero.organization(LARGE, Call()).entries(
            YEAR, lambda asked_at: YearGathering(YEAR, asked_at, kept.append)
        )


class _SignedIn:
    async def token(self) -> str:
        return "any"

    async def renewed(self, refused: str) -> str:
        return refused
