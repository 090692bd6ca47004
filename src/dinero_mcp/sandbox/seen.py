"""What the sandbox was asked, for whoever counts."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from dinero_mcp.sandbox.counts import Arrivals
from dinero_mcp.sandbox.sign_in import Access

_MOST_KEPT = 20_000


@dataclass(frozen=True, slots=True)
class SeenRequest:
    """One request, whatever became of it."""

    method: str
    host: str
    path: str
    query: Mapping[str, str]
    organization_id: int | None
    client_id: str | None
    """Whose token it carried; None without a live one."""


class Seen:
    """The app with every request to it counted, and the last 20,000 at most noted down."""

    def __init__(
        self,
        app: ASGIApp,
        requests: list[SeenRequest],
        arrivals: Arrivals,
        access: Callable[[str], Access | None],
    ) -> None:
        self.app = app
        self.requests = requests
        self.arrivals = arrivals
        self.access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            self._note(self._seen(Request(scope)))
        await self.app(scope, receive, send)

    def _note(self, request: SeenRequest) -> None:
        if request.organization_id is not None:
            self.arrivals.arrived(request.organization_id)
        self.requests.append(request)
        if len(self.requests) > _MOST_KEPT:
            del self.requests[: _MOST_KEPT // 2]

    def _seen(self, request: Request) -> SeenRequest:
        organization = re.match(r"/v[\d.]+/(\d+)/", request.url.path)
        access = self.access(request.headers.get("authorization", ""))
        return SeenRequest(
            method=request.method,
            host=request.url.hostname or "",
            path=request.url.path,
            query=dict(request.query_params),
            organization_id=int(organization[1]) if organization else None,
            client_id=access.client_id if access else None,
        )
