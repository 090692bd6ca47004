"""The folder where connections are kept: the user's alone, and changed by one process at a time.

The lock is SQLite's, on a file of its own: it is the same on every system, and ends with its process.
"""

import asyncio
import re
import sqlite3
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path

from dinero_mcp.auth.database_failures import sqlite_reason
from dinero_mcp.auth.places import database_in
from dinero_mcp.auth.sealing import KEY, new_key
from dinero_mcp.errors import StoreError

LONGEST_WAIT = 30.0
"""Seconds that one process waits for another."""
OWN_FILE, OWN_FOLDER = 0o600, 0o700


class Directory:
    """The folder, made when something is to be put there."""

    def __init__(self, path: Path, longest_wait: float = LONGEST_WAIT) -> None:
        self.path = path
        self.longest_wait = longest_wait
        self.database = database_in(path)
        self._key = path / "secret.key"
        self._lock = path / "lock"

    @asynccontextmanager
    async def alone(self) -> AsyncGenerator[None]:
        """Keep every other process out; waiting for that holds up nothing else in this one."""
        lock = await asyncio.to_thread(self._locked)
        with closing(lock):
            yield

    def make_database(self) -> None:
        """Make the file, so that at no time it is anybody else's to read."""
        with self._told():
            _make(self.database)
            with closing(sqlite3.connect(self.database, timeout=self.longest_wait)) as database:
                database.execute("PRAGMA journal_mode = WAL")  # who reads does not hold up who writes

    async def key(self) -> str:
        """The key in the key file, which is made the first time."""
        if not self._key.exists():
            async with self.alone():
                self._make_key()
        with self._told():
            self._key.chmod(OWN_FILE)
            text = self._key.read_text(encoding="utf-8", errors="replace").strip()
        if not re.fullmatch(KEY, text):
            raise StoreError(
                f"{self._key} holds no key. Put the right one back, or delete the file and sign in again."
            )
        return text

    def _make_key(self) -> None:
        with self._told():
            if not self._key.exists():
                _write(self._key, new_key())

    def _locked(self) -> sqlite3.Connection:
        with self._told():
            self.path.mkdir(mode=OWN_FOLDER, parents=True, exist_ok=True)
            _make(self._lock)
            lock = sqlite3.connect(
                self._lock, timeout=self.longest_wait, isolation_level=None, check_same_thread=False
            )
            try:
                lock.execute("BEGIN EXCLUSIVE")
            except sqlite3.Error:
                lock.close()
                raise
            return lock

    @contextmanager
    def _told(self) -> Generator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise StoreError(f"Connections are kept in {self.path}. {sqlite_reason(error)}") from None
        except OSError as error:
            raise StoreError(
                f"Connections are kept in {self.path}, which cannot be used ({error.strerror}). Make it "
                "writable, or set DINERO_DATA_DIRECTORY to a folder that is."
            ) from None


def _make(file: Path) -> None:
    file.touch(mode=OWN_FILE)
    file.chmod(OWN_FILE)


def _write(file: Path, text: str) -> None:
    """All of it or nothing, also when the disk is full."""
    whole = file.with_suffix(".new")
    _make(whole)
    whole.write_text(text + "\n", encoding="utf-8")
    whole.replace(file)
