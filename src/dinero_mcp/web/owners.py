"""Who is signed in and asks; everybody else is sent to sign in, and a form that is not ours is refused."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from dinero_mcp.auth.state import State
from dinero_mcp.auth.visma_connection import VismaConnection
from dinero_mcp.errors import DineroMCPError
from dinero_mcp.web.languages import Language
from dinero_mcp.web.pages import render
from dinero_mcp.web.requests import fields_of, language_asked_for, page
from dinero_mcp.web.sessions import Session, Sessions
from dinero_mcp.web.sign_in import CONNECT

Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Owner:
    """Somebody who is signed in, and what they ask; a form that came is one of ours."""

    request: Request
    session: Session
    connection: VismaConnection
    form: Mapping[str, str]
    now: datetime

    @property
    def language(self) -> Language:
        return language_asked_for(self.request)


@dataclass(frozen=True, slots=True)
class Owners:
    """Everybody who is."""

    state: State
    sessions: Sessions
    clock: Callable[[], datetime]

    def endpoint(self, answer: Callable[[Owner], Awaitable[Response]]) -> Endpoint:
        """What answers a request by way of `answer`, which need not ask who it is."""

        async def answered(request: Request) -> Response:
            owner = await self._owner(request)
            return owner if isinstance(owner, Response) else await answer(owner)

        return told(answered)

    async def _owner(self, request: Request) -> Owner | Response:
        session = await self.sessions.of(request)
        connection = await self.state.connections.with_id(session.connection_id) if session else None
        if session is None or connection is None:
            return RedirectResponse(CONNECT, 303)
        form = dict(await fields_of(request))
        if request.method == "POST" and not self.sessions.is_ours(request, session, form):
            return _refused(request)
        return Owner(request, session, connection, form, self.clock())


def told(answer: Endpoint) -> Endpoint:
    """The same, with a page for what goes wrong as it may."""

    async def answered(request: Request) -> Response:
        try:
            return await answer(request)
        except DineroMCPError as error:
            language = language_asked_for(request)
            return page(render("told.html", language, why="failed", said=str(error), said_in="en"), 503)

    return answered


def _refused(request: Request) -> Response:
    return page(render("told.html", language_asked_for(request), why="not_ours", said="", said_in=""), 403)
