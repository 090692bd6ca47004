"""What is kept for a while under a key that only its holder knows: sign-ins under way, codes, sessions.

Any process that shares the database can take up where another left off. Keys are stored hashed and contents
encrypted, so who reads the database can neither use a ticket nor see what it is for.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any, TypeVar

import msgspec
from sqlalchemy import delete, insert, select, update

from dinero_mcp.auth.database import Database
from dinero_mcp.auth.sealing import Sealer
from dinero_mcp.auth.tables import tickets

T = TypeVar("T", bound=msgspec.Struct)


class TicketKind(StrEnum):
    """What a ticket is for."""

    SIGN_IN = "sign-in"
    """Away at Visma."""
    ANSWER = "answer"
    """Visma's answer that came as a form, for as long as the browser takes to come back without it."""
    SESSION = "session"
    """A browser that is signed in."""
    REQUEST = "request"
    """A client's authorization request that awaits consent."""
    CODE = "code"
    """An authorization code."""
    USED_CODE = "used code"
    """What was issued for a code that was used, in case it is used again."""


def hashed(secret: str) -> str:
    """How a secret that was made at random, and long, is stored."""
    return sha256(secret.encode()).hexdigest()


class Tickets:
    """Tickets of every kind; one whose time is over does not exist any more."""

    def __init__(self, database: Database, sealer: Sealer) -> None:
        self._database = database
        self._sealer = sealer

    async def issue(
        self,
        kind: TicketKind,
        contents: msgspec.Struct,
        now: datetime,
        lasts: timedelta,
        *,
        connection_id: str | None = None,
        key: str | None = None,
    ) -> str:
        """Keep `contents`; gives the key, a new random one unless a `key` as long is given.

        A ticket of a connection ends with it.
        """
        key = key or token_urlsafe(32)
        values = {
            "key_hash": _hash(kind, key),
            "kind": kind.value,
            "contents": self._sealer.seal_value(msgspec.json.encode(contents), kind.value),
            "connection_id": connection_id,
            "expires_at": now + lasts,
        }
        async with self._database.writing() as database:
            await database.execute(delete(tickets).where(tickets.c.expires_at <= now))
            await database.execute(insert(tickets).values(values))
        return key

    async def look(self, kind: TicketKind, key: str, type: type[T], now: datetime) -> T | None:
        """What is kept under the key, if it is still good."""
        async with self._database.reading() as database:
            row = (await database.execute(select(tickets).where(*_good(kind, key, now)))).one_or_none()
        return self._opened(row.contents, kind, type) if row else None

    async def take(self, kind: TicketKind, key: str, type: type[T], now: datetime) -> T | None:
        """What is kept under the key, which nobody gets a second time."""
        taken = delete(tickets).where(*_good(kind, key, now)).returning(tickets.c.contents)
        async with self._database.writing() as database:
            contents = (await database.execute(taken)).scalar_one_or_none()
        return self._opened(contents, kind, type) if contents is not None else None

    async def change(self, kind: TicketKind, key: str, contents: msgspec.Struct, now: datetime) -> bool:
        """Put other contents in a ticket; false when it is no longer good."""
        sealed = self._sealer.seal_value(msgspec.json.encode(contents), kind.value)
        async with self._database.writing() as database:
            changed = await database.execute(
                update(tickets).where(*_good(kind, key, now)).values(contents=sealed)
            )
        return changed.rowcount == 1

    async def drop(self, kind: TicketKind, key: str) -> None:
        """End a ticket."""
        async with self._database.writing() as database:
            await database.execute(delete(tickets).where(tickets.c.key_hash == _hash(kind, key)))

    def _opened(self, sealed: str, kind: TicketKind, type: type[T]) -> T | None:
        raw = self._sealer.open_value(sealed, kind.value)
        return msgspec.json.decode(raw, type=type) if raw is not None else None


def _hash(kind: TicketKind, key: str) -> str:
    return hashed(f"{kind.value} {key}")


def _good(kind: TicketKind, key: str, now: datetime) -> tuple[Any, Any]:  # Any: conditions
    return tickets.c.key_hash == _hash(kind, key), tickets.c.expires_at > now
