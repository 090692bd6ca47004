"""The authorization server: it gives MCP clients tokens of this server's own, after a person agreed.

Visma's tokens take no part in it. A client is public (it has no secret), known by a document that it
publishes or by registering itself, and proves by PKCE that it is the one that asked.
"""
