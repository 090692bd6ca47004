"""Whole sign-ins, begun by the SDK's MCP client over HTTP and finished by a person in a real browser."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from mcp import Client
from playwright.async_api import Browser

from dinero_mcp.auth.authorization.document_fetch import DocumentFetch
from dinero_mcp.tools.catalogue import CATALOGUE
from tests.auth.authorization.internet import DOCUMENT, publishing
from tests.server.office.oauth_host import Host, host
from tests.server.office.on_ports import disconnect, office_on_ports
from tests.server.office.running import Running
from tests.web.chromium import NEEDS_CHROMIUM, chromium, page_of

__all__ = ["chromium"]  # the fixture
pytestmark = [pytest.mark.once, NEEDS_CHROMIUM]


@dataclass
class Scene:
    """An office, a host, and a person between them."""

    office: Running
    host: Host

    @property
    def dinero(self) -> str:
        return self.office.office.addresses.dinero

    @property
    def gateway(self) -> str:
        return self.office.office.addresses.gateway


@asynccontextmanager
async def scene(
    chromium: Browser, folder: Path, document: str | None = None, documents: DocumentFetch | None = None
) -> AsyncGenerator[Scene]:
    page = await page_of(chromium)
    page.set_default_timeout(30_000)  # a busy machine starts browsers slowly
    async with office_on_ports(folder, documents) as office, host(page, document) as its:
        yield Scene(office, its)


@pytest.fixture
async def here(chromium: Browser, tmp_path: Path) -> AsyncIterator[Scene]:
    async with scene(chromium, tmp_path) as opened:
        yield opened


async def result_of_september(client: Client, prefix: str = "") -> int:
    """The company whose month was answered, after all tools were listed."""
    names = {tool.name for tool in (await client.list_tools()).tools}
    assert len(names) == len(CATALOGUE)
    assert all(name.startswith(prefix) for name in names)
    answer = await client.call_tool(f"{prefix}get-monthly-results-tool", {"month": "2026-09"})
    assert not answer.is_error, answer.content
    assert answer.structured_content
    return answer.structured_content["organization"]["id"]


async def test_a_client_that_registers_itself_signs_in_and_asks(here: Scene) -> None:
    async with here.host.client(here.dinero) as client:
        assert await result_of_september(client) == 1001
    assert here.host.kept.client
    assert here.host.kept.client.client_secret is None
    assert here.host.answers[0].iss == here.office.office.addresses.public
    assert await here.office.state.clients.count() == 1


async def test_a_client_that_publishes_a_document_signs_in_without_registering(
    chromium: Browser, tmp_path: Path
) -> None:
    net = publishing()
    async with scene(chromium, tmp_path, DOCUMENT, DocumentFetch(net, net.resolve)) as here:
        async with here.host.client(here.dinero) as client:
            assert await result_of_september(client) == 1001
        assert here.host.kept.client
        assert here.host.kept.client.client_id == DOCUMENT
        assert await here.office.state.clients.count() == 0
        assert net.requests


async def test_a_client_signs_in_at_the_gateway_and_is_not_let_in_elsewhere_with_that(here: Scene) -> None:
    async with here.host.client(here.gateway) as client:
        assert await result_of_september(client, "dinero__") == 1001
    assert here.host.kept.tokens
    async with here.office.http(here.host.kept.tokens.access_token) as http:
        assert (await http.post(here.dinero, json={})).status_code == 401


async def test_a_client_refreshes_by_itself(here: Scene) -> None:
    async with here.host.client(here.dinero) as client:
        await client.list_tools()
    first = here.host.kept.tokens
    async with here.host.client(here.dinero, is_expired=True) as client:
        assert await result_of_september(client) == 1001
    assert first
    assert here.host.kept.tokens
    assert here.host.kept.tokens.refresh_token != first.refresh_token
    assert len(here.host.answers) == 1


async def test_after_a_disconnect_the_client_has_its_user_sign_in_anew(here: Scene) -> None:
    async with here.host.client(here.dinero) as client:
        await client.list_tools()
        await disconnect(here.host.page, here.office)
        assert not await here.office.state.connections.all()
        assert await result_of_september(client) == 1001
    assert len(here.host.answers) == 2
