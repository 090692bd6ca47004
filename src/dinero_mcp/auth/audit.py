"""Who asked what, when, and how it went: a line for each call, without any contents.

A connection goes by its id, which says nothing of the user. When it ends the lines stay, and what the id
belonged to is gone; so is what its clients and tokens were called, which may well be after a person.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Update, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from dinero_mcp.auth.database import Database
from dinero_mcp.auth.tables import audit, connections


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    """One call."""

    at: datetime
    connection_id: str
    client: str
    """The client's name, or the name of the token; empty once the connection has ended."""
    tool: str
    organization_id: int | None
    outcome: str
    """`ok`, or the kind of failure."""
    milliseconds: int
    request_id: str


class AuditTrail:
    """The lines."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def write(self, lines: Sequence[AuditLine]) -> None:
        """Add lines."""
        async with self._database.writing() as database:
            await database.execute(insert(audit), [_row(line) for line in lines])

    async def latest(self, connection_id: str, most: int = 50) -> list[AuditLine]:
        """The last calls of a connection, the newest first."""
        its = select(audit).where(audit.c.connection_id == connection_id)
        async with self._database.reading() as database:
            rows = await database.execute(its.order_by(audit.c.at.desc(), audit.c.id.desc()).limit(most))
            return [_line(row) for row in rows.all()]

    async def forget_names(self, since: datetime) -> None:
        """Leave out what clients were called in lines that were written since, of connections that ended:
        some are written a moment after the end.
        """
        is_gone = audit.c.connection_id.not_in(select(connections.c.id))
        async with self._database.writing() as database:
            await database.execute(_nameless().where(audit.c.at >= since, is_gone))

    async def forget_before(self, moment: datetime) -> None:
        """Delete lines that are older."""
        async with self._database.writing() as database:
            await database.execute(delete(audit).where(audit.c.at < moment))


async def forget_names_of(database: AsyncConnection, connection_id: str) -> None:
    """Leave out what the clients of one connection were called, in a transaction that ends it."""
    await database.execute(_nameless().where(audit.c.connection_id == connection_id))


def _nameless() -> Update:
    return update(audit).where(audit.c.client != "").values(client="")


def _row(line: AuditLine) -> dict[str, object]:
    return {name: getattr(line, name) for name in AuditLine.__dataclass_fields__}


def _line(row: Row[Any]) -> AuditLine:  # Any: columns of the table
    return AuditLine(**{name: getattr(row, name) for name in AuditLine.__dataclass_fields__})
