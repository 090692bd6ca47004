"""Who is asking, and the open connections to Dinero behind them.

A bearer is looked up in the database, once for all who send it just then, and taken to be as it was for some
seconds. What a connection has read stays in memory while it is used; the connections used longest ago are let
go when all of them hold more than there is room for, or when nobody has asked with them for a while.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from dinero_mcp.auth.bearers import Bearer, BearerKind
from dinero_mcp.auth.state import State
from dinero_mcp.auth.tickets import hashed
from dinero_mcp.auth.visma_connection import VismaConnection
from dinero_mcp.auth.visma_tokens import VismaTokens
from dinero_mcp.tools.books import Connection
from dinero_mcp.tools.said import AnswersSaid

LOOK_AGAIN = 2.0
"""Seconds for which a bearer, and the connection it is for, are taken to be as they were."""
IDLE = 900.0
"""Seconds without a question after which what a connection has read is let go."""
MOST_LOOKED_UP = 10_000


@dataclass(frozen=True, slots=True)
class Opened:
    """A connection that is open in this process."""

    tokens: VismaTokens
    connection: Connection
    since: datetime
    """When its user signed in."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is asking: the bearer that was sent, and the connection it is for."""

    bearer: Bearer
    stored: VismaConnection
    opened: Opened

    @property
    def is_client(self) -> bool:
        """Whether it is an OAuth client, which can have its user sign in anew."""
        return self.bearer.kind is BearerKind.ACCESS

    @property
    def is_ended(self) -> bool:
        """Whether Visma no longer accepts the user's grant, and the last access token is over as well."""
        stored = self.stored
        return stored.is_ended and (not stored.access_token or stored.expires_at <= datetime.now(UTC))


Open = Callable[[VismaConnection], Opened]


class Callers:
    """Bearers of this server, and the connections they are for."""

    def __init__(
        self, state: State, open_: Open, *, room: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._state = state
        self._open = open_
        self._room = room
        self._clock = clock
        self._looked_up: OrderedDict[str, tuple[float, Caller]] = OrderedDict()
        self._looking: dict[str, asyncio.Task[Caller | None]] = {}
        self._opened: OrderedDict[str, tuple[float, Opened]] = OrderedDict()

    async def found(self, secret: str) -> Caller | None:
        """Who sends this bearer; None when it is nobody's, or no longer good."""
        key = hashed(secret)
        at, known = self._looked_up.get(key, (0.0, None))
        if known and self._clock() - at < LOOK_AGAIN and known.bearer.is_good(datetime.now(UTC)):
            self._touch(known.stored.id)
            return known
        if (looking := self._looking.get(key)) is None:
            looking = self._looking[key] = asyncio.create_task(self._look(key, secret))
            looking.add_done_callback(lambda done: self._has_looked(key, done))
        return await asyncio.shield(looking)

    async def _look(self, key: str, secret: str) -> Caller | None:
        """Who it is by the database, for all who wait."""
        self._looked_up.pop(key, None)
        now = self._clock()
        if caller := await self._looked(secret):
            self._looked_up[key] = now, caller
            if len(self._looked_up) > MOST_LOOKED_UP:
                self._looked_up.popitem(last=False)
        return caller

    def _has_looked(self, key: str, done: asyncio.Task[Caller | None]) -> None:
        del self._looking[key]
        if not done.cancelled():
            done.exception()  # no surprise where nobody waits any more

    async def _looked(self, secret: str) -> Caller | None:
        bearer = await self._state.bearers.found(secret, datetime.now(UTC))
        if bearer is None or bearer.kind is BearerKind.REFRESH:
            return None
        stored = await self._state.connections.with_id(bearer.connection_id)
        return Caller(bearer, stored, self.opened(stored)) if stored else None

    def opened(self, stored: VismaConnection) -> Opened:
        """The open connection, with the default organization as it is now.

        Nothing stays of what was read before its user signed in anew, be it by way of another process: they
        may reach other companies now.
        """
        _, opened = self._opened.get(stored.id, (0.0, None))
        if opened is None or opened.since < stored.connected_at:
            opened = self._open(stored)
        elif opened.connection.default_organization != stored.organization_id:
            changed = replace(
                opened.connection, default_organization=stored.organization_id, said=AnswersSaid()
            )
            opened = replace(opened, connection=changed)
        self._opened[stored.id] = self._clock(), opened
        self._opened.move_to_end(stored.id)
        return opened

    def let_go(self) -> None:
        """Give up what is idle, and the connections used longest ago while there is not room for all."""
        looked_up_since = self._clock() - LOOK_AGAIN
        for key in [key for key, (at, _) in self._looked_up.items() if at < looked_up_since]:
            del self._looked_up[key]
        idle_since = self._clock() - IDLE
        for connection_id in [
            id_ for id_, (at, its) in self._opened.items() if at < idle_since and _may_go(its)
        ]:
            del self._opened[connection_id]
        held = {id_: opened.connection.rows_kept for id_, (_, opened) in self._opened.items()}
        total = sum(held.values())
        for connection_id in list(self._opened)[:-1]:
            if total <= self._room:
                break
            if not _may_go(self._opened[connection_id][1]):
                continue
            total -= held[connection_id]
            del self._opened[connection_id]

    def forget(self, connection_id: str) -> None:
        """Give up what was read with a connection, and its bearers."""
        self._opened.pop(connection_id, None)
        self.look_anew(connection_id)

    def look_anew(self, connection_id: str) -> None:
        """Take neither a connection nor its bearers to be as they were; what was read with it stays."""
        for key in [key for key, (_, each) in self._looked_up.items() if each.stored.id == connection_id]:
            del self._looked_up[key]

    @property
    def count(self) -> int:
        """How many connections are open."""
        return len(self._opened)

    async def settled(self) -> None:
        """Wait for refreshes under way: what they bring must not be lost."""
        for _, opened in list(self._opened.values()):
            await opened.tokens.settled()

    def _touch(self, connection_id: str) -> None:
        if connection_id in self._opened:
            self._opened[connection_id] = self._clock(), self._opened[connection_id][1]
            self._opened.move_to_end(connection_id)


def _may_go(opened: Opened) -> bool:
    """Whether nothing of a sign-in is under way with it, or waits to be stored."""
    return not opened.tokens.is_busy
