"""`python -m dinero_mcp` is `dinero-mcp`."""

from dinero_mcp.cli import main

main()
