"""Where people sign in: to Visma and back, a connection for the store, and the companies it reaches."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

import httpx2

from dinero_mcp.auth.callback import Callback
from dinero_mcp.auth.connecting import new_connection
from dinero_mcp.auth.sign_ins import SignIn
from dinero_mcp.auth.visma_client import Endpoints, VismaClient
from dinero_mcp.auth.visma_connection import VismaConnection
from dinero_mcp.dinero.models import Organization
from dinero_mcp.errors import DineroMCPError, NotConnectedError
from dinero_mcp.tools.third_party import cleaned
from dinero_mcp.web.pages import Failure
from dinero_mcp.web.sign_in import RefusedAnswer

if TYPE_CHECKING:
    from dinero_mcp.auth.store import ConnectionStore

SCOPE = "dineropublicapi:read offline_access"
"""All that is ever asked for."""


class Admission(Protocol):
    """Which organizations an operator lets in."""

    def allows(self, organization_id: int) -> bool:
        """Whether this one may be asked about."""
        ...

    async def turn_away(self, connection: VismaConnection) -> None:
        """Revoke at Visma, and forget, a connection that reaches none of them."""
        ...


OpenStore = Callable[[], Awaitable["ConnectionStore"]]
Begins = Callable[[VismaConnection], Awaitable[None]]
Reached = Callable[["ConnectionStore", VismaConnection], Awaitable[Sequence[Organization]]]


@dataclass(slots=True)
class SignedIn:
    """A connection that has just been made and kept, and the companies it reaches."""

    store: "ConnectionStore"
    connection: VismaConnection
    organizations: Sequence[Organization]

    @property
    def id(self) -> str:
        return self.connection.id

    @property
    def default_organization(self) -> int | None:
        return self.connection.organization_id

    async def choose(self, organization_id: int) -> None:
        """Make it the default organization."""
        self.connection = await self.store.change(
            self.connection.user, lambda kept: replace(kept, organization_id=organization_id)
        )


class VismaDesk:
    """Signs people in with Visma Connect; `reached` lists the organizations of a connection."""

    def __init__(
        self,
        visma: VismaClient,
        redirect_address: str,
        open_store: OpenStore,
        reached: Reached,
        admission: Admission | None = None,
        begins: Begins | None = None,
    ) -> None:
        """`begins` hears of each connection that was just made, before its organizations are listed."""
        self._begins = begins
        self._visma = visma
        self._redirect_address = redirect_address
        self._open_store = open_store
        self._reached = reached
        self._admission = admission

    async def address(self, sign_in: SignIn, *, other_login: bool = False) -> str:
        """Visma's address for it; with `other_login` Visma asks who it is even where it knows."""
        endpoints = await self._visma.endpoints()
        asked = {
            "client_id": self._visma.client_id,
            "response_type": "code",
            "redirect_uri": self._redirect_address,
            "scope": SCOPE,
            "state": sign_in.state,
            "code_challenge": sign_in.challenge,
            "code_challenge_method": "S256",
        } | ({"prompt": "select_account"} if other_login else {})
        return str(httpx2.URL(endpoints.authorization_endpoint).copy_merge_params(asked))

    async def connect(self, callback: Callback, sign_in: SignIn) -> SignedIn:
        """The connection that Visma's answer gives, kept before it is used."""
        endpoints = await self._visma.endpoints()
        code = _code(callback, endpoints)
        token = await self._visma.tokens(code, sign_in.verifier, self._redirect_address)
        made = new_connection(token, datetime.now(UTC))
        if made.user.issuer != endpoints.issuer:  # it would be kept where nobody looks for it
            raise RefusedAnswer(Failure("wrong_issuer"))
        store = await self._open_store()
        await store.connect(made)
        kept = await store.connection(made.user)
        if self._begins:
            await self._begins(kept)
        try:
            organizations = await self._admitted(store, kept)
        except DineroMCPError as error:
            raise RefusedAnswer(Failure("unlisted", description=str(error))) from None
        if self._admission and not organizations:
            await self._admission.turn_away(kept)
            raise RefusedAnswer(Failure("not_allowed"))
        return await _with_default(SignedIn(store, kept, organizations))

    async def connection(self, connection_id: str) -> SignedIn | None:
        """A connection with the companies it reaches now; None when it is gone, or Visma refuses it."""
        store = await self._open_store()
        kept = await store.with_id(connection_id)
        if kept is None or kept.is_ended:
            return None
        try:
            return SignedIn(store, kept, await self._admitted(store, kept))
        except NotConnectedError:
            return None

    async def _admitted(self, store: "ConnectionStore", kept: VismaConnection) -> Sequence[Organization]:
        """The companies that a connection reaches, as far as they are let in."""
        reached = await self._reached(store, kept)
        return [each for each in reached if self._admission is None or self._admission.allows(each.id)]


async def _with_default(signed_in: SignedIn) -> SignedIn:
    """Where only one company can be chosen it is; one chosen before that is out of reach is forgotten."""
    open_ones = [each.id for each in signed_in.organizations if each.is_pro]
    if len(open_ones) == 1:
        await signed_in.choose(open_ones[0])
    elif signed_in.default_organization not in open_ones:
        signed_in.connection = await signed_in.store.change(
            signed_in.connection.user, lambda kept: replace(kept, organization_id=None)
        )
    return signed_in


def _code(callback: Callback, endpoints: Endpoints) -> str:
    """The code of an answer that comes from Visma and is no refusal."""
    is_promised = endpoints.authorization_response_iss_parameter_supported
    if callback.iss != endpoints.issuer and (callback.iss or is_promised):
        raise RefusedAnswer(Failure("wrong_issuer"))
    if callback.error == "access_denied":
        raise RefusedAnswer(Failure("denied"))
    if callback.error:
        raise RefusedAnswer(Failure("provider", cleaned(callback.error), cleaned(callback.error_description)))
    if not callback.code:
        raise RefusedAnswer(Failure("no_code"))
    return callback.code
