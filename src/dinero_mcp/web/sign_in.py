"""Connecting in the browser: to Visma and back, the choice of an organization, and how it went.

A browser that comes to `/connect` gets a cookie of its own and is sent to Visma. Visma sends it back to the
redirect address, in the address or with a form. A form comes from Visma's site, so no cookie comes with it:
what it holds is put aside for a moment, and the browser is sent on to the same address without it.
"""

import re
import secrets
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from hmac import compare_digest
from typing import Protocol

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dinero_mcp.auth.callback import Callback, callback_of
from dinero_mcp.auth.sign_ins import OtherBrowserError, SignIn, SignIns, SignInUnknownError
from dinero_mcp.errors import DineroMCPError
from dinero_mcp.web.pages import Failure, Organization, Pages
from dinero_mcp.web.requests import fields_of, language_asked_for, page

COOKIE = "dinero_mcp_browser"
CONNECT, CHOOSE, DONE = OWN_PATHS = "/connect", "/choose", "/done"
_MOST_SESSIONS = 1000


class Connection(Protocol):
    """What a sign-in came to."""

    @property
    def organizations(self) -> Sequence[Organization]: ...
    @property
    def default_organization(self) -> int | None: ...

    async def choose(self, organization_id: int) -> None:
        """Make it the default organization."""
        ...


class Desk(Protocol):
    """Where sign-ins are handled."""

    async def address(self, sign_in: SignIn) -> str:
        """Visma's address for it."""
        ...

    async def connect(self, callback: Callback, sign_in: SignIn) -> Connection:
        """The connection that Visma's answer gives; a `RefusedAnswer` says why there is none."""
        ...


class RefusedAnswer(Exception):  # noqa: N818 - it is an answer, and not ours
    """Visma's answer that gives no connection."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.why)
        self.failure = failure


@dataclass(slots=True)
class _Session:
    """One browser between sign-in and goodbye; `proof` shows that a choice was made on our page."""

    connection: Connection
    proof: str
    chosen: int | None

    @property
    def has_to_choose(self) -> bool:
        """Whether there is a choice that was not made yet."""
        return self.chosen is None and any(each.is_pro for each in self.connection.organizations)


class Listener(Protocol):
    """Who wants to know how sign-ins end. What never was one, such as a wrong state, it does not hear of."""

    async def done(self, connection: Connection) -> None:
        """Somebody is connected and has seen the last page."""
        ...

    async def failed(self, failure: Failure) -> None:
        """A sign-in that was under way gave no connection, and its page has been seen."""
        ...


class SignInPages:
    """The routes of signing in."""

    def __init__(self, desk: Desk, sign_ins: SignIns, pages: Pages, listener: Listener) -> None:
        self._desk = desk
        self._sign_ins = sign_ins
        self._pages = pages
        self._listener = listener
        self._sessions: OrderedDict[str, _Session] = OrderedDict()
        self._posted: OrderedDict[str, Callback] = OrderedDict()

    def routes(self, callback_path: str) -> list[Route]:
        """What to serve, and where Visma sends the browser back to."""
        return [
            Route(CONNECT, self._to_visma),
            Route(callback_path, self._back, methods=["GET", "POST"]),
            Route(CHOOSE, self._choice, methods=["GET"]),
            Route(CHOOSE, self._chosen, methods=["POST"]),
            Route(DONE, self._goodbye),
        ]

    async def _to_visma(self, request: Request) -> Response:
        browser = _browser(request) or secrets.token_urlsafe(32)
        try:
            address = await self._desk.address(self._sign_ins.begin(browser))
        except DineroMCPError as error:
            return self._failed(request, Failure("told", description=str(error)), status=502)
        response = RedirectResponse(address, 303)
        response.set_cookie(COOKIE, browser, httponly=True, samesite="lax", secure=request.url.is_secure)
        return response

    async def _back(self, request: Request) -> Response:
        if request.method == "POST":
            return self._put_aside(request, callback_of(await fields_of(request)))
        posted = self._posted.pop(request.query_params.get("posted", ""), None)
        callback = posted or callback_of(request.query_params.multi_items())
        browser = _browser(request)
        try:
            sign_in = self._sign_ins.take(callback.state, browser or "")
            connection = await self._desk.connect(callback, sign_in)
        except SignInUnknownError:
            return self._failed(request, Failure("expired"))
        except OtherBrowserError:
            return self._failed(request, Failure("other_browser"))
        except RefusedAnswer as answer:
            return self._ended(request, answer.failure)
        except DineroMCPError as error:
            return self._ended(request, Failure("told", description=str(error)), status=502)
        return self._begin_session(browser or "", connection)

    def _ended(self, request: Request, failure: Failure, status: int = 400) -> Response:
        response = self._failed(request, failure, status)
        response.background = BackgroundTask(self._listener.failed, failure)
        return response

    def _put_aside(self, request: Request, callback: Callback) -> Response:
        handle = secrets.token_urlsafe(16)
        self._posted[handle] = callback
        while len(self._posted) > _MOST_SESSIONS:
            self._posted.popitem(last=False)
        return RedirectResponse(f"{request.url.path}?posted={handle}", 303)

    def _begin_session(self, browser: str, connection: Connection) -> Response:
        chosen = connection.default_organization
        self._sessions[browser] = _Session(connection, secrets.token_urlsafe(32), chosen)
        while len(self._sessions) > _MOST_SESSIONS:
            self._sessions.popitem(last=False)
        return RedirectResponse(DONE, 303)

    async def _choice(self, request: Request) -> Response:
        session = self._session(request)
        if session is None:
            return self._failed(request, Failure("expired"))
        return page(self._choose_page(request, session))

    async def _chosen(self, request: Request) -> Response:
        session, form = self._session(request), dict(await fields_of(request))
        if session is None or not compare_digest(form.get("proof", "").encode(), session.proof.encode()):
            return self._failed(request, Failure("expired"))
        wanted = form.get("organization", "")
        chosen = next((e for e in session.connection.organizations if e.is_pro and str(e.id) == wanted), None)
        if chosen is None:
            return page(self._choose_page(request, session, nothing_chosen=True), 400)
        try:
            await session.connection.choose(chosen.id)
        except DineroMCPError as error:
            return self._failed(request, Failure("told", description=str(error)), status=500)
        session.chosen = chosen.id
        return RedirectResponse(DONE, 303)

    async def _goodbye(self, request: Request) -> Response:
        session = self._session(request)
        if session is None:
            return self._failed(request, Failure("expired"))
        if session.has_to_choose:
            return RedirectResponse(CHOOSE, 303)
        text = self._pages.done(language_asked_for(request), session.connection.organizations, session.chosen)
        response = page(text)
        response.background = BackgroundTask(self._listener.done, session.connection)
        return response

    def _session(self, request: Request) -> _Session | None:
        return self._sessions.get(_browser(request) or "")

    def _choose_page(self, request: Request, session: _Session, *, nothing_chosen: bool = False) -> str:
        return self._pages.choose(
            language_asked_for(request),
            session.connection.organizations,
            action=CHOOSE,
            proof=session.proof,
            nothing_chosen=nothing_chosen,
        )

    def _failed(self, request: Request, failure: Failure, status: int = 400) -> Response:
        return page(self._pages.failed(language_asked_for(request), failure), status)


def _browser(request: Request) -> str | None:
    """The browser's own secret, if it has one that looks like ours."""
    secret = request.cookies.get(COOKIE, "")
    return secret if re.fullmatch(r"[\w-]{43}", secret, re.ASCII) else None
