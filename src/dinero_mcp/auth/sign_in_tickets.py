"""Sign-ins under way that any process of an office can take up, kept as tickets."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from dinero_mcp.auth.callback import Callback
from dinero_mcp.auth.sign_ins import (
    LASTS_SECONDS,
    ONWARD,
    Onward,
    OtherBrowserError,
    SignIn,
    SignInUnknownError,
    new_sign_in,
)
from dinero_mcp.auth.tickets import TicketKind, Tickets

LASTS = timedelta(seconds=LASTS_SECONDS)
ANSWER_LASTS = timedelta(minutes=2)


def now_in_utc() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class SignInTickets:
    """The sign-ins of an office; the state is the ticket's key."""

    tickets: Tickets
    clock: Callable[[], datetime] = now_in_utc

    async def begin(self, browser: str | None, onward: Onward = ONWARD) -> SignIn:
        begun = new_sign_in(browser, onward)
        await self.tickets.issue(TicketKind.SIGN_IN, begun, self.clock(), LASTS, key=begun.state)
        return begun

    async def take(self, state: str, browser: str | None) -> SignIn:
        waiting = await self.tickets.look(TicketKind.SIGN_IN, state, SignIn, self.clock())
        if waiting and waiting.browser != browser:
            raise OtherBrowserError
        taken = await self.tickets.take(TicketKind.SIGN_IN, state, SignIn, self.clock()) if waiting else None
        if taken is None:
            raise SignInUnknownError
        return taken

    async def put_aside(self, callback: Callback) -> str | None:
        if await self.tickets.look(TicketKind.SIGN_IN, callback.state, SignIn, self.clock()) is None:
            return None
        return await self.tickets.issue(TicketKind.ANSWER, callback, self.clock(), ANSWER_LASTS)

    async def taken_up(self, key: str) -> Callback | None:
        return await self.tickets.take(TicketKind.ANSWER, key, Callback, self.clock())
