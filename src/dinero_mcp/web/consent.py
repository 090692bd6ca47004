"""Consent: a person allows a client to read their books, before anybody is sent to Visma for it.

The page belongs to one browser, one request and whoever is signed in: its form holds a proof made of all
three, which no other site can make, so an answer counts only where its page was shown. Who is not signed in
answers first; the answer goes along to Visma and back, and they are not asked again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest, digest
from secrets import token_urlsafe
from typing import Any, Protocol
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dinero_mcp.auth.sign_ins import Onward
from dinero_mcp.errors import DineroMCPError, NotConnectedError
from dinero_mcp.web.browsers import BROWSER, Browsers, is_key
from dinero_mcp.web.pages import Organization, Pages, Stopped
from dinero_mcp.web.requests import fields_of, language_asked_for, page, target_of
from dinero_mcp.web.sessions import Session, Sessions
from dinero_mcp.web.sign_in import CONNECT, Connection, SignInPages

CONSENT = "/consent"


def consent_address(request_key: str) -> str:
    """The page for a client's request."""
    return f"{CONSENT}?{urlencode({'request': request_key})}"


class PendingRequest(Protocol):
    """A client's request that awaits consent; all but the host that publishes it is its own claim."""

    @property
    def client_id(self) -> str: ...
    @property
    def client_name(self) -> str: ...
    @property
    def client_host(self) -> str | None:
        """The host that publishes who the client is; None when it registered itself, as anybody may."""
        ...

    @property
    def redirect_address(self) -> str: ...
    @property
    def redirect_host(self) -> str:
        """Where the person is sent with the answer; of an app's own scheme, the scheme."""
        ...

    @property
    def is_loopback(self) -> bool: ...
    @property
    def may_be_remembered(self) -> bool:
        """Whether it leads to a site; anything on a person's own machine can pose as something else there."""
        ...

    @property
    def resource(self) -> str: ...
    @property
    def resource_name(self) -> str: ...


class Requests(Protocol):
    """The requests that await consent; each is answered once, with an address to send the browser to."""

    async def pending(self, request_key: str) -> PendingRequest | None:
        """The request, if it still waits."""
        ...

    async def approve(self, request_key: str, connection_id: str) -> str | None:
        """The address with a code; None when it waits no more."""
        ...

    async def deny(self, request_key: str) -> str | None:
        """The address with the refusal; None when it waits no more."""
        ...

    async def is_remembered(self, request: Any, connection_id: str) -> bool:  # Any: what `pending` gave
        """Whether the same was allowed before."""
        ...

    async def remember(self, request: Any, connection_id: str) -> None:  # Any: what `pending` gave
        """Do not ask for the same again."""
        ...


class Connections(Protocol):
    """Where connections are found again."""

    async def connection(self, connection_id: str) -> Connection | None:
        """The connection with the companies it reaches now; None when it is gone, or Visma refuses it."""
        ...


@dataclass(frozen=True, slots=True)
class Person:
    """Who is signed in; without `organizations` where they could not be listed."""

    session: Session
    organizations: Sequence[Organization] = ()
    default_organization: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A client's request, in the browser that is to answer it."""

    request: Request
    key: str
    pending: PendingRequest
    person: Person | None

    @property
    def is_approved(self) -> bool:
        """Whether it was approved in this browser just before somebody signed in."""
        return self.person is not None and self.person.session.onward == Onward(self.key, is_approved=True)

    def proof(self, browser: str) -> str:
        """What the form of this page holds, in this browser, with this person signed in."""
        session = self.person.session.proof if self.person else ""
        return digest(browser.encode(), f"{self.key} {session}".encode(), sha256).hex()


@dataclass(frozen=True, slots=True)
class ConsentPages:
    """The routes of consent; `visma_address` is where people sign in."""

    requests: Requests
    connections: Connections
    sessions: Sessions
    signing_in: SignInPages
    pages: Pages
    visma_address: str

    @property
    def browsers(self) -> Browsers:
        return self.sessions.browsers

    def routes(self) -> list[Route]:
        told = self.signing_in.or_told
        return [
            Route(CONSENT, told(self._shown), methods=["GET"]),
            Route(CONSENT, told(self._answered), methods=["POST"]),
        ]

    async def _shown(self, request: Request) -> Response:
        asked = await self._asked(request, request.query_params)
        if asked is None:
            return self._stopped(request, "gone")
        if asked.person and (asked.is_approved or await self._is_remembered(asked.pending, asked.person)):
            return await self._approved(asked, asked.person)
        return self._page(asked)

    async def _answered(self, request: Request) -> Response:
        form = dict(await fields_of(request))
        asked = await self._asked(request, form)
        if asked is None:
            return self._stopped(request, "gone")
        if not self._is_ours(asked, form):
            return self._stopped(request, "not_ours", consent_address(asked.key), 403)
        match form.get("answer"):
            case "allow" if asked.person:
                return await self._approved(asked, asked.person)
            case "allow":
                return await self.signing_in.to_visma(request, Onward(asked.key, is_approved=True))
            case "deny":
                return self._sent_back(request, await self.requests.deny(asked.key))
            case _:
                return self._page(asked, 400)

    async def _asked(self, request: Request, fields: Mapping[str, str]) -> Asked | None:
        key = fields.get("request", "")
        pending = await self.requests.pending(key) if is_key(key) else None
        return Asked(request, key, pending, await self._person(request)) if pending else None

    async def _person(self, request: Request) -> Person | None:
        session = await self.sessions.of(request)
        if session is None:
            return None
        try:
            found = await self.connections.connection(session.connection_id)
        except NotConnectedError:
            return None
        except DineroMCPError:  # the companies are for the eye only: who is signed in is known without them
            return Person(session)
        return Person(session, found.organizations, found.default_organization) if found else None

    async def _is_remembered(self, pending: PendingRequest, person: Person) -> bool:
        its = person.session.connection_id
        return pending.may_be_remembered and await self.requests.is_remembered(pending, its)

    def _is_ours(self, asked: Asked, form: Mapping[str, str]) -> bool:
        browser = self.browsers.secret(asked.request, BROWSER)
        if browser is None or not self.browsers.is_own_form(asked.request):
            return False
        return compare_digest(form.get("proof", "").encode(), asked.proof(browser).encode())

    async def _approved(self, asked: Asked, person: Person) -> Response:
        its = person.session.connection_id
        address = await self.requests.approve(asked.key, its)
        if address:
            await self.requests.remember(asked.pending, its)
        return self._sent_back(asked.request, address)

    def _page(self, asked: Asked, status: int = 200) -> Response:
        browser = self.browsers.secret(asked.request, BROWSER) or token_urlsafe(32)
        text = self.pages.consent(
            language_asked_for(asked.request),
            asked.pending,
            asked.person,
            action=CONSENT,
            request_key=asked.key,
            proof=asked.proof(browser),
            other_login=f"{CONNECT}?{urlencode({'request': asked.key, 'other': 1})}",
        )
        visma = [] if asked.person else [target_of(self.visma_address)]
        response = page(text, status, [*visma, target_of(asked.pending.redirect_address)])
        self.browsers.give(response, BROWSER, browser)
        return response

    def _sent_back(self, request: Request, address: str | None) -> Response:
        if address is None:
            return self._stopped(request, "gone")
        return RedirectResponse(address, 303, {"Cache-Control": "no-store"})

    def _stopped(self, request: Request, why: Stopped, again: str = "", status: int = 400) -> Response:
        return page(self.pages.stopped(language_asked_for(request), why, again), status)
