"""The demo companies on a fixed day, and the stand-ins for Dinero that hold them."""

from collections.abc import Iterator

import pytest

from dinero_mcp.sandbox import Sandbox
from dinero_mcp.sandbox.books import Books
from tests import commands
from tests.demo import demo_companies
from tests.tools.asking import TODAY


@pytest.fixture(scope="session")
def companies() -> list[Books]:
    return demo_companies()


@pytest.fixture
def sandbox(companies: list[Books]) -> Sandbox:
    return Sandbox(TODAY, companies)


@pytest.fixture(scope="session")
def sandbox_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[commands.Settings]:
    """What `dinero-mcp sandbox` prints, while it answers in a process of its own."""
    with commands.sandbox_on_a_port(tmp_path_factory.mktemp("sandbox")) as settings:
        yield settings
