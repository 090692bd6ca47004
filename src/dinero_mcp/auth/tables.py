"""The one table, and how it holds connections."""

from datetime import UTC, datetime

from sqlalchemy import Column, DateTime, Integer, MetaData, String, Table, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

REVISION_TABLE = "dinero_mcp_revision"
NEWEST_REVISION = "0001"
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
