"""What becomes of a client's request once a person is there to answer it."""

from collections.abc import Callable
from datetime import UTC, datetime
from secrets import token_urlsafe
from uuid import uuid4

from dinero_mcp.auth.authorization.client_directory import ClientDirectory
from dinero_mcp.auth.authorization.redirects import answered
from dinero_mcp.auth.authorization.requests import (
    CODE_LASTS,
    REPLAY_NOTICED_FOR,
    CodeTrace,
    KeptCode,
    KeptRequest,
    PendingRequest,
    pending,
    refused,
)
from dinero_mcp.auth.authorization.terms import Terms
from dinero_mcp.auth.consents import Consent
from dinero_mcp.auth.state import State
from dinero_mcp.auth.tickets import TicketKind


class Approvals:
    """The requests that await consent; each is answered once, with an address to send the browser to."""

    def __init__(
        self,
        state: State,
        terms: Terms,
        clients: ClientDirectory,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._state = state
        self._terms = terms
        self._clients = clients
        self._clock = clock

    async def pending(self, request_key: str) -> PendingRequest | None:
        """The request; None when it was answered, is older than ten minutes, or never was."""
        kept = await self._state.tickets.look(TicketKind.REQUEST, request_key, KeptRequest, self._clock())
        return pending(kept, self._terms.resources.get(kept.resource, kept.resource)) if kept else None

    async def approve(self, request_key: str, connection_id: str) -> str | None:
        """Let the client read what the connection may; gives the address with the code.

        Only what a person pressed on the page, or a consent that is remembered, may lead here.
        """
        kept = await self._taken(request_key)
        if kept is None:
            return None
        await self._clients.note_used(kept.client_id)
        code = await self._code(KeptCode(request=kept, connection_id=connection_id, family=uuid4().hex))
        return answered(kept.redirect_address, code=code, state=kept.state, iss=self._terms.issuer)

    async def deny(self, request_key: str) -> str | None:
        """Let the client have nothing; gives the address with the refusal."""
        kept = await self._taken(request_key)
        if kept is None:
            return None
        return refused(kept, self._terms.issuer, "access_denied", "The person did not agree.")

    async def is_remembered(self, request: PendingRequest, connection_id: str) -> bool:
        """Whether the person has agreed to the same before, so that the page may be skipped."""
        if not request.may_be_remembered:
            return False
        return await self._state.consents.is_given(connection_id, _consent(request))

    async def remember(self, request: PendingRequest, connection_id: str) -> None:
        """Remember that the person agreed, where that may be remembered."""
        if request.may_be_remembered:
            await self._state.consents.give(connection_id, _consent(request), self._clock())

    async def _taken(self, request_key: str) -> KeptRequest | None:
        return await self._state.tickets.take(TicketKind.REQUEST, request_key, KeptRequest, self._clock())

    async def _code(self, kept: KeptCode) -> str:
        """A new code, and beside it what outlives it."""
        code, now, its = token_urlsafe(32), self._clock(), kept.connection_id
        trace = CodeTrace(kept.request.client_id, kept.family)
        issue = self._state.tickets.issue
        await issue(TicketKind.USED_CODE, trace, now, REPLAY_NOTICED_FOR, connection_id=its, key=code)
        return await issue(TicketKind.CODE, kept, now, CODE_LASTS, connection_id=its, key=code)


def _consent(request: PendingRequest) -> Consent:
    return Consent(request.client_id, request.redirect_address, request.resource, " ".join(request.scopes))
