"""A PostgreSQL cluster and a Redis of one's own, which can be stopped and started in the middle."""

import os
import shutil
import signal
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.office.started import HOST, Started, free_port

_POSTGRES = "postgres"


class PostgreSQL:
    """A server on a cluster in a folder of its own; started anew it has what was committed."""

    def __init__(self, folder: Path, log: Path, user: str | None) -> None:
        self._folder, self._log, self._user = folder, log, user
        self._port = free_port()
        self.address = f"postgresql://dinero@{HOST}:{self._port}/postgres"
        self._server = self._started()

    def stop(self) -> None:
        """Break off every session and end."""
        self._server.end(signal.SIGINT)

    def start(self) -> None:
        self._server = self._started()

    def _started(self) -> Started:
        command = [_program("postgres"), "-D", str(self._folder), "-p", str(self._port), "-h", HOST]
        command += ["-k", str(self._folder), "-c", "max_connections=100"]
        server = Started(command, self._log, user=self._user)
        server.listens(self._port)
        return server


class Redis:
    """A server that keeps nothing when it is stopped, as a cache may be."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._port = free_port()
        self.address = f"redis://{HOST}:{self._port}/0"
        self._server = self._started()

    def stop(self) -> None:
        self._server.end()

    def start(self) -> None:
        self._server = self._started()

    def _started(self) -> Started:
        command = ["redis-server", "--port", str(self._port), "--bind", HOST, "--save", ""]
        server = Started([*command, "--appendonly", "no", "--dir", str(self._log.parent)], self._log)
        server.listens(self._port)
        return server


@contextmanager
def postgresql(logs: Path) -> Generator[PostgreSQL]:
    """A cluster made for the occasion. PostgreSQL refuses to run as root, so its own user runs it then."""
    user = _POSTGRES if os.geteuid() == 0 else None
    with TemporaryDirectory() as folder:
        if user:
            shutil.chown(folder, user)
        made = [_program("initdb"), "-D", folder, "-U", "dinero", "-A", "trust", "-E", "UTF8", "--no-locale"]
        subprocess.run(made, check=True, capture_output=True, user=user, cwd=folder)
        server = PostgreSQL(Path(folder), logs / "postgresql.log", user)
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def redis(logs: Path) -> Generator[Redis]:
    server = Redis(logs / "redis.log")
    try:
        yield server
    finally:
        server.stop()


def missing_programs() -> list[str]:
    """The programs that are needed and not there."""
    found = {name: _found(name) for name in ("initdb", "postgres", "redis-server")}
    return [name for name, path in found.items() if path is None]


def _program(name: str) -> str:
    if (path := _found(name)) is None:
        raise RuntimeError(f"{name} is not installed")
    return path


def _found(name: str) -> str | None:
    """Where a program is; Debian keeps PostgreSQL's own out of the path."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return shutil.which(name) or next((str(bin / name) for bin in installed if (bin / name).exists()), None)
