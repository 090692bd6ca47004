"""A Dinero whose API is a function, without waits."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest

from dinero_mcp.dinero.bounds import Bounds
from dinero_mcp.dinero.client import Dinero
from dinero_mcp.dinero.wire import http_client
from tests.auth.clock import Clock

PAYLOADS = Path(__file__).parent.parent / "payloads"


class Tokens:
    """A sign-in whose next token is always good."""

    def __init__(self) -> None:
        self.number = 1

    async def token(self) -> str:
        return f"token-{self.number}"

    async def renewed(self, refused: str) -> str:
        assert refused == await self.token()
        self.number += 1
        return await self.token()


@pytest.fixture
def connect() -> Callable[..., Dinero]:
    def connected(answer: Any, **options: Any) -> Dinero:  # what Dinero and MockTransport take
        usual: dict[str, Any] = {"requests_per_minute": 1000, "bounds": Bounds(retry_wait=0, tick=0.01)}
        return Dinero(http_client(transport=httpx2.MockTransport(answer)), Tokens(), **usual | options)

    return connected


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime(2026, 10, 9, 12, tzinfo=UTC))


@pytest.fixture
def payload() -> Callable[[str], bytes]:
    return lambda name: (PAYLOADS / f"{name}.json").read_bytes()
