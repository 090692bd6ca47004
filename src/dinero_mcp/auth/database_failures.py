"""What goes wrong in a database, in words that hold neither its address nor its password."""

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager

from sqlalchemy.exc import SQLAlchemyError

from dinero_mcp.errors import StoreError

_SQLITE = {
    "locked": "Another process keeps it locked. Ask again; if it stays so, end other dinero-mcp processes.",
    "full": "The disk is full. Make room on it and ask again.",
    "readonly": "It cannot be written to. Make the file and its folder writable.",
    "disk i/o": "The disk does not answer as it should. Look after it and ask again.",
    "unable to open": "It cannot be opened. Make the file and its folder readable and writable.",
    "not a database": "The file is damaged. Put a backup in its place, or move it away and sign in again.",
    "malformed": "The file is damaged. Put a backup in its place, or move it away and sign in again.",
}
_NO_ACCESS = ("28000", "28P01", "3D000", "42501")
"""PostgreSQL's codes: no such user, wrong password, no such database, not allowed."""
_LOCKED = "55P03"


@contextmanager
def failures_told(place: str) -> Generator[None]:
    """Raise StoreError for whatever fails in the database at `place`."""
    try:
        yield
    except (SQLAlchemyError, OSError, TimeoutError) as error:
        raise StoreError(f"Connections are kept in {place}. {_reason(error)}") from None


def _reason(error: Exception) -> str:
    if isinstance(error, (OSError, TimeoutError)):
        return "It does not answer. Check DINERO_DATABASE_URL and that the database server runs."
    cause = getattr(error, "orig", None)
    state = getattr(cause, "sqlstate", None)
    if state in _NO_ACCESS:
        return "It does not let this user do that. Check DINERO_DATABASE_URL: user, password and database."
    if state == _LOCKED:
        return _SQLITE["locked"]
    return sqlite_reason(cause) if isinstance(cause, sqlite3.Error) else _unknown(cause or error)


def sqlite_reason(error: sqlite3.Error) -> str:
    """What SQLite complains of, and the cure."""
    said = str(error).lower()
    return next((told for words, told in _SQLITE.items() if words in said), _unknown(error))


def _unknown(error: BaseException) -> str:
    return f"It could not be used ({type(error).__name__}). Look after it and ask again."
