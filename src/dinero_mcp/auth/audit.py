"""Who asked what, when, and how it went: a line for each call, without any contents.

A connection goes by its id, which says nothing of the user. When it ends the lines stay, and what the id
belonged to is gone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select

from dinero_mcp.auth.database import Database
from dinero_mcp.auth.tables import audit


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    """One call."""

    at: datetime
    connection_id: str
    client: str
    """The client's name, or the name of the token."""
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

    async def forget_before(self, moment: datetime) -> None:
        """Delete lines that are older."""
        async with self._database.writing() as database:
            await database.execute(delete(audit).where(audit.c.at < moment))


def _row(line: AuditLine) -> dict[str, object]:
    return {name: getattr(line, name) for name in AuditLine.__dataclass_fields__}


def _line(row: Row[Any]) -> AuditLine:  # Any: columns of the table
    return AuditLine(**{name: getattr(row, name) for name in AuditLine.__dataclass_fields__})
