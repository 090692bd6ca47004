"""All that outlives a request: the store of connections, and what an office keeps beside it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import delete, text

from dinero_mcp.auth.audit import AuditTrail, forget_names_of
from dinero_mcp.auth.bearers import Bearers
from dinero_mcp.auth.clients import Clients
from dinero_mcp.auth.consents import Consents
from dinero_mcp.auth.database import Database
from dinero_mcp.auth.sealing import Sealer, derived_key
from dinero_mcp.auth.store import ConnectionStore, open_database
from dinero_mcp.auth.tables import REVISION_TABLE, bearers, connections, consents, tickets
from dinero_mcp.auth.tickets import Tickets
from dinero_mcp.auth.turns import Turns
from dinero_mcp.auth.visma_refusals import LOGIN


@dataclass(frozen=True, slots=True)
class State:
    """Everything in one database, for any number of processes."""

    database: Database
    connections: ConnectionStore
    tickets: Tickets
    bearers: Bearers
    clients: Clients
    consents: Consents
    audit: AuditTrail
    turns: Turns
    secret_keys: tuple[str, ...] = field(repr=False)
    """What is encrypted with, the one that writes first."""

    def derived_keys(self, purpose: str) -> list[bytes]:
        """Keys for one purpose, the same in every process that has the same secret keys; the first writes."""
        return [derived_key(key, purpose) for key in self.secret_keys]

    async def forget(self, connection_id: str) -> None:
        """Delete a connection with all that belongs to it, at once; the audit trail stays, without names."""
        async with self.database.writing() as database:
            for table in (tickets, bearers, consents):
                await database.execute(delete(table).where(table.c.connection_id == connection_id))
            await forget_names_of(database, connection_id)
            await database.execute(delete(connections).where(connections.c.id == connection_id))

    async def check(self) -> None:
        """Read a row of the database; a `StoreError` says why there is none to be read."""
        async with self.database.reading() as database:
            (await database.execute(text(f"SELECT version_num FROM {REVISION_TABLE}"))).one()

    async def close(self) -> None:
        """Close what is open to the database."""
        await self.database.engine.dispose()


async def open_state(
    directory: Path,
    database_address: str | None = None,
    secret_keys: Sequence[str] = (),
    *,
    most_connections: int | None = None,
    sign_in: str = LOGIN,
) -> State:
    """The state in a folder or a PostgreSQL database; `most_connections` are kept open to the latter, and
    `sign_in` is how a user signs in again, in words.

    Raises:
        StoreError: when it cannot be used.
    """
    database, keys = await open_database(
        directory, database_address, secret_keys, most_connections=most_connections
    )
    sealer = Sealer(keys)
    store = ConnectionStore(database, sealer, sign_in)
    if len(secret_keys) > 1:
        await store.rotate()
    return State(
        database=database,
        connections=store,
        tickets=Tickets(database, sealer),
        bearers=Bearers(database),
        clients=Clients(database),
        consents=Consents(database),
        audit=AuditTrail(database),
        turns=Turns(database),
        secret_keys=tuple(keys),
    )
