"""HTTP as uvicorn speaks it, with bounds on how a request may arrive: its head in size, all of it in time.

Uvicorn's fast parser takes header fields without end, keeps a field's value however long it grows, and waits
for the rest of a request for ever, also once that was answered without being read.
"""

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_FIELDS = 100
MOST_BYTES = 64 * 1024
"""Of a head; and of what is taken in of a request without its making a whole field or a piece of a body."""


class BoundedHttp(HttpToolsProtocol):
    """One connection."""

    head_seconds = 20.0
    """From the connection, or the first byte that follows on a request, until the head is whole."""
    body_seconds = 60.0
    """From there until the body is, whether or not it is read; whoever reads it may wait for less."""

    _fields = 0
    _bytes = 0
    _silent = 0
    _is_too_large = False
    _is_between = False
    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] - as uvicorn has it
        super().connection_made(transport)
        self._wait(self.head_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._waiting is None:
            self._wait(self.head_seconds)
        self._silent += len(data)
        super().data_received(data)
        if self._silent > MOST_BYTES and not self.transport.is_closing():
            self._refuse_as_too_large()

    def on_message_begin(self) -> None:
        self._fields = self._bytes = 0
        self._is_between = False
        if self._waiting is None:
            self._wait(self.head_seconds)
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        self._count(len(url), fields=0)
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._count(len(name) + len(value), fields=1)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._wait(self.body_seconds)
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._silent = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._silent = 0
        self._is_between = True
        self._stop_waiting()
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

    def _count(self, size: int, *, fields: int) -> None:
        self._silent = 0
        self._fields += fields
        self._bytes += size
        if self._fields > MOST_FIELDS or self._bytes > MOST_BYTES:
            self._is_too_large = True
            raise ValueError("the head of a request is too large")  # the parser stops, and hears it

    def _wait(self, seconds: float) -> None:
        self._stop_waiting()
        self._waiting = self.loop.call_later(seconds, self._give_up)

    def _give_up(self) -> None:
        """Close; though not for a stray line break after a request that is still being answered."""
        if self._is_between and not self.cycle.response_complete:
            self._wait(self.head_seconds)
        else:
            self.transport.close()

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None
