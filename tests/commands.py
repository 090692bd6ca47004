"""`dinero-mcp` as a person runs it: a process of its own, with the settings that are given and no others."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from dinero_mcp.server.http import HOST

Settings = Mapping[str, str]
TODAY: Settings = {"DINERO_TODAY": "2026-10-09"}
COMMAND = (sys.executable, "-m", "dinero_mcp")
SECONDS = 30.0
"""The longest wait for a process."""


def environment(settings: Settings) -> dict[str, str]:
    """This process's environment with these settings alone; output wide enough and in UTF-8."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DINERO_")}
    return kept | {"PYTHONUTF8": "1", "COLUMNS": "140"} | dict(settings)


def run(*arguments: str, cwd: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; `cwd` is where a `.env` may lie."""
    return ran([*COMMAND, *arguments], cwd, settings)


def ran(command: list[str], cwd: Path, settings: Settings) -> subprocess.CompletedProcess[str]:
    """Run a program to its end."""
    return subprocess.run(
        command,
        cwd=cwd,
        env=environment(settings),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=SECONDS,
        check=False,
    )


def started(*arguments: str, cwd: Path, stdin: int = subprocess.PIPE) -> subprocess.Popen[str]:
    """Start a command and leave it running."""
    return subprocess.Popen(
        [*COMMAND, *arguments],
        cwd=cwd,
        env=environment(TODAY),
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def free_port() -> int:
    """A port of this machine that nothing listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def wait_for(process: subprocess.Popen[str], port: int) -> None:
    """Until the process listens on the port."""
    deadline = time.monotonic() + SECONDS
    while not answers(HOST, port):
        assert process.poll() is None, "it ended instead of listening"
        assert time.monotonic() < deadline, "it does not listen"


def answers(host: str, port: int) -> bool:
    """Whether something listens there."""
    with socket.socket() as probe:
        probe.settimeout(0.2)
        return probe.connect_ex((host, port)) == 0
