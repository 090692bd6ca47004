"""One HTTP connection that is kept open: a client that costs next to nothing itself."""

import asyncio
from collections.abc import Mapping
from typing import Self

import httptools

from benchmarks.office.started import HOST


def request_bytes(path: str, headers: Mapping[str, str], body: bytes) -> bytes:
    """A POST as it goes over the wire."""
    lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode() + body


class Line:
    """Sends bytes, gives the body of a 200; anything else is an error."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def to(cls, port: int) -> Self:
        return cls(*await asyncio.open_connection(HOST, port))

    async def ask(self, request: bytes) -> bytes:
        """The body of the answer."""
        answer = _Answer()
        parser = httptools.HttpResponseParser(answer)
        self._writer.write(request)
        while not answer.is_whole:
            piece = await self._reader.read(65536)
            if not piece:
                raise ConnectionError("the connection was closed in the middle of an answer")
            parser.feed_data(piece)
        body = b"".join(answer.pieces)
        if parser.get_status_code() != 200:
            raise ConnectionError(f"{parser.get_status_code()}: {body[:500]!r}")
        return body

    async def close(self) -> None:
        self._writer.close()
        await self._writer.wait_closed()


class _Answer:
    """What a parser tells of an answer."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        self.is_whole = False

    def on_body(self, body: bytes) -> None:
        self.pieces.append(body)

    def on_message_complete(self) -> None:
        self.is_whole = True
