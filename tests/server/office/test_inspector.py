"""The MCP Inspector's command line asks an office: with a token, by signing in, and without either."""

import json
import shlex
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser

from dinero_mcp.auth.authorization.document_fetch import DocumentFetch
from dinero_mcp.tools.catalogue import CATALOGUE
from dinero_mcp.web.lines import lines_by_token
from tests.auth.authorization.internet import DOCUMENT, publishing
from tests.commands import free_port
from tests.server.office.inspecting import INSPECTOR, inspector
from tests.server.office.on_ports import allow_and_sign_in, office_on_ports
from tests.server.office.running import Running
from tests.web.chromium import NEEDS_CHROMIUM, chromium, page_of

__all__ = ["chromium"]  # the fixture
pytestmark = [
    pytest.mark.once,
    NEEDS_CHROMIUM,
    pytest.mark.skipif(
        not INSPECTOR.exists(), reason="the Inspector is not installed: run `make conformance`"
    ),
]
AUTH_REQUIRED = 3
"""What it exits with where it cannot sign in."""


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Running]:
    async with office_on_ports(tmp_path / "data") as opened:
        yield opened


def options(office: Running, era: str = "legacy", path: str = "/mcp/dinero") -> list[str]:
    """What is asked of the office, and how."""
    address = office.office.addresses.public + path
    how = ["--format", "json", "--quiet", "--protocol-era", era]
    return ["--transport", "http", "--server-url", address, "--method", "tools/list", *how]


def count_of_tools(output: bytearray) -> int:
    found = json.loads(output)
    return len(found.get("result", found)["tools"])


async def test_the_line_to_copy_asks_when_vat_is_due(office: Running, tmp_path: Path) -> None:
    secret = await office.named(await office.signed_in())
    lines = lines_by_token(office.office.addresses.dinero, secret)
    (line,) = [each.text for each in lines if each.host == "MCP Inspector"]
    npx, yes, package, cli, *arguments = shlex.split(line)
    assert (npx, yes, package, cli) == ("npx", "-y", "@modelcontextprotocol/inspector@2", "--cli")
    async with inspector(tmp_path, *arguments) as ran:
        assert await ran.exit_code() == 0, ran.told
    assert b"next_deadline" in ran.out


@pytest.mark.parametrize("era", ["legacy", "modern"])
async def test_without_a_token_it_says_that_signing_in_is_needed(
    office: Running, tmp_path: Path, era: str
) -> None:
    async with inspector(tmp_path, *options(office, era), "--stored-auth-only") as ran:
        assert await ran.exit_code() == AUTH_REQUIRED, ran.told


@pytest.mark.parametrize(("era", "path"), [("legacy", "/mcp/dinero"), ("modern", "/mcp")])
async def test_it_registers_itself_and_has_its_user_sign_in(
    chromium: Browser, office: Running, tmp_path: Path, era: str, path: str
) -> None:
    back = f"http://127.0.0.1:{free_port()}/oauth/callback"
    page = await page_of(chromium)
    asked = options(office, era, path)
    async with inspector(tmp_path, *asked, "--callback-url", back) as ran:
        await allow_and_sign_in(page, await ran.address(), back)
        assert await ran.exit_code() == 0, ran.told
    assert count_of_tools(ran.out) == len(CATALOGUE)
    async with inspector(tmp_path, *asked, "--stored-auth-only") as again:
        assert await again.exit_code() == 0, again.told
    assert await office.state.clients.count() == 1


async def test_it_publishes_what_it_is_and_has_its_user_sign_in(chromium: Browser, tmp_path: Path) -> None:
    net = publishing()
    back = f"http://127.0.0.1:{free_port()}/callback"
    page = await page_of(chromium)
    async with office_on_ports(tmp_path / "data", DocumentFetch(net, net.resolve)) as office:
        its = ["--callback-url", back, "--client-metadata-url", DOCUMENT]
        async with inspector(tmp_path, *options(office), *its) as ran:
            await allow_and_sign_in(page, await ran.address(), back)
            assert await ran.exit_code() == 0, ran.told
        assert count_of_tools(ran.out) == len(CATALOGUE)
        assert await office.state.clients.count() == 0
        assert net.requests
