"""The connection store: who is connected to Dinero by way of Visma Connect, and with which tokens."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import Row, Select, delete, insert, select, update

from dinero_mcp.auth.database import Database, postgresql_at, sqlite_in
from dinero_mcp.auth.directory import LONGEST_WAIT, Directory
from dinero_mcp.auth.sealing import Sealer, Tokens
from dinero_mcp.auth.tables import connections
from dinero_mcp.auth.visma_connection import Lease, RefreshMode, VismaConnection, VismaUser
from dinero_mcp.auth.visma_refusals import LOGIN
from dinero_mcp.errors import NotConnectedError

Change = Callable[[VismaConnection], VismaConnection]


async def open_store(
    directory: Path,
    database_address: str | None = None,
    secret_keys: Sequence[str] = (),
    *,
    longest_wait: float = LONGEST_WAIT,
) -> "ConnectionStore":
    """The store in a folder or a PostgreSQL database, in its newest shape and encrypted with the first key.

    `longest_wait` is how many seconds one process waits for what another keeps locked.

    Raises:
        StoreError: when it cannot be used.
    """
    database, keys = await open_database(directory, database_address, secret_keys, longest_wait=longest_wait)
    store = ConnectionStore(database, Sealer(keys))
    if len(secret_keys) > 1:
        await store.rotate()
    return store


async def open_database(
    directory: Path,
    database_address: str | None,
    secret_keys: Sequence[str],
    *,
    longest_wait: float = LONGEST_WAIT,
    most_connections: int | None = None,
) -> tuple[Database, list[str]]:
    """The database in its newest shape, and the keys that its secrets are encrypted with.

    With `most_connections`, that many are kept open to PostgreSQL; without, each is opened when needed.
    """
    folder = Directory(directory, longest_wait)
    database = (
        postgresql_at(database_address, longest_wait, most_connections)
        if database_address
        else sqlite_in(folder)
    )
    await database.migrate()
    return database, list(secret_keys) or [await folder.key()]


class ConnectionStore:
    """One connection for each user; what is read and written is one short transaction each."""

    def __init__(self, database: Database, sealer: Sealer, sign_in: str = LOGIN) -> None:
        """`sign_in` is how a user signs in again, in words."""
        self._database = database
        self._sealer = sealer
        self._sign_in = sign_in

    async def newest(self, issuer: str) -> VismaConnection | None:
        """The connection that was made last by way of an issuer, if there is one."""
        by_issuer = select(connections).where(connections.c.issuer == issuer)
        newest = by_issuer.order_by(connections.c.connected_at.desc()).limit(1)
        async with self._database.reading() as database:
            row = (await database.execute(newest)).one_or_none()
        return self._opened(row) if row else None

    async def connection(self, user: VismaUser) -> VismaConnection:
        """A user's connection.

        Raises:
            NotConnectedError: when there is none.
        """
        async with self._database.reading() as database:
            row = (await database.execute(_of(user))).one_or_none()
        return self._opened(row)

    async def with_id(self, connection_id: str) -> VismaConnection | None:
        """The connection with this id, if there is one."""
        async with self._database.reading() as database:
            row = (
                await database.execute(select(connections).where(connections.c.id == connection_id))
            ).one_or_none()
        return self._opened(row) if row else None

    async def all(self) -> list[VismaConnection]:
        """Every connection, the newest first."""
        async with self._database.reading() as database:
            rows = await database.execute(select(connections).order_by(connections.c.connected_at.desc()))
            return [self._opened(row) for row in rows.all()]

    async def connect(self, connection: VismaConnection) -> None:
        """Keep a connection that has just been made; its id and default organization stay those of before."""
        async with self._database.writing() as database:
            row = (await database.execute(_of(connection.user).with_for_update())).one_or_none()
            chosen = connection.organization_id or (row.organization_id if row else None)
            known_as = row.id if row else connection.id
            values = self._closed(replace(connection, organization_id=chosen, id=known_as))
            await database.execute(
                _changed(connection.user, values) if row else insert(connections).values(values)
            )

    async def change(self, user: VismaUser, change: Change) -> VismaConnection:
        """Put in place of a connection what `change` makes of it; nobody else sees it in between.

        Raises:
            NotConnectedError: when there is none.
        """
        async with self._database.writing() as database:
            before = self._opened((await database.execute(_of(user).with_for_update())).one_or_none())
            after = change(before)
            if after != before:
                await database.execute(_changed(user, self._closed(after)))
        return after

    async def forget(self, user: VismaUser) -> None:
        """Delete a connection; its tokens are gone from the database with it."""
        async with self._database.writing() as database:
            await database.execute(delete(connections).where(*_is(user)))

    async def rotate(self) -> None:
        """Encrypt anew, with the first key, what was encrypted with another; unknown keys are left alone."""
        async with self._database.writing() as database:
            for row in (await database.execute(select(connections).with_for_update())).all():
                if sealed := self._sealer.renewed(row.tokens):
                    user = VismaUser(row.issuer, row.subject)
                    await database.execute(_changed(user, {"tokens": sealed}))

    def _opened(self, row: Row[Any] | None) -> VismaConnection:  # Any: columns of the table
        if row is None:
            raise NotConnectedError(
                f"Nobody is signed in to Dinero here any more. To sign in, {self._sign_in}."
            )
        user = VismaUser(row.issuer, row.subject)
        tokens = self._sealer.open(row.tokens, user)
        return VismaConnection(
            id=row.id,
            user=user,
            access_token=tokens.access_token,
            expires_at=row.expires_at,
            refresh_token=tokens.refresh_token,
            scope=row.scope,
            connected_at=row.connected_at,
            refreshed_at=row.refreshed_at,
            holds_until=row.holds_until,
            mode=RefreshMode(row.mode),
            organization_id=row.organization_id,
            refresh_started_at=row.refresh_started_at,
            lease=Lease(row.lease_holder, row.lease_until) if row.lease_holder else None,
        )

    def _closed(self, connection: VismaConnection) -> dict[str, object]:
        user, lease = connection.user, connection.lease
        tokens = Tokens(user.issuer, user.subject, connection.access_token, connection.refresh_token)
        return {
            "id": connection.id,
            "issuer": user.issuer,
            "subject": user.subject,
            "tokens": self._sealer.seal(tokens),
            "expires_at": connection.expires_at,
            "scope": connection.scope,
            "connected_at": connection.connected_at,
            "refreshed_at": connection.refreshed_at,
            "holds_until": connection.holds_until,
            "mode": connection.mode.value,
            "organization_id": connection.organization_id,
            "refresh_started_at": connection.refresh_started_at,
            "lease_holder": lease.holder if lease else None,
            "lease_until": lease.until if lease else None,
        }


def _is(user: VismaUser) -> tuple[Any, Any]:  # Any: conditions
    return connections.c.issuer == user.issuer, connections.c.subject == user.subject


def _of(user: VismaUser) -> Select[Any]:  # Any: columns
    return select(connections).where(*_is(user))


def _changed(user: VismaUser, values: dict[str, object]) -> Any:
    return update(connections).where(*_is(user)).values(values)
