"""The command line: the only reader of argv, and the only printer.

What is meant for people goes to stdout, and to stderr while stdout belongs to the protocol.
"""

from dinero_mcp.cli.commands import main

__all__ = ["main"]
