"""OAuth clients that registered themselves (RFC 7591)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, select, update

from dinero_mcp.auth.database import Database
from dinero_mcp.auth.tables import clients

UNUSED_LASTS = timedelta(days=7)
"""How long a client is remembered that nobody has allowed anything."""
IDLE_LASTS = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Client:
    """A registration; `details` are its metadata as JSON."""

    client_id: str
    details: str
    registered_at: datetime


class Clients:
    """The registrations."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, client: Client) -> None:
        """Remember a client, and forget those that came to nothing."""
        now = client.registered_at
        async with self._database.writing() as database:
            unused = clients.c.used_at.is_(None) & (clients.c.registered_at <= now - UNUSED_LASTS)
            await database.execute(delete(clients).where(unused | (clients.c.used_at <= now - IDLE_LASTS)))
            values = {
                "client_id": client.client_id,
                "details": client.details,
                "registered_at": client.registered_at,
            }
            await database.execute(insert(clients).values(values))

    async def found(self, client_id: str) -> Client | None:
        """The client with this id, if it registered."""
        async with self._database.reading() as database:
            its = select(clients).where(clients.c.client_id == client_id)
            row = (await database.execute(its)).one_or_none()
        return Client(row.client_id, row.details, row.registered_at) if row else None

    async def note_used(self, client_id: str, now: datetime) -> None:
        """Remember that somebody allowed it something, or that it asked for new tokens."""
        async with self._database.writing() as database:
            its = update(clients).where(clients.c.client_id == client_id)
            await database.execute(its.values(used_at=now))

    async def count(self) -> int:
        """How many there are."""
        async with self._database.reading() as database:
            return (await database.execute(select(func.count()).select_from(clients))).scalar_one()
