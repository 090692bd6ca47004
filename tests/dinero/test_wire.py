"""One GET and what may go wrong on its way."""

import time
from collections.abc import AsyncIterator, Callable

import httpx2
import pytest

from dinero_mcp import __version__
from dinero_mcp.dinero.bounds import Bounds
from dinero_mcp.dinero.call import Call
from dinero_mcp.dinero.client import Dinero
from dinero_mcp.dinero.wire import http_client
from dinero_mcp.errors import (
    DineroMCPError,
    ForbiddenError,
    NotFoundError,
    RejectedError,
    SignInRefusedError,
    UnavailableError,
    UnexpectedAnswerError,
    UnreachableError,
)

Connect = Callable[..., Dinero]
CONTACT = httpx2.Response(200, json={"ContactGuid": "c-1", "Name": "Grethe"})


class Api:
    """Gives one answer after the other, the last one for ever."""

    def __init__(self, *answers: httpx2.Response | Exception) -> None:
        self.answers = list(answers)
        self.requests: list[httpx2.Request] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def tokens(self) -> list[str]:
        return [request.headers["Authorization"] for request in self.requests]


async def read(connect: Connect, api: Api, call: Call | None = None) -> str | None:
    return (await connect(api).organization(1001, call or Call()).contact("c-1")).name


async def test_a_request_is_a_get_that_says_who_asks(connect: Connect) -> None:
    api = Api(CONTACT)
    await read(connect, api)
    [request] = api.requests
    assert (request.method, str(request.url)) == ("GET", "https://api.dinero.dk/v1/1001/contacts/c-1")
    assert request.headers["User-Agent"] == f"dinero-mcp/{__version__}"
    assert request.headers["Accept"] == "application/json"
    assert request.headers["Authorization"] == "Bearer token-1"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_nothing_but_get_leaves_save_for_a_token(method: str) -> None:
    api, token_url = Api(CONTACT), "https://authz.dinero.dk/token"
    async with http_client(token_url=token_url, transport=httpx2.MockTransport(api)) as http:
        for url in ("https://api.dinero.dk/v1/1001/contacts", token_url + "/x", "https://elsewhere.dk/token"):
            with pytest.raises(RuntimeError, match="only read"):
                await http.request(method, url)
        await http.post(token_url)
    assert [request.url for request in api.requests] == [token_url]


async def test_cookies_of_one_sign_in_never_travel_with_another() -> None:
    api = Api(httpx2.Response(200, headers={"Set-Cookie": "session=somebody; Path=/"}))
    async with http_client(transport=httpx2.MockTransport(api)) as http:
        for _ in range(2):
            await http.get("https://api.dinero.dk/v1/organizations")
    assert "Cookie" not in api.requests[1].headers


@pytest.mark.parametrize(
    "hiccup",
    [
        httpx2.Response(500),
        httpx2.Response(503, text="<html>"),
        httpx2.Response(480),
        httpx2.Response(429, headers={"Retry-After": "0"}),
        httpx2.ConnectError("refused"),
        httpx2.ConnectTimeout("slow"),
        httpx2.ReadError("reset"),
        httpx2.RemoteProtocolError("closed"),
    ],
)
async def test_a_hiccup_is_tried_again(connect: Connect, hiccup: httpx2.Response | Exception) -> None:
    api, call = Api(hiccup, hiccup, CONTACT), Call()
    assert await read(connect, api, call) == "Grethe"
    assert call.requests == len(api.requests) == 3


@pytest.mark.parametrize(
    ("trouble", "kind"),
    [
        (httpx2.Response(503), UnavailableError),
        (httpx2.Response(480), UnavailableError),
        (httpx2.ConnectError("refused"), UnreachableError),
    ],
)
async def test_lasting_trouble_is_told_after_three_attempts(
    connect: Connect, trouble: httpx2.Response | Exception, kind: type[DineroMCPError]
) -> None:
    api = Api(trouble)
    with pytest.raises(kind):
        await read(connect, api)
    assert len(api.requests) == 3


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (httpx2.Response(400), RejectedError),
        (httpx2.Response(403), ForbiddenError),
        (httpx2.Response(404, text="<html>"), NotFoundError),
        (httpx2.Response(200, text="<html>Vedligeholdelse</html>"), UnexpectedAnswerError),
        (httpx2.Response(200, content=b"x", headers={"Content-Encoding": "gzip"}), UnexpectedAnswerError),
        (httpx2.ReadTimeout("slow"), UnavailableError),
    ],
)
async def test_what_asking_again_does_not_change_is_asked_once(
    connect: Connect, answer: httpx2.Response | Exception, kind: type[DineroMCPError]
) -> None:
    api = Api(answer)
    with pytest.raises(kind):
        await read(connect, api)
    assert len(api.requests) == 1


async def test_unreachable_is_told_within_ten_seconds(connect: Connect) -> None:
    slow = http_client().timeout.connect
    assert slow is not None
    dinero = connect(Api(httpx2.ConnectError("refused")), bounds=Bounds())
    began = time.monotonic()
    with pytest.raises(UnreachableError, match=r"api\.dinero\.dk could not be reached"):
        await dinero.organizations(Call())
    waited = time.monotonic() - began
    assert waited + 3 * slow < 10


async def test_a_refused_token_is_renewed_once(connect: Connect) -> None:
    api = Api(httpx2.Response(401), CONTACT)
    assert await read(connect, api) == "Grethe"
    assert api.tokens == ["Bearer token-1", "Bearer token-2"]


async def test_a_fresh_token_refused_too_is_told(connect: Connect) -> None:
    api = Api(httpx2.Response(401))
    with pytest.raises(SignInRefusedError, match="nor a fresh one"):
        await read(connect, api)
    assert api.tokens == ["Bearer token-1", "Bearer token-2"]


async def test_a_body_above_its_bound_is_not_read_on(connect: Connect) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 1000
            yield b" " * 1000

    api = Api(httpx2.Response(200, content=endless()))
    bounds = Bounds(answer=10_000, retry_wait=0, tick=0.01)
    with pytest.raises(UnexpectedAnswerError, match="larger than"):
        await connect(api, bounds=bounds).organization(1001, Call()).contact("c-1")
    assert sent <= 12_000


async def test_no_error_repeats_a_body_or_a_token(connect: Connect) -> None:
    for status in (200, 400, 401, 403, 404, 418, 429, 480, 503):
        body = b'{"code":1,"message":"hemmelig","validationErrors":{"hemmelig tekst":"hemmelig"}}'
        api = Api(httpx2.Response(status, content=body))
        with pytest.raises(DineroMCPError) as caught:
            await read(connect, api)
        assert "hemmelig" not in str(caught.value)
        assert "token-" not in str(caught.value)
