"""Debian's chromium, where it is installed."""

import shutil
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, async_playwright

CHROMIUM = shutil.which("chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
NEEDS_CHROMIUM = pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium on this machine")


@pytest.fixture(scope="module")
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


async def page_of(chromium: Browser, locale: str = "en-GB") -> Page:
    """A page of a browser that has no cookies yet."""
    page = await (await chromium.new_context(locale=locale)).new_page()
    page.set_default_timeout(30_000)  # a busy machine starts browsers slowly
    return page
