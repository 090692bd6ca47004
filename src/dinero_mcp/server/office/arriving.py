"""HTTP as uvicorn speaks it, with bounds on how a request may arrive: its head in size, all of it in time.

Uvicorn's fast parser takes header fields without end, keeps a field's value however long it grows, and waits
for the rest of a request for ever, also once that was answered without being read.
"""

import asyncio
from itertools import chain

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD, BODY, BETWEEN = "in a head", "in a body", "between requests"
MOST_FIELDS = 100
MOST_BYTES = 64 * 1024
"""Of a head; and of what is taken in of a request without its making a whole field or a piece of a body."""


class BoundedHttp(HttpToolsProtocol):
    """One connection."""

    head_seconds = 20.0
    """From the connection, or the first byte that follows on a request, until the head is whole."""
    body_seconds = 60.0
    """From there until the body is, whether or not it is read; whoever reads it may wait for less."""

    _unread = 0
    """Bytes taken in since the head was begun, or since a piece of a body came."""
    _stage = BETWEEN
    _has_begun = False
    _is_too_large = False
    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] - as uvicorn has it
        super().connection_made(transport)
        self._wait(self.head_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        before, self._has_begun = self._stage, False
        self._unread += len(data)
        super().data_received(data)
        if self.transport.is_closing():
            return
        if self._unread > MOST_BYTES:
            self._refuse_as_too_large()
        elif self._stage == BODY:
            if before != BODY or self._has_begun:
                self._wait(self.body_seconds)
        elif self._stage == BETWEEN and (self._has_begun or before != BETWEEN):
            self._stop_waiting()
        elif self._waiting is None:  # in a head, or at something that is none
            self._wait(self.head_seconds)

    def on_message_begin(self) -> None:
        self._stage, self._has_begun = HEAD, True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        size = len(self.url) + sum(map(len, chain.from_iterable(self.headers)))
        if len(self.headers) > MOST_FIELDS or size > MOST_BYTES:
            self._is_too_large = True
            raise ValueError("the head of a request is too large")  # the parser stops, and hears it
        self._stage, self._unread = BODY, 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._unread = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._stage, self._unread = BETWEEN, 0
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """What uvicorn does with a request that cannot be parsed, and here with one too large."""
        if self._is_too_large:
            self._refuse_as_too_large()
        else:
            super().send_400_response(msg)

    def _refuse_as_too_large(self) -> None:
        self.transport.write(
            b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
        )
        self.transport.close()

    def _wait(self, seconds: float) -> None:
        self._stop_waiting()
        self._waiting = self.loop.call_later(seconds, self._give_up)

    def _give_up(self) -> None:
        """Close; though not for a stray line break after a request that is still being answered."""
        if self._stage == BETWEEN and self.cycle and not self.cycle.response_complete:
            self._wait(self.head_seconds)
        else:
            self.transport.close()

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None
