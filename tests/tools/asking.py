"""The whole server in this process, on a sandbox whose requests can be counted."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

import httpx2
from jsonschema import Draft202012Validator
from mcp import Client
from mcp_types import CallToolRequest, CallToolRequestParams, CallToolResult, TextContent
from pydantic import SecretStr

from dinero_mcp.sandbox import DEMO_API_KEY, DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, Sandbox
from dinero_mcp.server.app import create_server
from dinero_mcp.server.client import Reply
from dinero_mcp.server.services import open_services
from dinero_mcp.settings import Settings
from dinero_mcp.tools.publishing import published
from tests.demo import TODAY

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
async def connected(
    sandbox: Sandbox,
    transport: httpx2.AsyncBaseTransport | None = None,
    **changes: Any,  # field values
) -> AsyncGenerator[Client]:
    """A client of a server that reads the sandbox, through `transport` if one is given."""
    settings = settings_for_tests(**changes)
    network = transport or httpx2.ASGITransport(app=sandbox.app)
    server = create_server(lambda: open_services(settings, network), pinned=settings.pin_organization)
    async with Client(server) as client:
        yield client


async def ask(client: Client, tool: str, arguments: dict[str, Any]) -> Reply:  # Any: JSON
    """Call one tool; an answer that does not fit the published schema fails the test.

    `Client.call_tool` checks that too, but each client prepares the schemas anew, which took a third of the
    time of these tests.
    """
    request = CallToolRequest(params=CallToolRequestParams(name=tool, arguments=arguments))
    result = await client.session.send_request(request, CallToolResult)
    if not result.is_error:
        _validator(tool).validate(result.structured_content)  # pyright: ignore[reportUnknownMemberType] - untyped there
    text = "\n".join(part.text for part in result.content if isinstance(part, TextContent))
    return Reply(text, result.structured_content, result.is_error)


@cache
def _validator(tool: str) -> Draft202012Validator:
    return Draft202012Validator(published()[tool]["output"])


async def answered(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:  # Any: JSON
    """The structured content of an answer; a refusal fails the test."""
    reply = await ask(client, tool, arguments)
    assert not reply.is_error, reply.text
    return reply.structured or {}


async def refused(client: Client, tool: str, **arguments: Any) -> str:  # Any: JSON
    """The text of a refusal, which is all there is; an answer fails the test."""
    reply = await ask(client, tool, arguments)
    assert reply.is_error, reply.text
    assert reply.structured is None
    return reply.text


def essential(text: str) -> str:
    """The text without its end, which tells how and when it was read."""
    return text.split("\nbasis: ")[0]


def counted(sandbox: Sandbox) -> list[str]:
    """The paths that count in a tool's budget."""
    paths = [seen.path for seen in sandbox.requests if seen.method == "GET"]
    return [path for path in paths if not any(f"/{name}" in path for name in REFERENCES)]
