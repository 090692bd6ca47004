"""A server in a process of its own, on a free port of this machine."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from dinero_mcp.server.http import HOST, PATH

DEMO = (sys.executable, "-m", "dinero_mcp", "serve", "--demo")
STARTS_WITHIN = 30.0
"""Seconds."""


@contextmanager
def office(*fixtures: str) -> Generator[str]:
    """An office at which whoever asks is signed in, with or without "fixtures"; gives its address."""
    port = free_port()
    with TemporaryDirectory() as folder, _running("office_server.py", port, folder, *fixtures) as address:
        yield address


@contextmanager
def fixture_server() -> Generator[str]:
    """The server with sessions and the conformance suite's own tools; gives the address of its endpoint."""
    with _running("fixture_server.py", free_port()) as address:
        yield address + PATH


def environment() -> dict[str, str]:
    """This process's environment without settings of ours."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("DINERO_")}
    return ours | {"PYTHONPATH": str(Path(__file__).parents[2])}


@contextmanager
def _running(program: str, port: int, *arguments: str) -> Generator[str]:
    path = str(Path(__file__).with_name(program))
    command = [sys.executable, "-W", "ignore", path, str(port), *arguments]
    with subprocess.Popen(command, env=environment(), stderr=subprocess.DEVNULL) as process:
        try:
            _wait_for(process, port)
            yield f"http://{HOST}:{port}"
        finally:
            process.terminate()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def _wait_for(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while not _answers(port):
        if process.poll() is not None or time.monotonic() > deadline:
            raise SystemExit(f"The server did not start: {process.args!r}")
        time.sleep(0.05)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0
