"""An office on ports of this machine, where browsers and programs reach it as they reach any other."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Page
from starlette.types import ASGIApp, Receive, Scope, Send

from dinero_mcp.auth.authorization.document_fetch import DocumentFetch
from dinero_mcp.server.office.addresses import Addresses
from tests.server.listening import listening
from tests.server.office.running import Running, running, sandbox_at


class Later:
    """An app that is known only after its address is."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


@asynccontextmanager
async def office_on_ports(folder: Path, documents: DocumentFetch | None = None) -> AsyncGenerator[Running]:
    """The office on one port, and the sandbox's Visma Connect for browsers on another."""
    later = Later()
    async with listening(later) as here:
        addresses = Addresses(here)
        sandbox = sandbox_at(addresses)
        async with (
            listening(sandbox.app) as visma,
            running(folder, sandbox, addresses, documents, connect_url=visma) as office,
        ):
            later.app = office.app
            yield office


async def allow_and_sign_in(page: Page, address: str, back: str) -> None:
    """What Astrid does where a client sent her browser, until she is back at the client: consent, Visma
    Connect, the choice of a company.
    """
    await page.goto(address)
    await page.get_by_role("button", name="Allow, and sign in").click()
    await page.get_by_label("Astrid Havblik").check()
    await page.get_by_role("button", name="Allow").click()
    await page.get_by_label("Kafferisteriet Havblik ApS").check()
    await page.get_by_role("button", name="Use this company").click()
    await page.wait_for_url(f"{back}?**")


async def disconnect(page: Page, office: Running) -> None:
    """Delete the connection of whoever is signed in."""
    await page.goto(office.office.addresses.my_dinero)
    await page.get_by_role("link", name="Disconnect Dinero …").click()
    await page.get_by_role("button", name="Disconnect and delete").click()
    await page.get_by_role("heading", name="Disconnected").wait_for()
