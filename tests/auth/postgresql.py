"""A database of its own on a PostgreSQL server, for as long as the tests take."""

import asyncio
import os
from collections.abc import Generator
from contextlib import contextmanager
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

SERVER = "DINERO_TEST_DATABASE_URL"


@contextmanager
def a_database() -> Generator[str]:
    """The address of an empty database; skips where no server is told of."""
    server = os.environ.get(SERVER)
    if not server:
        pytest.skip(f"{SERVER} names no PostgreSQL server whose user may create databases")
    name = f"dinero_mcp_test_{uuid4().hex}"
    asyncio.run(_executed(server, f"CREATE DATABASE {name}"))
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        asyncio.run(_executed(server, f"DROP DATABASE {name} WITH (FORCE)"))


def emptied(address: str) -> str:
    """The same address, with nothing there any more."""
    asyncio.run(_executed(address, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public"))
    return address


async def _executed(server: str, *statements: str) -> None:
    engine = create_async_engine(make_url(server).set(drivername="postgresql+asyncpg"))
    async with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        for statement in statements:
            await connection.execute(text(statement))
    await engine.dispose()
