"""A person in front of Visma Connect's pages, as far as the sandbox has any."""

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx2

from dinero_mcp.sandbox.connect.application import DEMO_REDIRECT_ADDRESS, Application
from dinero_mcp.sandbox.connect.users import USERS, User

ISSUER = "https://connect.visma.com"
ASTRID, IDA, MADS, NANNA = USERS
SCOPE = "dineropublicapi:read offline_access"
VERIFIER = "v" * 43
CHALLENGE = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
APPLICATION = Application()

Fields = Mapping[str, str]


def query(**changes: str) -> dict[str, str]:
    """What an application sends the browser with; an empty value leaves a parameter out."""
    usual = {
        "client_id": APPLICATION.client_id,
        "response_type": "code",
        "redirect_uri": DEMO_REDIRECT_ADDRESS,
        "scope": SCOPE,
        "state": "the state",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    return {name: value for name, value in (usual | changes).items() if value}


async def decided(http: httpx2.AsyncClient, form: Fields, asked: Fields | None = None) -> httpx2.Response:
    """What comes back when the page's form is sent."""
    return await http.post(f"{ISSUER}/connect/authorize", params=asked or query(), data=form)


async def told(http: httpx2.AsyncClient, form: Fields, asked: Fields | None = None) -> dict[str, str]:
    """What the application is told in the address it gets back."""
    answer = await decided(http, form, asked)
    assert answer.status_code == 302, answer.text
    return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))


async def code_for(http: httpx2.AsyncClient, user: User = ASTRID, **changes: str) -> str:
    """The code that is given when a user allows."""
    return (await told(http, {"user": user.subject, "answer": "allow"}, query(**changes)))["code"]


async def asked_for(http: httpx2.AsyncClient, **form: str) -> httpx2.Response:
    """A request to the token endpoint by the application; an empty value leaves a parameter out."""
    usual = {"client_id": APPLICATION.client_id, "client_secret": APPLICATION.client_secret}
    sent = {name: value for name, value in (usual | form).items() if value}
    return await http.post(f"{ISSUER}/connect/token", data=sent)


async def exchanged(http: httpx2.AsyncClient, code: str, **changes: str) -> httpx2.Response:
    """The answer to a code."""
    usual = {"redirect_uri": DEMO_REDIRECT_ADDRESS, "code_verifier": VERIFIER}
    return await asked_for(http, grant_type="authorization_code", code=code, **(usual | changes))


async def refreshed(http: httpx2.AsyncClient, token: str, **changes: str) -> httpx2.Response:
    """The answer to a refresh token."""
    return await asked_for(http, grant_type="refresh_token", refresh_token=token, **changes)


async def signed_in(http: httpx2.AsyncClient, user: User = ASTRID) -> dict[str, Any]:  # Any: JSON
    """The tokens of a user who has just allowed."""
    answer = await exchanged(http, await code_for(http, user))
    assert answer.status_code == 200, answer.text
    return answer.json()
