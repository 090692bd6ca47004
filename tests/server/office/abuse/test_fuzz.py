"""Whatever is sent to whichever route, signed in or not: no failure of ours, no secret, and safe pages."""

from collections.abc import AsyncGenerator
from pathlib import Path
from random import Random

import httpx2
import pytest

from dinero_mcp.web.browsers import SESSION
from tests.server.office.abuse.test_names import ROUTES
from tests.server.office.running import OLDER, Json, Running, call_of, running

SEED, REQUESTS = 20261126, 300
TEXTS = [
    "",
    "' OR 1=1 --",
    "../../etc/passwd",
    "%00",
    "\x00",
    "<script>alert(1)</script>",
    "{{7*7}}",
    "\r\nSet-Cookie: a=b",
    "é\u202e",
    "9" * 400,
    "A" * 43,
    "javascript:alert(1)",
    "https://evil.example/",
]
NAMES = [
    "request",
    "proof",
    "answer",
    "organization",
    "state",
    "code",
    "error",
    "error_description",
    "posted",
    "client_id",
    "redirect_uri",
    "scope",
    "resource",
    "code_challenge",
    "code_challenge_method",
    "response_type",
    "grant_type",
    "refresh_token",
    "token",
    "id",
    "name",
    "code_verifier",
    "redirect_uris",
    "client_name",
]
TOOLS = ["list-contacts-tool", "get-invoice-tool", "list-accounting-years-tool", "x'--"]
ARGUMENTS = ["organization_id", "search", "invoice_guid", "month", "from_date", "__proto__"]


@pytest.fixture
async def office(tmp_path: Path) -> AsyncGenerator[Running]:
    async with running(tmp_path) as office:
        yield office


def fields(chance: Random) -> dict[str, str]:
    return {name: chance.choice(TEXTS) for name in chance.sample(NAMES, chance.randint(0, 6))}


def asked(chance: Random) -> httpx2.Request:
    """A request that nobody would send in good faith."""
    path = chance.choice([*ROUTES, "/my/tokens", "/my/disconnect", "/%2e%2e/my"])
    method = chance.choice(["GET", "POST", "POST", "PUT", "DELETE", "HEAD", "OPTIONS"])
    headers = {"Origin": chance.choice(["null", "http://127.0.0.1:8000", "https://evil.example"])}
    if chance.random() < 0.5:
        headers = {"Accept-Language": chance.choice(["da", "en", "*;q=x", ",,,", "A" * 500])}
    here = f"http://127.0.0.1:8000{path}"
    if path.startswith("/mcp"):
        given: Json = {
            name: chance.choice([*TEXTS, 10**30, None, [], {}]) for name in chance.sample(ARGUMENTS, 2)
        }
        message, its = call_of(chance.choice(TOOLS), OLDER, given)
        return httpx2.Request("POST", here, json=message, headers=its)
    if chance.random() < 0.3:
        return httpx2.Request(method, here, json=fields(chance), params=fields(chance), headers=headers)
    return httpx2.Request(method, here, data=fields(chance), params=fields(chance), headers=headers)


async def test_nothing_that_is_sent_makes_it_fail_or_tell_a_secret(office: Running) -> None:
    chance, connection = Random(SEED), await office.signed_in()
    secret = await office.named(connection)
    secrets = [secret, connection.access_token, connection.refresh_token]
    http = office.http()
    for number in range(REQUESTS):
        request = asked(chance)
        if chance.random() < 0.7:
            request.headers["Authorization"] = f"Bearer {secret}"
        if chance.random() < 0.5:
            request.headers["Cookie"] = f"{SESSION}={chance.choice(['A' * 43, chr(39), ';;=', secret])}"
        answer = await http.send(request)
        http.cookies.clear()
        check(answer, secrets, f"request {number}: {request.method} {request.url}")


def check(answer: httpx2.Response, secrets: list[str], which: str) -> None:
    assert answer.status_code < 500, which
    told = answer.text + str(answer.headers)
    assert not any(secret in told for secret in secrets if secret), which
    assert "Traceback" not in told, which
    if answer.headers.get("Content-Type", "").startswith("text/html"):
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"], which
        assert answer.headers["X-Frame-Options"] == "DENY", which
        assert answer.headers["X-Content-Type-Options"] == "nosniff", which
        assert "<script" not in answer.text, which
