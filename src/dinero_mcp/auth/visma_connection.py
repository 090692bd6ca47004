"""One user's connection to Dinero by way of Visma Connect, as it is kept."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import uuid4


class RefreshMode(StrEnum):
    """What becomes of a refresh token that is used; the application's settings at Visma decide."""

    UNKNOWN = "unknown"
    """Not refreshed yet: taken for one-time."""
    RE_USE = "re-use"
    """It stays good, up to a year."""
    ONE_TIME = "one-time"
    """It dies, and the answer holds the next; using a dead one revokes everything the user granted."""


@dataclass(frozen=True, slots=True)
class VismaUser:
    """Who signed in, and that is what a connection is kept under: never the organizations it reaches."""

    issuer: str
    subject: str


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to refresh; `holder` is one attempt of one process."""

    holder: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class VismaConnection:
    """What is known of a connection; times are in UTC."""

    user: VismaUser
    access_token: str = field(repr=False)
    expires_at: datetime
    """When the access token does."""
    refresh_token: str = field(repr=False)
    """Empty once Visma has refused it: the user must sign in again."""
    scope: str
    connected_at: datetime
    refreshed_at: datetime | None = None
    holds_until: datetime | None = None
    """When the grant ends at the latest, where that is known."""
    mode: RefreshMode = RefreshMode.UNKNOWN
    organization_id: int | None = None
    """The default organization, as the user chose it."""
    refresh_started_at: datetime | None = None
    """Since when a refresh may have been on its way whose answer is not stored."""
    lease: Lease | None = None
    id: str = field(default_factory=lambda: uuid4().hex)
    """What bearers and the audit trail call it. It says nothing of the user, and ends with the connection."""

    @property
    def is_ended(self) -> bool:
        """Whether Visma has refused it, so that the user must sign in again."""
        return not self.refresh_token
