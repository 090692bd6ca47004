"""The server over stdin and stdout, as MCP clients start it."""

from dinero_mcp.server.app import server_for
from dinero_mcp.settings import Settings


async def serve_stdio(settings: Settings, *, demo: bool) -> None:
    """Answer until stdin closes."""
    server = server_for(settings, demo=demo)
    await server.run_stdio_async()
