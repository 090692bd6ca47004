"""A stand-in for the hosts of the world: names with addresses, and what answers there."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx2

PUBLIC = "93.184.215.14"
DOCUMENT = "https://app.example.com/oauth/client.json"
HOST = "app.example.com"
Answer = Callable[[httpx2.Request], Awaitable[httpx2.Response]]


def description(**changes: Any) -> dict[str, Any]:  # Any: JSON
    """What a well-behaved client publishes."""
    published = {
        "client_id": DOCUMENT,
        "client_name": "An app",
        "redirect_uris": ["https://app.example.com/callback", "http://127.0.0.1/callback"],
        "token_endpoint_auth_method": "none",
    }
    return published | changes


@dataclass
class Stream(httpx2.AsyncByteStream):
    """A body that comes piece by piece."""

    pieces: Callable[[], AsyncIterator[bytes]]

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self.pieces():
            yield piece


def published(said: object, **its: Any) -> httpx2.Response:  # Any: a response's parameters
    headers = {"Content-Type": "application/json"} | its.pop("headers", {})
    body = said if isinstance(said, bytes) else json.dumps(said).encode()

    async def whole() -> AsyncIterator[bytes]:
        yield body

    return httpx2.Response(its.pop("status", 200), headers=headers, stream=Stream(whole))


@dataclass
class Internet(httpx2.AsyncBaseTransport):
    """Answers every connection with `answer`; `addresses` are what each next look-up of the host gives."""

    answer: Answer
    addresses: list[Sequence[str]] = field(default_factory=lambda: [[PUBLIC]])
    requests: list[httpx2.Request] = field(default_factory=list[httpx2.Request])
    lookups: list[str] = field(default_factory=list[str])

    async def resolve(self, host: str) -> Sequence[str]:
        self.lookups.append(host)
        return self.addresses.pop(0) if len(self.addresses) > 1 else self.addresses[0]

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        return await self.answer(request)


def publishing(said: object = None, **its: Any) -> Internet:  # Any: a response's parameters
    """An internet where every host publishes this."""

    async def answer(_: httpx2.Request) -> httpx2.Response:
        return published(description() if said is None else said, **its)

    return Internet(answer)
