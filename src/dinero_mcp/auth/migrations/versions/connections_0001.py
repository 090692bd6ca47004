"""The table of connections."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "dinero_mcp_connections",
        sa.Column("issuer", sa.String(255), primary_key=True),
        sa.Column("subject", sa.String(255), primary_key=True),
        sa.Column("tokens", sa.Text, nullable=False),
        sa.Column("expires_at", sa.DateTime, nullable=False),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("connected_at", sa.DateTime, nullable=False),
        sa.Column("refreshed_at", sa.DateTime),
        sa.Column("holds_until", sa.DateTime),
        sa.Column("mode", sa.String(16), nullable=False),
        sa.Column("organization_id", sa.Integer),
        sa.Column("refresh_started_at", sa.DateTime),
        sa.Column("lease_holder", sa.String(64)),
        sa.Column("lease_until", sa.DateTime),
    )


def downgrade() -> None:
    op.drop_table("dinero_mcp_connections")
