"""The office as an ASGI app: the MCP endpoints, signing in, and what an operator looks at."""

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from dinero_mcp.server.app import create_server
from dinero_mcp.server.office.addresses import Addresses
from dinero_mcp.server.office.door import Door
from dinero_mcp.server.office.endpoints import MakeServer, open_endpoints
from dinero_mcp.server.office.logs import RequestIds
from dinero_mcp.server.office.office import Office
from dinero_mcp.web.nothing_here import nothing_here

OpenOffice = Callable[[], AbstractAsyncContextManager[Office]]
FOR_OPERATORS = ("/healthz", "/readyz", "/metrics")
"""Asked by machines beside this one, under whatever name they know it by."""


def create_office_app(
    open_office: OpenOffice,
    addresses: Addresses,
    pages: Callable[[Office], Sequence[BaseRoute]],
    make: MakeServer = create_server,
    *,
    opened: Callable[[Office], None] = lambda office: None,
) -> ASGIApp:
    """The app; the office is opened when it starts and closed when it stops. `make` makes its MCP servers;
    `opened` hears when all is ready.
    """
    doors: dict[str, Door] = {}

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncGenerator[None]:
        async with (
            open_office() as office,
            open_endpoints(
                addresses, office.callers, office, office.state.derived_keys("request state"), make
            ) as endpoints,
        ):
            doors.update(endpoints)
            app.router.routes.extend(pages(office))
            opened(office)
            yield

    routed = Starlette(lifespan=lifespan, exception_handlers={HTTPException: nothing_here})
    routed.router.redirect_slashes = False  # it would lead to an address made from the request's headers
    return RequestIds(OwnHosts(_ByDoor(doors, routed), addresses.hosts))


class _ByDoor:
    """MCP endpoints straight through their doors, which open when the app starts; all else by its routes."""

    def __init__(self, doors: Mapping[str, Door], routed: ASGIApp) -> None:
        self._doors = doors
        self._routed = routed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        door = self._doors.get(scope["path"]) if scope["type"] == "http" else None
        await (door or self._routed)(scope, receive, send)


class OwnHosts:
    """Answers under our own names only, so that no page under another can reach us (DNS rebinding)."""

    def __init__(self, app: ASGIApp, hosts: Sequence[str]) -> None:
        self._app = app
        self._hosts = frozenset(host.encode() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] not in FOR_OPERATORS:
            named = [value.lower() for name, value in scope["headers"] if name == b"host"]
            if len(named) != 1 or named[0] not in self._hosts:
                refusal = PlainTextResponse("This is not a name of this server.", 421)
                await refusal(scope, receive, send)
                return
        await self._app(scope, receive, send)
