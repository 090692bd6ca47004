"""The whole server in this process, on a sandbox whose requests can be counted."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import date
from typing import Any

import httpx2
from mcp import Client
from pydantic import SecretStr

from dinero_mcp.sandbox import DEMO_API_KEY, DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, Sandbox
from dinero_mcp.server.app import create_server
from dinero_mcp.server.services import open_services
from dinero_mcp.settings import Settings

TODAY = date(2026, 10, 9)
ROASTERY, CONSULTANT, WITHOUT_PRO = 1001, 1002, 1003
REFERENCES = ("organizations", "accountingyears", "accounts", "vatTypes")
"""Reads that are kept for a quarter of an hour and count in no budget."""


def settings_for_tests(**changes: Any) -> Settings:  # Any: field values
    known = {
        "client_id": DEMO_CLIENT_ID,
        "client_secret": SecretStr(DEMO_CLIENT_SECRET),
        "api_key": SecretStr(DEMO_API_KEY),
        "organization_id": ROASTERY,
        "today": TODAY,
    }
    return Settings(_env_file=None, **(known | changes))  # pyright: ignore[reportCallIssue] - a pydantic-settings argument


@asynccontextmanager
async def connected(sandbox: Sandbox, **changes: Any) -> AsyncGenerator[Client]:  # Any: field values
    """A client of a server that reads the sandbox."""
    settings = settings_for_tests(**changes)
    transport = httpx2.ASGITransport(app=sandbox.app)
    server = create_server(lambda: open_services(settings, transport), pinned=settings.pin_organization)
    async with Client(server) as client:
        yield client


def counted(sandbox: Sandbox) -> list[str]:
    """The paths that count in a tool's budget."""
    paths = [seen.path for seen in sandbox.requests if seen.method == "GET"]
    return [path for path in paths if not any(f"/{name}" in path for name in REFERENCES)]
