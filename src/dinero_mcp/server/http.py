"""The server over HTTP: one MCP endpoint of both protocol eras, for this machine only.

Nobody signs in here, so it listens on loopback and refuses foreign hosts and origins.
"""

import uvicorn
from mcp.server.mcpserver import MCPServer
from starlette.applications import Starlette

from dinero_mcp.server.app import server_for
from dinero_mcp.settings import Settings
from dinero_mcp.tools.publishing import Services

HOST = "127.0.0.1"
PATH = "/mcp"
_MOST_BYTES = 16_000_000  # a bank statement, as long as one may be, with its letters escaped as JSON


def create_http_app(server: MCPServer[Services], *, stateless: bool = True) -> Starlette:
    """The ASGI app; it answers in JSON until a tool reports progress, and the older era in event streams."""
    return server.streamable_http_app(
        streamable_http_path=PATH, stateless_http=stateless, host=HOST, max_request_body_size=_MOST_BYTES
    )


def serve_http(settings: Settings, *, port: int, demo: bool) -> None:
    """Answer on loopback until it is stopped."""
    listen(create_http_app(server_for(settings, demo=demo)), port, settings.log_level)


def listen(app: Starlette, port: int, log_level: str) -> None:
    """Serve an app on loopback, on uvloop where there is one; the log goes to stderr."""
    uvicorn.run(app, host=HOST, port=port, log_level=log_level.lower(), log_config=None)
