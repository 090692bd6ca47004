"""HTTP as uvicorn speaks it, with bounds on how a request may arrive: its head in size and in time.

Uvicorn's fast parser takes header fields without end and waits for them for ever; a body is bounded by who
reads it.
"""

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_FIELDS = 100
MOST_BYTES = 64 * 1024
HEAD_SECONDS = 20.0
"""From the connection, or the first byte of a later request, until the head is whole."""


class BoundedHttp(HttpToolsProtocol):
    """One connection."""

    _fields = 0
    _bytes = 0
    _is_too_large = False
    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] - as uvicorn has it
        super().connection_made(transport)
        self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        self._fields = self._bytes = 0
        self._wait_for_head()
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        self._count(len(url), fields=0)
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._count(len(name) + len(value), fields=1)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._stop_waiting()
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """What uvicorn does with a request that cannot be parsed, and here with one too large."""
        if not self._is_too_large:
            super().send_400_response(msg)
            return
        self.transport.write(
            b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
        )
        self.transport.close()

    def _count(self, size: int, *, fields: int) -> None:
        self._fields += fields
        self._bytes += size
        if self._fields > MOST_FIELDS or self._bytes > MOST_BYTES:
            self._is_too_large = True
            raise ValueError("the head of a request is too large")  # the parser stops, and hears it

    def _wait_for_head(self) -> None:
        if self._waiting is None:
            self._waiting = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None
