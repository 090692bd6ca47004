"""Tokens for codes and refresh tokens, and what becomes of those that are used again."""

import json
import re
from base64 import urlsafe_b64decode
from pathlib import Path
from typing import Any

import httpx2
import pytest

from dinero_mcp.sandbox import Sandbox
from dinero_mcp.sandbox.books import Books
from dinero_mcp.sandbox.connect.application import DEMO_REDIRECT_ADDRESS
from tests.sandbox.connect.browser import (
    APPLICATION,
    ASTRID,
    CHALLENGE,
    IDA,
    ISSUER,
    MADS,
    NANNA,
    VERIFIER,
    asked_for,
    code_for,
    exchanged,
    refreshed,
    signed_in,
)
from tests.sandbox.connect.conftest import Clock, Connect

YEAR = 365 * 24 * 3600


def error(answer: httpx2.Response) -> tuple[int, Any]:
    return answer.status_code, answer.json()


INVALID_GRANT = (400, {"error": "invalid_grant"})


async def test_the_discovery_document_names_the_endpoints_under_the_address_asked(
    http: httpx2.AsyncClient,
) -> None:
    for path in ("openid-configuration", "oauth-authorization-server"):
        document = (await http.get(f"{ISSUER}/.well-known/{path}")).json()
        assert document["issuer"] == ISSUER
        assert document["token_endpoint"] == f"{ISSUER}/connect/token"
        assert document["revocation_endpoint"] == f"{ISSUER}/connect/revocation"
        assert document["authorization_response_iss_parameter_supported"] is True
    elsewhere = (await http.get("http://127.0.0.1:8001/.well-known/openid-configuration")).json()
    assert elsewhere["authorization_endpoint"] == "http://127.0.0.1:8001/connect/authorize"


async def test_a_code_gives_tokens_of_an_hour_that_say_who_signed_in(
    http: httpx2.AsyncClient, clock: Clock
) -> None:
    answer = await exchanged(http, await code_for(http, IDA))
    assert answer.headers["Cache-Control"] == "no-store"
    tokens = answer.json()
    token = tokens.pop("access_token")
    assert re.fullmatch("[0-9A-F]{64}", tokens.pop("refresh_token"))
    scope = "dineropublicapi:read offline_access"
    assert tokens == {"expires_in": 3600, "token_type": "Bearer", "scope": scope}
    header, claims = (json.loads(urlsafe_b64decode(part + "==")) for part in token.split(".")[:2])
    assert header["typ"] == "at+JWT"
    assert (claims["iss"], claims["sub"], claims["exp"]) == (ISSUER, IDA.subject, clock.now + 3600)


async def test_the_token_opens_what_the_user_reaches_until_it_runs_out(books: Books, clock: Clock) -> None:
    books.organization_id = 1002
    sandbox = Sandbox(books.years[1].from_date, [books], now=clock)
    http = httpx2.AsyncClient(transport=httpx2.ASGITransport(sandbox.app))
    for user, reached in ((ASTRID, [1002]), (IDA, [1002]), (MADS, []), (NANNA, [])):
        http.headers["Authorization"] = f"Bearer {(await signed_in(http, user))['access_token']}"
        rows = (await http.get("https://api.dinero.dk/v1/organizations")).json()
        assert [row["id"] for row in rows] == reached
    assert sandbox.requests[-1].client_id == APPLICATION.client_id
    clock.now += 3600
    assert (await http.get("https://api.dinero.dk/v1/organizations")).status_code == 401


async def test_a_code_is_good_once_and_not_for_long(http: httpx2.AsyncClient, clock: Clock) -> None:
    code = await code_for(http)
    assert (await exchanged(http, code)).status_code == 200
    assert error(await exchanged(http, code)) == INVALID_GRANT
    late = await code_for(http)
    clock.now += 300
    assert error(await exchanged(http, late)) == INVALID_GRANT


@pytest.mark.parametrize(
    "changes",
    [
        {"code_verifier": "w" * 43},
        {"code_verifier": ""},
        {"redirect_uri": DEMO_REDIRECT_ADDRESS + "/"},
        {"code": "0" * 64},
    ],
)
async def test_a_code_is_only_for_who_asked_for_it(http: httpx2.AsyncClient, changes: dict[str, str]) -> None:
    code = await code_for(http)
    assert error(await exchanged(http, changes.pop("code", code), **changes)) == INVALID_GRANT


async def test_a_plain_challenge_is_its_own_proof(http: httpx2.AsyncClient) -> None:
    code = await code_for(http, code_challenge_method="plain")
    assert (await exchanged(http, code, code_verifier=CHALLENGE)).status_code == 200


@pytest.mark.parametrize(
    ("form", "status", "said"),
    [
        ({"client_secret": "wrong"}, 400, "invalid_client"),
        ({"client_id": "isv_other"}, 400, "invalid_client"),
        ({"client_id": "", "client_secret": ""}, 400, "invalid_client"),
        ({"grant_type": ""}, 400, "invalid_request"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": "client_credentials"}, 400, "unauthorized_client"),
        ({"refresh_token": ""}, 400, "invalid_request"),
        ({"refresh_token": "0" * 64}, 400, "invalid_grant"),
        ({"scope": "dineropublicapi:write"}, 400, "invalid_scope"),
    ],
)
async def test_a_wrong_request_is_told_in_oauth_words(
    http: httpx2.AsyncClient, form: dict[str, str], status: int, said: str
) -> None:
    token = (await signed_in(http))["refresh_token"]
    usual = {"grant_type": "refresh_token", "refresh_token": token}
    assert error(await asked_for(http, **(usual | form))) == (status, {"error": said})


async def test_the_application_may_say_who_it_is_in_a_header_but_not_twice(http: httpx2.AsyncClient) -> None:
    form = {"grant_type": "refresh_token", "refresh_token": (await signed_in(http))["refresh_token"]}
    basic = (APPLICATION.client_id, APPLICATION.client_secret)
    twice = await http.post(
        f"{ISSUER}/connect/token", data=form | {"client_secret": APPLICATION.client_secret}, auth=basic
    )
    assert error(twice) == (400, {"error": "invalid_request"})
    wrong = await http.post(f"{ISSUER}/connect/token", data=form, auth=("isv_demo", "wrong"))
    assert error(wrong) == (401, {"error": "invalid_client"})
    assert wrong.headers["WWW-Authenticate"] == "Basic"
    assert (await http.post(f"{ISSUER}/connect/token", data=form, auth=basic)).status_code == 200


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b'{"grant_type": "refresh_token"}', "application/json"),
        (b"grant_type=refresh_token&grant_type=refresh_token", "application/x-www-form-urlencoded"),
        (b"\xff=%ff&=", "application/x-www-form-urlencoded"),
    ],
)
async def test_what_is_no_form_is_an_error_and_no_crash(
    http: httpx2.AsyncClient, body: bytes, content_type: str
) -> None:
    headers = {"Content-Type": content_type}
    answer = await http.post(f"{ISSUER}/connect/token", content=body, headers=headers)
    assert answer.status_code == 400


async def test_a_one_time_token_is_replaced_by_each_use(http: httpx2.AsyncClient) -> None:
    token, seen = (await signed_in(http))["refresh_token"], set[str]()
    for _ in range(3):
        seen.add(token)
        token = (await refreshed(http, token)).json()["refresh_token"]
    assert len(seen) == 3
    assert token not in seen


async def test_using_a_dead_token_revokes_all_that_came_of_the_grant(
    http: httpx2.AsyncClient, clock: Clock
) -> None:
    first, other = await signed_in(http), await signed_in(http)
    second = (await refreshed(http, first["refresh_token"])).json()
    assert error(await refreshed(http, first["refresh_token"])) == INVALID_GRANT
    assert error(await refreshed(http, second["refresh_token"])) == INVALID_GRANT
    http.headers["Authorization"] = f"Bearer {second['access_token']}"
    assert (await http.get("https://api.dinero.dk/v1/organizations")).status_code == 401
    assert (await refreshed(http, other["refresh_token"])).status_code == 200


async def test_within_the_grace_period_the_dead_token_still_works(connect: Connect, clock: Clock) -> None:
    http = connect(grace_seconds=30)
    token = (await signed_in(http))["refresh_token"]
    first = (await refreshed(http, token)).json()["refresh_token"]
    clock.now += 29
    second = (await refreshed(http, token)).json()["refresh_token"]
    assert (await refreshed(http, first)).status_code == 200
    assert (await refreshed(http, second)).status_code == 200
    clock.now += 1
    assert error(await refreshed(http, token)) == INVALID_GRANT


async def test_a_token_for_re_use_stays_the_same_until_the_grant_ends(connect: Connect, clock: Clock) -> None:
    http = connect(refresh_tokens="re-use")
    token = (await signed_in(http))["refresh_token"]
    for _ in range(3):
        assert (await refreshed(http, token)).json()["refresh_token"] == token
    clock.now += YEAR
    assert error(await refreshed(http, token)) == INVALID_GRANT


async def test_without_offline_access_there_is_no_refresh_token(http: httpx2.AsyncClient) -> None:
    code = await code_for(http, scope="dineropublicapi:read")
    assert "refresh_token" not in (await exchanged(http, code, code_verifier=VERIFIER)).json()


async def test_revocation_takes_back_the_grant_and_shrugs_at_strangers(http: httpx2.AsyncClient) -> None:
    tokens = await signed_in(http)
    own = {"client_id": APPLICATION.client_id, "client_secret": APPLICATION.client_secret}
    endpoint = f"{ISSUER}/connect/revocation"
    assert (await http.post(endpoint, data=own | {"token": "unknown"})).status_code == 200
    assert error(await http.post(endpoint, data=own)) == (400, {"error": "invalid_request"})
    assert error(await http.post(endpoint, data={"token": "t"})) == (400, {"error": "invalid_client"})
    hinted = await http.post(endpoint, data=own | {"token": "t", "token_type_hint": "id_token"})
    assert error(hinted) == (400, {"error": "unsupported_token_type"})
    revoked = await http.post(endpoint, data=own | {"token": tokens["refresh_token"]})
    assert (revoked.status_code, revoked.content) == (200, b"")
    assert error(await refreshed(http, tokens["refresh_token"])) == INVALID_GRANT


async def test_what_was_granted_is_known_to_the_next_sandbox_on_the_same_file(
    books: Books, tmp_path: Path
) -> None:
    def next_one() -> httpx2.AsyncClient:
        sandbox = Sandbox(books.years[1].from_date, [books], grants=tmp_path / "grants")
        return httpx2.AsyncClient(transport=httpx2.ASGITransport(sandbox.app))

    tokens = await signed_in(next_one())
    http = next_one()
    http.headers["Authorization"] = f"Bearer {tokens['access_token']}"
    assert (await http.get("https://api.dinero.dk/v1/organizations")).status_code == 200
    assert (await refreshed(next_one(), tokens["refresh_token"])).status_code == 200
