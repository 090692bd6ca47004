"""The log of a server: whose request a line belongs to, and what no line holds."""

import json
import logging
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from time import perf_counter

import httpx2
import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from dinero_mcp.server.office.logs import JsonLines, RequestIds, TextLines, request_id
from dinero_mcp.server.office.redaction import redacted
from tests.commands import ran
from tests.server.listening import listening

SECRET = "kX9wQz7vTt3LmPp2"
LOG = logging.getLogger("tests.office")


class Written:
    """What was logged, as both kinds of line."""

    def __init__(self) -> None:
        self.streams = {form: StringIO() for form in (TextLines, JsonLines)}
        self.handlers = [logging.StreamHandler(stream) for stream in self.streams.values()]
        for form, handler in zip(self.streams, self.handlers, strict=True):
            handler.setFormatter(form())

    def lines(self, form: type[TextLines | JsonLines]) -> list[str]:
        return self.streams[form].getvalue().splitlines()

    @property
    def everything(self) -> str:
        return "\n".join(self.lines(TextLines) + self.lines(JsonLines))

    @property
    def records(self) -> list[dict[str, str]]:
        return [json.loads(line) for line in self.lines(JsonLines)]


@pytest.fixture
def written() -> Iterator[Written]:
    written, root = Written(), logging.getLogger()
    before, handlers = root.level, written.handlers
    root.setLevel(logging.INFO)
    for handler in handlers:
        root.addHandler(handler)
    yield written
    root.setLevel(before)
    for handler in handlers:
        root.removeHandler(handler)


async def answer(request: Request) -> PlainTextResponse:
    LOG.info("Answering %s", request.url)
    return PlainTextResponse(request_id())


def client() -> httpx2.AsyncClient:
    app = RequestIds(Starlette(routes=[Route("/ask", answer)]))
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://here")


async def test_every_line_of_a_request_carries_the_id_that_its_answer_tells(written: Written):
    async with client() as http:
        answers = [await http.get("/ask") for _ in range(2)]
    ids = [answer.headers["X-Request-Id"] for answer in answers]
    said = [record["request_id"] for record in written.records if record["logger"] == LOG.name]
    assert said == ids == [answer.text for answer in answers]
    assert len({len(one) for one in ids} | set(ids)) == 3
    assert f"[{ids[0]}]" in written.lines(TextLines)[0]
    assert request_id() == ""


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("0123456789abcdef0123456789abcdef", "0123456789abcdef0123456789abcdef"),
        ("01234567-89ab-cdef-0123-456789abcdef", "0123456789abcdef0123456789abcdef"),
        ("short", None),
        ("a" * 33, None),
        ('"},{"level":"CRITICAL', None),
        (f"dmt_{SECRET}", None),
    ],
)
async def test_only_a_well_formed_id_of_a_proxy_is_kept(given: str, kept: str | None):
    async with client() as http:
        told = (await http.get("/ask", headers={"X-Request-Id": given})).headers["X-Request-Id"]
    assert told == kept if kept else told != given and len(told) == 32


async def test_the_access_log_shows_no_query(written: Written):
    app = RequestIds(Starlette(routes=[Route("/oauth/dinero/callback", answer)]))
    async with listening(app) as address, httpx2.AsyncClient() as http:
        reply = await http.get(f"{address}/oauth/dinero/callback?code={SECRET}&iss=elsewhere")
    (line,) = [record for record in written.records if record["logger"] == "uvicorn.access"]
    assert '"GET /oauth/dinero/callback HTTP/1.1" 200' in line["message"]
    assert line["request_id"] == reply.headers["X-Request-Id"]
    assert SECRET not in written.everything


FERNET = Fernet(Fernet.generate_key()).encrypt(b"a token of Visma's").decode()
JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJtZSJ9.c2lnbmF0dXJl-Zg_"
FOUND_BY_SHAPE = [f"dm{kind}_{SECRET}-x_y" for kind in "tar"] + [JWT, FERNET]


@pytest.mark.parametrize("secret", FOUND_BY_SHAPE)
@pytest.mark.parametrize("around", ["refused {}", "({})", "'{}'", "https://here/?x={}&y=1", '{{"a":"{}"}}'])
def test_bearers_and_sealed_things_are_known_by_their_shape(secret: str, around: str):
    written = redacted(around.format(secret))
    assert secret not in written
    assert secret[4:] not in written
    assert written.startswith(around.partition("{}")[0].replace("{{", "{"))


@pytest.mark.parametrize(
    "line",
    [
        f"GET https://here/oauth/dinero/callback?iss=x&code={SECRET}&state={SECRET}",
        f"to https://here/login?next=%2Fcallback%3Fcode%3D{SECRET}%26state%3D{SECRET}%26x%3D1",
        f"grant_type=refresh_token&refresh_token={SECRET}&client_secret={SECRET}&code_verifier={SECRET}",
        f"{{'access_token': '{SECRET}', 'expires_in': 3600, 'code': \"{SECRET}\"}}",
        f'{{"access_token":"{SECRET}","token":"{SECRET}"}}',
        f'"{{\\"access_token\\":\\"{SECRET}\\"}}"',
        f"[(b'host', b'here'), (b'authorization', b'Bearer {SECRET}'), (b'cookie', b'me={SECRET}; a=b')]",
        f"Authorization: Bearer {SECRET}",
        f"Cookie: __Host-me={SECRET}; theme={SECRET}",
        f"Basic {SECRET}{SECRET}== was refused",
        f"DINERO_SECRET_KEY={SECRET}= DINERO_VISMA_CLIENT_SECRET={SECRET} DINERO_API_KEY='{SECRET}'",
        f"postgresql://dinero:{SECRET}@db:5432/dinero and redis://:{SECRET}@cache:6379/0",
        f"refresh_token: {SECRET}",
    ],
)
def test_secrets_are_known_by_the_name_they_stand_under(line: str, written: Written):
    LOG.info(line)
    LOG.warning("in an argument: %s", line)
    assert SECRET not in written.everything
    assert len(written.lines(JsonLines)) == 2


def test_secrets_are_known_by_their_type_and_key_at_any_depth(written: Written):
    LOG.info("with %s and %r", {"form": [{"code_verifier": SECRET}], "n": 1}, (SecretStr(SECRET),))
    LOG.info("with %(state)s of %(size)d", {"state": SECRET, "size": 7})
    LOG.info({"client_secret": SECRET})
    assert SECRET not in written.everything
    assert "'n': 1" in written.everything
    assert written.records[1]["message"] == "with [redacted] of 7"


def test_an_exception_is_told_without_its_secrets(written: Written):
    try:
        try:
            raise ValueError(f"no such token dmr_{SECRET}")
        except ValueError as error:
            raise RuntimeError(f"https://here/token?code={SECRET}") from error
    except RuntimeError:
        LOG.exception("It failed")
    assert SECRET not in written.everything
    assert "RuntimeError: https://here/token?code=[redacted]" in written.records[0]["exception"]
    assert "ValueError: no such token dmr_[redacted]" in written.everything


def test_a_cpr_number_is_masked_and_other_numbers_are_not(written: Written):
    LOG.info("Kunde 010190-1234, faktura 2026-0001, konto 55000")
    assert written.records[0]["message"] == "Kunde [CPR], faktura 2026-0001, konto 55000"


def test_nobody_writes_a_line_of_his_own_into_the_log(written: Written):
    LOG.info("a name: %s", "x\r\n2026-01-01 CRITICAL root: broken\x1b[2K\u2028")
    assert len(written.lines(TextLines)) == len(written.lines(JsonLines)) == 1


@pytest.mark.parametrize(
    "unit", ["a", "_", '"', "token=", "'code':", "eyJ", "a:", "\\", "://a:", "x_access_", "gAAAA"]
)
def test_a_long_line_is_not_worked_on_for_long(unit: str):
    began = perf_counter()
    redacted((unit * 60_000)[:60_000])
    assert perf_counter() - began < 5


def test_the_whole_process_logs_as_json(tmp_path: Path):
    program = (
        "import logging, sys; from dinero_mcp.server.office.logs import log_to; logging.basicConfig();"
        "log_to(sys.stderr, 'INFO', 'json'); logging.getLogger('x').info('token=%s', 'y')"
    )
    done = ran([sys.executable, "-c", program], cwd=tmp_path)
    told = json.loads(done.stderr)
    assert (told["level"], told["logger"], told["message"]) == ("INFO", "x", "token=[redacted]")
    assert told["time"].endswith("+00:00")
