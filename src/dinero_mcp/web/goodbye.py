"""How a sign-in from a terminal ends: on a last page, of which the terminal hears."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from secrets import token_urlsafe
from typing import Protocol

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dinero_mcp.auth.sign_ins import Onward, SignIns
from dinero_mcp.web.browsers import BROWSER, Browsers
from dinero_mcp.web.pages import Failure, Pages
from dinero_mcp.web.requests import language_asked_for, page
from dinero_mcp.web.sign_in import (
    CHOOSE,
    CONNECT,
    Connection,
    Desk,
    SignInPages,
    Visit,
    Visits,
    has_to_choose,
)

DONE = "/done"
OWN_PATHS = CONNECT, CHOOSE, DONE
_MOST = 1000


class Listener(Protocol):
    """Who wants to know how sign-ins end. What never was one, such as a wrong state, it does not hear of."""

    async def done(self, connection: Connection) -> None:
        """Somebody is connected and has seen the last page."""
        ...

    async def failed(self, failure: Failure) -> None:
        """A sign-in that was under way gave no connection, and its page has been seen."""
        ...


class VisitsInMemory:
    """The browsers of one process, told apart by the cookie they got before they signed in."""

    def __init__(self, browsers: Browsers) -> None:
        self._browsers = browsers
        self._visits: OrderedDict[str, Visit] = OrderedDict()

    async def begin(
        self, request: Request, response: Response, connection: Connection, onward: Onward
    ) -> None:
        browser = self._browsers.secret(request, BROWSER) or ""
        self._visits[browser] = Visit(connection, token_urlsafe(32), onward)
        while len(self._visits) > _MOST:
            self._visits.popitem(last=False)

    async def of(self, request: Request) -> Visit | None:
        return self._visits.get(self._browsers.secret(request, BROWSER) or "")


@dataclass(frozen=True, slots=True)
class Goodbye:
    """The last page, whatever the way to it."""

    visits: Visits
    pages: Pages
    listener: Listener

    def after(self, onward: Onward) -> str:
        return DONE

    def again(self, onward: Onward) -> str:
        return CONNECT

    async def targets(self, onward: Onward) -> Sequence[str]:
        return ()

    async def failed(self, failure: Failure) -> None:
        await self.listener.failed(failure)

    def routes(self) -> list[Route]:
        return [Route(DONE, self._goodbye, methods=["GET"])]

    async def _goodbye(self, request: Request) -> Response:
        visit = await self.visits.of(request)
        if visit is None:
            failed = self.pages.failed(language_asked_for(request), Failure("expired"), CONNECT)
            return page(failed, 400)
        if has_to_choose(visit.connection):
            return RedirectResponse(CHOOSE, 303)
        response = page(self.pages.done(language_asked_for(request), visit.connection))
        response.background = BackgroundTask(self.listener.done, visit.connection)
        return response


def login_routes(
    desk: Desk, sign_ins: SignIns, pages: Pages, listener: Listener, callback_path: str
) -> list[Route]:
    """Everything a browser needs for a sign-in that was begun at a terminal."""
    browsers = Browsers(pages.redirect_address)
    visits = VisitsInMemory(browsers)
    goodbye = Goodbye(visits, pages, listener)
    signing_in = SignInPages(desk, sign_ins, visits, goodbye, pages, browsers)
    return [*signing_in.routes(callback_path), *goodbye.routes()]
