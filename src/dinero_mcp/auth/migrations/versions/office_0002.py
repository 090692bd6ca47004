"""An id for each connection; tickets, clients, bearers, consents, the audit trail and the rate window."""

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    _give_connections_ids()
    op.create_table(
        "dinero_mcp_tickets",
        sa.Column("key_hash", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("contents", sa.Text, nullable=False),
        sa.Column("connection_id", sa.String(32), index=True),
        sa.Column("expires_at", sa.DateTime, nullable=False, index=True),
    )
    op.create_table(
        "dinero_mcp_clients",
        sa.Column("client_id", sa.String(64), primary_key=True),
        sa.Column("details", sa.Text, nullable=False),
        sa.Column("registered_at", sa.DateTime, nullable=False),
        sa.Column("used_at", sa.DateTime),
    )
    _create_bearers()
    op.create_table(
        "dinero_mcp_consents",
        sa.Column("connection_id", sa.String(32), primary_key=True),
        sa.Column("key_hash", sa.String(64), primary_key=True),
        sa.Column("client_id", sa.Text, nullable=False),
        sa.Column("given_at", sa.DateTime, nullable=False),
    )
    _create_audit()
    op.create_table(
        "dinero_mcp_turns",
        sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
        sa.Column("organization_id", sa.Integer, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
    )
    op.create_index("ix_dinero_mcp_turns_of", "dinero_mcp_turns", ["organization_id", "at"])
    op.create_table(
        "dinero_mcp_windows",
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("place", sa.String(16), nullable=False),
        sa.Column("since", sa.Float, nullable=False),
    )


def _give_connections_ids() -> None:
    op.add_column("dinero_mcp_connections", sa.Column("id", sa.String(32)))
    connections = sa.table(
        "dinero_mcp_connections", sa.column("id"), sa.column("issuer"), sa.column("subject")
    )
    database = op.get_bind()
    for row in database.execute(sa.select(connections)).all():
        is_it = (connections.c.issuer == row.issuer) & (connections.c.subject == row.subject)
        database.execute(sa.update(connections).where(is_it).values(id=uuid4().hex))
    with op.batch_alter_table("dinero_mcp_connections") as table:
        table.alter_column("id", existing_type=sa.String(32), nullable=False)
        table.create_unique_constraint("uq_dinero_mcp_connections_id", ["id"])


def _create_bearers() -> None:
    op.create_table(
        "dinero_mcp_bearers",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("secret_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("connection_id", sa.String(32), nullable=False, index=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("client_id", sa.Text),
        sa.Column("resource", sa.Text),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("family", sa.String(32), index=True),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("expires_at", sa.DateTime, index=True),
        sa.Column("used_at", sa.DateTime),
        sa.Column("replaced_at", sa.DateTime),
    )


def _create_audit() -> None:
    op.create_table(
        "dinero_mcp_audit",
        sa.Column("id", _NUMBER, primary_key=True, autoincrement=True),
        sa.Column("at", sa.DateTime, nullable=False, index=True),
        sa.Column("connection_id", sa.String(32), nullable=False),
        sa.Column("client", sa.Text, nullable=False),
        sa.Column("tool", sa.String(64), nullable=False),
        sa.Column("organization_id", sa.Integer),
        sa.Column("outcome", sa.String(32), nullable=False),
        sa.Column("milliseconds", sa.Integer, nullable=False),
        sa.Column("request_id", sa.String(32), nullable=False),
    )
    op.create_index("ix_dinero_mcp_audit_of", "dinero_mcp_audit", ["connection_id", "at"])


def downgrade() -> None:
    for name in ("windows", "turns", "audit", "consents", "bearers", "clients", "tickets"):
        op.drop_table(f"dinero_mcp_{name}")
    with op.batch_alter_table("dinero_mcp_connections") as table:
        table.drop_constraint("uq_dinero_mcp_connections_id", type_="unique")
        table.drop_column("id")
