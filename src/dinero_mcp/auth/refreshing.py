"""The rule by which an access token is refreshed once, however many ask: pure changes of a connection.

A refresh token may be good once only, and using a dead one makes Visma take back everything the user
granted. So there is one refresh at a time, over all coroutines, processes and machines that share a store:

1. Who finds the access token about to run out takes a *lease* in the row, in a short transaction, and notes
   in it when the refresh began (`refresh_started_at`). That is committed before the request goes out.
2. It asks Visma, with no transaction open. Others wait for the lease, not for the database.
3. It stores the new tokens, which ends the lease, and uses them only then. An answer is stored where the
   row still holds the refresh token that was sent; otherwise somebody has stored a newer one already.

Where `refresh_started_at` stands in a row without a living lease, somebody died, or got no answer, between 1
and 3, and nobody knows whether the token was used. Then the old token is tried again only

- where it is known to be for re-use, or
- within the grace period that the operator says Visma allows (`DINERO_REFRESH_GRACE_SECONDS`, 0 unless set),
  counted from when the first refresh began.

Otherwise nothing is sent, and the user has to sign in again. An answer that comes late is still stored.
What Visma refuses, and what certainly did not reach it, ends the lease and leaves no doubt behind.

A lease lasts longer than an exchange with Visma can. With a grace period it lasts half of that at most, so
that there is time left for who comes next; two at once do no harm then. The clocks of machines that share a
store may differ by some seconds. Nobody waits longer for a lease than one lasts, whatever the clocks say.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from dinero_mcp.auth.answers import Token
from dinero_mcp.auth.visma_client import LONGEST_EXCHANGE
from dinero_mcp.auth.visma_connection import Lease, RefreshMode, VismaConnection
from dinero_mcp.auth.visma_refusals import LOGIN, expired

AHEAD = timedelta(minutes=1)
"""How long before it runs out a token is not used any more."""
LONGEST_LEASE = timedelta(seconds=LONGEST_EXCHANGE + 10)
LONGEST_GRANT = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Rules:
    """What depends on how the application is registered at Visma."""

    grace: timedelta = timedelta(0)
    longest_lease: timedelta = LONGEST_LEASE

    @property
    def lease(self) -> timedelta:
        return min(self.longest_lease, self.grace / 2) if self.grace else self.longest_lease


def is_fresh(connection: VismaConnection, now: datetime, refused: str = "") -> bool:
    """Whether the access token can be used for a while yet, and is not the one that Dinero refused."""
    token, given_at = connection.access_token, connection.refreshed_at or connection.connected_at
    ahead = min(AHEAD, (connection.expires_at - given_at) / 2)
    return token not in ("", refused) and connection.expires_at - now > ahead


def is_leased(connection: VismaConnection, now: datetime, lapsed: str = "") -> bool:
    """Whether somebody is refreshing; `lapsed` is a holder who was waited for to the end."""
    lease = connection.lease
    return lease is not None and lease.holder != lapsed and now < lease.until


def claimed(
    connection: VismaConnection,
    holder: str,
    now: datetime,
    rules: Rules,
    *,
    refused: str = "",
    lapsed: str = "",
    sign_in: str = LOGIN,
) -> VismaConnection:
    """The connection leased to `holder`, or as it is where there is nothing to do or somebody is at it.

    Raises:
        ConnectionExpiredError: when it must not be refreshed.
    """
    if is_fresh(connection, now, refused) or is_leased(connection, now, lapsed):
        return connection
    if not connection.refresh_token:
        raise expired("Visma Connect had refused it.", sign_in)
    if not _may_be_sent(connection, now, rules):
        raise expired(
            "It was being renewed when the program or the network failed, and may be used up.", sign_in
        )
    return replace(
        connection,
        refresh_started_at=connection.refresh_started_at or now,
        lease=Lease(holder, now + rules.lease),
    )


def _may_be_sent(connection: VismaConnection, now: datetime, rules: Rules) -> bool:
    """Whether the refresh token is unused, or may be used twice."""
    started = connection.refresh_started_at
    if started is None or connection.mode is RefreshMode.RE_USE:
        return True
    return now - started < rules.grace


def refreshed(
    connection: VismaConnection, sent: str, answer: Token, expires_at: datetime, now: datetime
) -> VismaConnection:
    """The connection with what Visma answered to the refresh token that was sent."""
    if connection.refresh_token != sent:
        return connection
    stays = answer.refresh_token in (None, sent)
    return replace(
        connection,
        access_token=answer.access_token,
        expires_at=expires_at,
        refresh_token=sent if stays else answer.refresh_token,
        scope=answer.scopes or connection.scope,
        refreshed_at=now,
        holds_until=connection.holds_until if stays else None,
        mode=RefreshMode.RE_USE if stays else RefreshMode.ONE_TIME,
        refresh_started_at=None,
        lease=None,
    )


def given_back(connection: VismaConnection, holder: str, started: datetime | None) -> VismaConnection:
    """The connection without the holder's lease; `started` is what there is left to doubt."""
    if connection.lease is None or connection.lease.holder != holder:
        return connection
    return replace(connection, refresh_started_at=started, lease=None)


def ended(connection: VismaConnection, sent: str) -> VismaConnection:
    """The connection after Visma refused the refresh token that was sent."""
    if connection.refresh_token != sent:
        return connection
    return replace(connection, access_token="", refresh_token="", refresh_started_at=None, lease=None)
