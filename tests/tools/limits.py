"""The server with another limit of requests than an API key has, and what a client hears meanwhile."""

import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
from mcp import Client

from dinero_mcp.auth.api_key import ApiKeyTokens
from dinero_mcp.dinero.bounds import Bounds
from dinero_mcp.dinero.client import Dinero
from dinero_mcp.dinero.wire import http_client
from dinero_mcp.ledger import KeptYears
from dinero_mcp.sandbox import DEMO_API_KEY, DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, Sandbox
from dinero_mcp.server.app import create_server
from dinero_mcp.server.services import OpenServices
from dinero_mcp.tools.books import Connection
from dinero_mcp.tools.said import AnswersSaid

MANY = 10**6
TOKENS = "https://authz.dinero.dk/dineroapi/oauth/token"


@asynccontextmanager
async def connection(
    sandbox: Sandbox, organization_id: int, requests: int = MANY, *, seconds: int = 60
) -> AsyncGenerator[Connection]:
    """A sign-in that makes at most `requests` in `seconds`, which it takes for a minute."""
    network = httpx2.ASGITransport(app=sandbox.app)
    async with http_client(token_url=TOKENS, transport=network) as http:
        tokens = ApiKeyTokens(http, TOKENS, DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, DEMO_API_KEY)
        bounds = Bounds(window=seconds, retry_wait=0, tick=min(1, seconds / 20))
        dinero = Dinero(http, tokens, requests_per_minute=requests, bounds=bounds)
        yield Connection(dinero, KeptYears(), AnswersSaid(), lambda: sandbox.today, organization_id)


@asynccontextmanager
async def limited(
    sandbox: Sandbox, organization_id: int, requests: int = MANY, *, seconds: int = 60
) -> AsyncGenerator[Client]:
    """A client of a server with such a sign-in."""

    @asynccontextmanager
    async def services() -> AsyncGenerator[OpenServices]:
        async with connection(sandbox, organization_id, requests, seconds=seconds) as connected:
            yield OpenServices(connected)

    async with Client(create_server(services)) as client:
        yield client


async def heard(client: Client, tool: str, **arguments: Any) -> tuple[dict[str, Any], list[str]]:  # Any: JSON
    """The answer to a client that listens, and what it was told of batches and turns meanwhile."""
    told: list[str] = []

    async def listen(progress: float, total: float | None, message: str | None) -> None:
        if message and not re.match("Reading [^:]+$", message):  # which single read is slow is chance
            told.append(message)

    # in memory no token is sent for a callback, as it is on every other way
    result = await client.call_tool(tool, arguments, progress_callback=listen, meta={"progressToken": "p1"})
    assert not result.is_error, result.content
    return result.structured_content or {}, told
