"""The stdio transport, spoken to as a client does that knows nothing but JSON lines."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import anyio
import pytest
from anyio.streams.buffered import BufferedByteReceiveStream

from dinero_mcp.tools.catalogue import CATALOGUE

Message = Mapping[str, Any]  # Any: JSON

COMMAND = (sys.executable, "-m", "dinero_mcp", "serve", "--demo")
META: Message = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
}
HANDSHAKE: Message = {
    "protocolVersion": "2025-11-25",
    "capabilities": {},
    "clientInfo": {"name": "lines", "version": "1"},
}


def request(number: int, method: str, **params: object) -> Message:
    return {"jsonrpc": "2.0", "id": number, "method": method, "params": params}


WITH_HANDSHAKE = [
    request(1, "initialize", **HANDSHAKE),
    {"jsonrpc": "2.0", "method": "notifications/initialized"},
    request(2, "tools/list"),
    request(3, "tools/call", name="list-organizations-tool", arguments={}),
]
WITHOUT_HANDSHAKE = [
    request(1, "server/discover", _meta=META),
    request(2, "tools/list", _meta=META),
    request(3, "tools/call", name="list-organizations-tool", arguments={}, _meta=META),
]


async def spoken(messages: list[Message]) -> tuple[list[Message], bytes]:
    """The replies to the messages, one by one, and what else is on stdout once stdin has closed."""
    environment = {**os.environ, "DINERO_LOG_LEVEL": "DEBUG"}
    process = await anyio.open_process(COMMAND, env=environment, stderr=subprocess.DEVNULL)
    assert process.stdin
    assert process.stdout
    async with process:
        lines = BufferedByteReceiveStream(process.stdout)
        replies: list[Message] = []
        for message in messages:
            await process.stdin.send(json.dumps(message).encode() + b"\n")
            if "id" in message:
                replies.append(json.loads(await lines.receive_until(b"\n", max_bytes=1_000_000)))
        await process.stdin.aclose()
        rest = b"".join([part async for part in lines])
    return replies, rest


@pytest.mark.parametrize("messages", [WITH_HANDSHAKE, WITHOUT_HANDSHAKE], ids=["handshake", "modern"])
async def test_stdout_holds_the_replies_and_nothing_else(messages: list[Message]):
    with anyio.fail_after(60):
        replies, rest = await spoken(messages)
    assert [(reply["jsonrpc"], reply["id"]) for reply in replies] == [("2.0", 1), ("2.0", 2), ("2.0", 3)]
    assert len(replies[1]["result"]["tools"]) == len(CATALOGUE)
    assert replies[2]["result"]["structuredContent"]["organizations"][0]["id"] == 1001
    assert rest == b""
