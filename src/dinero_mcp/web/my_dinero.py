"""My Dinero: a connection as its owner sees it, and what can be done about it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import anyio
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dinero_mcp.auth.state import State
from dinero_mcp.auth.visma_connection import VismaConnection
from dinero_mcp.errors import ConnectionExpiredError, DineroMCPError
from dinero_mcp.web.addresses import Addresses
from dinero_mcp.web.apps import REMOVE, AppPages, apps_of
from dinero_mcp.web.calls import MOST, calls
from dinero_mcp.web.front import FRONT, FrontPage
from dinero_mcp.web.languages import words
from dinero_mcp.web.lines import lines_by_sign_in, lines_by_token
from dinero_mcp.web.moments import day_told
from dinero_mcp.web.owners import Owner, Owners
from dinero_mcp.web.pages import Organization, render
from dinero_mcp.web.places import MY, back_to, done_in, form
from dinero_mcp.web.reach import Reach, company
from dinero_mcp.web.requests import page
from dinero_mcp.web.sessions import Sessions
from dinero_mcp.web.sign_in import CONNECT
from dinero_mcp.web.tokens import CREATE, DAYS, REVOKE, TokenPages, tokens_of


class Office(Protocol):
    """What the pages need of the server."""

    @property
    def addresses(self) -> Addresses:
        """Where clients ask."""
        ...

    @property
    def is_demo(self) -> bool:
        """Whether the companies are made up."""
        ...

    def now(self) -> datetime:
        """The time, in UTC."""
        ...

    def allows(self, organization_id: int) -> bool:
        """Whether the operator lets this organization be asked about."""
        ...

    async def organizations(self, connection: VismaConnection) -> Sequence[Organization]:
        """All that the connection reaches; a `DineroMCPError` says why they cannot be listed."""
        ...

    async def choose(self, connection: VismaConnection, organization_id: int) -> None:
        """Make an organization the default one."""
        ...

    async def disconnect(self, connection: VismaConnection) -> bool:
        """Revoke at Visma and delete all that is the connection's; false when Visma could not be asked."""
        ...


CHOOSE, DISCONNECT, SIGN_OUT = f"{MY}/organization", f"{MY}/disconnect", f"{MY}/sign-out"
LONGEST_LISTING = 8.0
"""Seconds after which the page is shown without the companies."""
_ADDRESSES = {
    "connect": CONNECT,
    "choose": CHOOSE,
    "create": CREATE,
    "revoke": REVOKE,
    "remove": REMOVE,
    "disconnect": DISCONNECT,
    "sign_out": SIGN_OUT,
    "my": MY,
}


class MyDinero:
    """The routes of a connection's owner, and the front page."""

    def __init__(self, state: State, sessions: Sessions, office: Office) -> None:
        self._state = state
        self._sessions = sessions
        self._office = office

    def routes(self) -> list[Route]:
        owners = Owners(self._state, self._sessions, self._office.now)
        addresses = self._office.addresses
        return [
            *FrontPage(self._sessions, addresses, is_demo=self._office.is_demo).routes(),
            Route(MY, owners.endpoint(self._shown), methods=["GET"]),
            *form(CHOOSE, owners.endpoint(self._choose)),
            *TokenPages(self._state, addresses).routes(owners),
            *AppPages(self._state).routes(owners),
            Route(DISCONNECT, owners.endpoint(self._confirm), methods=["GET"]),
            Route(DISCONNECT, owners.endpoint(self._disconnect), methods=["POST"]),
            *form(SIGN_OUT, owners.endpoint(self._sign_out)),
        ]

    async def _shown(self, owner: Owner) -> Response:
        reach, language, addresses = await self._reach(owner), owner.language, self._office.addresses
        lines = await self._state.audit.latest(owner.connection.id, MOST)
        text = render(
            "my.html",
            language,
            to=_ADDRESSES,
            proof=owner.session.proof,
            is_demo=self._office.is_demo,
            done=done_in(owner.request),
            since=day_told(owner.connection.connected_at, language),
            grant=_grant(owner, reach),
            reach=reach,
            chosen=owner.connection.organization_id,
            by_sign_in=lines_by_sign_in(addresses),
            by_token=lines_by_token(addresses.dedicated, words(language)["tokens"]["placeholder"]),
            addresses=addresses,
            tokens=await tokens_of(self._state, owner),
            days=DAYS,
            apps=await apps_of(self._state, owner),
            calls=calls(lines, reach.names, language),
            most=MOST,
        )
        return page(text)

    async def _choose(self, owner: Owner) -> Response:
        reach = await self._reach(owner)
        chosen = reach.open_one(owner.form.get("organization", ""))
        if chosen is None:
            why = "failed" if reach.failure else "no_choice"
            said, said_in = reach.failure, reach.failure_language
            return page(render("told.html", owner.language, why=why, said=said, said_in=said_in), 400)
        await self._office.choose(owner.connection, chosen.id)
        return back_to("chosen", "companies")

    async def _confirm(self, owner: Owner) -> Response:
        text = render("disconnect.html", owner.language, to=_ADDRESSES, proof=owner.session.proof)
        return page(text)

    async def _disconnect(self, owner: Owner) -> Response:
        was_revoked = await self._office.disconnect(owner.connection)
        response = page(render("disconnected.html", owner.language, to=_ADDRESSES, was_revoked=was_revoked))
        await self._sessions.end(owner.request, response)
        return response

    async def _sign_out(self, owner: Owner) -> Response:
        response = RedirectResponse(FRONT, 303)
        await self._sessions.end(owner.request, response)
        return response

    async def _reach(self, owner: Owner) -> Reach:
        """The companies, unless the grant has ended or they are too long in coming."""
        if owner.connection.is_ended:
            return Reach(is_ended=True)
        try:
            with anyio.fail_after(LONGEST_LISTING):
                found = await self._office.organizations(owner.connection)
        except DineroMCPError as error:
            return Reach(failure=str(error), is_ended=isinstance(error, ConnectionExpiredError))
        except TimeoutError:
            slow = words(owner.language)["companies"]["slow"]
            return Reach(failure=slow, failure_language=owner.language)
        return Reach([company(each, is_allowed=self._office.allows(each.id)) for each in found])


def _grant(owner: Owner, reach: Reach) -> str:
    """How long Visma's grant holds; empty when it has ended."""
    if reach.is_ended:
        return ""
    t, until = words(owner.language)["grant"], owner.connection.holds_until
    return t["holds_until"].format(day=day_told(until, owner.language)) if until else t["holds"]
