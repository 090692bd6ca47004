"""Puts the parts together: the MCP server and how it is reached."""
