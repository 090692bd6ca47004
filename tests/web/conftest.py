"""My Dinero, and companies that are made once."""

from collections.abc import AsyncGenerator, Sequence
from pathlib import Path

import pytest

from dinero_mcp.sandbox.books import Books
from tests.demo import demo_companies
from tests.web.mine import Home, home


@pytest.fixture(scope="session")
def companies() -> Sequence[Books]:
    return demo_companies()


@pytest.fixture
async def my(tmp_path: Path, companies: Sequence[Books]) -> AsyncGenerator[Home]:
    async with home(tmp_path / "data", companies) as opened:
        yield opened
