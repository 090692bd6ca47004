"""Other names than ours, on every route, and tokens after their family was ended."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import pytest

from dinero_mcp.server.office.callers import LOOK_AGAIN, Callers
from tests.server.office.running import CLIENT, Running, running
from tests.server.office.test_letting_go import Clock

ROUTES = [
    "/",
    "/connect",
    "/oauth/dinero/callback",
    "/choose",
    "/my",
    "/authorize",
    "/consent",
    "/token",
    "/register",
    "/revoke",
    "/mcp",
    "/mcp/dinero",
    "/.well-known/oauth-authorization-server",
    "/.well-known/oauth-protected-resource/mcp",
    "/nowhere",
]


@pytest.fixture
async def office(tmp_path: Path) -> AsyncGenerator[Running]:
    async with running(tmp_path) as office:
        yield office


async def test_no_route_answers_under_anothers_name(office: Running) -> None:
    hosts = [
        "evil.example",
        "127.0.0.1",
        "127.0.0.1:80",
        "127.0.0.1.evil.example:8000",
        "127.0.0.1:8000@e",
        "",
    ]
    async with office.http() as http:
        for path, host, method in product(ROUTES, hosts, ("GET", "POST")):
            answer = await http.request(method, path, headers={"Host": host})
            assert answer.status_code == 421, (path, host, method)


async def test_two_names_at_once_are_none(office: Running) -> None:
    async with office.http() as http:
        twice = [("Host", "127.0.0.1:8000"), ("Host", "evil.example")]
        assert (await http.get("/my", headers=twice)).status_code == 421


async def test_nobody_is_sent_on_to_an_address_made_of_headers(office: Running) -> None:
    async with office.http() as http:
        for path in ("/mcp/", "/mcp/dinero/", "/my/", "/token/", "//evil.example/my/"):
            assert (await http.get(f"http://127.0.0.1:8000{path}")).status_code == 404, path


async def test_a_refresh_used_twice_closes_the_door_to_its_access_tokens_within_two_seconds(
    office: Running,
) -> None:
    first, clock = await office.pair(await office.signed_in()), Clock()
    callers = Callers(office.state, office.office.callers.opened, room=10**6, clock=clock)
    second = await office.state.bearers.rotated(first.refresh_token, CLIENT, datetime.now(UTC))
    assert second
    assert await callers.found(second.access_token)
    assert await office.state.bearers.rotated(first.refresh_token, CLIENT, datetime.now(UTC)) is None
    clock.now += LOOK_AGAIN
    assert LOOK_AGAIN <= 2
    assert await callers.found(second.access_token) is None
    assert await callers.found(first.access_token) is None
