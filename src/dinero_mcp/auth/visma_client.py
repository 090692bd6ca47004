"""Visma Connect as Python: discovery, tokens for a code, refreshing and revoking.

Each question opens and closes its own connections: a user has one an hour. Whether a refresh that failed may
have reached Visma decides what may be done next, so it is told apart: `UncertainError` says it may have.
"""

import asyncio
import ssl
from collections.abc import Callable
from functools import cached_property
from typing import Annotated
from urllib.parse import quote_plus

import httpx2
import msgspec

from dinero_mcp import __version__
from dinero_mcp.auth.answers import Token, error_in, token_in
from dinero_mcp.auth.visma_refusals import LOGIN, Asking, refused, unavailable
from dinero_mcp.errors import (
    ConnectionExpiredError,
    DineroMCPError,
    RateLimitedError,
    UnexpectedAnswerError,
    UnreachableError,
)

LONGEST_EXCHANGE = 20.0
"""Seconds in which the whole answer must have come."""
REFRESHES_AT_ONCE = 4
"""Of one process: who takes a lease is to have its tokens stored well before it ends."""
DISCOVERY = "/.well-known/openid-configuration"
TIMEOUT = httpx2.Timeout(LONGEST_EXCHANGE, connect=2.5)

Url = Annotated[str, msgspec.Meta(pattern="^https?://")]


class Endpoints(msgspec.Struct, frozen=True):
    """Where Visma Connect is asked for what, as its discovery document says."""

    issuer: str
    authorization_endpoint: Url
    token_endpoint: Url
    revocation_endpoint: Url
    authorization_response_iss_parameter_supported: bool = False
    token_endpoint_auth_methods_supported: list[str] = msgspec.field(
        default_factory=lambda: ["client_secret_basic"]  # the default in OpenID Connect Discovery
    )


class UncertainError(Exception):
    """A request that may have been carried out; `told` is what to tell the user."""

    def __init__(self, told: DineroMCPError) -> None:
        super().__init__(str(told))
        self.told = told


class VismaClient:
    """Asks Visma Connect on behalf of one application; `transport` stands in for the network."""

    def __init__(
        self,
        address: str,
        client_id: str,
        client_secret: str,
        transport: httpx2.AsyncBaseTransport | None = None,
        heard: Callable[[str], None] = lambda outcome: None,
        sign_in: str = LOGIN,
    ) -> None:
        """`heard` is told of each refresh: `refreshed`, `refused` or `failed`; `sign_in` is how a user signs
        in again, in words.
        """
        self._heard = heard
        self.sign_in = sign_in
        self.client_id = client_id
        self._secret = client_secret
        self._address = address.rstrip("/")
        self._transport = transport
        self._endpoints: Endpoints | None = None
        self.refreshing = asyncio.Semaphore(REFRESHES_AT_ONCE)
        """Held from the lease until the tokens are stored."""

    async def endpoints(self) -> Endpoints:
        """The endpoints; an answer that points elsewhere is refused, for it would be sent the secret."""
        if self._endpoints is None:
            async with self._http() as http:
                response = await self._certainly(http, httpx2.Request("GET", self._address + DISCOVERY))
            if response.status_code == 429 or response.status_code >= 500:
                raise unavailable(response.status_code)
            self._endpoints = self._checked(response.content)
        return self._endpoints

    async def tokens(self, code: str, verifier: str, redirect_address: str) -> Token:
        """Exchange a code for tokens."""
        form = {"code": code, "code_verifier": verifier, "redirect_uri": redirect_address}
        endpoint = (await self.endpoints()).token_endpoint
        try:
            response = await self._post(endpoint, {"grant_type": "authorization_code", **form}, Asking.TOKENS)
            return _token(response)
        except UncertainError as error:
            raise error.told from None

    async def refresh(self, refresh_token: str) -> Token:
        """The next tokens.

        Raises:
            UncertainError: when the refresh token may have been used without an answer to tell.
            ConnectionExpiredError: when Visma does not accept it.
        """
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        endpoint = (await self.endpoints()).token_endpoint
        outcome = "failed"
        try:
            token = _token(await self._post(endpoint, form, Asking.REFRESH))
            outcome = "refreshed"
        except ConnectionExpiredError:
            outcome = "refused"
            raise
        finally:
            self._heard(outcome)
        return token

    async def revoke(self, refresh_token: str) -> None:
        """Take back what the user granted."""
        form = {"token": refresh_token, "token_type_hint": "refresh_token"}
        endpoint = (await self.endpoints()).revocation_endpoint
        try:
            await self._post(endpoint, form, Asking.REVOCATION)
        except UncertainError as error:
            raise error.told from None

    def _http(self) -> httpx2.AsyncClient:
        headers = {"User-Agent": f"dinero-mcp/{__version__}", "Accept": "application/json"}
        verify = self._trusted if self._transport is None else True
        return httpx2.AsyncClient(headers=headers, timeout=TIMEOUT, transport=self._transport, verify=verify)

    @cached_property
    def _trusted(self) -> ssl.SSLContext:
        """The authorities that certificates are checked with, read once: that takes up to a tenth of a second
        in which nothing else happens.
        """
        return httpx2.create_ssl_context()

    async def _post(self, endpoint: str, form: dict[str, str], asking: Asking) -> httpx2.Response:
        """The successful answer to a form."""
        methods = (await self.endpoints()).token_endpoint_auth_methods_supported
        async with self._http() as http:
            if "client_secret_post" in methods:
                own = {"client_id": self.client_id, "client_secret": self._secret}
                request = http.build_request("POST", endpoint, data=form | own)
                response = await self._sent(http, request)
            else:
                request = http.build_request("POST", endpoint, data=form)
                response = await self._sent(http, request, self._basic())
        if response.status_code != 200:
            raise _failure(response, asking, self.sign_in)
        return response

    def _basic(self) -> httpx2.Auth:
        return httpx2.BasicAuth(quote_plus(self.client_id), quote_plus(self._secret))  # RFC 6749, 2.3.1

    async def _certainly(self, http: httpx2.AsyncClient, request: httpx2.Request) -> httpx2.Response:
        """The answer to what changes nothing, however often it is asked."""
        try:
            return await self._sent(http, request)
        except UncertainError as error:
            raise error.told from None

    async def _sent(
        self, http: httpx2.AsyncClient, request: httpx2.Request, auth: httpx2.Auth | None = None
    ) -> httpx2.Response:
        try:
            async with asyncio.timeout(LONGEST_EXCHANGE):
                return await http.send(request, auth=auth)
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout) as error:
            raise self._unreachable(error) from None
        except (httpx2.TransportError, TimeoutError) as error:
            raise UncertainError(self._unreachable(error)) from None
        except httpx2.DecodingError:
            raise UncertainError(_unexpected()) from None

    def _unreachable(self, error: Exception) -> UnreachableError:
        return UnreachableError(
            f"{httpx2.URL(self._address).host}, where Visma signs users in, could not be reached "
            f"({type(error).__name__}). Check the network, a proxy or a firewall, and ask again."
        )

    def _checked(self, body: bytes) -> Endpoints:
        try:
            found = msgspec.json.decode(body, type=Endpoints)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise _unexpected() from None
        named = (found.authorization_endpoint, found.token_endpoint, found.revocation_endpoint)
        if found.issuer != self._address or not all(_is_under(self._address, each) for each in named):
            raise UnexpectedAnswerError(
                "Visma Connect names another issuer, or endpoints on another host, than DINERO_CONNECT_URL. "
                "Check that setting; by default it is https://connect.visma.com."
            )
        return found


def _is_under(address: str, endpoint: str) -> bool:
    one, other = httpx2.URL(address), httpx2.URL(endpoint)
    return (one.scheme, one.netloc) == (other.scheme, other.netloc)


def _token(response: httpx2.Response) -> Token:
    token = token_in(response.content)
    if token is None:
        raise UncertainError(_unexpected())
    return token


def _failure(response: httpx2.Response, asking: Asking, sign_in: str) -> DineroMCPError | UncertainError:
    """What an answer that is no success means: 429 and 503 are told before anything is done."""
    status = response.status_code
    if status == 429:
        return RateLimitedError(
            "Visma Connect was asked too often. Ask again in a minute.", retry_after=60, status=status
        )
    if status == 503:
        return unavailable(status)
    if status >= 500:
        return UncertainError(unavailable(status))
    error = error_in(response.content)
    return refused(error, asking, status, sign_in=sign_in) if error else _unexpected()


def _unexpected() -> UnexpectedAnswerError:
    return UnexpectedAnswerError(
        "Visma Connect answered something that does not fit. Ask again; if it stays so, check that nothing "
        "between here and Visma answers in its place."
    )
