"""The server over HTTP with an API key: one MCP endpoint of both protocol eras, for this machine only.

Nobody signs in here, so it listens on loopback and refuses foreign hosts and origins. Where people sign in
with Visma Connect, it is the office that serves.
"""

import uvicorn
from mcp.server.mcpserver import MCPServer
from starlette.applications import Starlette

from dinero_mcp.errors import SettingsError
from dinero_mcp.server.app import server_for
from dinero_mcp.server.services import SignIn, sign_in_of
from dinero_mcp.settings import Settings
from dinero_mcp.tools.publishing import Services

HOST = "127.0.0.1"
PATH = "/mcp"
MOST_BYTES = 16_000_000
"""Of a request: a bank statement, as long as one may be, with its letters escaped as JSON."""


def create_http_app(server: MCPServer[Services], *, stateless: bool = True) -> Starlette:
    """The ASGI app; it answers in JSON until a tool reports progress, and the older era in event streams."""
    return server.streamable_http_app(
        streamable_http_path=PATH, stateless_http=stateless, host=HOST, max_request_body_size=MOST_BYTES
    )


def is_office(settings: Settings, *, demo: bool) -> bool:
    """Whether people sign in over HTTP: with an application at Visma, and in the demo."""
    return demo or sign_in_of(settings) is SignIn.VISMA_CONNECT


def refuse_others(settings: Settings, host: str, workers: int) -> None:
    """Keep whoever is not on this machine from an API key's company.

    Raises:
        SettingsError: when others are to be served.
    """
    if host != HOST or workers > 1 or settings.public_url:
        raise SettingsError(
            "Without DINERO_VISMA_CLIENT_ID and DINERO_VISMA_CLIENT_SECRET nobody can sign in, so the server "
            "answers to this machine alone, by one process: with an API key, whoever reached it could read "
            "the company. To serve others, set those two instead."
        )


def serve_http(settings: Settings, *, port: int, demo: bool) -> None:
    """Answer on loopback until it is stopped."""
    listen(create_http_app(server_for(settings, demo=demo)), port, settings.log_level)


def listen(app: Starlette, port: int, log_level: str) -> None:
    """Serve an app on loopback, on uvloop where there is one; the log goes to stderr."""
    uvicorn.run(app, host=HOST, port=port, log_level=log_level.lower(), log_config=None)
