"""The MCP server, from the published tools and whatever services it is given."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from importlib.resources import files

from mcp.server.caching import CacheHint
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.tools import Tool
from mcp.server.request_state import RequestStateSecurity
from opentelemetry.trace import ProxyTracerProvider, get_tracer_provider

from dinero_mcp import __version__
from dinero_mcp.server.services import services_for
from dinero_mcp.settings import Settings
from dinero_mcp.tools.publishing import Services, published, registered, renaming

NAME = "dinero-mcp"
OpenServices = Callable[[], AbstractAsyncContextManager[Services]]

_TOOLS_KEEP_MS = 300_000
"""How long a client may keep the list of tools: it changes only with the version."""
_MAKES_SPANS = "OpenTelemetryMiddleware"
"""What the SDK puts before every server; a span of each message takes time, whether or not it is sent."""


def server_for(settings: Settings, *, demo: bool) -> MCPServer[Services]:
    """The server on Dinero itself, or on the demo company."""
    pinned = settings.pin_organization and not demo
    return create_server(lambda: services_for(settings, demo=demo), pinned=pinned)


def create_server(
    open_services: OpenServices,
    *,
    pinned: bool = False,
    prefix: str = "",
    more_tools: Sequence[Tool] = (),
    state_keys: Sequence[bytes] = (),
) -> MCPServer[Services]:
    """The server; `open_services` is entered once and closed with it.

    `prefix` stands before each tool's name. Servers that share `state_keys` can take up each other's
    questions to the client; without them only this one can. Whoever wants traces of it sets OpenTelemetry's
    tracer provider before.
    """
    every = published()
    renamed = renaming(prefix, every)
    tools = [registered(name, told, renamed, pinned=pinned) for name, told in every.items()]
    instructions = files("dinero_mcp.server").joinpath("instructions.md").read_text(encoding="utf-8")
    server = MCPServer(
        NAME,
        title="Dinero bookkeeping",
        description="Reads a Danish company's books in Dinero, exactly and without changing them.",
        instructions=renamed(instructions),
        version=__version__,
        tools=[*tools, *more_tools],
        lifespan=lambda _: open_services(),
        cache_hints={"tools/list": CacheHint(ttl_ms=_TOOLS_KEEP_MS, scope="public")},
        request_state_security=RequestStateSecurity(keys=list(state_keys)) if state_keys else None,
        log_level="WARNING",
    )
    if isinstance(get_tracer_provider(), ProxyTracerProvider):  # spans would go nowhere
        server.middleware[:] = [each for each in server.middleware if type(each).__name__ != _MAKES_SPANS]
    return server
