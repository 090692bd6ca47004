"""Visma Connect as Python: what is sent, and what each refusal is told as."""

import base64
import re
from typing import Any
from urllib.parse import parse_qs

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dinero_mcp.auth.claims import user_of
from dinero_mcp.auth.visma_client import VismaClient
from dinero_mcp.auth.visma_connection import VismaUser
from dinero_mcp.auth.visma_refusals import Asking, refused
from dinero_mcp.errors import (
    ConnectionExpiredError,
    DineroMCPError,
    SignInRefusedError,
    UnavailableError,
    UnexpectedAnswerError,
    UnreachableError,
)
from dinero_mcp.sandbox import Sandbox
from dinero_mcp.sandbox.connect.application import DEMO_REDIRECT_ADDRESS
from tests.auth.clock import Clock
from tests.sandbox.connect.browser import ASTRID, ISSUER, VERIFIER, code_for

DISCOVERED = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/connect/authorize",
    "token_endpoint": f"{ISSUER}/connect/token",
    "revocation_endpoint": f"{ISSUER}/connect/revocation",
    "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
}
TOKEN = {"access_token": "an-access-token", "refresh_token": "a-refresh-token", "expires_in": 3600}


class Visma:
    """Answers a discovery document, and then one answer to every form."""

    def __init__(self, answer: httpx2.Response | None = None, **discovered: Any) -> None:  # Any: JSON
        self.answer = answer or httpx2.Response(200, json=TOKEN)
        self.discovered = DISCOVERED | discovered
        self.requests: list[httpx2.Request] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        if request.method == "GET":
            return httpx2.Response(200, json=self.discovered)
        self.requests.append(request)
        return self.answer

    def client(self) -> VismaClient:
        return VismaClient(ISSUER, "isv_mine", "s3cret&", httpx2.MockTransport(self))


def form(request: httpx2.Request) -> dict[str, list[str]]:
    return parse_qs(request.content.decode())


async def test_a_code_is_sent_with_its_proof_and_the_redirect_address() -> None:
    visma = Visma()
    token = await visma.client().tokens("the-code", VERIFIER, DEMO_REDIRECT_ADDRESS)
    assert (token.access_token, token.refresh_token) == ("an-access-token", "a-refresh-token")
    [request] = visma.requests
    assert str(request.url) == f"{ISSUER}/connect/token"
    assert form(request) == {
        "grant_type": ["authorization_code"],
        "code": ["the-code"],
        "code_verifier": [VERIFIER],
        "redirect_uri": [DEMO_REDIRECT_ADDRESS],
        "client_id": ["isv_mine"],
        "client_secret": ["s3cret&"],
    }
    assert "Authorization" not in request.headers


async def test_where_a_secret_is_not_taken_in_the_form_it_is_sent_in_a_header() -> None:
    visma = Visma(token_endpoint_auth_methods_supported=["client_secret_basic"])
    await visma.client().refresh("the-refresh-token")
    [request] = visma.requests
    assert form(request) == {"grant_type": ["refresh_token"], "refresh_token": ["the-refresh-token"]}
    credentials = base64.b64encode(b"isv_mine:s3cret%26").decode()
    assert request.headers["Authorization"] == f"Basic {credentials}"


async def test_it_signs_in_refreshes_and_revokes_at_the_sandbox(clock: Clock) -> None:
    sandbox = Sandbox(clock.now.date(), [], now=clock.seconds)
    network = httpx2.ASGITransport(sandbox.app)
    client = VismaClient(ISSUER, "isv_demo", "demo-visma-secret", network)
    async with httpx2.AsyncClient(transport=network) as http:
        code = await code_for(http)
    first = await client.tokens(code, VERIFIER, DEMO_REDIRECT_ADDRESS)
    assert user_of(first.access_token) == VismaUser(ISSUER, ASTRID.subject)
    second = await client.refresh(first.refresh_token or "")
    assert second.refresh_token != first.refresh_token
    await client.revoke(second.refresh_token or "")
    with pytest.raises(ConnectionExpiredError):
        await client.refresh(second.refresh_token or "")
    with pytest.raises(SignInRefusedError, match="too long or was used before"):
        await client.tokens(code, VERIFIER, DEMO_REDIRECT_ADDRESS)


@pytest.mark.parametrize(
    "discovered",
    [
        {"issuer": "https://connect.visma.com.evil.example"},
        {"token_endpoint": "https://evil.example/connect/token"},
        {"token_endpoint": "http://connect.visma.com/connect/token"},
        {"revocation_endpoint": "https://connect.visma.com:444/connect/revocation"},
        {"authorization_endpoint": "https://connect.visma.com@evil.example/connect/authorize"},
        {"token_endpoint": "javascript:alert(1)"},
        {"token_endpoint": None},
    ],
)
async def test_the_secret_is_sent_nowhere_but_to_the_host_that_is_set(discovered: dict[str, Any]) -> None:
    visma = Visma(**discovered)
    with pytest.raises(UnexpectedAnswerError):
        await visma.client().refresh("the-refresh-token")
    assert visma.requests == []


@pytest.mark.parametrize(
    ("error", "kind", "said"),
    [
        ("invalid_client", SignInRefusedError, ["DINERO_VISMA_CLIENT_ID", "DINERO_VISMA_CLIENT_SECRET"]),
        ("invalid_grant", SignInRefusedError, ["redirect address", "Sign in again"]),
        ("invalid_request", SignInRefusedError, ["redirect address", "exactly DINERO_REDIRECT_URL"]),
        ("invalid_scope", SignInRefusedError, ["dineropublicapi:read", "Offline Access on", "Denmark"]),
        ("unauthorized_client", SignInRefusedError, ["type Web", "OpenID Connect off"]),
        ("unsupported_grant_type", SignInRefusedError, ["type Web"]),
        ("unsupported_response_type", SignInRefusedError, ["type Web"]),
        ("access_denied", SignInRefusedError, ["Visma login that owns the organization"]),
        ("server_error", UnavailableError, ["few minutes"]),
        ("temporarily_unavailable", UnavailableError, ["few minutes"]),
        ("<b>hemmelig</b>", SignInRefusedError, ["Error-ID", "More, Debugger"]),
    ],
)
async def test_each_oauth_error_is_told_with_its_cure(
    error: str, kind: type[DineroMCPError], said: list[str]
) -> None:
    answer = httpx2.Response(400, json={"error": error, "error_description": "hemmelig"})
    with pytest.raises(kind) as caught:
        await Visma(answer).client().tokens("the-code", VERIFIER, DEMO_REDIRECT_ADDRESS)
    assert all(words in str(caught.value) for words in said)
    assert not re.search("hemmelig|the-code|s3cret", str(caught.value))


@given(error=st.text(), asking=st.sampled_from(Asking))
def test_no_error_of_any_kind_is_repeated_in_what_is_told(error: str, asking: Asking) -> None:
    told = str(refused("\N{SNOWMAN}" + error, asking))
    assert "\N{SNOWMAN}" not in told


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (httpx2.Response(200, text="<html>"), UnexpectedAnswerError),
        (httpx2.Response(200, json={}), UnexpectedAnswerError),
        (httpx2.Response(200, json={"access_token": "a\r\nX: b"}), UnexpectedAnswerError),
        (httpx2.Response(302, headers={"Location": "https://evil.example"}), UnexpectedAnswerError),
        (httpx2.Response(404, text="<html>"), UnexpectedAnswerError),
        (httpx2.Response(500, text="<html>"), UnavailableError),
        (httpx2.Response(503), UnavailableError),
    ],
)
async def test_an_answer_that_does_not_fit_is_told(
    answer: httpx2.Response, kind: type[DineroMCPError]
) -> None:
    with pytest.raises(kind):
        await Visma(answer).client().tokens("the-code", VERIFIER, DEMO_REDIRECT_ADDRESS)


async def test_a_revocation_that_visma_could_not_carry_out_is_told() -> None:
    with pytest.raises(UnavailableError):
        await Visma(httpx2.Response(500)).client().revoke("the-refresh-token")


@pytest.mark.parametrize("error", [httpx2.ConnectError("no"), httpx2.ReadTimeout("late"), TimeoutError()])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_visma_that_does_not_answer_is_told(method: str, error: Exception) -> None:
    visma = Visma()

    def answer(request: httpx2.Request) -> httpx2.Response:
        if request.method == method:
            raise error
        return visma(request)

    client = VismaClient(ISSUER, "isv_mine", "s3cret", httpx2.MockTransport(answer))
    for question in (client.tokens("c", VERIFIER, DEMO_REDIRECT_ADDRESS), client.revoke("r")):
        with pytest.raises(UnreachableError, match=r"connect\.visma\.com"):
            await question


def jwt(claims: bytes) -> str:
    return f"e30.{base64.urlsafe_b64encode(claims).rstrip(b'=').decode()}.sig"


def test_a_token_says_whose_it_is() -> None:
    assert user_of(jwt(b'{"iss": "https://i", "sub": "s", "more": 1}')) == VismaUser("https://i", "s")


@pytest.mark.parametrize(
    "token",
    [
        "opaque",
        jwt(b'{"iss": "https://i"}'),
        jwt(b'{"iss": "https://i", "sub": ""}'),
        jwt(b'{"iss": "https://i", "sub": 7}'),
        jwt(b'{"sub": "s"}'),
        jwt(b"[" * 100_000),
        jwt(b'{"iss": "\xff", "sub": "s"}'),
    ],
)
def test_without_a_subject_nobody_is_told(token: str) -> None:
    assert user_of(token) is None


@given(text=st.text(), is_payload=st.booleans())
def test_no_text_is_too_odd_for_a_token(text: str, is_payload: bool) -> None:
    assert user_of(f"a.{text}.c" if is_payload else text) is None
