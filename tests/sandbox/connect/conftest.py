"""A Visma Connect whose clock stands still until a test moves it."""

from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from dinero_mcp.sandbox import Application, Sandbox
from dinero_mcp.sandbox.books import Books

Connect = Callable[..., httpx2.AsyncClient]


class Clock:
    def __init__(self) -> None:
        self.now = 1_780_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def connect(books: Books, clock: Clock) -> Connect:
    """`connect(refresh_tokens="re-use")` is a client of a sandbox whose application is set so."""

    def connected(**fields: Any) -> httpx2.AsyncClient:  # Any: of an application
        application = Application(**fields)
        sandbox = Sandbox(books.years[1].from_date, [books], application=application, now=clock)
        return httpx2.AsyncClient(transport=httpx2.ASGITransport(sandbox.app))

    return connected


@pytest.fixture
def http(connect: Connect) -> httpx2.AsyncClient:
    return connect()
