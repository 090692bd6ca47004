"""A client sends a person here to ask for access (RFC 6749, 4.1.1).

Until the client and the address to go back to are known to belong together, nobody is sent anywhere. After
that the client is told of what is wrong with its request, yet not behind the person's back: a link that looks
like this server's must not carry people to any site that registered (RFC 9700, 4.11.2). So they see why, and
go on themselves; only programs on their own machine, and sites that the operator named, are told at once.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl

from mcp.server.auth.provider import AuthorizeError
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from dinero_mcp.auth.authorization.client_directory import ClientDirectory
from dinero_mcp.auth.authorization.known_clients import KnownClient, UnknownClientError
from dinero_mcp.auth.authorization.paces import Paces
from dinero_mcp.auth.authorization.redirects import Redirect, RedirectKind, RedirectRules, answered
from dinero_mcp.auth.authorization.requests import REQUEST_LASTS, KeptRequest
from dinero_mcp.auth.authorization.terms import Terms, granted_scope
from dinero_mcp.auth.tickets import TicketKind, Tickets
from dinero_mcp.errors import StoreError

_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_MOST_FIELDS = 50
_LONGEST_STATE = 4096
_UNKEPT = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a person who was sent here cannot go on."""

    status: int
    error: str
    """OAuth's word for it."""
    description: str
    """For the person."""
    client_name: str | None = None
    return_host: str | None = None
    return_address: str | None = None
    """Where a link may take them back to the client, with the error; None when that is not known."""


Shown = Callable[[Request, Refusal], Response]


class RefusedError(Exception):
    """The request goes no further; `at_once` when the client is told without asking the person."""

    def __init__(self, refusal: Refusal, *, at_once: bool = False) -> None:
        super().__init__(refusal.description)
        self.refusal = refusal
        self.at_once = at_once


def shown_as_json(_: Request, refusal: Refusal) -> Response:
    """A refusal for whoever has no page for it."""
    said = {"error": refusal.error, "error_description": refusal.description}
    if refusal.return_address:
        said["return_address"] = refusal.return_address
    return JSONResponse(said, refusal.status, _UNKEPT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorizing:
    """Answers /authorize: keeps the request, and sends the person on to the consent page."""

    terms: Terms
    tickets: Tickets
    clients: ClientDirectory
    rules: RedirectRules
    paces: Paces
    clock: Callable[[], datetime]
    shown: Shown = shown_as_json

    async def answer(self, request: Request) -> Response:
        try:
            return _sent_to(await self._consent_page(request))
        except RefusedError as error:
            address = error.refusal.return_address if error.at_once else None
            return _sent_to(address) if address else self.shown(request, error.refusal)
        except StoreError:
            said = "This server cannot reach its store right now. Try again in a moment."
            return self.shown(request, Refusal(503, "temporarily_unavailable", said))

    async def _consent_page(self, request: Request) -> str:
        if not await self.paces.allow_request(request):
            raise _stopped("temporarily_unavailable", "Too many requests from here. Wait a minute.", 429)
        asked = await _asked(request)
        client, to = await self._who(asked)
        try:
            kept = self._checked(asked, client, to)
        except AuthorizeError as error:
            at_once = self.rules.hosts is not None or to.kind is not RedirectKind.SITE
            raise RefusedError(self._refusal(error, asked, client, to), at_once=at_once) from None
        key = await self.tickets.issue(TicketKind.REQUEST, kept, self.clock(), REQUEST_LASTS)
        return answered(f"{self.terms.issuer}/consent", request=key)

    async def _who(self, asked: dict[str, list[str]]) -> tuple[KnownClient, Redirect]:
        """The client, and which of its addresses it names; nothing else is looked at before."""
        client_id, address = (_only(asked, name) for name in ("client_id", "redirect_uri"))
        if not client_id or not address:
            raise _stopped("invalid_request", "The request must name one client_id and one redirect_uri.")
        try:
            client = await self.clients.client(client_id)
        except UnknownClientError as error:
            raise _stopped("invalid_client", str(error)) from None
        to = client.redirect(address)
        if to is None:
            raise _stopped("invalid_request", "The redirect_uri is not one of the client's.")
        return client, to

    def _checked(self, asked: dict[str, list[str]], client: KnownClient, to: Redirect) -> KeptRequest:
        resource = asked.get("resource", [])
        if len(resource) != 1 or resource[0] not in self.terms.resources:
            known = " or ".join(self.terms.resources)
            raise AuthorizeError("invalid_target", f"resource must be {known}")
        if repeated := [name for name, values in asked.items() if len(values) > 1]:
            raise AuthorizeError("invalid_request", f"{len(repeated)} parameters are given more than once")
        _check_form(asked)
        scope = granted_scope(_only(asked, "scope"))
        if scope is None:
            raise AuthorizeError("invalid_scope", "there is no such scope here; the only one is dinero:read")
        return KeptRequest(
            client_id=client.client_id,
            client_name=client.name,
            client_host=client.host,
            redirect_address=to.address,
            challenge=asked["code_challenge"][0],
            resource=resource[0],
            scope=scope,
            state=_only(asked, "state"),
        )

    def _refusal(
        self, error: AuthorizeError, asked: dict[str, list[str]], client: KnownClient, to: Redirect
    ) -> Refusal:
        said = error.error_description or error.error
        address = answered(
            to.address,
            error=error.error,
            error_description=said,
            state=_only(asked, "state"),
            iss=self.terms.issuer,
        )
        return Refusal(400, error.error, said, client.name, to.host, address)


async def _asked(request: Request) -> dict[str, list[str]]:
    """The parameters of a query or a form; one without a value counts as left out (RFC 6749, 3.1)."""
    raw: bytes = await request.body() if request.method == "POST" else request.scope["query_string"]
    try:
        pairs = parse_qsl(raw.decode(errors="replace"), max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise _stopped("invalid_request", f"A request has at most {_MOST_FIELDS} parameters.") from None
    asked: dict[str, list[str]] = {}
    for name, value in pairs:
        asked.setdefault(name, []).append(value)
    return asked


def _check_form(asked: dict[str, list[str]]) -> None:
    """What a request must say besides who and what for; PKCE is S256, said so (`plain` is the default)."""
    if _only(asked, "response_type") != "code":
        raise AuthorizeError("unsupported_response_type", "response_type must be code")
    if _only(asked, "response_mode") not in (None, "query"):
        raise AuthorizeError("invalid_request", "response_mode must be query")
    if _only(asked, "code_challenge_method") != "S256":
        raise AuthorizeError("invalid_request", "code_challenge_method must be S256")
    if not _CHALLENGE.fullmatch(_only(asked, "code_challenge") or ""):
        raise AuthorizeError("invalid_request", "code_challenge must be a SHA-256 hash in base64url")
    if len(_only(asked, "state") or "") > _LONGEST_STATE:
        raise AuthorizeError("invalid_request", f"state may have at most {_LONGEST_STATE} characters")


def _only(asked: dict[str, list[str]], name: str) -> str | None:
    """The one value; None when there is none, or more than one."""
    values = asked.get(name, [])
    return values[0] if len(values) == 1 else None


def _stopped(error: str, description: str, status: int = 400) -> RefusedError:
    return RefusedError(Refusal(status, error, description))


def _sent_to(address: str) -> Response:
    return RedirectResponse(address, 302, _UNKEPT)
