from collections.abc import Awaitable, Callable
from dataclasses import replace

import httpx2
import pytest

from dinero_mcp.sandbox import DEMO_API_KEY, DEMO_CLIENT_ID, DEMO_CLIENT_SECRET, Sandbox
from dinero_mcp.sandbox.books import Books

SignIn = Callable[..., Awaitable[httpx2.AsyncClient]]

TOKEN_URL = "https://authz.dinero.dk/dineroapi/oauth/token"
RIGHT = (DEMO_CLIENT_ID, DEMO_CLIENT_SECRET)


def form(key: str = DEMO_API_KEY, **other: str) -> dict[str, str]:
    return {"grant_type": "password", "scope": "read", "username": key, "password": key} | other


async def test_a_key_gives_a_bearer_token_of_an_hour(sandbox: Sandbox) -> None:
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(sandbox.app)) as http:
        answer = await http.post(TOKEN_URL, auth=RIGHT, data=form())
    token = answer.json()
    assert token.pop("access_token")
    assert token == {"token_type": "Bearer", "expires_in": 3600, "refresh_token": None, "scope": "read"}


@pytest.mark.parametrize(
    ("auth", "data", "status", "error"),
    [
        (("demo-client", "wrong"), form(), 401, "invalid_client"),
        (("", ""), form(), 401, "invalid_client"),
        (RIGHT, form("demo-999"), 400, "invalid_grant"),
        (RIGHT, form(password="another"), 400, "invalid_grant"),
        (RIGHT, form(grant_type="client_credentials"), 400, "unsupported_grant_type"),
    ],
)
async def test_a_wrong_sign_in_is_told_in_oauth_words(
    sandbox: Sandbox, auth: tuple[str, str], data: dict[str, str], status: int, error: str
) -> None:
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(sandbox.app)) as http:
        answer = await http.post(TOKEN_URL, auth=auth, data=data)
    assert (answer.status_code, answer.json()) == (status, {"error": error})


@pytest.mark.parametrize("header", ["", "Basic %%%", "Basic", "Bearer abc"])
async def test_credentials_that_cannot_be_read_are_an_invalid_client(sandbox: Sandbox, header: str) -> None:
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(sandbox.app)) as http:
        answer = await http.post(TOKEN_URL, headers={"authorization": header}, data=form())
    assert answer.json() == {"error": "invalid_client"}


async def test_an_organizations_own_key_reaches_that_organization_only(books: Books, sign_in: SignIn) -> None:
    sandbox = Sandbox(books.years[1].from_date, [books, replace(books, organization_id=502)])
    api = await sign_in(sandbox, "demo-502")
    listed = (await api.get("/v1/organizations")).json()
    assert [organization["id"] for organization in listed] == [502]
    assert (await api.get("/v1/502/vatTypes")).status_code == 200
    refused = await api.get("/v1/501/vatTypes")
    assert (refused.status_code, refused.json()["code"]) == (403, 41)


async def test_a_token_dies_after_an_hour(books: Books, sign_in: SignIn) -> None:
    clock = [1000.0]
    api = await sign_in(Sandbox(books.years[1].from_date, [books], now=lambda: clock[0]))
    clock[0] += 3599
    assert (await api.get("/v1/organizations")).status_code == 200
    clock[0] += 1
    assert (await api.get("/v1/organizations")).status_code == 401


async def test_a_revoked_token_gets_a_401_without_a_body(sandbox: Sandbox, api: httpx2.AsyncClient) -> None:
    sandbox.revoke_tokens()
    answer = await api.get("/v1/501/accountingyears")
    assert (answer.status_code, answer.content) == (401, b"")


async def test_no_token_gets_a_401_without_a_body(sandbox: Sandbox) -> None:
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(sandbox.app)) as http:
        answer = await http.get("https://api.dinero.dk/v1/501/accountingyears")
    assert (answer.status_code, answer.content) == (401, b"")
