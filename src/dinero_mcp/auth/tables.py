"""The tables: who is connected, which bearers and clients may ask for them, and what is kept a while.

Secrets are in none of them: tokens and tickets are encrypted, bearers and the keys of tickets are hashed.
"""

from datetime import UTC, datetime

from sqlalchemy import BigInteger, Column, DateTime, Float, Index, Integer, MetaData, String, Table, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

REVISION_TABLE = "dinero_mcp_revision"
NEWEST_REVISION = "0002"
"""The last of the migrations, so that alembic is loaded only when there is something to migrate."""


class Moment(TypeDecorator[datetime]):
    """A time in UTC, kept without a zone because SQLite has none."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.astimezone(UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value else None


metadata = MetaData()
connections = Table(
    "dinero_mcp_connections",
    metadata,
    Column("id", String(32), nullable=False, unique=True),
    Column("issuer", String(255), primary_key=True),
    Column("subject", String(255), primary_key=True),
    Column("tokens", Text, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("scope", Text, nullable=False),
    Column("connected_at", Moment, nullable=False),
    Column("refreshed_at", Moment),
    Column("holds_until", Moment),
    Column("mode", String(16), nullable=False),
    Column("organization_id", Integer),
    Column("refresh_started_at", Moment),
    Column("lease_holder", String(64)),
    Column("lease_until", Moment),
)

tickets = Table(
    "dinero_mcp_tickets",
    metadata,
    Column("key_hash", String(64), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("contents", Text, nullable=False),
    Column("connection_id", String(32), index=True),
    Column("expires_at", Moment, nullable=False, index=True),
)
clients = Table(
    "dinero_mcp_clients",
    metadata,
    Column("client_id", String(64), primary_key=True),
    Column("details", Text, nullable=False),
    Column("registered_at", Moment, nullable=False),
    Column("used_at", Moment),
)
bearers = Table(
    "dinero_mcp_bearers",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("secret_hash", String(64), nullable=False, unique=True),
    Column("kind", String(16), nullable=False),
    Column("connection_id", String(32), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("client_id", Text),
    Column("resource", Text),
    Column("scope", Text, nullable=False),
    Column("family", String(32), index=True),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, index=True),
    Column("used_at", Moment),
    Column("replaced_at", Moment),
)
consents = Table(
    "dinero_mcp_consents",
    metadata,
    Column("connection_id", String(32), primary_key=True),
    Column("key_hash", String(64), primary_key=True),
    Column("client_id", Text, nullable=False),
    Column("given_at", Moment, nullable=False),
)
audit = Table(
    "dinero_mcp_audit",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("at", Moment, nullable=False, index=True),
    Column("connection_id", String(32), nullable=False),
    Column("client", Text, nullable=False),
    Column("tool", String(64), nullable=False),
    Column("organization_id", Integer),
    Column("outcome", String(32), nullable=False),
    Column("milliseconds", Integer, nullable=False),
    Column("request_id", String(32), nullable=False),
    Index("ix_dinero_mcp_audit_of", "connection_id", "at"),
)
turns = Table(
    "dinero_mcp_turns",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("organization_id", Integer, nullable=False),
    Column("at", Float, nullable=False),
    Index("ix_dinero_mcp_turns_of", "organization_id", "at"),
)
windows = Table(
    "dinero_mcp_windows",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("place", String(16), nullable=False),
    Column("since", Float, nullable=False),
)
