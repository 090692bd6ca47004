"""Brings a database to the newest shape of the store, with alembic."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from dinero_mcp.errors import StoreError


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Run what is missing, within the connection's transaction."""
    command.upgrade(_config(connection), revision)


def downgrade(connection: Connection, revision: str) -> None:
    """Undo what came after a revision, within the connection's transaction."""
    command.downgrade(_config(connection), revision)


def refuse_unknown(revision: str) -> None:
    """Say that the store is newer than this program.

    Raises:
        StoreError: when the revision is none of ours.
    """
    known = [each.revision for each in ScriptDirectory.from_config(_config()).walk_revisions()]
    if revision not in known:
        raise StoreError(
            "The connection store was made by a newer version of dinero-mcp, and was left as it is. Update "
            "dinero-mcp, or set DINERO_DATA_DIRECTORY to another folder and sign in there."
        )


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
