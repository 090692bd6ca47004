"""Connecting in the browser: to Visma and back, and the choice of an organization.

A browser that comes to `/connect` gets a cookie of its own and is sent to Visma. Visma sends it back to the
redirect address, in the address or with a form. A form comes from Visma's site, so no cookie comes with it:
what it holds is put aside for a moment, and the browser is sent on to the same address without it.

The same pages serve one terminal's sign-in and an office of many processes: what is kept between requests,
and where a browser goes in the end, is up to `SignIns`, `Visits` and the `Way`.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from hmac import compare_digest
from secrets import token_urlsafe
from typing import Protocol

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dinero_mcp.auth.callback import Callback, callback_of
from dinero_mcp.auth.sign_ins import ONWARD, Onward, OtherBrowserError, SignIn, SignIns, SignInUnknownError
from dinero_mcp.errors import DineroMCPError
from dinero_mcp.web.browsers import BROWSER, Browsers, is_key
from dinero_mcp.web.pages import Failure, Organization, Pages
from dinero_mcp.web.requests import fields_of, language_asked_for, page

CONNECT, CHOOSE = "/connect", "/choose"


class Connection(Protocol):
    """What a sign-in came to."""

    @property
    def id(self) -> str: ...
    @property
    def organizations(self) -> Sequence[Organization]: ...
    @property
    def default_organization(self) -> int | None: ...

    async def choose(self, organization_id: int) -> None:
        """Make it the default organization."""
        ...


class Desk(Protocol):
    """Where sign-ins are handled."""

    async def address(self, sign_in: SignIn, *, other_login: bool = False) -> str:
        """Visma's address for it, where another login can be used than the one at hand if that is wanted."""
        ...

    async def connect(self, callback: Callback, sign_in: SignIn) -> Connection:
        """The connection that Visma's answer gives; a `RefusedAnswer` says why there is none."""
        ...


class RefusedAnswer(Exception):  # noqa: N818 - it is an answer, and not ours
    """Visma's answer that gives no connection."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.why)
        self.failure = failure


@dataclass(frozen=True, slots=True)
class Visit:
    """A browser in which somebody has signed in; `proof` shows that a choice was made on our page."""

    connection: Connection
    proof: str
    onward: Onward = ONWARD


class Visits(Protocol):
    """Browsers in which somebody has signed in."""

    async def begin(
        self, request: Request, response: Response, connection: Connection, onward: Onward
    ) -> None:
        """Remember who signed in; `response` takes a cookie along."""
        ...

    async def of(self, request: Request) -> Visit | None:
        """Who signed in, if somebody has and the connection still holds."""
        ...


class Way(Protocol):
    """Where browsers go after signing in."""

    def after(self, onward: Onward) -> str:
        """Our own page that comes once there is nothing left to choose."""
        ...

    def again(self, onward: Onward) -> str:
        """Our own page where a sign-in that failed begins anew."""
        ...

    async def targets(self, onward: Onward) -> Sequence[str]:
        """The sites that a form may lead to in the end, besides ours, as in a `form-action` policy."""
        ...

    async def failed(self, failure: Failure) -> None:
        """Hear that a sign-in that was under way gave no connection, once its page has been seen."""
        ...


Admits = Callable[[Request], Awaitable[bool]]


async def anybody(_: Request) -> bool:
    """Admits whoever comes."""
    return True


@dataclass(frozen=True, slots=True)
class SignInPages:
    """The routes of signing in."""

    desk: Desk
    sign_ins: SignIns
    visits: Visits
    way: Way
    pages: Pages
    browsers: Browsers
    admits: Admits = anybody
    """Whether somebody may begin a sign-in now: each is kept until it is over."""

    def routes(self, callback_path: str) -> list[Route]:
        """What to serve, and where Visma sends the browser back to."""
        return [
            Route(CONNECT, self.or_told(self._connect), methods=["GET"]),
            Route(callback_path, self.or_told(self._back), methods=["GET", "POST"]),
            Route(CHOOSE, self.or_told(self._choice), methods=["GET"]),
            Route(CHOOSE, self.or_told(self._chosen), methods=["POST"]),
        ]

    async def to_visma(self, request: Request, onward: Onward, *, other_login: bool = False) -> Response:
        """Send the browser to Visma."""
        browser = self.browsers.secret(request, BROWSER) or token_urlsafe(32)
        sign_in = await self.sign_ins.begin(browser, onward)
        response = RedirectResponse(await self.desk.address(sign_in, other_login=other_login), 303)
        self.browsers.give(response, BROWSER, browser)
        return response

    async def _connect(self, request: Request) -> Response:
        if not await self.admits(request):
            return self._failed(request, Failure("too_often"), status=429)
        wanted = request.query_params
        key = wanted.get("request", "")
        onward = Onward(key) if is_key(key) else ONWARD
        return await self.to_visma(request, onward, other_login="other" in wanted)

    async def _back(self, request: Request) -> Response:
        if request.method == "POST":
            return await self._put_aside(request, callback_of(await fields_of(request)))
        posted = await self.sign_ins.taken_up(request.query_params.get("posted", ""))
        callback = posted or callback_of(request.query_params.multi_items())
        try:
            sign_in = await self.sign_ins.take(callback.state, self.browsers.secret(request, BROWSER) or "")
        except SignInUnknownError:
            return self._failed(request, Failure("expired"))
        except OtherBrowserError:
            return self._failed(request, Failure("other_browser"))
        return await self._connected(request, callback, sign_in)

    async def _put_aside(self, request: Request, callback: Callback) -> Response:
        key = await self.sign_ins.put_aside(callback)
        if key is None:
            return self._failed(request, Failure("expired"))
        return RedirectResponse(f"{request.url.path}?posted={key}", 303)

    async def _connected(self, request: Request, callback: Callback, sign_in: SignIn) -> Response:
        try:
            connection = await self.desk.connect(callback, sign_in)
        except RefusedAnswer as answer:
            return self._ended(request, answer.failure, sign_in.onward)
        except DineroMCPError as error:
            return self._ended(request, Failure("told", description=str(error)), sign_in.onward, status=502)
        onward = CHOOSE if has_to_choose(connection) else self.way.after(sign_in.onward)
        response = RedirectResponse(onward, 303)
        await self.visits.begin(request, response, connection, sign_in.onward)
        return response

    async def _choice(self, request: Request) -> Response:
        visit = await self.visits.of(request)
        if visit is None:
            return self._failed(request, Failure("expired"))
        return await self._choose_page(request, visit)

    async def _chosen(self, request: Request) -> Response:
        visit, form = await self.visits.of(request), dict(await fields_of(request))
        if visit is None or not self._is_ours(request, visit, form):
            return self._failed(request, Failure("expired"))
        wanted = form.get("organization", "")
        chosen = next((e for e in visit.connection.organizations if e.is_pro and str(e.id) == wanted), None)
        if chosen is None:
            return await self._choose_page(request, visit, nothing_chosen=True)
        await visit.connection.choose(chosen.id)
        return RedirectResponse(self.way.after(visit.onward), 303)

    def _is_ours(self, request: Request, visit: Visit, form: dict[str, str]) -> bool:
        proof = form.get("proof", "").encode()
        return self.browsers.is_own_form(request) and compare_digest(proof, visit.proof.encode())

    async def _choose_page(self, request: Request, visit: Visit, *, nothing_chosen: bool = False) -> Response:
        text = self.pages.choose(
            language_asked_for(request),
            visit.connection.organizations,
            action=CHOOSE,
            proof=visit.proof,
            nothing_chosen=nothing_chosen,
        )
        return page(text, 400 if nothing_chosen else 200, await self.way.targets(visit.onward))

    def _ended(self, request: Request, failure: Failure, onward: Onward, status: int = 400) -> Response:
        response = self._failed(request, failure, status, onward)
        response.background = BackgroundTask(self.way.failed, failure)
        return response

    def _failed(
        self, request: Request, failure: Failure, status: int = 400, onward: Onward = ONWARD
    ) -> Response:
        return page(self.pages.failed(language_asked_for(request), failure, self.way.again(onward)), status)

    def or_told(self, answer: Callable[[Request], Awaitable[Response]]) -> Callable[..., Awaitable[Response]]:
        """The same; where it fails, a page says why."""

        async def answered(request: Request) -> Response:
            try:
                return await answer(request)
            except DineroMCPError as error:
                return self._failed(request, Failure("told", description=str(error)), status=502)

        return answered


def has_to_choose(connection: Connection) -> bool:
    """Whether there is a choice that was not made yet."""
    return connection.default_organization is None and any(each.is_pro for each in connection.organizations)
