"""Read a Danish company's books in Dinero over MCP: read-only, exact to the øre, with proof."""

from importlib.metadata import version

__version__ = version("dinero-mcp")
