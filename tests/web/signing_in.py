"""A browser, our pages and the sandbox's Visma Connect, all in this process."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
from starlette.applications import Starlette

from dinero_mcp.auth.sign_ins import SignInsInMemory
from dinero_mcp.auth.store import ConnectionStore, open_store
from dinero_mcp.auth.visma_client import VismaClient
from dinero_mcp.dinero.wire import http_client
from dinero_mcp.sandbox import DEMO_VISMA_CLIENT_ID, DEMO_VISMA_CLIENT_SECRET, Sandbox
from dinero_mcp.sandbox.connect.application import DEMO_REDIRECT_ADDRESS
from dinero_mcp.sandbox.connect.users import User
from dinero_mcp.web.goodbye import login_routes
from dinero_mcp.web.pages import Failure, Pages
from dinero_mcp.web.sign_in import CONNECT, Connection
from tests.auth.visma import Broken
from tests.demo import demo_sandbox
from tests.sandbox.connect.browser import ASTRID, ISSUER
from tests.web.visma import browser_at, visma_desk

HERE = "http://127.0.0.1:8765"
BACK = urlsplit(DEMO_REDIRECT_ADDRESS).path


@dataclass
class Heard:
    """How sign-ins ended."""

    connections: list[Connection] = field(default_factory=list[Connection])
    failures: list[Failure] = field(default_factory=list[Failure])

    async def done(self, connection: Connection) -> None:
        self.connections.append(connection)

    async def failed(self, failure: Failure) -> None:
        self.failures.append(failure)


@dataclass
class Office:
    """Our pages, and whatever they reach."""

    sandbox: Sandbox
    store: ConnectionStore
    app: Starlette
    heard: Heard

    def browser(self, **headers: str) -> httpx2.AsyncClient:
        return browser_at(self.app, self.sandbox, **headers)


@asynccontextmanager
async def office(
    folder: Path, failure: Exception | None = None, *, on_the_way_back: bool = False
) -> AsyncGenerator[Office]:
    """Where it is given, the failure is what the first request to the token endpoint comes to."""
    sandbox = demo_sandbox()
    network: httpx2.AsyncBaseTransport = httpx2.ASGITransport(sandbox.app)
    if failure:
        network = Broken(sandbox.app, failure, on_the_way_back=on_the_way_back)
    visma = VismaClient(ISSUER, DEMO_VISMA_CLIENT_ID, DEMO_VISMA_CLIENT_SECRET, network)
    store = await open_store(folder)
    async with http_client(transport=network) as http:
        desk = visma_desk(visma, store, http)
        pages = Pages(DEMO_REDIRECT_ADDRESS, "dinero-mcp login", "dinero-mcp logout")
        heard = Heard()
        app = Starlette(routes=login_routes(desk, SignInsInMemory(), pages, heard, BACK))
        yield Office(sandbox, store, app, heard)


async def sent_to_visma(browser: httpx2.AsyncClient, **changes: str) -> httpx2.URL:
    """Where our page sends the browser."""
    answer = await browser.get(HERE + CONNECT)
    assert answer.status_code == 303, answer.text
    return httpx2.URL(answer.headers["Location"]).copy_merge_params(changes)


async def allowed(browser: httpx2.AsyncClient, address: httpx2.URL, user: User = ASTRID) -> str:
    """Where Visma sends the browser back to when the user allows."""
    answer = await browser.post(address, data={"user": user.subject, "answer": "allow"})
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"]


async def followed(browser: httpx2.AsyncClient, address: str) -> httpx2.Response:
    """The page at the end of our own redirects."""
    answer = await browser.get(address)
    while answer.status_code == 303:
        answer = await browser.get(httpx2.URL(HERE).join(answer.headers["Location"]))
    return answer


async def signed_in(browser: httpx2.AsyncClient, user: User = ASTRID) -> httpx2.Response:
    """The page that a user sees after allowing."""
    return await followed(browser, await allowed(browser, await sent_to_visma(browser), user))


def proof_in(page: str) -> str:
    """What the page's form sends along to show that it is ours."""
    return page.partition('name="proof" value="')[2].partition('"')[0]


async def chosen(browser: httpx2.AsyncClient, page: httpx2.Response, **changes: Any) -> httpx2.Response:
    """The page after a choice has been sent."""
    form = {"proof": proof_in(page.text), "organization": "1002"} | changes
    answer = await browser.post(f"{HERE}/choose", data=form)
    return answer if answer.status_code != 303 else await followed(browser, HERE + answer.headers["Location"])
