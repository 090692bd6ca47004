"""Access tokens as Visma makes them: a JWT whose signature nobody here can check, and nobody needs to."""

import json
import secrets
from base64 import urlsafe_b64encode
from typing import TypeAlias

Claims: TypeAlias = dict[str, str | int | list[str]]

AUDIENCE = "https://api.dinero.dk"


def access_token(
    *, issuer: str, subject: str, client_id: str, scopes: list[str], now: float, seconds: int
) -> str:
    """A token for the user of this grant; it names no organization."""
    claims: Claims = {
        "iss": issuer,
        "nbf": int(now),
        "iat": int(now),
        "exp": int(now) + seconds,
        "aud": AUDIENCE,
        "scope": scopes,
        "amr": ["pwd"],
        "client_id": client_id,
        "sub": subject,
        "auth_time": int(now),
        "idp": "local",
        "acr": "2",
        "sid": secrets.token_hex(16),
    }
    header: Claims = {"alg": "RS256", "kid": "SANDBOX", "typ": "at+JWT"}
    return ".".join([_encoded(header), _encoded(claims), secrets.token_urlsafe(32)])


def _encoded(part: Claims) -> str:
    return urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()
