"""My Dinero, and companies that are made once."""

from collections.abc import AsyncGenerator, Sequence
from datetime import date
from pathlib import Path

import pytest

from dinero_mcp.sandbox.books import Books
from dinero_mcp.sandbox.companies import demo_organizations
from tests.web.mine import Home, home


@pytest.fixture(scope="session")
def companies() -> Sequence[Books]:
    """The demo's; nothing is posted in them."""
    return demo_organizations(date(2026, 10, 9))


@pytest.fixture
async def my(tmp_path: Path, companies: Sequence[Books]) -> AsyncGenerator[Home]:
    async with home(tmp_path / "data", companies) as opened:
        yield opened
