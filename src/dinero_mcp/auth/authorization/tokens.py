"""Tokens for a code or a refresh token, in the words of the SDK's handler.

The handler compares the redirect address and the PKCE challenge; that each code is used once, that a client
gets only what is its own, and that the endpoint is the one that was allowed, is seen to here.
"""

from collections.abc import Callable
from datetime import datetime
from math import inf

from mcp.server.auth.provider import (
    AccessToken,
    AuthorizationCode,
    AuthorizationParams,
    OAuthAuthorizationServerProvider,
    RefreshToken,
    TokenError,
)
from mcp.shared.auth import OAuthClientInformationFull, OAuthToken
from pydantic import AnyUrl

from dinero_mcp.auth.authorization.client_directory import ClientDirectory
from dinero_mcp.auth.authorization.redirects import RedirectRules
from dinero_mcp.auth.authorization.registrations import take_in
from dinero_mcp.auth.authorization.requests import CodeTrace, KeptCode
from dinero_mcp.auth.authorization.terms import OFFLINE
from dinero_mcp.auth.bearers import Bearer, BearerKind, Grant, Pair
from dinero_mcp.auth.state import State
from dinero_mcp.auth.tickets import TicketKind


class Tokens(OAuthAuthorizationServerProvider[AuthorizationCode, RefreshToken, AccessToken]):
    """What the SDK's handlers ask during a request; `resource` is what that says its tokens are for."""

    def __init__(
        self,
        state: State,
        clients: ClientDirectory,
        rules: RedirectRules,
        clock: Callable[[], datetime],
        resource: str | None = None,
    ) -> None:
        self._state = state
        self._clients = clients
        self._rules = rules
        self._clock = clock
        self._resource = resource

    async def get_client(self, client_id: str) -> OAuthClientInformationFull | None:
        """The client as one without a secret; its document is not read again."""
        if not await self._clients.is_known(client_id):
            return None
        return OAuthClientInformationFull(client_id=client_id, token_endpoint_auth_method="none")  # noqa: S106 - not a secret

    async def register_client(self, client_info: OAuthClientInformationFull) -> None:
        await take_in(client_info, self._clients, self._rules)

    async def authorize(self, client: OAuthClientInformationFull, params: AuthorizationParams) -> str:
        raise NotImplementedError("/authorize is answered in authorizing.py, not by the SDK's handler")

    async def load_authorization_code(
        self, client: OAuthClientInformationFull, authorization_code: str
    ) -> AuthorizationCode | None:
        held = await self._state.tickets.look(TicketKind.CODE, authorization_code, KeptCode, self._clock())
        if held is None:
            await self._ended(client.client_id, authorization_code)
            return None
        request = held.request
        return AuthorizationCode(
            code=authorization_code,
            scopes=request.scope.split(),
            expires_at=inf,  # a ticket whose time is over is not found
            client_id=request.client_id,
            code_challenge=request.challenge,
            redirect_uri=AnyUrl(request.redirect_address),
            redirect_uri_provided_explicitly=True,
            resource=request.resource,
        )

    async def exchange_authorization_code(
        self, client: OAuthClientInformationFull, authorization_code: AuthorizationCode
    ) -> OAuthToken:
        self._check(authorization_code.resource)
        code, now, tickets = authorization_code.code, self._clock(), self._state.tickets
        taken = await tickets.take(TicketKind.CODE, code, KeptCode, now)
        if taken is None:
            raise await self._ended(client.client_id, code)
        pair = await self._state.bearers.issue(_grant(taken), now, taken.family)
        if await tickets.look(TicketKind.USED_CODE, code, CodeTrace, now) is None:  # used again meanwhile
            raise await self._ended(client.client_id, code, taken.family)
        return _answer(pair, taken.request.scope)

    async def load_refresh_token(
        self, client: OAuthClientInformationFull, refresh_token: str
    ) -> RefreshToken | None:
        found = await self._state.bearers.found(refresh_token, self._clock())
        if found is None or not _is_its(found, client.client_id) or await self._has_ended(found):
            return None
        scopes = [*found.scope.split(), OFFLINE]
        return RefreshToken(
            token=refresh_token, client_id=client.client_id, scopes=scopes, resource=found.resource
        )

    async def exchange_refresh_token(
        self, client: OAuthClientInformationFull, refresh_token: RefreshToken, scopes: list[str]
    ) -> OAuthToken:
        self._check(refresh_token.resource)
        pair = await self._state.bearers.rotated(refresh_token.token, client.client_id, self._clock())
        if pair is None:
            raise TokenError("invalid_grant", "refresh token was used before, and has ended with its family")
        await self._clients.note_used(client.client_id)
        return _answer(pair, " ".join(each for each in refresh_token.scopes if each != OFFLINE))

    async def load_access_token(self, token: str) -> AccessToken | None:
        raise NotImplementedError("tokens are looked up where they are used, not by the SDK's handlers")

    async def revoke_token(self, token: AccessToken | RefreshToken) -> None:
        raise NotImplementedError("/revoke is answered in revoking.py, not by the SDK's handler")

    async def _has_ended(self, found: Bearer) -> bool:
        """Whether the person must sign in anew: another token would open nothing, and the client ask on."""
        connection = await self._state.connections.with_id(found.connection_id)
        return connection is not None and connection.is_ended

    def _check(self, allowed: str | None) -> None:
        if self._resource not in (None, allowed):
            raise TokenError("invalid_target", "resource is not the one that was allowed")

    async def _ended(self, client_id: str, code: str, family: str | None = None) -> TokenError:
        """End what came of a code that the client uses again; gives what to tell it.

        The trace of the code goes first: whoever is issuing tokens for it this moment then sees that it is
        gone, and ends them.
        """
        trace = await self._state.tickets.look(TicketKind.USED_CODE, code, CodeTrace, self._clock())
        if trace and trace.client_id == client_id:
            await self._state.tickets.drop(TicketKind.USED_CODE, code)
            family = trace.family
        if family:
            await self._state.bearers.end_family(family)
        return TokenError("invalid_grant", "authorization code was used before")


def _is_its(found: Bearer, client_id: str) -> bool:
    return found.kind is BearerKind.REFRESH and found.client_id == client_id


def _grant(taken: KeptCode) -> Grant:
    return Grant(
        connection_id=taken.connection_id,
        client_id=taken.request.client_id,
        client_name=taken.request.client_name,
        resource=taken.request.resource,
        scope=taken.request.scope,
    )


def _answer(pair: Pair, scope: str) -> OAuthToken:
    return OAuthToken(
        access_token=pair.access_token,
        expires_in=int(pair.lasts.total_seconds()),
        scope=scope,
        refresh_token=pair.refresh_token,
    )
