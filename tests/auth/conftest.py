"""Stores of both kinds."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from dinero_mcp.auth.store import ConnectionStore, open_store
from tests.auth.clock import Clock
from tests.auth.postgresql import a_database, emptied
from tests.auth.visma import Office

SignedIn = Callable[..., Awaitable[Office]]


@dataclass(frozen=True)
class Place:
    """Where a store is: a folder, and for PostgreSQL a database besides."""

    directory: Path
    database_address: str | None = None

    async def opened(self, *secret_keys: str) -> ConnectionStore:
        return await open_store(self.directory, self.database_address, secret_keys)


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime(2026, 10, 9, 12, tzinfo=UTC))


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    with a_database() as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """An empty place for a store, on either kind of database."""
    if request.param == "sqlite":
        return Place(tmp_path / "dinero-mcp")
    return Place(tmp_path / "dinero-mcp", emptied(request.getfixturevalue("postgresql")))


@pytest.fixture
async def store(place: Place) -> ConnectionStore:
    return await place.opened()


@pytest.fixture
def office(store: ConnectionStore, clock: Clock) -> SignedIn:
    """`await office(refresh_tokens="re-use")` has Astrid signed in."""

    async def signed_in(**application: Any) -> Office:  # Any: an application's fields
        made = Office(store, clock, **application)
        await made.sign_in()
        return made

    return signed_in
