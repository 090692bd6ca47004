"""The sandbox itself: one app that is Dinero's API, its token endpoint and Visma Connect."""

import math
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Final

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from dinero_mcp.sandbox.api.fields import selected
from dinero_mcp.sandbox.api.organizations import DEFAULT_FIELDS, organization, organization_with_plan
from dinero_mcp.sandbox.api.query import Query
from dinero_mcp.sandbox.api.question import Question
from dinero_mcp.sandbox.api.refusals import NO_PERMISSION, NO_PRO, NOT_FOUND, RefusedError
from dinero_mcp.sandbox.api.routes import ENDPOINTS, Endpoint
from dinero_mcp.sandbox.api.whole_years import WholeYears
from dinero_mcp.sandbox.api.wire import Json, camel_keyed, encoded
from dinero_mcp.sandbox.behaviour import Behaviour
from dinero_mcp.sandbox.books import Books
from dinero_mcp.sandbox.connect import Application, VismaConnect
from dinero_mcp.sandbox.control import control_routes
from dinero_mcp.sandbox.counts import Arrivals, Counts
from dinero_mcp.sandbox.faults import Fault, Faulty
from dinero_mcp.sandbox.quota import Quota
from dinero_mcp.sandbox.seen import Seen, SeenRequest
from dinero_mcp.sandbox.sign_in import Access, SignIn

Answer = Callable[[Request, Access], Json | bytes | Response]


class Sandbox:
    """Stands in for `https://api.dinero.dk`, `https://authz.dinero.dk` and `https://connect.visma.com`.

    `today` is its day. The books may be changed between calls: answers follow. `now` is the clock of tokens
    and quota, in seconds. `application` is what is registered at Visma, and `grants` the file that keeps
    what users have granted it from one process to the next. `control` opens what a load test asks for.
    """

    def __init__(
        self,
        today: date,
        organizations: Sequence[Books] | None = None,
        *,
        behaviour: Behaviour | None = None,
        application: Application | None = None,
        grants: Path | None = None,
        now: Callable[[], float] = time.time,
        control: bool = False,
    ) -> None:
        self.today = today
        self.behaviour = behaviour or Behaviour()
        books = demo_organizations(today) if organizations is None else organizations
        self.organizations = {one.organization_id: one for one in books}
        self.requests: Final[list[SeenRequest]] = []
        self.faults: Final[list[Fault]] = []
        """What goes wrong next; a call spends the first that matches it."""
        self._sign_in = SignIn(self.organizations, now)
        self.connect: Final = VismaConnect(self.organizations, now, application, grants)
        self._quota = Quota(self.behaviour.quota_per_minute, now)
        self._arrivals = Arrivals(now)
        self._whole_years = WholeYears(self._encoded)
        self.app = self._built(control_routes(lambda: self.counts, self.connect) if control else [])

    @property
    def counts(self) -> Counts:
        """What has arrived so far."""
        grants = self.connect.grants
        refreshes, refused, reuses = dict(grants.refreshes), grants.refused_refreshes, grants.reuses
        return Counts(self._arrivals.counts, refreshes, refused, reuses)

    def revoke_tokens(self) -> None:
        """Kill every live token: the next call with one gets a 401."""
        self._sign_in.revoke()
        self.connect.kill_access_tokens()

    def _built(self, control: list[Route]) -> Starlette:
        routes = [
            *control,
            Route("/dineroapi/oauth/token", self._sign_in.token, methods=["POST"]),
            *self.connect.routes(),
            self._route("/v1/organizations", self._organizations),
            self._route("/v1.1/organizations", self._organizations_with_plan),
            *(self._route(path, self._about_organization(endpoint)) for path, endpoint in ENDPOINTS.items()),
        ]
        middleware = [
            Middleware(Seen, requests=self.requests, arrivals=self._arrivals, access=self._access),
            Middleware(Faulty, faults=self.faults),
        ]
        app = Starlette(routes=routes, middleware=middleware, exception_handlers={404: unknown_route})
        app.router.redirect_slashes = False
        return app

    def _route(self, path: str, answer: Answer) -> Route:
        route = Route(path, self._signed_in(answer), methods=["GET"])
        route.methods = {"GET"}  # Starlette would answer HEAD as well
        return route

    def _signed_in(self, answer: Answer) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            access = self._access(request.headers.get("authorization", ""))
            if access is None:
                return Response(status_code=401)
            try:
                return self._response(answer(request, access))
            except RefusedError as refused:
                return refused.response()

        return endpoint

    def _access(self, authorization: str) -> Access | None:
        """What the `Authorization` header opens, whoever gave its token; None when it opens nothing."""
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer":
            return None
        return self._sign_in.access(token) or self.connect.access(token)

    def _response(self, answer: Json | bytes | Response) -> Response:
        if isinstance(answer, Response):
            return answer
        body = answer if isinstance(answer, bytes) else self._encoded(answer)
        return Response(body, media_type="application/json")

    def _encoded(self, value: Json) -> bytes:
        return encoded(camel_keyed(value) if self.behaviour.camel_case_everywhere else value)

    def _organizations(self, request: Request, access: Access) -> Json:
        rows = [organization(books) for books in self._reached(access)]
        return selected(rows, DEFAULT_FIELDS, Query(request.query_params), self.behaviour)

    def _organizations_with_plan(self, _: Request, access: Access) -> Json:
        return [organization_with_plan(books) for books in self._reached(access)]

    def _reached(self, access: Access) -> list[Books]:
        return [self.organizations[one] for one in sorted(access.organization_ids)]

    def _about_organization(self, endpoint: Endpoint) -> Answer:
        def answer(request: Request, access: Access) -> Json | bytes | Response:
            books = self._books(request.path_params["organization"], access)
            wait = self._quota.wait(books.organization_id, access.client_id)
            if wait:
                self._arrivals.over_quota(books.organization_id)
            if wait and self.behaviour.quota_refuses:
                return self._too_many(wait)
            if not books.is_pro:
                raise RefusedError(NO_PRO, "An active Pro subscription is needed.")
            return endpoint(self._question(request, books))

        return answer

    def _books(self, organization_id: str, access: Access) -> Books:
        if not organization_id.isdecimal():
            raise RefusedError(NOT_FOUND, "The organization's id is a number.", "organizationId")
        if int(organization_id) not in access.organization_ids:
            raise RefusedError(NO_PERMISSION, "The user has no access to this organization.")
        return self.organizations[int(organization_id)]

    def _question(self, request: Request, books: Books) -> Question:
        return Question(
            books,
            self.today,
            self.behaviour,
            self._whole_years,
            path=request.path_params,
            query=Query(request.query_params),
        )

    def _too_many(self, wait: float) -> Response:
        text = f"API calls quota exceeded! maximum admitted {self._quota.per_minute} per 1m."
        headers = {"Retry-After": str(math.ceil(wait))} if self.behaviour.retry_after else None
        return PlainTextResponse(text, 429, headers)


def demo_organizations(today: date) -> list[Books]:
    """The demo companies, generated only when they are wanted."""
    from dinero_mcp.sandbox import companies

    return companies.demo_organizations(today)


async def unknown_route(_: Request, __: Exception) -> Response:
    return HTMLResponse("<!DOCTYPE html><html><body><h1>404 - Not found</h1></body></html>", 404)
