"""The door in front of an MCP endpoint: who asks, whether that can be answered, and in which form.

Every request carries a bearer of ours. Without a good one, or when Visma no longer accepts the grant behind
an OAuth client's, the answer is 401 and says where to sign in. A call that needs an organization where none
is chosen is 422. Everything else is the protocol's: answered in JSON, or as an event stream where the client
wants to hear of progress. Nothing is said without being asked, so no stream is kept open for that: only what
is posted is taken.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import msgspec
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.types import Message as Event

from dinero_mcp.auth.authorization.terms import challenge
from dinero_mcp.dinero.call import Call
from dinero_mcp.errors import (
    ConnectionExpiredError,
    DineroMCPError,
    NotConnectedError,
    OrganizationError,
    StoreError,
)
from dinero_mcp.server.office.addresses import Addresses
from dinero_mcp.server.office.callers import Caller, Callers
from dinero_mcp.server.office.message import LISTS_ORGANIZATIONS, Message, message_in
from dinero_mcp.tools.publishing import ASKED, Asked

PARSE_ERROR, INVALID_REQUEST, INVALID_PARAMS, NOT_CONNECTED = -32700, -32600, -32602, -32001


class Notes(Protocol):
    """Where it is noted how calls went."""

    def call_done(self, caller: Caller, message: Message, asked: Asked, seconds: float) -> None: ...


@dataclass(frozen=True, slots=True)
class Door:
    """One endpoint, and the two forms in which it answers."""

    resource: str
    prefix: str
    addresses: Addresses
    callers: Callers
    notes: Notes
    in_json: ASGIApp
    in_stream: ASGIApp
    most_bytes: int

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        secret = _bearer_in(scope)
        try:
            caller = await self.callers.found(secret) if secret else None
        except StoreError:
            await _told(503, "Who is asking cannot be looked up right now. Ask again in a moment.")(
                scope, receive, send
            )
            return
        if caller is None:
            await self._sign_in(is_refused=bool(secret))(scope, receive, send)
        elif scope["method"] == "POST":
            await self._post(scope, receive, send, caller)
        elif self._lets_in(caller):
            await Response(status_code=405, headers={"Allow": "POST"})(scope, receive, send)
        else:
            await self._sign_in(is_refused=True)(scope, receive, send)

    def _lets_in(self, caller: Caller) -> bool:
        """Whether the bearer is for this endpoint, and its user need not sign in anew."""
        is_over = caller.is_client and caller.is_ended
        return caller.bearer.resource in (None, self.resource) and not is_over

    async def _post(self, scope: Scope, receive: Receive, send: Send, caller: Caller) -> None:
        body = await _body(receive, self.most_bytes)
        if isinstance(body, Response):
            await body(scope, receive, send)
        elif (message := message_in(body, self.prefix)) is None:
            why = "The body is not JSON in UTF-8, or holds a number beyond all bounds."
            await _told(400, why, PARSE_ERROR)(scope, receive, send)
        else:
            await self._answered(scope, _again(body, receive), send, caller, message)

    async def _answered(
        self, scope: Scope, receive: Receive, send: Send, caller: Caller, message: Message
    ) -> None:
        connection = caller.opened.connection
        meant = connection.default_organization if message.needs_organization else message.organization_id
        asked = scope[ASKED] = Asked(connection, meant)
        began = time.monotonic()
        try:
            refusal = await self._refusal(caller, message, asked)
            answer = refusal or (self.in_stream if message.wants_progress else self.in_json)
            await answer(scope, receive, send)
        finally:
            if message.tool:
                self.notes.call_done(caller, message, asked, time.monotonic() - began)

    async def _refusal(self, caller: Caller, message: Message, asked: Asked) -> Response | None:
        """Why there is no answer at all; None when there is, or the tool is to say what is wrong."""
        if not self._lets_in(caller):
            asked.outcome = NotConnectedError.__name__
            return self._sign_in(is_refused=True)
        try:
            if message.tool:
                await _ready(caller, message, asked)
        except ConnectionExpiredError as error:
            asked.outcome = type(error).__name__
            return self._sign_in(is_refused=True) if caller.is_client else self._ended(message)
        except OrganizationError as error:
            asked.outcome = type(error).__name__
            return _error(message, INVALID_PARAMS, self._none_chosen())
        except DineroMCPError:
            return None
        return None

    def _sign_in(self, *, is_refused: bool) -> Response:
        """401, with where to find out who gives out tokens."""
        challenged = challenge(self.resource, "invalid_token" if is_refused else None)
        what = "This bearer token is not good (any more)" if is_refused else "A bearer token is needed"
        text = f"{what}. Sign in at {self.addresses.connect}, or let your MCP client sign in."
        error = {"error": "invalid_token" if is_refused else "unauthorized", "error_description": text}
        return JSONResponse(error, 401, {"WWW-Authenticate": challenged, "Cache-Control": "no-store"})

    def _ended(self, message: Message) -> Response:
        return _error(
            message,
            NOT_CONNECTED,
            "Visma no longer accepts the sign-in behind this token. Sign in again at "
            f"{self.addresses.connect}; the token goes on working then.",
        )

    def _none_chosen(self) -> str:
        return (
            "No organization was chosen, and this sign-in reaches several. Choose a default organization "
            f"at {self.addresses.my_dinero}, or pass organization_id ({self.prefix}{LISTS_ORGANIZATIONS} "
            "shows them)."
        )


async def _ready(caller: Caller, message: Message, asked: Asked) -> None:
    """See that Visma lets the caller ask, and whose books are meant.

    Raises:
        ConnectionExpiredError: Visma no longer accepts the grant.
        OrganizationError: several could be meant.
    """
    if caller.is_ended:
        raise ConnectionExpiredError
    await caller.opened.tokens.token()
    if message.needs_organization and asked.organization_id is None:
        asked.organization_id = await caller.opened.connection.default(Call())
        if asked.organization_id is None:
            raise OrganizationError


def _bearer_in(scope: Scope) -> str:
    sent = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
    kind, _, secret = sent.decode("latin-1").partition(" ")
    return secret.strip() if kind.lower() == "bearer" else ""


async def _body(receive: Receive, most_bytes: int) -> bytes | Response:
    """The whole body, read once; or why there is none. How long it may take is seen to where it arrives."""
    body = bytearray()
    while (event := await receive())["type"] == "http.request":
        body += event.get("body", b"")
        if len(body) > most_bytes:
            return _told(413, f"The request is larger than {most_bytes:,} bytes.")
        if not event.get("more_body", False):
            return bytes(body)
    return Response(status_code=400)  # to a client that has left


def _again(body: bytes, receive: Receive) -> Receive:
    """A body that has been read, to be read once more; after it, what the client does."""
    events: list[Event] = [{"type": "http.request", "body": body, "more_body": False}]

    async def next_event() -> Event:
        return events.pop() if events else await receive()

    return next_event


def _told(status: int, text: str, code: int = INVALID_REQUEST) -> Response:
    error: Mapping[str, object] = {"code": code, "message": text}
    headers = {"Retry-After": "5"} if status == 503 else {"Connection": "close"}
    return JSONResponse({"jsonrpc": "2.0", "id": None, "error": error}, status, headers)


def _error(message: Message, code: int, text: str) -> Response:
    """422, with a JSON-RPC error for the message."""
    error = {"jsonrpc": "2.0", "id": message.id, "error": {"code": code, "message": text}}
    return Response(msgspec.json.encode(error), 422, media_type="application/json")
