"""People who connected some time ago: they are in the store, and their access tokens have run out."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from benchmarks.office.house import House, Json
from dinero_mcp.auth.state import State, open_state
from dinero_mcp.auth.visma_connection import RefreshMode, VismaConnection, VismaUser

_AT_ONCE = 8


@dataclass(frozen=True)
class Person:
    """Somebody with a connection, and a named token for it."""

    user: VismaUser
    bearer: str
    organization_id: int


@asynccontextmanager
async def state_of(house: House) -> AsyncGenerator[State]:
    """The state that the replicas share."""
    address = house.postgresql.address if house.postgresql else None
    state = await open_state(
        house.folder / "data", address, [house.secret_key], most_connections=_AT_ONCE if address else None
    )
    try:
        yield state
    finally:
        await state.close()


async def moved_in(house: House, count: int, organization_ids: Sequence[int]) -> list[Person]:
    """So many people; the organizations go round, and each reaches the one that is its default."""
    each = [organization_ids[number % len(organization_ids)] for number in range(count)]
    rows: list[tuple[Json, int]] = []
    for organization_id in sorted(set(each)):
        granted = house.sandbox.granted(each.count(organization_id), organization_id)
        rows += [(row, organization_id) for row in granted]
    door = asyncio.Semaphore(_AT_ONCE)
    async with state_of(house) as state:

        async def move_in(row: Json, organization_id: int) -> Person:
            async with door:
                return await _kept(state, house.sandbox.address, row, organization_id)

        return await asyncio.gather(*(move_in(*row) for row in rows))


async def _kept(state: State, issuer: str, row: Json, organization_id: int) -> Person:
    expires_at = datetime.fromtimestamp(row["expires_at"], UTC)
    connection = VismaConnection(
        user=VismaUser(issuer, row["subject"]),
        access_token=row["access_token"],
        expires_at=expires_at,
        refresh_token=row["refresh_token"],
        scope=row["scope"],
        connected_at=expires_at - timedelta(hours=1),
        mode=RefreshMode.ONE_TIME,
        organization_id=organization_id,
    )
    await state.connections.connect(connection)
    now = datetime.now(UTC)
    _, bearer = await state.bearers.create_named(connection.id, "load", "dinero:read", now, None)
    return Person(connection.user, bearer, organization_id)
