"""`dinero-mcp` as a person runs it, with the settings that are given and no others.

`run` starts a process; `printed` is the same within this one, several times as fast, where only what is
printed matters and not how a process ends.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Generator, Mapping
from contextlib import chdir, contextmanager
from pathlib import Path

from click.testing import CliRunner, Result

from dinero_mcp.cli import main
from dinero_mcp.server.http import HOST

Settings = Mapping[str, str]
TODAY: Settings = {"DINERO_TODAY": "2026-10-09"}
NO_SETTINGS: Settings = {}
COMMAND = (sys.executable, "-m", "dinero_mcp")
SECONDS = 30.0
"""The longest wait for a process."""


def environment(settings: Settings) -> dict[str, str]:
    """This process's environment with these settings alone; output wide enough and in UTF-8."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DINERO_")}
    return kept | {"PYTHONUTF8": "1", "COLUMNS": "140"} | dict(settings)


def run(*arguments: str, cwd: Path, settings: Settings = NO_SETTINGS) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; `cwd` is where a `.env` may lie."""
    return ran([*COMMAND, *arguments], cwd, settings)


def ran(program: list[str], cwd: Path, settings: Settings = NO_SETTINGS) -> subprocess.CompletedProcess[str]:
    """Run a program to its end."""
    return subprocess.run(
        program,
        cwd=cwd,
        env=environment(settings),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=SECONDS,
        check=False,
    )


def printed(*arguments: str, cwd: Path, settings: Settings = NO_SETTINGS) -> Result:
    """What a command prints, and its exit code."""
    without: dict[str, str | None] = {name: None for name in os.environ if name.startswith("DINERO_")}
    with chdir(cwd):
        return CliRunner().invoke(main, arguments, env=without | {"COLUMNS": "140"} | dict(settings))


@contextmanager
def started(*arguments: str, cwd: Path, stdin: int = subprocess.PIPE) -> Generator[subprocess.Popen[str]]:
    """A command that runs until it is left."""
    with subprocess.Popen(
        [*COMMAND, *arguments],
        cwd=cwd,
        env=environment(TODAY),
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        try:
            yield process
        finally:
            process.terminate()


@contextmanager
def sandbox_on_a_port(cwd: Path) -> Generator[Settings]:
    """The stand-in for Dinero in a process of its own; gives the settings that it prints."""
    port = free_port()
    with started("sandbox", "--port", str(port), cwd=cwd) as process:
        wait_for(process, port)
        assert process.stderr
        lines = [process.stderr.readline().strip() for _ in range(8)]
        yield {**TODAY} | dict(line.removeprefix("export ").split("=", 1) for line in lines[2:])


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
        time.sleep(0.05)


def answers(host: str, port: int) -> bool:
    """Whether something listens there."""
    with socket.socket() as probe:
        probe.settimeout(0.2)
        return probe.connect_ex((host, port)) == 0
