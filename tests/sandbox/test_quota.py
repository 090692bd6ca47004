from collections.abc import Awaitable, Callable
from dataclasses import replace

import httpx2
import pytest

from dinero_mcp.sandbox import Behaviour, Sandbox
from dinero_mcp.sandbox.books import Books

SignIn = Callable[..., Awaitable[httpx2.AsyncClient]]


@pytest.fixture
def clock() -> list[float]:
    return [0.0]


@pytest.fixture
def three_a_minute(books: Books, clock: list[float]) -> Sandbox:
    behaviour = Behaviour(quota_per_minute=3)
    both = [books, replace(books, organization_id=502)]
    return Sandbox(books.years[1].from_date, both, behaviour=behaviour, now=lambda: clock[0])


async def statuses(api: httpx2.AsyncClient, path: str, times: int) -> list[int]:
    return [(await api.get(path)).status_code for _ in range(times)]


async def test_the_call_over_the_quota_gets_a_text_and_the_seconds_to_wait(
    three_a_minute: Sandbox, clock: list[float], sign_in: SignIn
) -> None:
    api = await sign_in(three_a_minute)
    assert await statuses(api, "/v1/501/vatTypes", 3) == [200, 200, 200]
    clock[0] = 12.5
    refused = await api.get("/v1/501/vatTypes")
    assert refused.status_code == 429
    assert refused.text == "API calls quota exceeded! maximum admitted 3 per 1m."
    assert refused.headers["content-type"].startswith("text/plain")
    assert refused.headers["retry-after"] == "48"


async def test_the_minute_slides(three_a_minute: Sandbox, clock: list[float], sign_in: SignIn) -> None:
    api = await sign_in(three_a_minute)
    await api.get("/v1/501/vatTypes")
    clock[0] = 30
    assert await statuses(api, "/v1/501/vatTypes", 3) == [200, 200, 429]
    clock[0] = 60
    assert await statuses(api, "/v1/501/vatTypes", 2) == [200, 429]


async def test_each_organization_has_its_own_quota(three_a_minute: Sandbox, sign_in: SignIn) -> None:
    api = await sign_in(three_a_minute)
    assert await statuses(api, "/v1/501/vatTypes", 4) == [200, 200, 200, 429]
    assert await statuses(api, "/v1/502/vatTypes", 1) == [200]


async def test_calls_without_an_organization_do_not_count(three_a_minute: Sandbox, sign_in: SignIn) -> None:
    api = await sign_in(three_a_minute)
    assert await statuses(api, "/v1/organizations", 5) == [200] * 5
    assert await statuses(api, "/v1/501/vatTypes", 1) == [200]


async def test_the_wait_can_be_left_unsaid(books: Books, sign_in: SignIn) -> None:
    behaviour = Behaviour(quota_per_minute=1, retry_after=False)
    api = await sign_in(Sandbox(books.years[1].from_date, [books], behaviour=behaviour, now=lambda: 0))
    await api.get("/v1/501/vatTypes")
    refused = await api.get("/v1/501/vatTypes")
    assert refused.status_code == 429
    assert "retry-after" not in refused.headers
