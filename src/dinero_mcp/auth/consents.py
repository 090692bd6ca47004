"""What people have allowed clients before, so that they are not asked again."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import delete, insert, select

from dinero_mcp.auth.database import Database
from dinero_mcp.auth.tables import consents


@dataclass(frozen=True, slots=True)
class Consent:
    """One client, sent to one address, reading through one endpoint within one scope."""

    client_id: str
    redirect_address: str
    resource: str
    scope: str

    @property
    def key_hash(self) -> str:
        text = "\n".join((self.client_id, self.redirect_address, self.resource, self.scope))
        return sha256(text.encode()).hexdigest()


class Consents:
    """Consents by connection."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def is_given(self, connection_id: str, consent: Consent) -> bool:
        """Whether the same was allowed before."""
        async with self._database.reading() as database:
            row = (await database.execute(select(consents).where(*_its(connection_id, consent)))).first()
        return row is not None

    async def give(self, connection_id: str, consent: Consent, now: datetime) -> None:
        """Remember it."""
        values = {
            "connection_id": connection_id,
            "key_hash": consent.key_hash,
            "client_id": consent.client_id,
            "given_at": now,
        }
        async with self._database.writing() as database:
            await database.execute(delete(consents).where(*_its(connection_id, consent)))
            await database.execute(insert(consents).values(values))

    async def withdraw(self, connection_id: str, client_id: str) -> None:
        """Forget everything that was allowed to a client."""
        async with self._database.writing() as database:
            its = (consents.c.connection_id == connection_id, consents.c.client_id == client_id)
            await database.execute(delete(consents).where(*its))


def _its(connection_id: str, consent: Consent) -> tuple[Any, Any]:  # Any: conditions
    return consents.c.connection_id == connection_id, consents.c.key_hash == consent.key_hash
