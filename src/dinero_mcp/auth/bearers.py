"""Who may ask in a connection's name: named tokens, and the access and refresh tokens of OAuth clients.

All are opaque and random, and stored hashed. Tokens of one sign-in of a client are a *family*: a refresh
token is good once, and one that is used again ends its family, for somebody else has it as well.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from secrets import token_urlsafe
from typing import Any
from uuid import uuid4

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from dinero_mcp.auth.database import Database
from dinero_mcp.auth.tables import bearers
from dinero_mcp.auth.tickets import hashed

ACCESS_LASTS = timedelta(hours=1)
REFRESH_LASTS = timedelta(days=60)


class BearerKind(StrEnum):
    """What a token is for; its first letters say so to people and to scanners of leaked secrets."""

    NAMED = "named"
    ACCESS = "access"
    REFRESH = "refresh"


PREFIXES = {BearerKind.NAMED: "dmt_", BearerKind.ACCESS: "dma_", BearerKind.REFRESH: "dmr_"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearer:
    """A token without its secret; times are in UTC."""

    id: str
    kind: BearerKind
    connection_id: str
    name: str
    """As its owner called it; of a client's token, the client's name."""
    scope: str
    created_at: datetime
    """Of a refresh token, when its client signed in."""
    expires_at: datetime | None = None
    used_at: datetime | None = None
    """Of a refresh token, when the one before it was used."""
    client_id: str | None = None
    resource: str | None = None
    """The endpoint it is for; None for a named token, which is for all of them."""
    family: str | None = None
    replaced_at: datetime | None = None
    """When a refresh token was used."""

    def is_good(self, now: datetime) -> bool:
        return self.expires_at is None or now < self.expires_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a client was allowed."""

    connection_id: str
    client_id: str
    client_name: str
    resource: str
    scope: str


@dataclass(frozen=True, slots=True)
class Pair:
    """An access token and the refresh token that brings the next."""

    access_token: str
    refresh_token: str
    family: str
    lasts: timedelta = ACCESS_LASTS


class Bearers:
    """Every token that was given out and holds."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def found(self, secret: str, now: datetime) -> Bearer | None:
        """Whose token this is; None when nobody's, or no longer good. Of refresh tokens, too."""
        async with self._database.reading() as database:
            row = (await database.execute(_by_secret(secret))).one_or_none()
        found = _bearer(row) if row else None
        return found if found and found.is_good(now) else None

    async def create_named(
        self, connection_id: str, name: str, scope: str, now: datetime, expires_at: datetime | None
    ) -> tuple[Bearer, str]:
        """A new named token, and its secret, which is not kept."""
        made, secret = _made(
            BearerKind.NAMED,
            connection_id=connection_id,
            name=name,
            scope=scope,
            created_at=now,
            expires_at=expires_at,
        )
        async with self._database.writing() as database:
            await _insert(database, made, secret)
        return made, secret

    async def of(self, connection_id: str | None = None) -> list[Bearer]:
        """The named tokens and the refresh tokens not yet used, of a connection or of all; newest first."""
        shown = select(bearers).where(
            bearers.c.kind != BearerKind.ACCESS.value, bearers.c.replaced_at.is_(None)
        )
        if connection_id is not None:
            shown = shown.where(bearers.c.connection_id == connection_id)
        async with self._database.reading() as database:
            rows = await database.execute(shown.order_by(bearers.c.created_at.desc()))
            return [_bearer(row) for row in rows.all()]

    async def of_clients(self, connection_id: str | None = None) -> list[Bearer]:
        """Every token of OAuth clients, used refresh tokens too, of a connection or of all; newest first."""
        theirs = select(bearers).where(bearers.c.family.is_not(None))
        if connection_id is not None:
            theirs = theirs.where(bearers.c.connection_id == connection_id)
        async with self._database.reading() as database:
            rows = await database.execute(theirs.order_by(bearers.c.created_at.desc()))
            return [_bearer(row) for row in rows.all()]

    async def revoke(self, bearer_id: str, connection_id: str | None = None) -> bool:
        """End a token, with its family; false when the connection, where one is given, has no such token."""
        its = [bearers.c.id == bearer_id]
        if connection_id is not None:
            its.append(bearers.c.connection_id == connection_id)
        async with self._database.writing() as database:
            row = (await database.execute(select(bearers).where(*its))).one_or_none()
            if row is None:
                return False
            ended = bearers.c.family == row.family if row.family else bearers.c.id == row.id
            await database.execute(delete(bearers).where(ended))
        return True

    async def note_used(self, bearer_ids: Iterable[str], now: datetime) -> None:
        """Remember that these were used just now."""
        async with self._database.writing() as database:
            used = update(bearers).where(bearers.c.id.in_(list(bearer_ids))).values(used_at=now)
            await database.execute(used)

    async def issue(self, grant: Grant, now: datetime, family: str | None = None) -> Pair:
        """The first tokens of a new family."""
        async with self._database.writing() as database:
            return await _issue(database, grant, family or uuid4().hex, now)

    async def rotated(self, secret: str, client_id: str, now: datetime) -> Pair | None:
        """The next tokens for a refresh token of the client's.

        None when it is not good. One that was used before ends its family, whoever sends it.
        """
        async with self._database.writing() as database:
            row = (await database.execute(_by_secret(secret).with_for_update())).one_or_none()
            found = _bearer(row) if row else None
            if found is None or found.kind is not BearerKind.REFRESH or found.client_id != client_id:
                return None
            if found.replaced_at or not found.is_good(now):
                await database.execute(delete(bearers).where(bearers.c.family == found.family))
                return None
            return await _next(database, found, now)

    async def end_family(self, family: str) -> None:
        """End every token of one sign-in of a client."""
        async with self._database.writing() as database:
            await database.execute(delete(bearers).where(bearers.c.family == family))

    async def sweep(self, now: datetime) -> None:
        """Forget what is no longer good."""
        async with self._database.writing() as database:
            await database.execute(delete(bearers).where(bearers.c.expires_at <= now))


async def _next(database: AsyncConnection, used: Bearer, now: datetime) -> Pair:
    """What follows on a refresh token: new tokens, and the access token before them ends."""
    if not (used.client_id and used.resource and used.family):
        raise ValueError("a refresh token belongs to a client, a resource and a family")
    grant = Grant(
        connection_id=used.connection_id,
        client_id=used.client_id,
        client_name=used.name,
        resource=used.resource,
        scope=used.scope,
    )
    of_family = bearers.c.family == used.family
    await database.execute(delete(bearers).where(of_family, bearers.c.kind == BearerKind.ACCESS.value))
    await database.execute(update(bearers).where(bearers.c.id == used.id).values(replaced_at=now))
    return await _issue(database, grant, used.family, now, since=used.created_at)


async def _issue(
    database: AsyncConnection, grant: Grant, family: str, now: datetime, since: datetime | None = None
) -> Pair:
    """Tokens of a family, the first unless `since` says when its client signed in."""
    access = await _given(
        database, BearerKind.ACCESS, grant, family, created_at=now, expires_at=now + ACCESS_LASTS
    )
    refresh = await _given(
        database,
        BearerKind.REFRESH,
        grant,
        family,
        created_at=since or now,
        expires_at=now + REFRESH_LASTS,
        used_at=now if since else None,
    )
    return Pair(access, refresh, family)


async def _given(
    database: AsyncConnection, kind: BearerKind, grant: Grant, family: str, **its: datetime | None
) -> str:
    """The secret of a new token of a client's."""
    made, secret = _made(
        kind,
        connection_id=grant.connection_id,
        name=grant.client_name,
        scope=grant.scope,
        client_id=grant.client_id,
        resource=grant.resource,
        family=family,
        **its,
    )
    await _insert(database, made, secret)
    return secret


def _made(kind: BearerKind, **its: Any) -> tuple[Bearer, str]:  # Any: a bearer's fields
    return Bearer(id=uuid4().hex, kind=kind, **its), PREFIXES[kind] + token_urlsafe(32)


async def _insert(database: AsyncConnection, made: Bearer, secret: str) -> None:
    values = {name: getattr(made, name) for name in Bearer.__dataclass_fields__}
    values |= {"kind": made.kind.value, "secret_hash": hashed(secret)}
    await database.execute(insert(bearers).values(values))


def _by_secret(secret: str) -> Any:  # Any: a statement
    return select(bearers).where(bearers.c.secret_hash == hashed(secret))


def _bearer(row: Row[Any]) -> Bearer:  # Any: columns of the table
    its: dict[str, Any] = {name: getattr(row, name) for name in Bearer.__dataclass_fields__ if name != "kind"}
    return Bearer(kind=BearerKind(row.kind), **its)
