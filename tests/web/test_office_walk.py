"""The office put together, on a port of this machine, as its owner walks through it with a real browser."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
import httpx2
import pytest
from playwright.async_api import Browser, Page

from dinero_mcp.sandbox import Application
from dinero_mcp.server.office.addresses import Addresses
from dinero_mcp.server.office.serving import office_app
from dinero_mcp.server.office.surroundings import Surroundings
from tests.commands import free_port
from tests.demo import demo_sandbox
from tests.server.listening import listening
from tests.server.office.running import call, lifespan, office_settings, result
from tests.web.chromium import NEEDS_CHROMIUM, chromium, page_of

__all__ = ["chromium"]  # the fixture
pytestmark = [pytest.mark.once, NEEDS_CHROMIUM]


@dataclass(frozen=True)
class Walk:
    """A browser at the office, in Danish."""

    here: str
    page: Page

    async def goes(self, path: str) -> None:
        await self.page.goto(self.here + path)

    async def presses(self, button: str) -> None:
        await self.page.get_by_role("button", name=button).click()

    async def connects(self, user: str) -> None:
        """By way of the front page and Visma."""
        await self.goes("/")
        await self.page.get_by_role("link", name="Forbind Dinero").click()
        await self.page.get_by_label(user).check()
        await self.presses("Allow")

    async def makes_token(self, name: str) -> str:
        """The secret, as it is shown once."""
        await self.page.get_by_label("Navn", exact=True).fill(name)
        await self.presses("Opret token")
        secret = await self.page.locator("pre.secret").inner_text()
        await self.page.get_by_role("link", name="Jeg har kopieret det").click()
        return secret

    async def calls_shown(self) -> str:
        """The recent calls; they are noted a moment after they were answered."""
        table = self.page.get_by_role("table", name="Seneste kald")
        with anyio.fail_after(10):
            while True:
                await self.goes("/my")
                if await table.count():
                    return await table.inner_text()

    async def calls(self, secret: str, tool: str) -> httpx2.Response:
        """What a program with the token is answered."""
        headers = {"Authorization": f"Bearer {secret}"}
        async with httpx2.AsyncClient(base_url=self.here, headers=headers, timeout=30) as http:
            return await call(http, tool)


@asynccontextmanager
async def walking(chromium: Browser, folder: Path, **its: Any) -> AsyncGenerator[Walk]:  # Any: settings
    """The office as it is served, and somebody at its door."""
    port = free_port()
    addresses = Addresses(f"http://127.0.0.1:{port}")
    application = Application(redirect_addresses=(addresses.callback,))
    sandbox = demo_sandbox(application=application)
    async with listening(sandbox.app) as visma:
        settings = office_settings(folder, connect_url=visma, api_url=visma, **its)
        app = office_app(addresses, Surroundings(settings))
        async with lifespan(app), listening(app, port) as here:
            yield Walk(here, await page_of(chromium, "da-DK"))


async def test_an_owner_connects_asks_chooses_another_company_and_disconnects(
    chromium: Browser, tmp_path: Path
) -> None:
    async with walking(chromium, tmp_path) as owner:
        await owner.connects("Astrid Havblik")
        await owner.page.get_by_label("Kafferisteriet Havblik ApS").check()
        await owner.presses("Brug denne virksomhed")
        secret = await owner.makes_token("bærbar")
        first = result(await owner.calls(secret, "list-accounting-years-tool"))
        assert first["structuredContent"]["organization"]["id"] == 1001
        choice = owner.page.get_by_label("Standardvirksomhed")
        await choice.select_option("Bergmann Rådgivning v/Ida Bergmann")
        await owner.presses("Gem valget")
        await owner.page.get_by_text("Standardvirksomheden er ændret.").wait_for()
        then = result(await owner.calls(secret, "list-accounting-years-tool"))
        assert then["structuredContent"]["organization"]["id"] == 1002
        assert "Kafferisteriet Havblik ApS\tbærbar\tbesvaret" in await owner.calls_shown()
        await owner.page.get_by_role("link", name="Afbryd forbindelsen …").click()
        await owner.presses("Afbryd og slet")
        await owner.page.get_by_role("heading", name="Forbindelsen er afbrudt").wait_for()
        refused = await owner.calls(secret, "list-organizations-tool")
    assert refused.status_code == 401
    assert f"{owner.here}/connect" in refused.text


@pytest.mark.parametrize(
    ("user", "told"),
    [
        ("Mads Cykelsmed", "Du kan ikke spørge om nogen af dem"),
        ("Nanna Ny", "denne Visma-bruger har ingen virksomhed i Dinero"),
    ],
)
async def test_who_has_nothing_to_ask_about_is_let_in_and_told_why(
    user: str, told: str, chromium: Browser, tmp_path: Path
) -> None:
    async with walking(chromium, tmp_path) as owner:
        await owner.connects(user)
        await owner.page.get_by_role("heading", name="Mit Dinero").wait_for()
        assert told.lower() in (await owner.page.inner_text("#companies")).lower()


async def test_who_has_no_company_that_the_operator_lets_in_is_turned_away(
    chromium: Browser, tmp_path: Path
) -> None:
    async with walking(chromium, tmp_path, allowed_organizations="1001") as owner:
        await owner.connects("Ida Bergmann")
        await owner.page.get_by_text("Ingen af de virksomheder").wait_for()


async def test_an_address_without_a_page_leads_to_the_front_page(chromium: Browser, tmp_path: Path) -> None:
    async with walking(chromium, tmp_path) as owner:
        answer = await owner.page.goto(f"{owner.here}/mit-dinero")
        assert answer
        assert (answer.status, await owner.page.title()) == (
            404,
            "Her er ingen side · Dinero til din assistent",
        )
        await owner.page.get_by_role("link", name="Til forsiden").click()
        await owner.page.get_by_role("heading", name="Spørg din assistent").wait_for()
