"""Turns for Dinero's requests, counted in the database for all processes that share it.

The clock is the database's. One organization's turns are taken one after the other: an advisory lock in
PostgreSQL, the only writer in SQLite. `at` is when the turn's request arrived, or will at the latest.

Turns may be counted elsewhere instead, as long as that place can be reached. Which place counts stands in
`windows`, under `place`; when somebody could not reach the other place, under `away`.
"""

from collections.abc import Sequence
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Float, Select, delete, insert, literal_column, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from dinero_mcp.auth.database import Database
from dinero_mcp.auth.tables import turns, windows

DATABASE = "database"
_LOCK_CLASS = 643_920_187
"""Any number that nobody else locks in the same database."""
_PLACE, _AWAY = "place", "away"
_NOW = {
    "postgresql": "CAST(EXTRACT(EPOCH FROM clock_timestamp()) AS DOUBLE PRECISION)",
    "sqlite": "((julianday('now') - 2440587.5) * 86400.0)",
}


class Turn(Protocol):
    """A turn of an organization, under a number that no other has."""

    @property
    def organization_id(self) -> int: ...
    @property
    def number(self) -> int: ...


class Limit(Protocol):
    """How many `requests` may be held at once, for `held` seconds after they arrived, which they do within
    `on_its_way` seconds.
    """

    @property
    def requests(self) -> int: ...
    @property
    def held(self) -> float: ...
    @property
    def on_its_way(self) -> float: ...


class Turns:
    """The turns of all organizations."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, turn: Turn, limit: Limit) -> tuple[float, ...]:
        """Take a turn, or say in how many seconds those that are held come free, the soonest first."""
        async with self._database.writing() as database:
            await _lock(database, turn.organization_id)
            now, closed_until = await _now_and_closing(database, turn.organization_id)
            if closed_until > now:
                return (closed_until - now,)
            await database.execute(
                delete(turns).where(_of(turn.organization_id), turns.c.at <= now - limit.held)
            )
            arrivals = (await database.scalars(select(turns.c.at).where(_of(turn.organization_id)))).all()
            if len(arrivals) < limit.requests:
                await database.execute(insert(turns).values(_row(turn, now + limit.on_its_way)))
                return ()
        return _waits(arrivals, now, limit)

    async def arrived(self, arrived: Sequence[Turn]) -> None:
        """Their requests have arrived."""
        numbers = [turn.number for turn in arrived]
        async with self._database.writing() as database:
            await database.execute(
                update(turns).where(turns.c.id.in_(numbers)).values(at=await _now(database))
            )

    async def close(self, organization_id: int, seconds: float) -> None:
        """Give no turn of an organization for `seconds`."""
        async with self._database.writing() as database:
            await _lock(database, organization_id)
            now, closed_until = await _now_and_closing(database, organization_id)
            await _put(database, _closing(organization_id), "", max(now + seconds, closed_until))

    async def sweep(self, limit: Limit) -> None:
        """Delete what no longer counts, of organizations that nobody asks for any more."""
        async with self._database.writing() as database:
            now = await _now(database)
            await database.execute(delete(turns).where(turns.c.at <= now - limit.held))
            is_closing = windows.c.name.startswith(_closing(""), autoescape=True)
            await database.execute(delete(windows).where(is_closing, windows.c.since <= now))

    async def look(self) -> tuple[str, float, float]:
        """Which place counts; in how many seconds it counts alone, below 0 when it does already; and how many
        seconds ago somebody last could not reach the other. Waits for a change that is under way.
        """
        rows = select(
            windows.c.name, windows.c.place, windows.c.since, _clock(self._database.engine.dialect.name)
        )
        async with self._database.writing() as database:
            await _lock(database, 0, shared=True)
            found = (await database.execute(rows.where(windows.c.name.in_((_PLACE, _AWAY))))).all()
        ages = {row.name: row.now - row.since for row in found}
        place = next((row.place for row in found if row.name == _PLACE), DATABASE)
        return place, -ages.get(_PLACE, float("inf")), ages.get(_AWAY, float("inf"))

    async def leave(self, place: str, *, lease: float, held_at_most: float) -> None:
        """Count here instead of at `place`, if that still counts, and note that it could not be reached.

        Others may go on there for `lease` seconds, until they look. What was taken there is not known here,
        so nothing is given until none of it is held any more; unless it was all taken here as well, as it is
        until the place counts alone.
        """
        async with self._database.writing() as database:
            await _lock(database, 0)
            now = await _now(database)
            await _put(database, _AWAY, "", now)
            row = (await database.execute(_the_place())).one_or_none()
            if row and row.place == place:
                all_known = now + lease < row.since
                await _put(database, _PLACE, DATABASE, now if all_known else now + lease + held_at_most)

    async def enter(self, place: str, *, lease: float, held_at_most: float) -> None:
        """Count at `place` instead of here, if here is where turns are counted now.

        Others may go on here alone for `lease` seconds. Until none of what they took is held any more, turns
        are to be taken at both places; from then on the other counts alone.
        """
        async with self._database.writing() as database:
            await _lock(database, 0)
            now = await _now(database)
            row = (await database.execute(_the_place())).one_or_none()
            if row is None or (row.place == DATABASE and row.since <= now):
                await _put(database, _PLACE, place, now + lease + held_at_most)

    async def complain(self) -> None:
        """Note that the other place cannot be reached."""
        async with self._database.writing() as database:
            await _lock(database, 0)
            await _put(database, _AWAY, "", await _now(database))


async def _lock(database: AsyncConnection, organization_id: int, *, shared: bool = False) -> None:
    """Keep others from this organization until the transaction ends; 0 stands for the places."""
    if database.dialect.name == "postgresql":  # in SQLite only one writes
        key = {"class": _LOCK_CLASS, "id": organization_id}
        lock = f"pg_advisory_xact_lock{'_shared' if shared else ''}"
        await database.execute(text(f"SELECT {lock}(CAST(:class AS INTEGER), CAST(:id AS INTEGER))"), key)


async def _now_and_closing(database: AsyncConnection, organization_id: int) -> tuple[float, float]:
    closing = select(windows.c.since).where(windows.c.name == _closing(organization_id)).scalar_subquery()
    now, closed_until = (await database.execute(select(_clock(database.dialect.name), closing))).one()
    return now, closed_until or 0.0


async def _now(database: AsyncConnection) -> float:
    return (await database.execute(select(_clock(database.dialect.name)))).scalar_one()


def _clock(dialect: str) -> ColumnElement[float]:
    return literal_column(_NOW[dialect], Float).label("now")


async def _put(database: AsyncConnection, name: str, place: str, since: float) -> None:
    row = {"place": place, "since": since}
    changed = await database.execute(update(windows).where(windows.c.name == name).values(row))
    if not changed.rowcount:
        await database.execute(insert(windows).values(name=name, **row))


def _the_place() -> Select[Any, Any]:  # Any: columns
    return select(windows.c.place, windows.c.since).where(windows.c.name == _PLACE)


def _closing(organization_id: int | str) -> str:
    return f"closed {organization_id}"


def _of(organization_id: int) -> ColumnElement[bool]:
    return turns.c.organization_id == organization_id


def _row(turn: Turn, at: float) -> dict[str, object]:
    return {"id": turn.number, "organization_id": turn.organization_id, "at": at}


def _waits(arrivals: Sequence[float], now: float, limit: Limit) -> tuple[float, ...]:
    """In how many seconds turns come free; what is on its way is expected to have arrived at once."""
    expected = (at - limit.on_its_way if at > now else at for at in arrivals)
    return tuple(sorted(max(at + limit.held - now, 0.01) for at in expected))
