"""The front page: what this is, the way in, and where clients ask."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dinero_mcp.web.addresses import Addresses
from dinero_mcp.web.owners import told
from dinero_mcp.web.pages import render
from dinero_mcp.web.requests import language_asked_for, page
from dinero_mcp.web.sessions import Sessions

FRONT = "/"


class FrontPage:
    """The one page that everybody sees."""

    def __init__(self, sessions: Sessions, addresses: Addresses, *, is_demo: bool) -> None:
        self._sessions = sessions
        self._addresses = addresses
        self._is_demo = is_demo

    def routes(self) -> list[Route]:
        return [Route(FRONT, told(self._shown))]

    async def _shown(self, request: Request) -> Response:
        is_signed_in = await self._sessions.of(request) is not None
        text = render(
            "front.html",
            language_asked_for(request),
            is_demo=self._is_demo,
            is_signed_in=is_signed_in,
            addresses=self._addresses,
        )
        return page(text)
