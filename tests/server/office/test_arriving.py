"""How requests may arrive, over real sockets: heads without end, slow senders, smuggled requests."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from dinero_mcp.server.office.arriving import MOST_BYTES, MOST_FIELDS, BoundedHttp

POST = b"POST / HTTP/1.1\r\nHost: here\r\n"
WHOLE = POST + b"Content-Length: 2\r\n\r\nhi"
DONE = b"200 OK"


class Hurried(BoundedHttp):
    """The same, for tests that wait until it has enough."""

    head_seconds = body_seconds = 0.3


async def answering(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers as the door does whoever may not come in: without reading on."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


@asynccontextmanager
async def connected(
    http: type[BoundedHttp] = BoundedHttp,
) -> AsyncGenerator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection to a server that takes requests in this way."""
    config = uvicorn.Config(
        answering, port=0, log_config=None, lifespan="off", ws="none", http=http, timeout_keep_alive=60
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - what is waited for knows no events
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield reader, writer
    finally:
        writer.close()
        server.should_exit = True
        await task


async def heard(*sent: bytes, http: type[BoundedHttp] = BoundedHttp) -> bytes:
    """All that comes back until the server ends the connection."""
    async with connected(http) as (reader, writer), asyncio.timeout(10):
        try:
            for each in sent:
                writer.write(each)
                await writer.drain()
                await asyncio.sleep(0.02)
            return await reader.read()
        except ConnectionResetError:
            return b"reset"


@pytest.mark.parametrize(
    "fields",
    [
        b"".join(b"X-%d: 1\r\n" % number for number in range(10_000)),
        b"X: 1\r\n" * (MOST_FIELDS + 1),
        b"X: " + b"x" * MOST_BYTES + b"\r\n",
    ],
    ids=["ten thousand fields", "a few small fields too many", "one large field"],
)
async def test_a_head_that_is_too_large_is_refused(fields: bytes) -> None:
    assert (await heard(POST + fields + b"\r\n")).startswith((b"HTTP/1.1 431", b"reset"))


@pytest.mark.parametrize(
    "endless", [b"X: ", b"", b"Content-Length: ", b"Transfer-Encoding: chunked\r\n\r\n0\r\nX: "]
)
async def test_a_field_without_an_end_is_not_taken_in(endless: bytes) -> None:
    pieces = [b"9" * 16_384] * 40
    answer = await heard(POST + endless, *pieces)
    assert b" 431 " in answer or b" 400 " in answer or answer == b"reset"


async def test_a_head_of_an_ordinary_size_is_taken() -> None:
    fields = b"".join(b"X-%d: %s\r\n" % (number, b"x" * 500) for number in range(90))
    async with connected() as (reader, writer):
        writer.write(POST + fields + b"Content-Length: 0\r\n\r\n")
        assert DONE in await reader.readuntil(b"\r\n\r\n")


@pytest.mark.parametrize("begun", [b"", b"POST / HT", POST, POST + b"X: half a fie"])
async def test_a_head_that_does_not_come_is_not_waited_for(begun: bytes) -> None:
    assert await heard(begun, http=Hurried) == b""


@pytest.mark.parametrize("more", [b"\r", b"\r\n", b"P"])
async def test_a_connection_is_not_kept_by_a_byte_after_a_request(more: bytes) -> None:
    assert (await heard(WHOLE, more, http=Hurried)).count(DONE) == 1


@pytest.mark.parametrize(
    "body", [b"Content-Length: 9\r\n\r\nhalf", b"Transfer-Encoding: chunked\r\n\r\n4\r\nha"]
)
async def test_a_body_that_nobody_reads_is_not_waited_for(body: bytes) -> None:
    assert (await heard(POST + body, http=Hurried)).count(DONE) == 1


async def test_a_sender_is_not_waited_for_longer_because_bytes_keep_coming() -> None:
    async with connected(Hurried) as (reader, writer), asyncio.timeout(5):
        writer.write(POST + b"Content-Length: 1000\r\n\r\n")
        closed = asyncio.create_task(reader.readuntil(b"never"))
        while not closed.done():
            writer.write(b"x")
            await asyncio.sleep(0.02)
    assert isinstance(closed.exception(), (asyncio.IncompleteReadError, ConnectionResetError))


@pytest.mark.parametrize(
    "framing",
    [
        b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
        b"Content-Length: 4\r\nContent-Length: 5\r\n",
        b"Content-Length: +4\r\n",
        b"Content-Length: 4, 4\r\n",
        b"Content-Length : 4\r\n",
        b"Content-Length: 4\r\n folded: yes\r\n",
        b"Transfer-Encoding: chunked, identity\r\n",
        b"Transfer-Encoding: xchunked\r\n",
        b"Transfer-Encoding : chunked\r\n",
        b"X: a\rTransfer-Encoding: chunked\r\n",
    ],
)
async def test_a_request_that_can_be_read_in_two_ways_is_refused(framing: bytes) -> None:
    smuggled = b"0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: here\r\n\r\n"
    assert (await heard(POST + framing + b"\r\n" + smuggled)).startswith(b"HTTP/1.1 400")
