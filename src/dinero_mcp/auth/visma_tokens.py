"""Signing in with Visma Connect: access tokens from the store, refreshed by the rule in `refreshing`."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import uuid4

from dinero_mcp.auth.answers import Token
from dinero_mcp.auth.claims import user_of
from dinero_mcp.auth.refreshing import (
    Rules,
    claimed,
    ended,
    given_back,
    is_fresh,
    is_leased,
    refreshed,
)
from dinero_mcp.auth.visma_client import UncertainError, VismaClient
from dinero_mcp.auth.visma_connection import Lease, VismaConnection, VismaUser
from dinero_mcp.errors import (
    ConnectionExpiredError,
    DineroMCPError,
    NotConnectedError,
    SignInRefusedError,
    StoreError,
    UnexpectedAnswerError,
)

if TYPE_CHECKING:
    from dinero_mcp.auth.store import Change, ConnectionStore

LOOK_AGAIN, SELDOM = 0.2, 2.0
"""Seconds between looks at a lease that somebody else holds: each time twice as many, for many may wait."""
JUST_NOW = 60.0
"""Seconds in which a token that was renewed because of a 401 is not renewed for another."""


def now_in_utc() -> datetime:
    return datetime.now(UTC)


class VismaTokens:
    """Access tokens for one user's connection."""

    def __init__(
        self,
        store: "ConnectionStore",
        visma: VismaClient,
        user: VismaUser,
        rules: Rules | None = None,
        clock: Callable[[], datetime] = now_in_utc,
    ) -> None:
        self._store = store
        self._visma = visma
        self._user = user
        self._rules = rules or Rules()
        self._clock = clock
        self._held: VismaConnection | None = None
        self._asking: asyncio.Task[VismaConnection] | None = None
        self._asked_instead_of = ""
        self._refreshing: asyncio.Task[VismaConnection | None] | None = None
        self._unsaved: Change | None = None
        self._renewed = ("", 0.0)

    async def token(self) -> str:
        """A token that is good for a while yet."""
        return await self._current("")

    async def renewed(self, refused: str) -> str:
        """Another token than the one that was refused; once in a while, for Visma may not be the cause."""
        token, renewed_at = self._renewed
        is_recent = refused == token and time.monotonic() - renewed_at < JUST_NOW
        if is_recent and self._held and is_fresh(self._held, self._clock()):  # it has not just run out
            raise self._refused_again()
        token = await self._current(refused)
        if token == refused:
            raise self._refused_again()
        self._renewed = (token, time.monotonic())
        return token

    async def settled(self) -> None:
        """Wait for a refresh that is under way: what it brings must not be lost."""
        if self._asking:
            self._asking.cancel()
        running = [task for task in (self._asking, self._refreshing) if task and not task.done()]
        if running:
            await asyncio.wait(running)
        if self._unsaved:
            with suppress(StoreError, NotConnectedError):  # it was tried once more
                await self._save(self._unsaved)

    @property
    def is_busy(self) -> bool:
        """Whether something is under way, or not yet stored, that must not be lost."""
        under_way = (self._asking, self._refreshing)
        return bool(self._unsaved) or any(task and not task.done() for task in under_way)

    async def _current(self, refused: str) -> str:
        if self._asking and not self._asking.done() and refused not in ("", self._asked_instead_of):
            await asyncio.wait([self._asking])  # it may bring the very token that was refused
        if self._held and is_fresh(self._held, self._clock(), refused):
            return self._held.access_token
        if self._asking is None or self._asking.done():
            self._asking, self._asked_instead_of = _started(self._ask(refused)), refused
        try:
            return (await asyncio.shield(self._asking)).access_token
        except ConnectionExpiredError:
            self._held = None  # Dinero no longer takes what Visma gave before
            raise

    async def _ask(self, refused: str) -> VismaConnection:
        """The connection with a fresh token, whoever refreshes it."""
        if self._unsaved:
            await self._save(self._unsaved)
        lapsed, fresh = "", None
        while fresh is None:
            found = await self._store.connection(self._user)
            if is_fresh(found, self._clock(), refused):
                fresh = found
            elif found.lease and is_leased(found, self._clock(), lapsed):
                lapsed = await self._waited_for(found.lease)
            else:
                self._refreshing = _started(self._refresh_in_turn(refused, lapsed))
                fresh = await asyncio.shield(self._refreshing)
        self._held = fresh
        return fresh

    async def _waited_for(self, lease: Lease) -> str:
        """Wait until a lease ends; gives its holder when it ended by lapse of time alone."""
        longest = min(lease.until - self._clock(), self._rules.longest_lease).total_seconds()
        deadline, pause = time.monotonic() + longest, LOOK_AGAIN
        while time.monotonic() < deadline:
            await asyncio.sleep(pause)
            pause = min(2 * pause, SELDOM)
            if (await self._store.connection(self._user)).lease != lease:
                return ""
        return lease.holder

    async def _refresh_in_turn(self, refused: str, lapsed: str) -> VismaConnection | None:
        async with self._visma.refreshing:
            return await self._refresh(refused, lapsed)

    async def _refresh(self, refused: str, lapsed: str) -> VismaConnection | None:
        """Take the lease, ask and store, not to be broken off in between; None when somebody else has it."""
        await self._visma.endpoints()  # asked first: a lease is long enough for one exchange
        holder = uuid4().hex

        def claim(connection: VismaConnection) -> VismaConnection:
            now = self._clock()
            return claimed(
                connection,
                holder,
                now,
                self._rules,
                refused=refused,
                lapsed=lapsed,
                sign_in=self._visma.sign_in,
            )

        found = await self._store.change(self._user, claim)
        if found.lease is None or found.lease.holder != holder:
            return None
        answer, change = await self._answer(found, found.lease)
        try:
            return await self._save(change)
        except NotConnectedError:  # signed out meanwhile: what came too late is taken back as well
            self._unsaved = None
            await self._visma.revoke(answer.refresh_token or found.refresh_token)
            raise

    async def _answer(self, found: VismaConnection, lease: Lease) -> tuple[Token, "Change"]:
        """What Visma answers to the refresh token, and as a change; a failure gives the lease back."""
        sent, started = found.refresh_token, found.refresh_started_at
        asked_at = lease.until - self._rules.lease
        try:
            answer = await self._visma.refresh(sent)
        except ConnectionExpiredError:
            await self._store.change(self._user, partial(ended, sent=sent))
            raise
        except UncertainError as error:
            await self._give_back(lease, started)
            raise error.told from None
        except DineroMCPError:
            await self._give_back(lease, None if started == asked_at else started)
            raise
        if user_of(answer.access_token) != self._user:
            raise UnexpectedAnswerError(
                "Visma Connect answered with a token for somebody else, which was not kept. To sign in "
                f"again, {self._visma.sign_in}."
            )
        expires_at = asked_at + timedelta(seconds=answer.lifetime)
        return answer, partial(refreshed, sent=sent, answer=answer, expires_at=expires_at, now=asked_at)

    async def _give_back(self, lease: Lease, doubt: datetime | None) -> None:
        await self._store.change(self._user, partial(given_back, holder=lease.holder, started=doubt))

    async def _save(self, change: "Change") -> VismaConnection:
        """Store what Visma answered; where that fails it is tried again before anything else is asked."""
        self._unsaved = change
        saved = await self._store.change(self._user, change)
        self._unsaved = None
        return saved

    def _refused_again(self) -> SignInRefusedError:
        return SignInRefusedError(
            "Dinero refuses the tokens that Visma Connect gives. Sign in again, with the Visma login that "
            f"owns the organization: {self._visma.sign_in}. If that does not help, look in the Visma "
            "Developer portal whether Dinero's read scope is approved for the application."
        )


Result = TypeVar("Result")


def _started(work: Coroutine[Any, Any, Result]) -> asyncio.Task[Result]:  # Any: what a coroutine is sent
    """A task whose failure is no surprise when nobody waits for it any more."""
    task = asyncio.create_task(work)
    task.add_done_callback(lambda done: done.cancelled() or done.exception())
    return task
