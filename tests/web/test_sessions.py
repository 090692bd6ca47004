"""Who is signed in with a browser, and which forms are ours."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import Response

from dinero_mcp.auth.state import State, open_state
from dinero_mcp.web.browsers import Browsers
from dinero_mcp.web.sessions import LASTS, Session, Sessions
from tests.auth.clock import Clock

HTTPS, LOOPBACK = Browsers("https://mcp.example.com"), Browsers("http://127.0.0.1:8000")


@pytest.fixture
async def state(tmp_path: Path) -> AsyncGenerator[State]:
    opened = await open_state(tmp_path)
    yield opened
    await opened.close()


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime(2026, 10, 9, 12, tzinfo=UTC))


@pytest.fixture
def sessions(state: State, clock: Clock) -> Sessions:
    return Sessions(state.tickets, HTTPS, lambda: clock.now)


def asking(**headers: str) -> Request:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": "POST", "path": "/", "headers": raw})


def cookie_of(response: Response) -> str:
    return response.headers["set-cookie"].partition(";")[0]


async def begun(sessions: Sessions, request: Request | None = None) -> tuple[Session, str]:
    """A session, and the cookie that its browser sends from now on."""
    response = Response()
    session = await sessions.begin(request or asking(), response, "a")
    return session, cookie_of(response)


@pytest.mark.parametrize(
    ("browsers", "prefix", "is_secure"),
    [(HTTPS, "__Host-dinero_mcp_session=", True), (LOOPBACK, "dinero_mcp_session=", False)],
)
async def test_cookies_are_as_strict_as_the_address_allows(
    browsers: Browsers, prefix: str, is_secure: bool, state: State
) -> None:
    response = Response()
    await Sessions(state.tickets, browsers).begin(asking(), response, "a")
    cookie = response.headers["set-cookie"]
    assert cookie.startswith(prefix)
    assert ("Secure" in cookie) is is_secure
    assert all(each in cookie for each in ("HttpOnly", "SameSite=lax", "Path=/", "Max-Age=43200"))
    assert "Domain" not in cookie


async def test_a_session_is_found_by_its_cookie_for_twelve_hours(sessions: Sessions, clock: Clock) -> None:
    session, cookie = await begun(sessions)
    assert await sessions.of(asking(cookie=cookie)) == session
    assert await sessions.of(asking(cookie=cookie[:-1])) is None
    assert await sessions.of(asking()) is None
    clock.now += LASTS - timedelta(seconds=1)
    assert await sessions.of(asking(cookie=cookie))
    clock.now += timedelta(seconds=1)
    assert await sessions.of(asking(cookie=cookie)) is None


async def test_signing_in_gives_a_new_key_and_ends_the_one_that_was_there(sessions: Sessions) -> None:
    _, planted = await begun(sessions)
    _, cookie = await begun(sessions, asking(cookie=planted))
    assert cookie != planted
    assert await sessions.of(asking(cookie=planted)) is None
    assert await sessions.of(asking(cookie=cookie))
    unknown = f"{HTTPS.cookie('dinero_mcp_session')}={'x' * 43}"
    _, other = await begun(sessions, asking(cookie=unknown))
    assert other != unknown
    assert await sessions.of(asking(cookie=unknown)) is None


async def test_a_session_ends_when_the_browser_signs_out(sessions: Sessions) -> None:
    _, cookie = await begun(sessions)
    response = Response()
    await sessions.end(asking(cookie=cookie), response)
    assert await sessions.of(asking(cookie=cookie)) is None
    assert "Max-Age=0" in response.headers["set-cookie"]


async def test_a_session_ends_with_its_connection(sessions: Sessions, state: State) -> None:
    _, cookie = await begun(sessions)
    await state.forget("a")
    assert await sessions.of(asking(cookie=cookie)) is None


async def test_a_form_of_ours_holds_the_proof_of_its_own_session(sessions: Sessions) -> None:
    session, _ = await begun(sessions)
    other, _ = await begun(sessions)
    assert sessions.is_ours(asking(), session, {"proof": session.proof})
    for proof in ("", other.proof, session.proof[:-1], "\xe6"):
        assert not sessions.is_ours(asking(), session, {"proof": proof})
    assert not sessions.is_ours(asking(), session, {})


@pytest.mark.parametrize(
    ("headers", "is_own"),
    [
        ({}, True),
        ({"origin": "https://mcp.example.com"}, True),
        ({"origin": "https://mcp.example.com", "sec_fetch_site": "same-origin"}, True),
        ({"origin": "null", "sec_fetch_site": "same-origin"}, True),
        ({"origin": "null"}, False),
        ({"origin": "https://evil.example"}, False),
        ({"origin": "http://mcp.example.com"}, False),
        ({"origin": "https://mcp.example.com.evil.example"}, False),
        ({"origin": "https://evil.example", "sec_fetch_site": "same-origin"}, False),
        ({"sec_fetch_site": "cross-site"}, False),
        ({"sec_fetch_site": "same-site"}, False),
        ({"origin": "https://mcp.example.com", "sec_fetch_site": "none"}, False),
    ],
)
async def test_a_form_that_the_browser_says_is_another_sites_is_not_ours(
    headers: dict[str, str], is_own: bool, sessions: Sessions
) -> None:
    session, _ = await begun(sessions)
    assert sessions.is_ours(asking(**headers), session, {"proof": session.proof}) is is_own
