"""Signing in with a personal integration: a client id, its secret and an API key, for one organization."""

import asyncio
import time
from collections.abc import Callable

import httpx2

from dinero_mcp.auth.answers import error_in, token_in
from dinero_mcp.errors import (
    DineroMCPError,
    RateLimitedError,
    SignInRefusedError,
    UnavailableError,
    UnexpectedAnswerError,
    UnreachableError,
)

TOKEN_URL = "https://authz.dinero.dk/dineroapi/oauth/token"  # noqa: S105 - an address
MARGIN = 60.0
LONGEST_WAIT = 30.0
"""Seconds in which the whole answer must have come: everybody who asks waits for it."""
WHERE_KEYS_ARE_MADE = "Dinero under Integrationer → Se og opret API-nøgler → Personlig integration"


class ApiKeyTokens:
    """Access tokens for an API key, asked for when needed and used until shortly before they run out."""

    def __init__(
        self,
        http: httpx2.AsyncClient,
        token_url: str,
        client_id: str,
        client_secret: str,
        api_key: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._http = http
        self._token_url = token_url
        self._client = httpx2.BasicAuth(client_id, client_secret)
        self._api_key = api_key
        self._clock = clock
        self._token = ""
        self._good_until = 0.0
        self._asking: asyncio.Task[str] | None = None

    async def token(self) -> str:
        """A token that is good for a while yet; errors name the setting that is wrong."""
        if self._token and self._clock() < self._good_until:
            return self._token
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask())
        return await asyncio.shield(self._asking)

    async def renewed(self, refused: str) -> str:
        """Another token than the one that was refused."""
        if self._token == refused:
            self._token = ""
        token = await self.token()
        if token == refused:
            raise SignInRefusedError(
                "Dinero refused a token that its sign-in still hands out. Make a new API key in "
                f"{WHERE_KEYS_ARE_MADE}, and set DINERO_API_KEY to it."
            )
        return token

    async def _ask(self) -> str:
        asked_at = self._clock()
        response = await self._post()
        if response.status_code != 200:
            raise _refusal(response)
        token = token_in(response.content)
        if token is None:
            raise _unexpected()
        self._token = token.access_token
        self._good_until = asked_at + max(token.lifetime - MARGIN, token.lifetime / 2)
        return self._token

    async def _post(self) -> httpx2.Response:
        form = {
            "grant_type": "password",
            "scope": "read",
            "username": self._api_key,
            "password": self._api_key,
        }
        try:
            async with asyncio.timeout(LONGEST_WAIT):
                return await self._http.post(self._token_url, data=form, auth=self._client)
        except (httpx2.TransportError, TimeoutError) as error:
            raise UnreachableError(
                f"{httpx2.URL(self._token_url).host}, where Dinero signs in API keys, could not be reached "
                f"({type(error).__name__}). Check the network, a proxy or a firewall, and ask again."
            ) from None
        except httpx2.DecodingError:
            raise _unexpected() from None


def _refusal(response: httpx2.Response) -> DineroMCPError:
    status = response.status_code
    if status == 429:
        return RateLimitedError(
            "Dinero's sign-in was asked too often. Ask again in a minute.", retry_after=60, status=status
        )
    if status >= 500:
        return UnavailableError(
            f"Dinero's sign-in could not answer (status {status}). Ask again in a few minutes.", status=status
        )
    match error_in(response.content):
        case "invalid_client":
            text = (
                "Dinero does not know the client. Check DINERO_CLIENT_ID and DINERO_CLIENT_SECRET: "
                f"they come with the API key, in {WHERE_KEYS_ARE_MADE}."
            )
        case "invalid_grant":
            text = (
                "Dinero does not accept the API key. Check DINERO_API_KEY, or make a new key in "
                f"{WHERE_KEYS_ARE_MADE}."
            )
        case None:
            return _unexpected()
        case _:
            text = (
                f"Dinero refused to sign in (status {status}). Check DINERO_CLIENT_ID, DINERO_CLIENT_SECRET "
                f"and DINERO_API_KEY against {WHERE_KEYS_ARE_MADE}."
            )
    return SignInRefusedError(text, status=status)


def _unexpected() -> UnexpectedAnswerError:
    return UnexpectedAnswerError(
        "Dinero's sign-in answered something that is no token. Ask again; if it stays so, check that nothing "
        "between here and Dinero answers in its place."
    )
