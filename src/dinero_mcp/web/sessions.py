"""Browsers that are signed in, known to every process of an office.

A session has a new key at each sign-in, so none that somebody else planted is ever signed in. It ends after
twelve hours, with its connection, and when the browser signs in anew or out.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hmac import compare_digest
from secrets import token_urlsafe

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from dinero_mcp.auth.sign_ins import Onward
from dinero_mcp.auth.tickets import TicketKind, Tickets
from dinero_mcp.web.browsers import SESSION, Browsers

LASTS = timedelta(hours=12)


class Session(msgspec.Struct, frozen=True):
    """One browser of one connection; `proof` stands in the forms of its pages."""

    connection_id: str
    proof: str
    begun_at: datetime
    onward: Onward = Onward()
    """Where it was going when it signed in."""


def now_in_utc() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Sessions:
    """Sessions, kept as tickets."""

    tickets: Tickets
    browsers: Browsers
    clock: Callable[[], datetime] = now_in_utc

    async def of(self, request: Request) -> Session | None:
        """The session of the browser that asks, if it is signed in."""
        key = self.browsers.secret(request, SESSION)
        return await self.tickets.look(TicketKind.SESSION, key, Session, self.clock()) if key else None

    async def begin(
        self, request: Request, response: Response, connection_id: str, onward: Onward | None = None
    ) -> Session:
        """A new session for the browser, in place of the one it had."""
        await self._drop(request)
        session = Session(connection_id, token_urlsafe(32), self.clock(), onward or Onward())
        key = await self.tickets.issue(
            TicketKind.SESSION, session, session.begun_at, LASTS, connection_id=connection_id
        )
        self.browsers.give(response, SESSION, key, LASTS)
        return session

    async def end(self, request: Request, response: Response) -> None:
        """Sign the browser out; its connection stays."""
        await self._drop(request)
        self.browsers.take_away(response, SESSION)

    def is_ours(self, request: Request, session: Session, form: Mapping[str, str]) -> bool:
        """Whether a form was filled in on a page of ours, in this session: it holds the `proof`."""
        proof = form.get("proof", "").encode()
        return self.browsers.is_own_form(request) and compare_digest(proof, session.proof.encode())

    async def _drop(self, request: Request) -> None:
        if key := self.browsers.secret(request, SESSION):
            await self.tickets.drop(TicketKind.SESSION, key)
