"""Where connections are kept, to be looked for without loading what opens them."""

from pathlib import Path


def database_in(directory: Path) -> Path:
    """The SQLite file in the folder, whether there is one or not."""
    return directory / "connections.sqlite3"
