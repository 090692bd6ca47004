"""The peer: a server of one tool on the same SDK, over stdio. `python -m benchmarks.bare_server [ANSWER]`

ANSWER is a file of JSON: the text and the structured content that the tool gives, whatever it is asked.
"""

import json
import sys
from pathlib import Path
from typing import Any

from mcp.server.mcpserver import MCPServer
from mcp_types import CallToolResult, TextContent

TOOL = "answer"


def main(arguments: list[str]) -> None:
    server = MCPServer("bare", log_level="WARNING")
    text, structured = _answer(arguments)

    @server.tool(name=TOOL)
    async def answer() -> CallToolResult:  # pyright: ignore[reportUnusedFunction] - the decorator keeps it
        return CallToolResult(content=[TextContent(type="text", text=text)], structured_content=structured)

    server.run("stdio")


def _answer(arguments: list[str]) -> tuple[str, dict[str, Any]]:  # Any: JSON
    if not arguments:
        return "done", {}
    answer = json.loads(Path(arguments[0]).read_bytes())
    return answer["text"], answer["structured"]


if __name__ == "__main__":
    main(sys.argv[1:])
