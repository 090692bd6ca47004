"""`dinero-mcp login` with a real browser, against the sandbox's Visma Connect on a port of this machine."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import anyio
import pytest
from playwright.async_api import Browser, Page

from dinero_mcp.auth.store import ConnectionStore, open_store
from dinero_mcp.auth.visma_client import VismaClient
from dinero_mcp.dinero.wire import http_client
from dinero_mcp.errors import SignInRefusedError
from dinero_mcp.sandbox import DEMO_VISMA_CLIENT_ID, DEMO_VISMA_CLIENT_SECRET, Application
from dinero_mcp.server.login import log_in
from dinero_mcp.web.pages import Pages
from dinero_mcp.web.sign_in import Connection
from tests.commands import free_port
from tests.demo import demo_sandbox
from tests.server.listening import listening, until
from tests.web.chromium import NEEDS_CHROMIUM, chromium, page_of
from tests.web.visma import visma_desk

__all__ = ["chromium"]  # the fixture
pytestmark = [pytest.mark.once, NEEDS_CHROMIUM]
PATH = "/oauth/dinero/callback"


@dataclass
class Typist:
    """A terminal: what was said there, and what somebody types."""

    said: list[str] = field(default_factory=list[str])
    typed: list[str] = field(default_factory=list[str])

    def tell(self, text: str) -> None:
        self.said.append(text)

    async def line(self) -> str | None:
        while not self.typed:  # noqa: ASYNC110 - a person types when they like
            await anyio.sleep(0.01)
        return self.typed.pop(0)


@dataclass
class Login:
    """A `dinero-mcp login` that is waiting."""

    start: str
    issuer: str
    store: ConnectionStore
    terminal: Typist
    ended: list[Connection | str] = field(default_factory=list[Connection | str])

    async def end(self) -> Connection | str:
        """The connection, or what the terminal is told instead."""
        await until(lambda: bool(self.ended))
        return self.ended[0]


@asynccontextmanager
async def waiting(folder: Path, visma_host: str = "127.0.0.1") -> AsyncGenerator[Login]:
    here = f"http://127.0.0.1:{free_port()}"
    sandbox = demo_sandbox(application=Application(redirect_addresses=(here + PATH,)))
    store = await open_store(folder)
    async with listening(sandbox.app) as listens_at, http_client() as http:
        visma_address = listens_at.replace("127.0.0.1", visma_host)
        visma = VismaClient(visma_address, DEMO_VISMA_CLIENT_ID, DEMO_VISMA_CLIENT_SECRET)
        login = Login(f"{here}/connect", visma_address, store, Typist())

        async def run() -> None:
            desk = visma_desk(visma, store, http, here + PATH, visma_address)
            pages = Pages(here + PATH, "dinero-mcp login", "dinero-mcp logout")
            try:
                login.ended.append(await log_in(desk, pages, login.terminal, lambda _: True))
            except SignInRefusedError as error:
                login.ended.append(str(error))

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(run)
            await until(lambda: bool(login.terminal.said))
            yield login
            tasks.cancel_scope.cancel()


async def allow(page: Page, login: Login, user: str) -> None:
    """Go to Visma as a person does, and allow as one of its users."""
    await page.goto(login.start)
    await page.get_by_label(user).check()
    await page.get_by_role("button", name="Allow").click()


async def test_a_person_signs_in_and_chooses_a_company(chromium: Browser, tmp_path: Path) -> None:
    async with waiting(tmp_path) as login:
        page = await page_of(chromium, "da-DK")
        await allow(page, login, "Astrid Havblik")
        await page.get_by_role("heading", name="Vælg din standardvirksomhed").wait_for()
        assert await page.title() == "Vælg din standardvirksomhed · Dinero til din assistent"
        assert await page.get_by_label("Cykelsmeden på Hjørnet").is_disabled()
        await page.get_by_label("Bergmann Rådgivning v/Ida Bergmann").check()
        await page.get_by_role("button", name="Brug denne virksomhed").click()
        await page.get_by_role("heading", name="Forbundet").wait_for()
        ended = await login.end()
    assert not isinstance(ended, str)
    assert ended.default_organization == 1002
    kept = await login.store.newest(login.issuer)
    assert kept
    assert kept.organization_id == 1002


async def test_who_denies_ends_the_login_with_the_reason(chromium: Browser, tmp_path: Path) -> None:
    async with waiting(tmp_path) as login:
        page = await page_of(chromium)
        await page.goto(login.start)
        await page.get_by_role("button", name="Deny").click()
        await page.get_by_role("heading", name="That did not work").wait_for()
        ended = await login.end()
    assert isinstance(ended, str)
    assert "did not allow" in ended
    assert await login.store.newest(login.issuer) is None


@pytest.mark.parametrize(
    ("user", "said"),
    [("Mads Cykelsmed", "none of your companies has a Pro"), ("Nanna Ny", "has no company in Dinero")],
)
async def test_who_has_no_company_to_ask_about_is_told_why(
    user: str, said: str, chromium: Browser, tmp_path: Path
) -> None:
    async with waiting(tmp_path) as login:
        page = await page_of(chromium)
        await allow(page, login, user)
        await page.get_by_text(said).wait_for()
        ended = await login.end()
    assert not isinstance(ended, str)
    assert ended.default_organization is None


async def test_an_answer_works_once_and_in_its_own_browser_only(chromium: Browser, tmp_path: Path) -> None:
    async with waiting(tmp_path) as login:
        page, stranger = await page_of(chromium), await page_of(chromium)
        answers: list[str] = []
        page.on("request", lambda request: answers.append(request.url) if "code=" in request.url else None)
        await allow(page, login, "Astrid Havblik")
        await page.get_by_role("heading", name="Choose your default company").wait_for()
        await page.goto(answers[0])
        assert "no longer waiting" in await page.inner_text("main")
        await stranger.goto(login.start)
        fresh = stranger.url.partition("&state=")[2].partition("&")[0]
        await page.goto(f"{login.start.removesuffix('/connect')}{PATH}?code=x&state={fresh}")
        assert "another browser" in await page.inner_text("main")
        assert not login.ended


async def test_a_code_used_twice_connects_nobody(chromium: Browser, tmp_path: Path) -> None:
    async with waiting(tmp_path) as login:
        page = await page_of(chromium)
        answers: list[str] = []
        page.on("request", lambda request: answers.append(request.url) if "code=" in request.url else None)
        await allow(page, login, "Astrid Havblik")
        await page.get_by_role("heading", name="Choose your default company").wait_for()
        await page.goto(login.start)
        used, fresh = (parse_qs(urlsplit(address).query) for address in (answers[0], page.url))
        again = {"code": used["code"][0], "iss": used["iss"][0], "state": fresh["state"][0]}
        await page.goto(f"{login.start.removesuffix('/connect')}{PATH}?{urlencode(again)}")
        assert "took too long or was used before" in await page.inner_text("main")
        ended = await login.end()
    assert isinstance(ended, str)
    assert "was used before" in ended


async def test_an_answer_by_form_from_another_site_finds_its_browser(
    chromium: Browser, tmp_path: Path
) -> None:
    """What is posted from another site brings no cookie; `localhost` is another site than 127.0.0.1."""
    async with waiting(tmp_path, "localhost") as login:
        page = await page_of(chromium)
        await page.goto(login.start)
        assert page.url.startswith("http://localhost:")
        posted: list[dict[str, str]] = []
        page.on("request", lambda one: posted.append(one.headers) if one.method == "POST" else None)
        await page.goto(f"{page.url}&response_mode=form_post")
        await page.get_by_label("Ida Bergmann").check()
        await page.get_by_role("button", name="Allow").click()
        await page.get_by_role("heading", name="Connected").wait_for()
        ended = await login.end()
    assert len(posted) == 2  # the consent, and Visma's answer
    assert "cookie" not in posted[-1]
    assert not isinstance(ended, str)
    assert ended.default_organization == 1002


async def test_markup_in_what_visma_says_stays_text(chromium: Browser, tmp_path: Path) -> None:
    async with waiting(tmp_path) as login:
        page = await page_of(chromium)
        await page.goto(login.start)
        state = page.url.partition("&state=")[2].partition("&")[0]
        issuer = page.url.partition("/connect/authorize")[0]
        evil = "%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E"
        answer = f"error=server_error&error_description={evil}&state={state}&iss={issuer}"
        await page.goto(f"{login.start.removesuffix('/connect')}{PATH}?{answer}")
        assert "<img src=x onerror=alert(1)>" in await page.inner_text("main")
        assert await page.locator("img").count() == 0


async def test_an_address_from_another_machine_can_be_pasted(chromium: Browser, tmp_path: Path) -> None:
    async with waiting(tmp_path) as login:
        words = " ".join(login.terminal.said).split()
        page = await page_of(chromium)
        await page.goto(next(word for word in words if "/connect/authorize?" in word))
        await page.get_by_label("Astrid Havblik").check()
        async with page.expect_request(lambda request: "code=" in request.url) as answer:
            await page.get_by_role("button", name="Allow").click()
        login.terminal.typed += ["what?", (await answer.value).url, "1003", "1001"]
        ended = await login.end()
    assert not isinstance(ended, str)
    assert ended.default_organization == 1001
    assert any("not the address where this sign-in ends" in each for each in login.terminal.said)
    assert "Type one of 1001, 1002:" in login.terminal.said
