"""Signing in with an API key, as `https://authz.dinero.dk/dineroapi/oauth/token` does it."""

import base64
import binascii
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

DEMO_CLIENT_ID = "demo-client"
DEMO_CLIENT_SECRET = "demo-secret"  # noqa: S105 - opens invented books only
DEMO_API_KEY = "demo-office"
"""Reaches every organization; `demo-<id>` reaches one."""

TOKEN_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Access:
    """What one token opens, and until when."""

    client_id: str
    organization_ids: frozenset[int]
    expires_at: float


class SignIn:
    """The client, its API keys and the tokens that were given for them."""

    def __init__(self, organization_ids: Iterable[int], now: Callable[[], float]) -> None:
        every = frozenset(organization_ids)
        self._keys = {f"demo-{one}": frozenset({one}) for one in every} | {DEMO_API_KEY: every}
        self._now = now
        self._live: dict[str, Access] = {}

    async def token(self, request: Request) -> Response:
        """Give a token of an hour for an API key, or the OAuth error."""
        if not is_demo_client(request.headers.get("authorization", "")):
            return JSONResponse({"error": "invalid_client"}, status_code=401)
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        if form.get("grant_type") != "password":
            return JSONResponse({"error": "unsupported_grant_type"}, status_code=400)
        key = form.get("username", "")
        if key not in self._keys or form.get("password") != key:
            return JSONResponse({"error": "invalid_grant"}, status_code=400)
        answer = {"access_token": self._issue(key), "token_type": "Bearer", "expires_in": TOKEN_SECONDS}
        return JSONResponse(answer | {"refresh_token": None, "scope": form.get("scope", "")})

    def _issue(self, key: str) -> str:
        token = secrets.token_urlsafe(24)
        self._live[token] = Access(DEMO_CLIENT_ID, self._keys[key], self._now() + TOKEN_SECONDS)
        return token

    def access(self, token: str) -> Access | None:
        """What a token opens; None when it is unknown or run out."""
        access = self._live.get(token)
        return access if access and self._now() < access.expires_at else None

    def revoke(self) -> None:
        """Kill every token given so far."""
        self._live.clear()


def is_demo_client(authorization: str) -> bool:
    """Whether a Basic `Authorization` header holds the demo client's id and secret."""
    scheme, _, credentials = authorization.partition(" ")
    try:
        pair = base64.b64decode(credentials, validate=True)
    except binascii.Error:
        return False
    return scheme.lower() == "basic" and pair == f"{DEMO_CLIENT_ID}:{DEMO_CLIENT_SECRET}".encode()
