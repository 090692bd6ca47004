"""The commands for tokens and connections."""

import asyncio
import re
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result

from dinero_mcp.auth.bearers import Grant
from dinero_mcp.auth.state import State, open_state
from dinero_mcp.auth.visma_connection import VismaConnection, VismaUser
from dinero_mcp.server.connection import COPENHAGEN
from dinero_mcp.server.visma import DEMO_CONNECT_URL
from tests.commands import printed

ASTRID, IDA = "5f0c1d7e-0000-4000-8000-000000000001", "5f0c1d7e-0000-4000-8000-000000000002"
SECRET = re.compile(r"dmt_[\w-]{43}\n")


def said(folder: Path, *command: str) -> Result:
    return printed(*command, "--demo", cwd=folder, settings={"DINERO_DATA_DIRECTORY": str(folder / "data")})


def connection(subject: str = ASTRID, holds_until: datetime | None = None) -> VismaConnection:
    return VismaConnection(
        user=VismaUser(DEMO_CONNECT_URL, subject),
        access_token="eyJ.access",
        expires_at=datetime.now(UTC),
        refresh_token="REFRESHTOKEN",
        scope="dineropublicapi:read offline_access",
        connected_at=datetime(2026, 10, 9, 12, tzinfo=UTC),
        organization_id=1001,
        id=subject.replace("-", ""),
        holds_until=holds_until,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where Astrid is connected to the demo."""
    connect(tmp_path, connection(holds_until=datetime(2027, 10, 9, 12, tzinfo=UTC)))
    return tmp_path


def connect(folder: Path, made: VismaConnection) -> None:
    async def connected(state: State) -> None:
        await state.connections.connect(made)

    changed(folder, connected)


def changed(folder: Path, change: Callable[[State], Awaitable[None]]) -> None:
    """Change the demo's store from outside."""

    async def open_and_change() -> None:
        state = await open_state(folder / "data" / "demo")
        await change(state)
        await state.close()

    asyncio.run(open_and_change())


def test_a_token_is_printed_once_and_alone_on_stdout(folder: Path) -> None:
    made = said(folder, "token", "create", "--name", "laptop", "--days", "30")
    assert (made.exit_code, bool(SECRET.fullmatch(made.stdout))) == (0, True)
    assert made.stderr.startswith("Token 'laptop' (")
    listed = said(folder, "token", "list")
    assert "laptop" in listed.stdout
    assert made.stdout.strip() not in listed.stdout + listed.stderr
    assert f"{datetime.now(COPENHAGEN) + timedelta(days=30):%Y-%m-%d}" in listed.stdout


def test_a_token_that_was_made_is_good_until_it_is_revoked(folder: Path) -> None:
    secret = said(folder, "token", "create", "--name", "laptop").stdout.strip()
    found: list[str | None] = []

    async def look(state: State) -> None:
        bearer = await state.bearers.found(secret, datetime.now(UTC))
        found.append(bearer.id if bearer else None)

    changed(folder, look)
    assert found[0]
    assert said(folder, "token", "revoke", found[0]).stdout.startswith("Revoked 'laptop'")
    changed(folder, look)
    assert found[1] is None
    assert said(folder, "token", "list").stdout == "There are no tokens.\n"


def test_a_program_that_signed_in_is_listed_and_removed(folder: Path) -> None:
    async def sign_in(state: State) -> None:
        grant = Grant(
            connection_id=ASTRID.replace("-", ""),
            client_id="c",
            client_name="Claude\x1b[31m",
            resource="https://mcp.example.com/mcp",
            scope="dinero:read",
        )
        await state.bearers.issue(grant, datetime.now(UTC), "f" * 32)

    changed(folder, sign_in)
    listed = said(folder, "token", "list").stdout
    assert "Claude [31m" in listed
    assert "\x1b[31m" not in listed
    assert said(folder, "token", "revoke", "f" * 32).exit_code == 0
    assert said(folder, "token", "list").stdout == "There are no tokens.\n"


@pytest.mark.parametrize(
    ("command", "error"),
    [
        (("token", "create", "--name", "x" * 61), "A token's name has 1 to 60 characters"),
        (("token", "create", "--name", "a", "--connection", "' OR 1=1"), "There is no connection ' OR 1=1."),
        (("token", "list", "--connection", "../x"), "There is no connection ../x."),
        (("token", "revoke", "%"), "There is no token %. `dinero-mcp token list --demo` lists them."),
        (
            ("connections", "delete", "x", "--yes"),
            "There is no connection x. `dinero-mcp connections list --demo`",
        ),
        (("connections", "delete", "x"), "There is no connection x."),
    ],
)
def test_what_cannot_be_done_is_told_with_what_to_do(
    command: tuple[str, ...], error: str, folder: Path
) -> None:
    done = said(folder, *command)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith(error)


def test_which_connection_is_asked_for_only_where_there_are_several(folder: Path) -> None:
    connect(folder, connection(IDA))
    done = said(folder, "token", "create", "--name", "laptop")
    assert (done.exit_code, "There are 2 connections. Say which with --connection" in done.stderr) == (
        1,
        True,
    )
    ida = IDA.replace("-", "")
    assert said(folder, "token", "create", "--name", "laptop", "--connection", ida).exit_code == 0
    assert "laptop" in said(folder, "token", "list", "--connection", ida).stdout
    assert "laptop" not in said(folder, "token", "list", "--connection", ASTRID.replace("-", "")).stdout


@pytest.mark.parametrize(
    "command", [("token", "create", "--name", "x"), ("token", "list"), ("connections", "list")]
)
def test_where_nobody_is_connected_no_store_is_made(command: tuple[str, ...], tmp_path: Path) -> None:
    done = said(tmp_path, *command)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "Run `dinero-mcp serve --http --demo`" in done.stderr
    assert not list((tmp_path / "data").rglob("connections*"))


def test_connections_are_listed_without_saying_who_they_are(folder: Path) -> None:
    said(folder, "token", "create", "--name", "laptop")
    listed = said(folder, "connections", "list").stdout
    assert ASTRID.replace("-", "") in listed
    for told in ("2026-10-09 14:00 CEST", "1001", "holds until 2027-10-09 14:00 CEST"):
        assert told in " ".join(listed.split())
    assert ASTRID not in listed
    assert ASTRID in said(folder, "connections", "list", "--verbose").stdout


def test_a_connection_is_deleted_after_asking_with_all_that_is_its(folder: Path) -> None:
    said(folder, "token", "create", "--name", "laptop")
    id_ = ASTRID.replace("-", "")
    kept = said(folder, "connections", "delete", id_)
    assert (kept.exit_code, "Delete connection" in kept.stderr) == (1, True)
    assert id_ in said(folder, "connections", "list").stdout
    assert said(folder, "connections", "delete", id_, "--yes").stdout.startswith("Deleted: revoked at Visma")
    assert said(folder, "connections", "list").stdout == "There are no connections.\n"
    with closing(sqlite3.connect(next((folder / "data" / "demo").glob("connections*.sqlite3")))) as database:
        assert database.execute("SELECT count(*) FROM dinero_mcp_bearers").fetchone() == (0,)


def test_logging_out_ends_the_tokens_of_the_connection_too(folder: Path) -> None:
    said(folder, "token", "create", "--name", "laptop")
    assert said(folder, "logout").exit_code == 0
    assert said(folder, "token", "list").stdout == "There are no tokens.\n"
