"""An office in a real browser, which holds forms to their policy all the way to the client."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from dinero_mcp.sandbox import Application
from tests.demo import demo_sandbox
from tests.server.listening import listening
from tests.web.chromium import NEEDS_CHROMIUM, chromium, page_of
from tests.web.clients import Asking, WaitingRequests
from tests.web.office import World, processes
from tests.web.test_browser import PATH

__all__ = ["chromium"]  # the fixture
pytestmark = [pytest.mark.once, NEEDS_CHROMIUM]


class Later:
    """An app that is known only after its address is."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


async def client(scope: Scope, receive: Receive, send: Send) -> None:
    """Where a client awaits the answer."""
    came_with: Response = PlainTextResponse(f"Back with {Request(scope).query_params}")
    await came_with(scope, receive, send)


@dataclass(frozen=True)
class Office:
    """The pages on a port, and a client on another, so on another site for a form's policy."""

    address: str
    client: str
    requests: WaitingRequests

    def consent(self, asking: Asking | None = None) -> str:
        """The page for a new request."""
        asked = asking or Asking(redirect_address=f"{self.client}/callback")
        return f"{self.address}/consent?request={self.requests.asked(asked)}"


@asynccontextmanager
async def office(folder: Path) -> AsyncGenerator[Office]:
    later = Later()
    async with listening(later) as here, listening(client) as client_address:
        sandbox = demo_sandbox(application=Application(redirect_addresses=(here + PATH,)))
        async with listening(sandbox.app) as visma:
            world = World(redirect_address=here + PATH, visma_address=visma, api_address=visma)
            async with processes(folder, world) as (_, later.app):
                yield Office(here, client_address, world.requests)


async def allow_at_visma(page: Page, user: str) -> None:
    await page.get_by_label(user).check()
    await page.get_by_role("button", name="Allow").click()


async def test_a_person_connects_and_chooses_a_company(chromium: Browser, tmp_path: Path) -> None:
    async with office(tmp_path) as here:
        page = await page_of(chromium, "da-DK")
        await page.goto(f"{here.address}/connect")
        await allow_at_visma(page, "Astrid Havblik")
        await page.get_by_label("Bergmann Rådgivning v/Ida Bergmann").check()
        await page.get_by_role("button", name="Brug denne virksomhed").click()
        await page.get_by_text("My Dinero: 1002").wait_for()


async def test_a_person_allows_a_client_signs_in_and_is_back_there(chromium: Browser, tmp_path: Path) -> None:
    """With the keyboard alone, and no second question; the next time without any."""
    async with office(tmp_path) as here:
        page = await page_of(chromium)
        await page.goto(here.consent())
        await page.get_by_role("button", name="Allow, and sign in").focus()
        await page.keyboard.press("Enter")
        await allow_at_visma(page, "Astrid Havblik")
        await page.get_by_label("Bergmann Rådgivning v/Ida Bergmann").check()
        await page.get_by_role("button", name="Use this company").click()
        await page.get_by_text("Back with code=a-code&state=s").wait_for()
        assert page.url.startswith(here.client)
        await page.goto(here.consent())
        assert page.url.startswith(here.client)


@pytest.mark.parametrize(
    ("button", "came_with"), [("Allow", "code=a-code"), ("Do not allow", "access_denied")]
)
async def test_a_person_who_is_signed_in_answers_and_is_back_at_the_client(
    button: str, came_with: str, chromium: Browser, tmp_path: Path
) -> None:
    async with office(tmp_path) as here:
        page = await page_of(chromium)
        await page.goto(f"{here.address}/connect")
        await allow_at_visma(page, "Ida Bergmann")
        await page.get_by_text("My Dinero").wait_for()
        await page.goto(here.consent())
        await page.get_by_role("button", name=button, exact=True).click()
        await page.get_by_text("Back with").wait_for()
        assert came_with in page.url


async def test_another_login_can_be_used_before_answering(chromium: Browser, tmp_path: Path) -> None:
    async with office(tmp_path) as here:
        page = await page_of(chromium)
        await page.goto(f"{here.address}/connect")
        await allow_at_visma(page, "Ida Bergmann")
        await page.get_by_text("My Dinero").wait_for()
        await page.goto(here.consent())
        await page.get_by_role("link", name="Use another login").click()
        await allow_at_visma(page, "Mads Cykelsmed")
        await page.get_by_text("Cykelsmeden på Hjørnet").wait_for()
        await page.get_by_role("button", name="Allow", exact=True).click()
        await page.get_by_text("Back with code=a-code").wait_for()


async def test_a_form_of_another_site_allows_nothing(chromium: Browser, tmp_path: Path) -> None:
    async with office(tmp_path) as here:
        page = await page_of(chromium)
        await page.goto(f"{here.address}/connect")
        await allow_at_visma(page, "Ida Bergmann")
        await page.get_by_text("My Dinero").wait_for()
        address = here.consent()
        await page.goto(address)
        fields = {
            e: await page.locator(f"input[name={e}]").get_attribute("value") for e in ("request", "proof")
        }
        await page.goto(here.client)  # another port is another origin, though the cookies go along
        hidden = "".join(f'<input name="{name}" value="{value}">' for name, value in fields.items())
        await page.set_content(
            f'<form method="post" action="{here.address}/consent">{hidden}'
            '<button name="answer" value="allow">Win</button></form>'
        )
        await page.get_by_role("button", name="Win").click()
        await page.get_by_text("Nothing was allowed").wait_for()
        assert not here.requests.approved


async def test_the_page_cannot_be_framed(chromium: Browser, tmp_path: Path) -> None:
    async with office(tmp_path) as here:
        page = await page_of(chromium)
        await page.goto(here.client)
        await page.set_content(f'<iframe src="{here.consent()}"></iframe>')
        await page.wait_for_load_state("networkidle")
        assert "Allow this program" not in await page.frames[-1].content()
