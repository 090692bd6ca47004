"""A server in a process of its own, on a free port of this machine."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from dinero_mcp.server.http import HOST, PATH

DEMO = (sys.executable, "-m", "dinero_mcp", "serve", "--demo")
STARTS_WITHIN = 30.0
"""Seconds."""


@contextmanager
def real_server() -> Generator[str]:
    """The demo company over HTTP, as a person would start it; gives the address of its endpoint."""
    port = _free_port()
    with _running([*DEMO, "--http", "--port", str(port)], port) as url:
        yield url


@contextmanager
def fixture_server() -> Generator[str]:
    """The same server with the conformance suite's own tools; gives the address of its endpoint."""
    port = _free_port()
    program = Path(__file__).with_name("fixture_server.py")
    with _running([sys.executable, "-W", "ignore", str(program), str(port)], port) as url:
        yield url


def environment() -> dict[str, str]:
    """This process's environment without settings of ours."""
    return {name: value for name, value in os.environ.items() if not name.startswith("DINERO_")}


@contextmanager
def _running(command: list[str], port: int) -> Generator[str]:
    with subprocess.Popen(command, env=environment(), stderr=subprocess.DEVNULL) as process:
        try:
            _wait_for(process, port)
            yield f"http://{HOST}:{port}{PATH}"
        finally:
            process.terminate()


def _free_port() -> int:
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
