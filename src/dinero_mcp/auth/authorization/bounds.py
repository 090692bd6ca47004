"""What clients post is bounded in size and in time, and a database out of reach is told as what it is."""

from collections.abc import Awaitable, Callable

import anyio
from mcp.server.transport_security import RequestBodyLimitMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import request_response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dinero_mcp.auth.authorization.forms import UNKEPT
from dinero_mcp.errors import StoreError

MOST_BYTES = 64 * 1024
"""Of a request's body."""
BODY_SECONDS = 20.0
"""In which all of it must have come."""
Answer = Callable[[Request], Awaitable[Response]]


class SlowBodyError(Exception):
    """A body that did not come in time."""


def bounded(answer: Answer, seconds: float = BODY_SECONDS) -> ASGIApp:
    """The answer, for requests within bounds."""

    async def told(request: Request) -> Response:
        try:
            return await answer(request)
        except StoreError:
            return _failure(503, "this server cannot reach its store right now; try again in a moment")
        except ClientDisconnect:
            return Response(status_code=400)

    return _InTime(RequestBodyLimitMiddleware(request_response(told), MOST_BYTES), seconds)


class _InTime:
    """An app whose requests have arrived after so many seconds, or are refused."""

    def __init__(self, app: ASGIApp, seconds: float) -> None:
        self._app = app
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        until = anyio.current_time() + self._seconds

        async def in_time() -> Message:
            with anyio.move_on_after(until - anyio.current_time()):
                return await receive()
            raise SlowBodyError

        try:
            await self._app(scope, in_time, send)
        except SlowBodyError:
            await _failure(408, "the body did not come in time")(scope, receive, send)


def _failure(status: int, description: str) -> Response:
    said = {"error": "temporarily_unavailable", "error_description": description}
    return JSONResponse(said, status, UNKEPT)
