"""What was granted, to whom, and which tokens came of it: in memory, or in a SQLite file.

A grant is one consent of one user. Its code is good once. With one-time refresh tokens each use kills the
token used; using a dead one revokes the grant with everything that came of it, except within the grace
period after its first use.
"""

import secrets
import sqlite3
import weakref
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from dinero_mcp.sandbox.connect.application import OFFLINE_ACCESS, Application
from dinero_mcp.sandbox.connect.jwt import access_token
from dinero_mcp.sandbox.connect.refusals import INVALID_GRANT, RefusedError

TABLES = """
CREATE TABLE IF NOT EXISTS grants (
    id INTEGER PRIMARY KEY, subject TEXT NOT NULL, scope TEXT NOT NULL, ends_at REAL NOT NULL,
    is_revoked INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS codes (
    code TEXT PRIMARY KEY, grant_id INTEGER NOT NULL, redirect_address TEXT NOT NULL, challenge TEXT NOT NULL,
    method TEXT NOT NULL, expires_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS refresh_tokens (
    token TEXT PRIMARY KEY, grant_id INTEGER NOT NULL, used_at REAL);
CREATE TABLE IF NOT EXISTS access_tokens (
    token TEXT PRIMARY KEY, grant_id INTEGER NOT NULL, expires_at REAL NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Code:
    """An authorization code that has just been used up."""

    grant_id: int
    redirect_address: str
    challenge: str
    method: str


@dataclass(frozen=True, slots=True)
class Granted:
    """What an application was given for a user some time ago."""

    subject: str
    access_token: str
    expires_at: float
    """When the access token ran out, in seconds since 1970."""
    refresh_token: str
    scope: str


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a grant gives at one time."""

    access_token: str
    refresh_token: str | None
    scope: str


class Grants:
    """All grants to one application; `now` is the clock, in seconds."""

    def __init__(self, application: Application, now: Callable[[], float], file: Path | None = None) -> None:
        self.application = application
        self._now = now
        self._file = file
        self.refreshes = Counter[str]()
        """Tokens given for a refresh token, by subject."""
        self.refused_refreshes = 0
        self.reuses = 0

    @cached_property
    def _database(self) -> sqlite3.Connection:
        if self._file:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        database = sqlite3.connect(self._file or ":memory:", isolation_level=None, check_same_thread=False)
        database.executescript(TABLES)
        weakref.finalize(self, database.close)  # nobody is told when a sandbox is done with
        return database

    def code(self, subject: str, scope: str, redirect_address: str, challenge: str, method: str) -> str:
        """Note a user's consent, and give the code for it."""
        grant_id = self._consented(subject, scope)
        code = secrets.token_hex(32).upper()
        expires_at = self._now() + self.application.code_seconds
        self._database.execute(
            "INSERT INTO codes VALUES (?, ?, ?, ?, ?, ?)",
            (code, grant_id, redirect_address, challenge, method, expires_at),
        )
        return code

    def use_code(self, code: str) -> Code:
        """What the code stands for; it is dead from now on, whatever becomes of the exchange."""
        [*rows] = self._database.execute(
            "DELETE FROM codes WHERE code = ? RETURNING grant_id, redirect_address, challenge, method, "
            "expires_at",
            (code,),
        )
        if not rows or rows[0][-1] <= self._now():
            raise RefusedError(INVALID_GRANT)
        return Code(*rows[0][:-1])

    def use_refresh_token(self, token: str) -> int:
        """The grant that the token refreshes; a replay revokes it."""
        try:
            grant_id, subject = self._refreshed_by(token)
        except RefusedError:
            self.refused_refreshes += 1
            raise
        self.refreshes[subject] += 1
        if self.application.refresh_tokens == "one-time":
            self._database.execute(
                "UPDATE refresh_tokens SET used_at = coalesce(used_at, ?) WHERE token = ?",
                (self._now(), token),
            )
        return grant_id

    def _refreshed_by(self, token: str) -> tuple[int, str]:
        row = self._one(
            "SELECT grant_id, used_at, subject FROM refresh_tokens JOIN grants ON grants.id = grant_id "
            "WHERE token = ?",
            token,
        )
        if row is None:
            raise RefusedError(INVALID_GRANT)
        grant_id, used_at, subject = row
        if used_at is not None and self._now() >= used_at + self.application.grace_seconds:
            self.reuses += 1
            self._revoke(grant_id)
        self._refuse_what_has_ended(grant_id)
        return grant_id, subject

    def run_out(self, subjects: Iterable[str], issuer: str) -> list[Granted]:
        """Grants whose access tokens ran out a while ago; the refresh tokens are good."""
        scope = " ".join([*self.application.scopes, OFFLINE_ACCESS])
        return [self._ran_out(subject, scope, issuer) for subject in subjects]

    def _ran_out(self, subject: str, scope: str, issuer: str) -> Granted:
        given_at = self._now() - 2 * self.application.token_seconds
        refresh_token = self._refresh_token(self._consented(subject, scope))
        access_token = self._access_token(subject, scope, issuer, given_at)
        return Granted(subject, access_token, given_at + self.application.token_seconds, refresh_token, scope)

    def tokens(self, grant_id: int, issuer: str, refresh_token: str = "") -> Tokens:
        """A new access token, and with it the refresh token to use from now on."""
        subject, scope = self._database.execute(
            "SELECT subject, scope FROM grants WHERE id = ?", (grant_id,)
        ).fetchone()
        token = self._access_token(subject, scope, issuer, self._now())
        expires_at = self._now() + self.application.token_seconds
        self._database.execute("INSERT INTO access_tokens VALUES (?, ?, ?)", (token, grant_id, expires_at))
        return Tokens(token, self._next(grant_id, scope, refresh_token), scope)

    def subject(self, token: str) -> tuple[str, float] | None:
        """Whose access token this is, and until when it is good; None when it is not."""
        if self._file and not self._file.exists():
            return None
        row = self._one(
            "SELECT subject, expires_at FROM access_tokens JOIN grants ON grants.id = grant_id "
            "WHERE token = ? AND NOT is_revoked",
            token,
        )
        return row if row and self._now() < row[1] else None

    def revoke(self, token: str) -> None:
        """Take back an access token, or a refresh token with its whole grant; unknown ones do not matter."""
        self._database.execute("DELETE FROM access_tokens WHERE token = ?", (token,))
        if row := self._one("SELECT grant_id FROM refresh_tokens WHERE token = ?", token):
            self._revoke(row[0])

    def kill_access_tokens(self) -> None:
        """Make every access token given so far useless; refresh tokens stay good."""
        if self._file is None or self._file.exists():
            self._database.execute("DELETE FROM access_tokens")

    def _next(self, grant_id: int, scope: str, refresh_token: str) -> str | None:
        if OFFLINE_ACCESS not in scope.split():
            return None
        if refresh_token and self.application.refresh_tokens == "re-use":
            return refresh_token
        return self._refresh_token(grant_id)

    def _consented(self, subject: str, scope: str) -> int | None:
        ends_at = self._now() + self.application.grant_seconds
        added = self._database.execute(
            "INSERT INTO grants (subject, scope, ends_at) VALUES (?, ?, ?)", (subject, scope, ends_at)
        )
        return added.lastrowid

    def _access_token(self, subject: str, scope: str, issuer: str, now: float) -> str:
        return access_token(
            issuer=issuer,
            subject=subject,
            client_id=self.application.client_id,
            scopes=scope.split(),
            now=now,
            seconds=self.application.token_seconds,
        )

    def _refresh_token(self, grant_id: int | None) -> str:
        token = secrets.token_hex(32).upper()
        self._database.execute("INSERT INTO refresh_tokens VALUES (?, ?, NULL)", (token, grant_id))
        return token

    def _revoke(self, grant_id: int) -> None:
        self._database.execute("UPDATE grants SET is_revoked = 1 WHERE id = ?", (grant_id,))

    def _refuse_what_has_ended(self, grant_id: int) -> None:
        row = self._one("SELECT is_revoked, ends_at FROM grants WHERE id = ?", grant_id)
        if row is None or row[0] or self._now() >= row[1]:
            raise RefusedError(INVALID_GRANT)

    def _one(self, query: str, key: str | int) -> tuple[Any, ...] | None:  # Any: columns
        return self._database.execute(query, (key,)).fetchone()
