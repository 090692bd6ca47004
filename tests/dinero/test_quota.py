"""Turns are taken in line, for each organization apart."""

import asyncio
import time
from collections.abc import Callable

import anyio
import httpx2
import pytest

from dinero_mcp.dinero.bounds import Bounds
from dinero_mcp.dinero.call import Call
from dinero_mcp.dinero.client import Dinero
from dinero_mcp.dinero.open_quota import open_quota
from dinero_mcp.dinero.quota import Quota
from dinero_mcp.dinero.windows import Limit, MemoryWindow
from dinero_mcp.errors import RateLimitedError, UnavailableError

Connect = Callable[..., Dinero]
THREE_A_SECOND = {"requests_per_minute": 3, "bounds": Bounds(window=1, retry_wait=0, tick=0.01)}


def product(request: httpx2.Request) -> httpx2.Response:
    guid = request.url.path.rsplit("/", 1)[1]
    prices = dict.fromkeys(
        ("BaseAmountValue", "BaseAmountValueInclVat", "TotalAmount", "TotalAmountInclVat", "Quantity"), 1
    )
    return httpx2.Response(200, json={"ProductGuid": guid, "AccountNumber": 1000, **prices})


class Listener:
    def __init__(self) -> None:
        self.heard: list[str] = []

    async def __call__(self, message: str) -> None:
        self.heard.append(message)


async def test_no_more_than_the_window_admits_and_in_the_order_they_asked(connect: Connect) -> None:
    arrived: list[tuple[float, str]] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        arrived.append((time.monotonic(), request.url.path[-1]))
        return product(request)

    dinero = connect(answer, **THREE_A_SECOND)
    books = dinero.organization(1001, Call())
    async with anyio.create_task_group() as group:
        for n in range(7):
            group.start_soon(books.product, str(n))
    times = [at for at, _ in arrived]
    assert [name for _, name in arrived] == list("0123456")
    assert all(later - earlier >= 0.99 for earlier, later in zip(times, times[3:], strict=False))


async def test_a_small_question_does_not_wait_for_a_large_report_of_somebody_else(connect: Connect) -> None:
    arrived: list[str] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        arrived.append(request.url.path.rsplit("/", 1)[1])
        return product(request)

    quota = Quota(MemoryWindow(Limit(5, seconds=0.5)))
    bounds = Bounds(retry_wait=0, tick=0.01)
    astrid, bo = (connect(answer, quota=quota, asker=name, bounds=bounds) for name in ("Astrid", "Bo"))
    async with anyio.create_task_group() as group:
        report, invoice = astrid.organization(1001, Call()), astrid.organization(1001, Call())
        for n in range(20):
            group.start_soon(report.product, f"report{n}")
        while len(arrived) < 5:
            await anyio.lowlevel.checkpoint()
        group.start_soon(bo.organization(1001, Call()).product, "vat")
        group.start_soon(invoice.product, "invoice")
    assert "vat" in arrived[5:8]
    assert "invoice" in arrived[5:9]
    assert [name for name in arrived if name.startswith("report")] == [f"report{n}" for n in range(20)]


async def test_who_stands_far_back_in_line_is_told_at_once_and_the_others_are_served(
    connect: Connect,
) -> None:
    bounds = Bounds(window=60, retry_wait=0, tick=0.01)
    dinero = connect(product, requests_per_minute=100, bounds=bounds)
    refused: list[RateLimitedError] = []

    async def ask(name: str) -> None:
        try:
            await dinero.organization(1001, Call()).product(name)
        except RateLimitedError as error:
            refused.append(error)

    began = time.monotonic()
    async with anyio.create_task_group() as group:
        for n in range(500):
            group.start_soon(ask, str(n))
    assert time.monotonic() - began < 5
    waits = sorted(error.retry_after for error in refused)
    assert len(waits) == 400
    assert 55 < waits[0] <= waits[99] < 62
    assert 235 < waits[300] <= waits[-1] < 245


async def test_a_line_that_nobody_waits_in_any_more_serves_whoever_comes_next(connect: Connect) -> None:
    dinero = connect(product, **THREE_A_SECOND)
    books = dinero.organization(1001, Call())
    async with anyio.create_task_group() as group:
        for n in range(9):
            group.start_soon(books.product, str(n))
        await anyio.sleep(0.05)
        group.cancel_scope.cancel()
    assert (await books.product("10")).product_guid == "10"


async def test_who_still_waits_when_the_server_stops_is_told_at_once() -> None:
    async with open_quota(Limit(1)) as quota:
        await quota.turn(1001, lambda _: None)
        waiting = asyncio.create_task(quota.turn(1001, lambda _: None))
        await asyncio.sleep(0.01)
    with pytest.raises(UnavailableError, match="being stopped"):
        await waiting


async def test_turns_taken_and_answers_of_429_are_told_to_an_observer(connect: Connect) -> None:
    refusals = iter([httpx2.Response(429, headers={"Retry-After": "0"})])

    def answer(request: httpx2.Request) -> httpx2.Response:
        return next(refusals, product(request))

    counted = Counted()
    dinero = connect(answer, quota=Quota(MemoryWindow(Limit(10)), counted))
    await dinero.organization(1001, Call()).product("1")
    assert (len(counted.waited), counted.refused) == (2, 1)
    assert max(counted.waited) < 5


class Counted:
    def __init__(self) -> None:
        self.waited: list[float] = []
        self.refused = 0

    def turn_taken(self, seconds_waited: float) -> None:
        self.waited.append(seconds_waited)

    def turned_away(self) -> None:
        self.refused += 1


async def test_another_organization_has_its_own_window(connect: Connect) -> None:
    dinero = connect(product, requests_per_minute=3)
    for n in range(6):
        found = await dinero.organization(1001 + n % 2, Call()).product(str(n))
        assert found.product_guid == str(n)


async def test_organizations_are_not_counted(connect: Connect) -> None:
    def answer(_: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, json=[])

    dinero = connect(answer, reference_freshness=0, requests_per_minute=3)
    for _ in range(10):
        assert await dinero.organizations(Call()) == ()


async def test_without_a_listener_a_turn_that_comes_too_late_is_told(connect: Connect) -> None:
    dinero = connect(product, requests_per_minute=1)
    await dinero.organization(1001, Call()).product("1")
    with pytest.raises(RateLimitedError, match="organization 1001") as caught:
        await dinero.organization(1001, Call(turn_seconds=0.05)).product("2")
    assert 50 < caught.value.retry_after <= 61


async def test_with_a_listener_the_wait_is_told_and_outlasts_the_patience(connect: Connect) -> None:
    listener = Listener()
    bounds = Bounds(window=1, retry_wait=0, tick=0.05)
    dinero = connect(product, requests_per_minute=1, bounds=bounds)
    books = dinero.organization(1001, Call(listener, seconds=0.3, turn_seconds=0.05))
    await books.product("1")
    assert (await books.product("2")).product_guid == "2"
    assert len(listener.heard) > 5
    assert "limits the requests" in listener.heard[0]


async def test_429_closes_the_organization_for_everybody_until_it_may_be_asked_again(
    connect: Connect,
) -> None:
    arrived: list[float] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        arrived.append(time.monotonic())
        if len(arrived) == 1:
            return httpx2.Response(429, text="API calls quota exceeded!", headers={"Retry-After": "1"})
        return product(request)

    dinero = connect(answer)
    call = Call()
    async with anyio.create_task_group() as group:
        group.start_soon(dinero.organization(1001, call).product, "1")
        while not arrived:
            await anyio.lowlevel.checkpoint()
        group.start_soon(dinero.organization(1001, Call()).product, "2")
    assert len(arrived) == 3
    assert min(arrived[1:]) - arrived[0] >= 0.99
    assert call.requests == 2


async def test_429_is_told_at_once_when_its_wait_does_not_fit(connect: Connect) -> None:
    def answer(_: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(429, text="API calls quota exceeded!")

    dinero, call = connect(answer), Call()
    began = time.monotonic()
    with pytest.raises(RateLimitedError) as caught:
        await dinero.organization(1001, call).product("1")
    assert time.monotonic() - began < 5
    assert 55 < caught.value.retry_after <= 60
    assert call.requests == 1
