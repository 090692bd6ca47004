"""Bodies that Dinero sent, word for word and compressed, to be taken in again as if they had just come."""

import zlib
from collections.abc import Iterator, Mapping
from typing import Generic, TypeVar

from dinero_mcp.dinero.parts import ENOUGH
from dinero_mcp.dinero.question import MIB
from dinero_mcp.dinero.wire import Taker

T = TypeVar("T")

Bodies = Mapping[int, bytes]
"""The compressed bodies of one answer by the number of their page; of one in no pages under 0."""

MOST_BYTES = 4 * MIB
"""Compressed, in all bodies of an answer: about 60,000 postings. What is larger is not shared."""
FASTEST = 1


class Recording:
    """Records the bodies of one answer while they are read."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self.most_bytes = most_bytes
        self._bodies: dict[int, bytes] = {}

    @property
    def bodies(self) -> Bodies | None:
        """All of them; None when they are larger than is worth sharing."""
        return self._bodies if sum(map(len, self._bodies.values())) <= self.most_bytes else None

    def note(self, number: int, body: bytes) -> None:
        """Record a body, in the place of the same page as it was."""
        if self.bodies is not None:
            self.keep(number, zlib.compress(body, FASTEST))

    def keep(self, number: int, compressed: bytes) -> None:
        """Record a body that is compressed already."""
        self._bodies[number] = compressed


def recorded(taker: Taker[T], recording: Recording | None) -> Taker[T]:
    """The same taker; what it takes in whole is recorded, where there is a recording."""
    return _Recorded(taker, recording) if recording else taker


class _Recorded(Generic[T]):
    def __init__(self, taker: Taker[T], recording: Recording) -> None:
        self._taker = taker
        self._recording = recording
        self._compressor = zlib.compressobj(FASTEST)
        self._compressed = bytearray()

    def feed(self, piece: bytes) -> None:
        self._taker.feed(piece)
        if len(self._compressed) <= self._recording.most_bytes:
            self._compressed += self._compressor.compress(piece)

    def end(self) -> T:
        answer = self._taker.end()
        self._compressed += self._compressor.flush()
        self._recording.keep(0, bytes(self._compressed))
        return answer


def pieces(body: bytes) -> Iterator[bytes]:
    """A compressed body as it was, piece by piece.

    Raises:
        zlib.error: when it is damaged; one that is cut off ends early.
    """
    expander = zlib.decompressobj()
    while body and not expander.eof:
        yield expander.decompress(body, ENOUGH)
        body = expander.unconsumed_tail
    yield expander.flush()
