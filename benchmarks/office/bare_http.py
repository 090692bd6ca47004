"""The peers over HTTP: `python -m benchmarks.office.bare_http PORT ANSWER`

`/mcp` is a server of one tool on the same SDK, and `/plain` a route that does nothing. ANSWER is a file of
JSON: the name of the tool, and the text and structured content that it gives, whatever it is asked.
"""

import json
import sys
from pathlib import Path
from typing import Any

import uvicorn
from mcp.server.mcpserver import MCPServer
from mcp_types import CallToolResult, TextContent
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from benchmarks.office.started import HOST

MCP, PLAIN = "/mcp", "/plain"


def main(port: int, answer: dict[str, Any]) -> None:  # Any: JSON
    server = MCPServer("bare", log_level="WARNING")

    @server.tool(name=answer["tool"])
    async def tool(month: str) -> CallToolResult:  # pyright: ignore[reportUnusedFunction] - the decorator keeps it
        text = TextContent(type="text", text=answer["text"])
        return CallToolResult(content=[text], structured_content=answer["structured"])

    app = server.streamable_http_app(streamable_http_path=MCP, stateless_http=True, json_response=True)
    body = json.dumps(answer).encode()

    async def plain(_: Request) -> Response:
        return Response(body, media_type="application/json")

    app.router.routes.insert(0, Route(PLAIN, plain, methods=["POST"]))
    uvicorn.run(app, host=HOST, port=port, loop="uvloop", http="httptools", log_config=None, access_log=False)


if __name__ == "__main__":
    main(int(sys.argv[1]), json.loads(Path(sys.argv[2]).read_bytes()))
