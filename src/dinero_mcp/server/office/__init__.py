"""One HTTP server for a whole office: people connect in the browser, their MCP clients ask with bearers."""
