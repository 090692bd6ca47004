"""A server over stdio, spoken to in JSON lines: a client that costs next to nothing itself."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from typing import IO, Any, Self

Message = Mapping[str, Any]  # Any: JSON

HANDSHAKE: Message = {
    "protocolVersion": "2025-11-25",
    "capabilities": {},
    "clientInfo": {"name": "benchmark", "version": "1"},
}
DEMO_ON_A_FIXED_DAY = {"DINERO_TODAY": "2026-10-09", "DINERO_FRESHNESS_SECONDS": "3600"}


class Server:
    """A Python module that serves MCP, started here and ended with the `with` block."""

    def __init__(self, *command: str) -> None:
        others = {name: value for name, value in os.environ.items() if not name.startswith("DINERO_")}
        self._process = subprocess.Popen(
            [sys.executable, "-m", *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=others | DEMO_ON_A_FIXED_DAY,
        )
        self._requests = 0

    def __enter__(self) -> Self:
        self.ask("initialize", HANDSHAKE)
        self._send({"jsonrpc": "2.0", "method": "notifications/initialized"})
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def ask(self, method: str, params: Message) -> bytes:
        """The line that answers a request."""
        self._requests += 1
        self._send({"jsonrpc": "2.0", "id": self._requests, "method": method, "params": params})
        return _open(self._process.stdout).readline()

    def call(self, tool: str, arguments: Message) -> bytes:
        """The line that answers a call."""
        return self.ask("tools/call", {"name": tool, "arguments": arguments})

    def _send(self, message: Message) -> None:
        pipe = _open(self._process.stdin)
        pipe.write(json.dumps(message).encode() + b"\n")
        pipe.flush()


def _open(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise ValueError("both pipes are asked for")
    return pipe
