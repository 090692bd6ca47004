"""A store that cannot be used says where it is and why, and keeps what it has."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from dinero_mcp.auth.store import open_store
from dinero_mcp.errors import StoreError
from tests.auth.conftest import Place

OPEN = """
import asyncio, sys
from pathlib import Path
from dinero_mcp.auth.store import open_store
from dinero_mcp.errors import StoreError
{before}
try:
    asyncio.run(open_store(Path(sys.argv[1]), *sys.argv[2:], longest_wait={longest_wait}))
except StoreError as error:
    print(error)
"""
NO_MORE = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))"


def command(place: Place, before: str = "", longest_wait: float = 30) -> list[str]:
    """A process that opens the store."""
    where = [str(place.directory), *([place.database_address] if place.database_address else [])]
    return [sys.executable, "-c", OPEN.format(before=before, longest_wait=longest_wait), *where]


def opened_apart(place: Place, before: str = "", longest_wait: float = 30) -> str:
    """What such a process says."""
    done = subprocess.run(
        command(place, before, longest_wait),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    await open_store(tmp_path / "store")
    return tmp_path / "store"


async def test_eight_processes_that_open_it_at_once_all_succeed(place: Place) -> None:
    running = [
        subprocess.Popen(command(place), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)  # noqa: ASYNC220 - all eight before any is waited for
        for _ in range(8)
    ]
    ended = [(*process.communicate(timeout=120), process.returncode) for process in running]
    assert ended == [("", "", 0)] * 8
    assert await (await place.opened()).newest("https://connect.visma.com") is None


@pytest.mark.skipif(sys.platform != "linux", reason="there is no /proc")
async def test_a_folder_that_cannot_be_written_to_is_told() -> None:
    with pytest.raises(StoreError, match=r"kept in /proc/dinero-mcp, .*DINERO_DATA_DIRECTORY"):
        await open_store(Path("/proc/dinero-mcp"))


async def test_a_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "store").write_text("hej", encoding="utf-8")
    with pytest.raises(StoreError, match="cannot be used"):
        await open_store(tmp_path / "store")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on files")
@pytest.mark.parametrize("size", [0, 1024, 8192])
def test_a_disk_that_takes_no_more_is_told_and_does_no_harm(size: int, tmp_path: Path) -> None:
    place = Place(tmp_path / "store")
    said = opened_apart(place, NO_MORE.format(size=size))
    assert said.startswith("Connections are kept in ")
    assert opened_apart(place) == ""


async def test_a_database_that_another_process_locks_is_told(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "connections.sqlite3", isolation_level=None)) as other:
        other.execute("UPDATE dinero_mcp_revision SET version_num = ''")
        other.execute("BEGIN EXCLUSIVE")
        assert "Another process keeps it locked" in opened_apart(Place(folder), longest_wait=0.1)


async def test_a_folder_that_another_process_keeps_to_itself_is_told(folder: Path) -> None:
    (folder / "secret.key").unlink()
    with closing(sqlite3.connect(folder / "lock", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert "Another process keeps it locked" in opened_apart(Place(folder), longest_wait=0.1)
    assert opened_apart(Place(folder)) == ""


@pytest.mark.parametrize("content", [b"not a database at all" * 100, b"SQLite format 3\0" + b"\xff" * 5000])
async def test_a_damaged_file_is_told(folder: Path, content: bytes) -> None:
    (folder / "connections.sqlite3").write_bytes(content)
    with pytest.raises(StoreError, match=r"connections\.sqlite3\. The file is damaged"):
        await open_store(folder)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("postgresql://user:hemmelig@127.0.0.1:1/books", "does not answer. Check DINERO_DATABASE_URL"),
        ("postgresql://user:hemmelig@nowhere.invalid/books", "does not answer"),
        ("postgresql://user:hemmelig@[::1/books", "cannot be read. Example: postgresql://"),
        ("postgresql://user:hemmelig@host:port/books", "cannot be read"),
    ],
)
async def test_a_database_that_cannot_be_reached_is_told_without_its_password(
    address: str, said: str, tmp_path: Path
) -> None:
    with pytest.raises(StoreError) as caught:
        await open_store(tmp_path, address)
    assert said in str(caught.value)
    assert "hemmelig" not in str(caught.value)
    assert "user" not in str(caught.value).partition("Example")[0]


@pytest.mark.parametrize("place", ["postgresql"], indirect=True)
async def test_a_database_that_does_not_exist_is_told(place: Place) -> None:
    with pytest.raises(StoreError, match="user, password and database"):
        await open_store(place.directory, f"{place.database_address}_gone")
