"""One connection's reads as the replicas of a server share them.

They lie where others may come: the names of the keys are hashed, and the values are encrypted and open under
the key they were written for alone. A key holds the connection, when its user signed in, the organization and
the whole question, so nobody is given what another connection read, be it of the same organization, nor what
was read before they signed in anew, by a replica that had not heard of that.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

import msgspec
from msgspec import msgpack

from dinero_mcp.dinero.question import Question
from dinero_mcp.dinero.recording import Bodies, pieces

FORMAT = 1
"""Counted up when what is written changes, so that old and new replicas do not read each other."""
CLOCKS_AGREE = 1.0
"""Seconds by which two replicas' clocks may differ before one goes by the cache's clock."""


@dataclass(frozen=True, slots=True)
class Held:
    """A value, and the seconds until it is given up."""

    value: bytes
    seconds: float


class SharedAnswers(Protocol):
    """Values that all replicas reach, each for some seconds. When they cannot be reached there is none."""

    async def get(self, names: Sequence[str]) -> Held | None:
        """What is held under the first of these names that holds anything."""
        ...

    async def put(self, name: str, value: bytes, seconds: float) -> None:
        """Hold a value for so long."""
        ...

    async def drop(self, beginnings: Sequence[str]) -> bool:
        """Give up everything whose name begins so; whether that was done."""
        ...


class Sealing(Protocol):
    """Hides what is shared."""

    def names(self, *parts: bytes) -> Sequence[str]:
        """What the parts are called, joined by colons; with each secret key, that for writing first."""
        ...

    def seal(self, value: bytes, bound_to: bytes) -> bytes:
        """The value encrypted, so that it opens only with the same `bound_to`."""
        ...

    def open(self, sealed: bytes, bound_to: bytes) -> bytes | None:
        """The value; None when no secret key opens it."""
        ...


class Sent(msgspec.Struct, frozen=True, array_like=True):
    """What Dinero sent, when it was asked for, and for how many seconds from then on it is fresh."""

    read_at: datetime
    lasts: float
    bodies: Bodies


@dataclass(frozen=True, slots=True)
class SharedRead:
    """A read that was found, which has `seconds` left by the cache's own clock."""

    sent: Sent
    seconds: float

    def pieces(self, number: int) -> Iterator[bytes]:
        """The body of this number as Dinero sent it; nothing when there is none."""
        return pieces(self.sent.bodies.get(number, b""))

    def read_at(self, now: float) -> datetime:
        """When it was read; by the cache's clock when the writer's is ahead of ours, whose time is `now`."""
        by_cache = now - self.sent.lasts + self.seconds
        if self.sent.read_at.timestamp() - by_cache <= CLOCKS_AGREE:
            return self.sent.read_at
        return datetime.fromtimestamp(by_cache, UTC)

    def fresh_until(self, now: float, lasts: float) -> float:
        """The time until which it may be used where reads last so many seconds: the earliest of all ends."""
        return min(self.read_at(now).timestamp() + min(lasts, self.sent.lasts), now + self.seconds)


@dataclass(frozen=True, slots=True)
class SharedReads:
    """The reads of one connection."""

    connection_id: str
    answers: SharedAnswers
    sealing: Sealing
    sign_in: str = ""
    """What tells one sign-in of its user from the next."""

    async def get(self, question: Question, kind: type[object]) -> SharedRead | None:
        """What was read for this question; what cannot be opened was not."""
        key = self._key(question, kind)
        held = await self.answers.get(self.sealing.names(self._connection, key))
        opened = self.sealing.open(held.value, key) if held else None
        if held is None or opened is None:
            return None
        try:
            return SharedRead(msgpack.decode(opened, type=Sent), held.seconds)
        except msgspec.MsgspecError:
            return None

    async def put(self, question: Question, kind: type[object], sent: Sent, seconds: float) -> None:
        """Share what was read for `seconds` more."""
        key = self._key(question, kind)
        name = self.sealing.names(self._connection, key)[0]
        await self.answers.put(name, self.sealing.seal(msgpack.encode(sent), key), seconds)

    async def forget(self) -> bool:
        """Give up all reads of this connection, of every sign-in; False when they only go in time."""
        return await self.answers.drop([f"{name}:" for name in self.sealing.names(self._connection)])

    @property
    def _connection(self) -> bytes:
        return self.connection_id.encode()

    def _key(self, question: Question, kind: type[object]) -> bytes:
        asked = (question.organization_id, question.path, question.params, repr(kind))
        return msgpack.encode((FORMAT, self.connection_id, self.sign_in, *asked))
