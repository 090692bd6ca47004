"""Two replicas of one server answer alike, to the byte, and the second asks Dinero nothing."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
from mcp import Client

from dinero_mcp.auth.api_key import ApiKeyTokens
from dinero_mcp.auth.sealing import ValueCipher, new_key
from dinero_mcp.dinero.redis_answers import RedisAnswers
from dinero_mcp.dinero.shared import SharedReads
from dinero_mcp.dinero.wire import http_client
from dinero_mcp.sandbox import DEMO_API_KEY, DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, Sandbox
from dinero_mcp.server.app import create_server
from dinero_mcp.server.connection import connection_with
from dinero_mcp.server.services import OpenServices
from dinero_mcp.server.threads import calculating_threads
from tests.dinero.redis_server import a_redis
from tests.tools.asking import ROASTERY, ask, settings_for_tests

SECRET = new_key()
QUESTIONS: list[tuple[str, dict[str, Any]]] = [  # Any: JSON
    ("list-organizations-tool", {}),
    ("get-monthly-results-tool", {"month": "2026-09"}),
    ("get-yearly-performance-tool", {}),
    ("get-vat-report-tool", {}),
    ("get-open-items-tool", {"side": "receivable"}),
    ("list-invoices-tool", {}),
    ("check-books-tool", {"from_date": "2025-01-01", "to_date": "2025-12-31"}),
]


@asynccontextmanager
async def replica(
    sandbox: Sandbox, answers: RedisAnswers, connection_id: str = "c1"
) -> AsyncGenerator[Client]:
    """A client of one replica, which kept nothing yet."""
    settings = settings_for_tests()
    async with http_client(
        token_url=settings.api_token_url, transport=httpx2.ASGITransport(app=sandbox.app)
    ) as http:
        opened = connection_with(
            ApiKeyTokens(http, settings.api_token_url, DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, DEMO_API_KEY),
            http,
            settings,
            requests_per_minute=1000,
            default_organization=ROASTERY,
            notice=None,
            threads=calculating_threads(),
            shared=SharedReads(connection_id, answers, ValueCipher.of([SECRET])),
        )

        @asynccontextmanager
        async def services() -> AsyncGenerator[OpenServices]:
            yield OpenServices(opened)

        async with Client(create_server(services)) as client:
            yield client


def to_dinero(sandbox: Sandbox) -> int:
    return sum(seen.method == "GET" for seen in sandbox.requests)


@pytest.mark.parametrize(("tool", "arguments"), QUESTIONS, ids=[tool for tool, _ in QUESTIONS])
async def test_the_second_replica_says_to_the_byte_what_the_first_says(
    sandbox: Sandbox, tool: str, arguments: dict[str, Any]
) -> None:
    async with a_redis() as redis:
        async with replica(sandbox, redis.answers) as client:
            await ask(client, tool, arguments)
            kept, before = await ask(client, tool, arguments), to_dinero(sandbox)
        async with replica(sandbox, redis.answers) as client:
            shared = await ask(client, tool, arguments)
    assert not shared.is_error, shared.text
    assert shared == kept
    assert to_dinero(sandbox) == before


async def test_another_connection_of_the_same_organization_makes_requests_of_its_own(
    sandbox: Sandbox,
) -> None:
    tool, arguments = "get-monthly-results-tool", {"month": "2026-09"}
    counts: list[int] = []
    async with a_redis() as redis:
        for connection_id in ("c1", "c2", "c1", "c2"):
            before = to_dinero(sandbox)
            async with replica(sandbox, redis.answers, connection_id) as client:
                await ask(client, tool, arguments)
            counts.append(to_dinero(sandbox) - before)
    assert counts[0] == counts[1] > 0
    assert counts[2:] == [0, 0]
