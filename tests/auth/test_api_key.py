"""Signing in with an API key."""

import base64
from collections.abc import Callable
from urllib.parse import parse_qs

import anyio
import httpx2
import pytest

from dinero_mcp.auth.api_key import TOKEN_URL, ApiKeyTokens
from dinero_mcp.errors import (
    DineroMCPError,
    RateLimitedError,
    SignInRefusedError,
    UnavailableError,
    UnexpectedAnswerError,
    UnreachableError,
)

Answer = Callable[[httpx2.Request], httpx2.Response]


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class SignIn:
    """Dinero's sign-in: hands out token-1, token-2 and so on."""

    def __init__(self, expires_in: object = 3600) -> None:
        self.requests: list[httpx2.Request] = []
        self.expires_in = expires_in

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        token = {"access_token": f"token-{len(self.requests)}", "token_type": "Bearer", "refresh_token": None}
        return httpx2.Response(200, json=token | {"expires_in": self.expires_in})


def tokens(answer: Answer, clock: Clock | None = None) -> ApiKeyTokens:
    http = httpx2.AsyncClient(transport=httpx2.MockTransport(answer))
    return ApiKeyTokens(http, TOKEN_URL, "the-client", "s3cret", "the-key", clock or Clock())


async def test_the_key_is_sent_as_dinero_documents_and_only_to_read() -> None:
    sign_in = SignIn()
    assert await tokens(sign_in).token() == "token-1"
    [request] = sign_in.requests
    assert (request.method, str(request.url)) == ("POST", TOKEN_URL)
    credentials = base64.b64encode(b"the-client:s3cret").decode()
    assert request.headers["Authorization"] == f"Basic {credentials}"
    assert parse_qs(request.content.decode()) == {
        "grant_type": ["password"],
        "scope": ["read"],
        "username": ["the-key"],
        "password": ["the-key"],
    }


@pytest.mark.parametrize(
    ("expires_in", "kept", "anew"),
    [
        (3600, 3539, 3540),
        ("3600", 3539, 3540),
        (100, 49, 50),
        (None, 3539, 3540),
        ("soon", 3539, 3540),
        (-1, 3539, 3540),
        (10**400, 3539, 3540),
        ({}, 3539, 3540),
    ],
)
async def test_a_token_is_used_until_shortly_before_it_runs_out(
    expires_in: object, kept: float, anew: float
) -> None:
    clock = Clock()
    source = tokens(SignIn(expires_in), clock)
    assert await source.token() == "token-1"
    clock.now = kept
    assert await source.token() == "token-1"
    clock.now = anew
    assert await source.token() == "token-2"


async def test_one_request_serves_all_who_wait() -> None:
    sign_in, gate, got = SignIn(), anyio.Event(), list[str]()

    async def answer(request: httpx2.Request) -> httpx2.Response:
        await gate.wait()
        return sign_in(request)

    http = httpx2.AsyncClient(transport=httpx2.MockTransport(answer))
    source = ApiKeyTokens(http, TOKEN_URL, "the-client", "s3cret", "the-key")

    async def ask() -> None:
        got.append(await source.token())

    async with anyio.create_task_group() as group:
        for _ in range(10):
            group.start_soon(ask)
        await anyio.wait_all_tasks_blocked()
        gate.set()
    assert got == ["token-1"] * 10


async def test_a_refused_token_is_replaced_and_only_once() -> None:
    sign_in = SignIn()
    source = tokens(sign_in)
    first = await source.token()
    assert await source.renewed(first) == "token-2"
    assert await source.renewed(first) == "token-2"
    assert len(sign_in.requests) == 2


async def test_a_sign_in_that_hands_out_the_refused_token_again_is_told() -> None:
    source = tokens(lambda _: httpx2.Response(200, json={"access_token": "same"}))
    with pytest.raises(SignInRefusedError, match="DINERO_API_KEY"):
        await source.renewed(await source.token())


@pytest.mark.parametrize(
    ("status", "error", "said"),
    [
        (401, "invalid_client", ["DINERO_CLIENT_ID", "DINERO_CLIENT_SECRET"]),
        (400, "invalid_client", ["DINERO_CLIENT_ID", "DINERO_CLIENT_SECRET"]),
        (400, "invalid_grant", ["DINERO_API_KEY", "Integrationer", "Personlig integration"]),
        (400, "invalid_scope", ["status 400", "DINERO_API_KEY"]),
    ],
)
async def test_a_refusal_names_the_setting_to_check(status: int, error: str, said: list[str]) -> None:
    source = tokens(lambda _: httpx2.Response(status, json={"error": error, "error_description": "hemmelig"}))
    with pytest.raises(SignInRefusedError) as caught:
        await source.token()
    assert all(word in str(caught.value) for word in said)
    assert "hemmelig" not in str(caught.value)
    assert caught.value.status == status


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (httpx2.Response(503), UnavailableError),
        (httpx2.Response(500, json={"error": "invalid_client"}), UnavailableError),
        (httpx2.Response(429), RateLimitedError),
        (httpx2.Response(404, text="<html>"), UnexpectedAnswerError),
        (httpx2.Response(302, headers={"Location": "/"}), UnexpectedAnswerError),
        (httpx2.Response(200, text="<html>"), UnexpectedAnswerError),
        (httpx2.Response(200, json={}), UnexpectedAnswerError),
        (httpx2.Response(200, json={"access_token": ""}), UnexpectedAnswerError),
        (httpx2.Response(200, json={"access_token": "a\r\nX-Header: b"}), UnexpectedAnswerError),
        (httpx2.Response(200, content=b"\xff{"), UnexpectedAnswerError),
        (httpx2.Response(200, content=b"[" * 100_000), UnexpectedAnswerError),
    ],
)
async def test_an_answer_that_is_no_token(answer: httpx2.Response, kind: type[DineroMCPError]) -> None:
    with pytest.raises(kind) as caught:
        await tokens(lambda _: answer).token()
    assert "DINERO_CLIENT_ID" not in str(caught.value)


async def test_a_sign_in_that_cannot_be_reached_and_the_next_attempt() -> None:
    sign_in, broken = SignIn(), [True]

    def answer(request: httpx2.Request) -> httpx2.Response:
        if broken.pop() if broken else False:
            raise httpx2.ConnectError("refused")
        return sign_in(request)

    source = tokens(answer)
    with pytest.raises(UnreachableError, match=r"authz\.dinero\.dk"):
        await source.token()
    assert await source.token() == "token-1"


async def test_nothing_printed_shows_a_secret() -> None:
    source = tokens(SignIn())
    token = await source.token()
    assert not any(secret in repr(source) for secret in ("s3cret", "the-key", token))
