"""A desk on a database of its own."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from dinero_mcp.auth.state import State, open_state
from tests.auth.authorization.desk import Desk
from tests.auth.clock import Clock
from tests.auth.conftest import Place


@pytest.fixture
async def state(tmp_path: Path) -> AsyncGenerator[State]:
    opened = await open_state(tmp_path / "dinero-mcp")
    yield opened
    await opened.close()


@pytest.fixture
def desk(state: State, clock: Clock) -> Desk:
    return Desk(state, clock)


@pytest.fixture
async def any_desk(place: Place, clock: Clock) -> AsyncGenerator[Desk]:
    """A desk on either kind of database."""
    opened = await open_state(place.directory, place.database_address, most_connections=3)
    yield Desk(opened, clock)
    await opened.close()
