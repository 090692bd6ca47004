"""Whatever is sent to whichever route, signed in or not: no failure of ours, no secret, and safe pages."""

import logging
from collections import Counter
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote_plus

import anyio.from_thread
import anyio.to_thread
import httpx2
import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dinero_mcp.auth.bearers import Pair
from dinero_mcp.auth.named_tokens import named_tokens
from dinero_mcp.auth.visma_connection import VismaConnection
from dinero_mcp.sandbox import DEMO_VISMA_CLIENT_SECRET
from dinero_mcp.server.office.addresses import DINERO_PATH, GATEWAY_PATH
from dinero_mcp.server.office.pages import pages_of
from dinero_mcp.web.browsers import SESSION, Browsers
from dinero_mcp.web.sessions import Session, Sessions
from tests.server.office.abuse.drawing import Drawn, anywhere, forms, in_order, to_a_page, to_a_tool
from tests.server.office.running import HERE, Running, asking, running

pytestmark = pytest.mark.once
DONE = {("/my/tokens", 201), ("/my/disconnect", 200), ("/token", 200), ("/my", 200), ("/mcp", 200)}
"""Some of it is in good order, so that what comes after it is reached."""


@pytest.fixture
async def office(tmp_path: Path) -> AsyncGenerator[Running]:
    async with running(tmp_path, freshness_seconds=300) as office:
        yield office


@dataclass
class Visitor:
    """Somebody signed in who sends anything, and signs in again when that has ended it."""

    office: Running
    connection: VismaConnection
    named: str = ""
    pair: Pair = field(default_factory=lambda: Pair("", "", ""))
    cookie: str = ""
    session: Session | None = None
    known: dict[str, str] = field(default_factory=dict[str, str])
    secrets: set[str] = field(default_factory=lambda: {DEMO_VISMA_CLIENT_SECRET})
    answered: Counter[tuple[str, int]] = field(default_factory=Counter[tuple[str, int]])

    async def sends(self, drawn: Drawn) -> None:
        """Send it, and look at the answer."""
        await self._signed_in()
        request = self._with_what_is_real(drawn)
        which = f"{request.method} {request.url} {dict(request.headers)} {request.content[:2000]!r}"
        async with self.office.http() as http:
            answer = await http.send(request)
        self.answered[request.url.path, answer.status_code] += 1
        sent = str(request.url) + request.content.decode(errors="replace")
        check(answer, {each for each in self.secrets if each not in sent}, which)

    def _with_what_is_real(self, drawn: Drawn) -> httpx2.Request:
        url, content = str(drawn.request.url), drawn.request.content
        for name, real in self.known.items():
            url = url.replace(quote_plus(name), real)
            for written in (quote_plus(name), name):
                content = content.replace(written.encode(), real.encode())
        its = {name: value for name, value in drawn.request.headers.items() if name != "content-length"}
        bearer = {"named": self.named, "granted": self.pair.access_token}.get(drawn.bearer, drawn.bearer)
        cookie = self.cookie if drawn.cookie == "real" else drawn.cookie
        raw = [(name.encode(), value.encode()) for name, value in its.items()]
        raw += [(b"Authorization", b"Bearer " + bearer.encode())] if drawn.bearer != "none" else []
        raw += [(b"Cookie", f"{SESSION}={cookie}".encode())] if drawn.cookie != "none" else []
        return httpx2.Request(drawn.request.method, url, content=content, headers=raw)

    async def _signed_in(self) -> None:
        """What a request before has ended is made anew."""
        state, now = self.office.state, datetime.now(UTC)
        if await state.connections.with_id(self.connection.id) is None:
            self.connection = await self.office.signed_in()
        if await state.bearers.found(self.named, now) is None:
            self.named = await self.office.named(self.connection)
        if await state.bearers.found(self.pair.access_token, now) is None:
            self.pair = await self.office.pair(self.connection)
        await self._with_a_browser()
        await self._with_a_request()
        token = (await named_tokens(state, self.connection.id))[0]
        proof = self.session.proof if self.session else ""
        self.known |= {"<token>": token.id, "<family>": self.pair.family, "<proof>": proof}
        self.known |= {"<refresh>": self.pair.refresh_token}
        self.secrets |= {self.named, self.pair.access_token, self.pair.refresh_token, self.cookie}
        self.secrets |= {self.connection.access_token, self.connection.refresh_token}

    async def _with_a_browser(self) -> None:
        sessions, response = Sessions(self.office.state.tickets, Browsers(HERE)), Response()
        head = [(b"cookie", f"{SESSION}={self.cookie}".encode())]
        if await sessions.of(Request({"type": "http", "headers": head})) is None:
            nobody = Request({"type": "http", "headers": []})
            self.session = await sessions.begin(nobody, response, self.connection.id)
            self.cookie = response.headers["set-cookie"].partition("=")[2].partition(";")[0]

    async def _with_a_request(self) -> None:
        """A client that asks to be let in."""
        if self.known:
            return
        async with self.office.http() as http:
            client, key = await asking(http)
        self.known = {"<client>": client, "<request>": key}


async def sends_all(visitor: Visitor, drawn: st.SearchStrategy[Drawn], number: int, most: int) -> None:
    """So many of what can be drawn, the same in every run."""

    @seed(number)
    @settings(max_examples=most, database=None, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(drawn)
    def sent(one: Drawn) -> None:
        anyio.from_thread.run(visitor.sends, one)

    await anyio.to_thread.run_sync(sent)


def methods_by_path(office: Running) -> dict[str, list[str]]:
    """Every route of the app besides its two endpoints, and what is answered there."""
    found = {DINERO_PATH: {"POST"}, GATEWAY_PATH: {"POST"}}
    for route in pages_of(office.office):
        assert isinstance(route, Route)
        found[route.path] = found.get(route.path, set[str]()) | (route.methods or {"GET", "POST"})
    return {path: sorted(methods) for path, methods in sorted(found.items())}


async def test_nothing_that_is_sent_makes_it_fail_or_tell_a_secret(
    office: Running, caplog: pytest.LogCaptureFixture
) -> None:
    visitor, routes = Visitor(office, await office.signed_in()), methods_by_path(office)
    for drawn in in_order:
        await visitor.sends(drawn)
    for number, (path, methods) in enumerate(routes.items()):
        await sends_all(visitor, to_a_page(path, methods), number, 6)
    await sends_all(visitor, forms, 99, 70)
    await sends_all(visitor, anywhere, 100, 20)
    await sends_all(visitor, to_a_tool(), 101, 100)
    assert set(routes) <= {path for path, _ in visitor.answered}
    assert set(visitor.answered) >= DONE
    assert failures(caplog) == []


def failures(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [each.getMessage() for each in caplog.records if each.levelno >= logging.ERROR]


def check(answer: httpx2.Response, secrets: set[str], which: str) -> None:
    assert answer.status_code < 500, (which, answer.text)
    told = answer.text + str(answer.headers)
    assert not any(secret in told for secret in secrets), which
    assert "Traceback" not in told, which
    if answer.headers.get("Content-Type", "").startswith("text/html"):
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"], which
        assert answer.headers["X-Frame-Options"] == "DENY", which
        assert answer.headers["X-Content-Type-Options"] == "nosniff", which
        assert "<script" not in answer.text, which
