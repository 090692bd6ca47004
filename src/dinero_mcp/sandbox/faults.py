"""Things that go wrong on purpose."""

import asyncio
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send


@dataclass(slots=True, kw_only=True)
class Fault:
    """One thing that goes wrong for the next `times` calls whose path holds `path`.

    With a `status` the call is answered by `status`, `headers` and `body` and goes no further;
    without one it gets the right answer, late by `delay` or with its body run through `alter`.
    """

    path: str = ""
    """A regular expression, searched in the path."""
    status: int | None = None
    body: bytes = b""
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    times: int = 1
    delay: float = 0
    """Seconds before the answer."""
    alter: Callable[[bytes], bytes] | None = None
    """What becomes of the right answer's body: `lambda body: body[:40]` breaks it off."""
    cut: bool = False
    """Close the connection in the middle of the answer; only a server on a port can do that."""

    async def strike(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the call that this fault is spent on."""
        await asyncio.sleep(self.delay)
        if self.cut:
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1")]})
        elif self.status is not None:
            answer = Response(self.body, self.status, self.headers, self.content_type)
            await answer(scope, receive, send)
        else:
            await app(scope, receive, altered(send, self.alter) if self.alter else send)


def altered(send: Send, alter: Callable[[bytes], bytes]) -> Send:
    """`send` with the body changed; the sandbox sends every body in one piece."""

    async def send_altered(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = [pair for pair in message["headers"] if pair[0] != b"content-length"]
            message = {**message, "headers": headers}
        else:
            message = {**message, "body": alter(message["body"])}
        await send(message)

    return send_altered


class Faulty:
    """The app behind its faults: a call spends the first that matches."""

    def __init__(self, app: ASGIApp, faults: list[Fault]) -> None:
        self.app = app
        self.faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        fault = self._spend(scope["path"]) if scope["type"] == "http" else None
        if fault:
            await fault.strike(self.app, scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _spend(self, path: str) -> Fault | None:
        fault = next((fault for fault in self.faults if re.search(fault.path, path)), None)
        if fault:
            fault.times -= 1
            if not fault.times:
                self.faults.remove(fault)
        return fault
