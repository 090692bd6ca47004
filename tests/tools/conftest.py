"""The demo companies on a fixed day, and a client that asks about them."""

from collections.abc import AsyncIterator

import pytest
from mcp import Client

from dinero_mcp.sandbox import Sandbox
from dinero_mcp.sandbox.books import Books
from tests.demo import demo_companies
from tests.tools.asking import TODAY, connected


@pytest.fixture(scope="session")
def companies() -> list[Books]:
    return demo_companies()


@pytest.fixture
def sandbox(companies: list[Books]) -> Sandbox:
    return Sandbox(TODAY, companies)


@pytest.fixture
async def client(sandbox: Sandbox) -> AsyncIterator[Client]:
    async with connected(sandbox) as client:
        yield client


@pytest.fixture(scope="module")
async def reader(companies: list[Books]) -> AsyncIterator[Client]:
    """A client for the tests of a module that leave the sandbox as it is, so that most is read once."""
    async with connected(Sandbox(TODAY, companies)) as client:
        yield client
