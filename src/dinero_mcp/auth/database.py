"""The database of the store: SQLite in the user's data directory, or PostgreSQL; one code path for both.

A transaction that writes takes its lock at once (`BEGIN IMMEDIATE` in SQLite, rows `FOR UPDATE` in
PostgreSQL) and is short: nothing outside the database is waited for while one is open. Connections are
opened when they are needed and closed at once, for that is about once an hour; only a server that asks the
database with each request keeps some open to PostgreSQL, and no more than it is told. There, who only looks
leaves two of these to who writes: a token that Visma gave is stored at once, however many are looking.

Whoever gives up waiting does so when the transaction is over: one torn apart in SQLite may keep its lock.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from anyio import CancelScope
from sqlalchemy import Connection, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from dinero_mcp.auth.database_failures import failures_told
from dinero_mcp.auth.directory import LONGEST_WAIT, Directory
from dinero_mcp.auth.tables import NEWEST_REVISION, REVISION_TABLE
from dinero_mcp.errors import StoreError

IMMEDIATE = "dinero_mcp_immediate"
LEFT_TO_WRITERS = 2
LONGEST_LINE = 30.0
"""Seconds one waits for others of this process to have looked: unlike a database, they do come to an end."""
ADVISORY_LOCK = 6_439_201_877
"""Any number that nobody else locks in the same database."""


@dataclass(frozen=True, slots=True)
class Database:
    """Transactions, and tables in their newest shape."""

    engine: AsyncEngine
    place: str
    exists: Callable[[], bool]
    alone: Callable[[], AbstractAsyncContextManager[None]]
    """Keeps other processes out, and makes what does not exist yet."""
    lookers: asyncio.Semaphore | None = None
    """How many may look at once, where connections are kept."""

    @asynccontextmanager
    async def reading(self) -> AsyncGenerator[AsyncConnection]:
        """A transaction that only looks."""
        with failures_told(self.place):
            async with self._in_line():
                with CancelScope(shield=True):
                    async with self.engine.connect() as connection:
                        yield connection

    @asynccontextmanager
    async def _in_line(self) -> AsyncGenerator[None]:
        if self.lookers is None:
            yield
            return
        async with asyncio.timeout(LONGEST_LINE):
            await self.lookers.acquire()
        try:
            yield
        finally:
            self.lookers.release()

    @asynccontextmanager
    async def writing(self) -> AsyncGenerator[AsyncConnection]:
        """A transaction that changes something; it is committed when nothing is raised in it."""
        with failures_told(self.place), CancelScope(shield=True):
            async with self.engine.execution_options(**{IMMEDIATE: True}).begin() as connection:
                yield connection

    async def migrate(self) -> None:
        """Bring the tables to their newest shape: one process does it while the others wait."""
        if self.exists() and await self._revision() == NEWEST_REVISION:
            return
        from dinero_mcp.auth.migrations import refuse_unknown, upgrade

        async with self.alone(), self.writing() as connection:
            if connection.dialect.name == "postgresql":
                await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
            if revision := await connection.run_sync(_revision):
                refuse_unknown(revision)
            await connection.run_sync(upgrade)

    async def _revision(self) -> str | None:
        async with self.reading() as connection:
            return await connection.run_sync(_revision)


def sqlite_in(directory: Directory) -> Database:
    """The database in the user's data directory."""
    engine = create_async_engine(
        URL.create("sqlite+aiosqlite", database=str(directory.database)),
        poolclass=NullPool,
        hide_parameters=True,
        connect_args={"timeout": directory.longest_wait},
    )
    event.listen(engine.sync_engine, "connect", _leave_transactions_to_us)
    event.listen(engine.sync_engine, "begin", _begin)
    place = str(directory.database)
    return Database(engine, place, directory.database.exists, lambda: _alone_in(directory))


def postgresql_at(
    address: str, longest_wait: float = LONGEST_WAIT, most_connections: int | None = None
) -> Database:
    """The database at a `postgresql://` address; with `most_connections`, that many are kept open at most.

    Raises:
        StoreError: when the address cannot be read.
    """
    try:
        url = make_url(address).set(drivername="postgresql+asyncpg")
    except (ArgumentError, ValueError):
        raise StoreError(
            "DINERO_DATABASE_URL cannot be read. Example: postgresql://user:password@host:5432/database"
        ) from None
    ssl = {"ssl": url.query["sslmode"]} if "sslmode" in url.query else {}  # psql's word for it
    engine = create_async_engine(
        url.difference_update_query(["sslmode"]),
        **_pool(most_connections, longest_wait),
        hide_parameters=True,
        connect_args={
            "timeout": longest_wait,
            "command_timeout": 2 * longest_wait,
            "server_settings": {
                "application_name": "dinero-mcp",
                "lock_timeout": f"{1000 * longest_wait:.0f}ms",
            },
            **ssl,
        },
    )
    place = f"the database {url.database} on {url.host or 'this machine'}"
    lookers = asyncio.Semaphore(max(1, most_connections - LEFT_TO_WRITERS)) if most_connections else None
    return Database(engine, place, lambda: True, _with_nobody_to_keep_out, lookers)


def _pool(most: int | None, longest_wait: float) -> dict[str, Any]:  # Any: an engine's arguments
    if most is None:
        return {"poolclass": NullPool}
    return {"pool_size": most, "max_overflow": 0, "pool_timeout": longest_wait, "pool_pre_ping": True}


def _leave_transactions_to_us(connection: Any, _: object) -> None:  # Any: a driver's connection
    connection.isolation_level = None


def _begin(connection: Connection) -> None:
    immediate = connection.get_execution_options().get(IMMEDIATE)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


@asynccontextmanager
async def _alone_in(directory: Directory) -> AsyncGenerator[None]:
    async with directory.alone():
        directory.make_database()
        yield


@asynccontextmanager
async def _with_nobody_to_keep_out() -> AsyncGenerator[None]:
    yield


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table(REVISION_TABLE):
        return None
    return connection.scalar(text(f"SELECT version_num FROM {REVISION_TABLE}"))
