"""What a load test asks the sandbox: grants without browsers, and counts taken where requests arrive."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Any

import httpx2
import pytest

from dinero_mcp.sandbox import Behaviour, Sandbox
from dinero_mcp.sandbox.books import Books
from tests.sandbox.connect.browser import ISSUER, refreshed

SignIn = Callable[..., Awaitable[httpx2.AsyncClient]]
Json = dict[str, Any]  # Any: JSON


@pytest.fixture
def clock() -> list[float]:
    return [1_000_000.0]


@pytest.fixture
def watched(books: Books, clock: list[float]) -> Sandbox:
    """A sandbox that counts, and refuses nobody for asking too much."""
    both = [books, replace(books, organization_id=502)]
    behaviour = Behaviour(quota_per_minute=3, quota_refuses=False)
    day = books.years[1].from_date
    return Sandbox(day, both, behaviour=behaviour, now=lambda: clock[0], control=True)


@pytest.fixture
async def visma(watched: Sandbox) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(watched.app), base_url=ISSUER) as http:
        yield http


async def granted(visma: httpx2.AsyncClient, users: int, *organization_ids: int) -> list[Json]:
    answer = await visma.post(
        "/_sandbox/grants", json={"users": users, "organization_ids": organization_ids or None}
    )
    return answer.json()


async def counts(visma: httpx2.AsyncClient) -> Json:
    return (await visma.get("/_sandbox/counts")).json()


async def organizations(visma: httpx2.AsyncClient, token: str) -> list[int]:
    answer = await visma.get("/v1/organizations", headers={"Authorization": f"Bearer {token}"})
    return [each["id"] for each in answer.json()] if answer.status_code == 200 else []


async def test_a_thousand_users_come_without_a_browser_and_their_access_tokens_have_run_out(
    visma: httpx2.AsyncClient, clock: list[float]
) -> None:
    made = [*await granted(visma, 600), *await granted(visma, 400)]
    assert len({each["subject"] for each in made}) == 1000
    assert len({each["refresh_token"] for each in made}) == 1000
    assert all(each["expires_at"] < clock[0] for each in made)
    assert await organizations(visma, made[0]["access_token"]) == []


async def test_a_refresh_opens_the_organizations_that_were_named(visma: httpx2.AsyncClient) -> None:
    [one] = await granted(visma, 1, 502)
    [another] = await granted(visma, 1)
    fresh = [(await refreshed(visma, each["refresh_token"])).json() for each in (one, another)]
    assert [await organizations(visma, each["access_token"]) for each in fresh] == [[502], [501, 502]]


async def test_refreshes_are_counted_by_user_and_a_token_used_twice_revokes_all_of_it(
    visma: httpx2.AsyncClient,
) -> None:
    one, another = await granted(visma, 2)
    fresh = (await refreshed(visma, one["refresh_token"])).json()
    await refreshed(visma, another["refresh_token"])
    assert (await refreshed(visma, one["refresh_token"])).json() == {"error": "invalid_grant"}
    assert await organizations(visma, fresh["access_token"]) == []
    counted = await counts(visma)
    assert counted["refreshes"] == {one["subject"]: 1, another["subject"]: 1}
    assert (counted["reuses"], counted["refused_refreshes"]) == (1, 1)


async def test_the_busiest_minute_of_each_organization_is_known_and_no_violation_is_hidden(
    watched: Sandbox, sign_in: SignIn, clock: list[float], visma: httpx2.AsyncClient
) -> None:
    api, statuses = await sign_in(watched), set[int]()
    for second in (0, 30, 50, 59, 61, 90, 180):
        clock[0] = 1_000_000.0 + second
        statuses.add((await api.get("/v1/501/vatTypes")).status_code)
    statuses.add((await api.get("/v1/502/vatTypes")).status_code)
    assert statuses == {200}
    assert (await counts(visma))["organizations"] == {
        "501": {"requests": 7, "most_in_a_minute": 4, "over_quota": 1},
        "502": {"requests": 1, "most_in_a_minute": 1, "over_quota": 0},
    }


async def test_requests_that_are_refused_are_counted_too(books: Books, sign_in: SignIn) -> None:
    strict = Sandbox(books.years[1].from_date, [books], behaviour=Behaviour(quota_per_minute=1))
    api = await sign_in(strict)
    assert [(await api.get("/v1/501/vatTypes")).status_code for _ in range(3)] == [200, 429, 429]
    counted = strict.counts.organizations[501]
    assert (counted.requests, counted.most_in_a_minute, counted.over_quota) == (3, 3, 2)


async def test_nobody_can_ask_for_any_of_it_unless_it_was_wanted(api: httpx2.AsyncClient) -> None:
    assert (await api.get("/_sandbox/counts")).status_code == 404
    assert (await api.post("/_sandbox/grants", json={"users": 1})).status_code == 404
