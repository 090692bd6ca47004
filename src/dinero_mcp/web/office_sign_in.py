"""Signing in to an office: sessions that every process knows, and the way on to a page or a client."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dinero_mcp.auth.sign_ins import Onward, SignIns
from dinero_mcp.web.consent import Connections, ConsentPages, Requests, consent_address
from dinero_mcp.web.pages import Failure, Pages
from dinero_mcp.web.places import MY
from dinero_mcp.web.requests import target_of
from dinero_mcp.web.sessions import Sessions
from dinero_mcp.web.sign_in import CONNECT, Admits, Connection, Desk, SignInPages, Visit, anybody


class OfficeDesk(Desk, Connections, Protocol):
    """Where people sign in, and where their connections are found again."""


@dataclass(frozen=True, slots=True)
class OfficeVisits:
    """Who signed in, by the browser's session."""

    sessions: Sessions
    connections: Connections

    async def begin(
        self, request: Request, response: Response, connection: Connection, onward: Onward
    ) -> None:
        await self.sessions.begin(request, response, connection.id, onward)

    async def of(self, request: Request) -> Visit | None:
        session = await self.sessions.of(request)
        connection = await self.connections.connection(session.connection_id) if session else None
        return Visit(connection, session.proof, session.onward) if session and connection else None


@dataclass(frozen=True, slots=True)
class OfficeWay:
    """Back to the client's request that somebody came from, or to My Dinero."""

    requests: Requests

    def after(self, onward: Onward) -> str:
        return consent_address(onward.request) if onward.request else MY

    def again(self, onward: Onward) -> str:
        return consent_address(onward.request) if onward.request else CONNECT

    async def targets(self, onward: Onward) -> Sequence[str]:
        pending = await self.requests.pending(onward.request) if onward.request else None
        return [target_of(pending.redirect_address)] if pending else []

    async def failed(self, failure: Failure) -> None:
        """Nobody waits to hear of it."""


def office_sign_in_routes(
    desk: OfficeDesk,
    sign_ins: SignIns,
    sessions: Sessions,
    requests: Requests,
    pages: Pages,
    *,
    visma_address: str,
    callback_path: str,
    admits: Admits = anybody,
) -> list[Route]:
    """Connecting, choosing and consenting; `visma_address` is where people sign in, and who may begin that is
    asked of `admits`.
    """
    visits, way = OfficeVisits(sessions, desk), OfficeWay(requests)
    signing_in = SignInPages(desk, sign_ins, visits, way, pages, sessions.browsers, admits)
    consenting = ConsentPages(requests, desk, sessions, signing_in, pages, visma_address)
    return [*signing_in.routes(callback_path), *consenting.routes()]
