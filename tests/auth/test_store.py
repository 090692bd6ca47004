"""The connection store, on both databases."""

import sqlite3
import stat
import sys
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import anyio
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from cryptography.fernet import Fernet
from sqlalchemy import Connection, inspect, text

from dinero_mcp.auth import migrations
from dinero_mcp.auth.database import Database, postgresql_at, sqlite_in
from dinero_mcp.auth.directory import Directory
from dinero_mcp.auth.store import ConnectionStore, open_store
from dinero_mcp.auth.tables import NEWEST_REVISION, REVISION_TABLE, metadata
from dinero_mcp.auth.visma_connection import Lease, RefreshMode, VismaConnection, VismaUser
from dinero_mcp.errors import NotConnectedError, StoreError
from tests.auth.clock import Clock
from tests.auth.conftest import Place

ISSUER = "https://connect.visma.com"
ASTRID = VismaUser(ISSUER, "5f0c1d7e-0000-4000-8000-000000000001")
IDA = VismaUser(ISSUER, "5f0c1d7e-0000-4000-8000-000000000002")
ACCESS, REFRESH = "eyJ.the-access-token.sig", "0123456789ABCDEFTHEREFRESHTOKEN"


def connection(clock: Clock, user: VismaUser = ASTRID) -> VismaConnection:
    return VismaConnection(
        user=user,
        access_token=ACCESS,
        expires_at=clock.now + timedelta(hours=1),
        refresh_token=REFRESH,
        scope="dineropublicapi:read offline_access",
        connected_at=clock.now,
        holds_until=clock.now + timedelta(days=365),
        id=user.subject.replace("-", ""),
    )


def key() -> str:
    return Fernet.generate_key().decode()


def database(place: Place) -> Database:
    if place.database_address:
        return postgresql_at(place.database_address)
    return sqlite_in(Directory(place.directory))


async def test_what_is_kept_comes_back_as_it_was(place: Place, clock: Clock) -> None:
    kept = replace(
        connection(clock),
        refreshed_at=clock.now,
        mode=RefreshMode.RE_USE,
        organization_id=1001,
        refresh_started_at=clock.now + timedelta(microseconds=1),
        lease=Lease("somebody", clock.now + timedelta(seconds=30)),
    )
    await (await place.opened()).connect(kept)
    assert await (await place.opened()).connection(ASTRID) == kept
    assert await (await place.opened()).newest(ISSUER) == kept


async def test_nobody_is_connected_at_first(store: ConnectionStore) -> None:
    assert await store.newest(ISSUER) is None
    with pytest.raises(NotConnectedError, match="dinero-mcp login"):
        await store.connection(ASTRID)
    with pytest.raises(NotConnectedError, match="dinero-mcp login"):
        await store.change(ASTRID, lambda found: found)


async def test_the_newest_connection_is_the_one_made_last(store: ConnectionStore, clock: Clock) -> None:
    await store.connect(connection(clock))
    clock.pass_by(1)
    await store.connect(connection(clock, IDA))
    clock.pass_by(1)
    await store.connect(connection(clock))
    newest = await store.newest(ISSUER)
    assert newest
    assert newest.user == ASTRID
    await store.forget(ASTRID)
    newest = await store.newest(ISSUER)
    assert newest
    assert newest.user == IDA
    assert await store.newest("https://elsewhere.example") is None


async def test_to_sign_in_again_renews_everything_but_the_id_and_the_chosen_organization(
    store: ConnectionStore, clock: Clock
) -> None:
    first = connection(clock)
    await store.connect(first)
    await store.change(ASTRID, lambda found: replace(found, organization_id=1002, refresh_token=""))
    again = replace(connection(clock), refresh_token="another", id="another")
    await store.connect(again)
    assert await store.connection(ASTRID) == replace(again, organization_id=1002, id=first.id)
    assert await store.with_id(first.id) == await store.connection(ASTRID)
    assert await store.with_id(again.id) is None


async def test_a_change_that_fails_changes_nothing(store: ConnectionStore, clock: Clock) -> None:
    before = connection(clock)
    await store.connect(before)

    def fail(_: VismaConnection) -> VismaConnection:
        raise NotConnectedError("no")

    with pytest.raises(NotConnectedError, match=r"^no$"):
        await store.change(ASTRID, fail)
    assert await store.connection(ASTRID) == before


async def test_changes_at_the_same_time_all_count(store: ConnectionStore, clock: Clock) -> None:
    await store.connect(replace(connection(clock), organization_id=0))

    async def add_one() -> None:
        await store.change(ASTRID, lambda it: replace(it, organization_id=(it.organization_id or 0) + 1))

    async with anyio.create_task_group() as group:
        for _ in range(20):
            group.start_soon(add_one)
    assert (await store.connection(ASTRID)).organization_id == 20


async def test_a_stolen_database_without_the_key_gives_nothing(tmp_path: Path, clock: Clock) -> None:
    store = await open_store(tmp_path)
    await store.connect(connection(clock))
    with closing(sqlite3.connect(tmp_path / "connections.sqlite3")) as holding_the_wal_open:
        holding_the_wal_open.execute("SELECT * FROM dinero_mcp_connections").fetchall()
        await store.change(ASTRID, lambda found: replace(found, organization_id=1))
        at_rest = {name: content for name, content in contents(tmp_path).items() if name != "secret.key"}
    assert "connections.sqlite3-wal" in at_rest
    bytes_at_rest = b"".join(at_rest.values())
    assert ASTRID.subject.encode() in bytes_at_rest
    for secret in (ACCESS, REFRESH, contents(tmp_path)["secret.key"].decode().strip()):
        assert secret.encode() not in bytes_at_rest


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def modes(folder: Path) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
async def test_the_files_are_the_users_alone(tmp_path: Path, clock: Clock) -> None:
    folder = tmp_path / "made" / "dinero-mcp"
    store = await open_store(folder)
    (folder / "secret.key").chmod(0o644)
    store = await open_store(folder)
    await store.connect(connection(clock))
    with closing(sqlite3.connect(folder / "connections.sqlite3")) as reader:
        reader.execute("SELECT * FROM dinero_mcp_connections").fetchall()
        await store.change(ASTRID, lambda found: replace(found, organization_id=1))
        found = modes(folder)
    assert modes(folder.parent) == {"dinero-mcp": 0o700}
    assert {"connections.sqlite3", "connections.sqlite3-wal", "secret.key", "lock"} <= set(found)
    assert set(found.values()) == {0o600}


async def test_keys_are_rotated_by_putting_a_new_one_first(place: Place, clock: Clock) -> None:
    old, new = key(), key()
    await (await place.opened(old)).connect(connection(clock))
    assert await (await place.opened(new, old)).connection(ASTRID) == connection(clock)
    assert await (await place.opened(new)).connection(ASTRID) == connection(clock)
    with pytest.raises(StoreError):
        await (await place.opened(old)).connection(ASTRID)


async def test_a_key_in_the_other_base64_alphabet_is_the_same_key(place: Place, clock: Clock) -> None:
    await (await place.opened("-_" * 21 + "8=")).connect(connection(clock))
    assert await (await place.opened("+/" * 21 + "8=")).connection(ASTRID) == connection(clock)


async def test_a_wrong_key_is_told_and_destroys_nothing(place: Place, clock: Clock) -> None:
    right, wrong, other = key(), key(), key()
    await (await place.opened(right)).connect(connection(clock))
    store = await place.opened(wrong, other)
    for question in (
        store.newest(ISSUER),
        store.connection(ASTRID),
        store.change(ASTRID, lambda found: found),
    ):
        with pytest.raises(StoreError, match="DINERO_SECRET_KEY"):
            await question
    assert await (await place.opened(right)).connection(ASTRID) == connection(clock)


async def test_tokens_moved_into_anothers_row_are_not_used(place: Place, clock: Clock) -> None:
    store = await place.opened()
    await store.connect(connection(clock))
    await store.connect(connection(clock, IDA))
    async with database(place).writing() as writing:
        await writing.execute(
            text(
                "UPDATE dinero_mcp_connections SET tokens = (SELECT tokens FROM dinero_mcp_connections WHERE "
                "subject = :from_user) WHERE subject = :to_user"
            ),
            {"from_user": ASTRID.subject, "to_user": IDA.subject},
        )
    with pytest.raises(StoreError, match="somebody else"):
        await store.connection(IDA)


async def test_a_key_file_without_a_key_is_told(tmp_path: Path) -> None:
    await open_store(tmp_path)
    (tmp_path / "secret.key").write_text("hej\n")
    with pytest.raises(StoreError, match=r"secret\.key holds no key"):
        await open_store(tmp_path)


async def test_migrations_go_down_and_up_again_to_the_tables_the_store_uses(place: Place) -> None:
    await place.opened()
    async with database(place).writing() as writing:
        await writing.run_sync(migrations.downgrade, "base")
        assert await writing.run_sync(tables) == {REVISION_TABLE}
        await writing.run_sync(migrations.upgrade)
        assert await writing.run_sync(tables) == {REVISION_TABLE, *metadata.tables}
    async with database(place).reading() as reading:
        assert await reading.run_sync(differences) == []


async def test_connections_kept_before_they_had_ids_get_one_each(place: Place, clock: Clock) -> None:
    store = await place.opened()
    for user in (ASTRID, IDA):
        await store.connect(connection(clock, user))
    async with database(place).writing() as writing:
        await writing.run_sync(migrations.downgrade, "0001")
    upgraded = await (await place.opened()).all()
    assert {each.user for each in upgraded} == {ASTRID, IDA}
    assert len({each.id for each in upgraded}) == 2
    assert all(each.refresh_token == REFRESH for each in upgraded)


def tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names())


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"version_table": REVISION_TABLE})
    return list(compare_metadata(context, metadata))


def test_the_newest_revision_is_the_last_migration() -> None:
    scripts = ScriptDirectory(str(Path(migrations.__file__).parent))
    assert scripts.get_heads() == [NEWEST_REVISION]


async def test_a_store_from_a_newer_version_is_left_alone(place: Place, clock: Clock) -> None:
    await (await place.opened()).connect(connection(clock))
    async with database(place).writing() as writing:
        await writing.execute(text(f"UPDATE {REVISION_TABLE} SET version_num = '9999'"))
    with pytest.raises(StoreError, match=r"newer version.*Update"):
        await place.opened()
    async with database(place).reading() as reading:
        assert await reading.scalar(text("SELECT count(*) FROM dinero_mcp_connections")) == 1
