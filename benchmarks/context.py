"""What the tools cost a model's context: their list on every turn, and one answer each."""

import json

from mcp import Client
from mcp_types import TextContent, Tool

from benchmarks.table import Row
from dinero_mcp.sandbox import Sandbox
from tests.tools.asking import TODAY, connected
from tests.tools.test_answers import QUESTIONS

MOST_BYTES = 25_000
# Bytes a token, counted once with OpenAI's o200k_base over the list and over all answers of this module.
_LIST_TOKEN, _ANSWER_TOKEN = 4.38, 2.48


async def context() -> list[Row]:
    """The list and every answer on the demo company, in bytes of UTF-8 and approximate tokens."""
    async with connected(Sandbox(TODAY)) as client:
        tools = (await client.list_tools()).tools
        return [_listed(tools), *[await _answer(client, tool) for tool in QUESTIONS]]


def _listed(tools: list[Tool]) -> Row:
    size = sum(len(_seen(tool)) for tool in tools)
    what = f"tools/list as a model sees it, {len(tools)} tools"
    return Row(what, _size(size, _LIST_TOKEN), limit=f"<= {MOST_BYTES:,} bytes", is_within=size <= MOST_BYTES)


def _seen(tool: Tool) -> bytes:
    seen = {"name": tool.name, "description": tool.description, "input_schema": tool.input_schema}
    return json.dumps(seen, ensure_ascii=False, separators=(",", ":")).encode()


async def _answer(client: Client, tool: str) -> Row:
    content = (await client.call_tool(tool, QUESTIONS[tool])).content
    text = "".join(part.text for part in content if isinstance(part, TextContent))
    return Row(f"answer: {tool}", _size(len(text.encode()), _ANSWER_TOKEN))


def _size(size: int, per_token: float) -> str:
    return f"{size:,} bytes, about {size / per_token:,.0f} tokens"
