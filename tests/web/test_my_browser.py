"""My Dinero with a real browser, which runs no script: tokens, the default company, and the end of it."""

import re
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from dinero_mcp.auth.visma_connection import VismaConnection
from dinero_mcp.sandbox.books import Books
from tests.commands import free_port
from tests.server.listening import listening
from tests.web.chromium import NEEDS_CHROMIUM, chromium
from tests.web.mine import Home, home

__all__ = ["chromium"]  # the fixture
pytestmark = [pytest.mark.once, NEEDS_CHROMIUM]
PHONE = {"width": 360, "height": 740}


@dataclass
class Sitting:
    """Somebody in front of a browser that is signed in."""

    my: Home
    connection: VismaConnection
    page: Page


@asynccontextmanager
async def sitting(
    chromium: Browser, folder: Path, companies: Sequence[Books], locale: str = "en-GB"
) -> AsyncGenerator[Sitting]:
    port = free_port()
    here = f"http://127.0.0.1:{port}"
    async with home(folder, companies, here) as my, listening(my.app, port):
        connection = await my.connected()
        _, cookie = await my.session(connection)
        context = await chromium.new_context(locale=locale, base_url=here, viewport=PHONE)  # pyright: ignore[reportArgumentType] - a size
        name = my.sessions.browsers.cookie("dinero_mcp_session")
        await context.add_cookies([{"name": name, "value": cookie, "url": here}])
        page = await context.new_page()
        page.set_default_timeout(30_000)  # a busy machine starts browsers slowly
        yield Sitting(my, connection, page)
        await context.close()


async def fits(page: Page) -> bool:
    """Whether nothing is wider than the window."""
    return await page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


async def test_a_token_is_made_copied_and_revoked(
    chromium: Browser, tmp_path: Path, companies: Sequence[Books]
) -> None:
    async with sitting(chromium, tmp_path, companies) as at:
        page = at.page
        await page.goto("/my")
        await page.get_by_label("Name", exact=True).fill("laptop")
        await page.get_by_label("Valid for").select_option("365 days")
        await page.get_by_role("button", name="Create token").click()
        await page.get_by_role("heading", name="Your new token").wait_for()
        secret = await page.get_by_role("group", name="The token laptop").inner_text()
        assert re.fullmatch(r"dmt_[\w-]{43}", secret)
        await page.get_by_text("Claude Code").first.click()
        line = await page.get_by_role("group", name="To copy, for Claude Code").inner_text()
        assert line.endswith(f'--header "Authorization: Bearer {secret}"')
        assert await fits(page)
        assert await at.my.state.bearers.found(secret, at.my.office.now())

        await page.reload()  # sends the form again
        assert "a token of that name already" in await page.inner_text("main")
        await page.get_by_role("link", name="Back to My Dinero").click()
        assert secret not in await page.content()
        await page.get_by_text("Revoke …").click()
        await page.get_by_role("button", name="Yes, revoke laptop").click()
        await page.get_by_role("status").wait_for()
        assert await at.my.state.bearers.of() == []


async def test_the_default_company_is_changed(
    chromium: Browser, tmp_path: Path, companies: Sequence[Books]
) -> None:
    async with sitting(chromium, tmp_path, companies, "da-DK") as at:
        page = at.page
        await page.goto("/my")
        assert await page.title() == "Mit Dinero · Dinero til din assistent"
        choice = page.get_by_label("Standardvirksomhed")
        await choice.select_option("Bergmann Rådgivning v/Ida Bergmann")
        await page.get_by_role("button", name="Gem valget").click()
        await page.get_by_role("status").wait_for()
        assert await choice.input_value() == "1002"
        assert await fits(page)
        kept = await at.my.state.connections.with_id(at.connection.id)
    assert kept
    assert kept.organization_id == 1002


async def test_disconnecting_is_asked_about_and_then_over(
    chromium: Browser, tmp_path: Path, companies: Sequence[Books]
) -> None:
    async with sitting(chromium, tmp_path, companies) as at:
        page = at.page
        await page.goto("/my")
        await page.get_by_role("link", name="Disconnect Dinero …").click()
        await page.get_by_role("link", name="Keep the connection").click()
        await page.get_by_role("heading", name="My Dinero").wait_for()
        await page.get_by_role("link", name="Disconnect Dinero …").click()
        await page.get_by_role("button", name="Disconnect and delete").click()
        await page.get_by_role("heading", name="Disconnected").wait_for()
        assert "taken back at Visma" in await page.inner_text("main")
        assert await page.context.cookies() == []
        assert await at.my.state.connections.all() == []


async def test_the_pages_break_no_rule_of_their_own_and_ask_no_other_server(
    chromium: Browser, tmp_path: Path, companies: Sequence[Books]
) -> None:
    async with sitting(chromium, tmp_path, companies) as at:
        complaints: list[str] = []
        asked: list[str] = []
        at.page.on("console", lambda message: complaints.append(message.text))
        at.page.on("request", lambda request: asked.append(request.url))
        for path in ("/", "/my", "/my/disconnect"):
            await at.page.goto(path)
            assert await fits(at.page)
        wanted = [url for url in asked if not url.endswith("/favicon.ico")]
    assert [url.partition("/my")[0].rstrip("/") for url in wanted] == [wanted[0].rstrip("/")] * 3
    assert [text for text in complaints if "Content Security Policy" in text] == []
