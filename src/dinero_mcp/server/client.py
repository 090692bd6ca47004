"""An MCP client, for people who ask from a terminal."""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from mcp import Client, StdioServerParameters
from mcp_types import TextContent

from dinero_mcp.server.app import server_for
from dinero_mcp.settings import Settings

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back from a tool: the text a model reads, and the same facts as JSON."""

    text: str
    structured: dict[str, Any] | None  # Any: JSON
    is_error: bool


@dataclass(frozen=True, slots=True)
class ToolLine:
    """A tool as the server lists it."""

    name: str
    title: str
    description: str
    arguments: dict[str, Any]  # Any: JSON schemas by argument


def in_process(settings: Settings, *, demo: bool) -> Client:
    """A client of a server in this process."""
    return Client(server_for(settings, demo=demo))


def over_stdio(*arguments: str) -> Client:
    """A client of a server that is started for it, with this environment, as a desktop host would."""
    command = [sys.executable, "-m", "dinero_mcp", "serve", *arguments]
    return Client(StdioServerParameters(command=command[0], args=command[1:], env=dict(os.environ)))


async def ask(client: Client, tool: str, arguments: dict[str, Any], tell: Tell | None = None) -> Reply:
    """Call one tool; `tell` hears how far a long read is."""

    async def heard(progress: float, total: float | None, message: str | None) -> None:
        if tell and message:
            tell(message)

    result = await client.call_tool(tool, arguments, progress_callback=heard if tell else None)
    text = "\n".join(part.text for part in result.content if isinstance(part, TextContent))
    return Reply(text, cast(dict[str, Any] | None, result.structured_content), result.is_error)


async def listed(client: Client) -> list[ToolLine]:
    """Every tool of the server."""
    tools = (await client.list_tools()).tools
    return [
        ToolLine(
            tool.name,
            tool.title or tool.name,
            tool.description or "",
            tool.input_schema.get("properties", {}),
        )
        for tool in tools
    ]
