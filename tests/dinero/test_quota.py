"""Turns are taken in line, for each organization apart."""

import time
from collections.abc import Callable

import anyio
import httpx2
import pytest

from dinero_mcp.dinero.call import Call
from dinero_mcp.dinero.client import Bounds, Dinero
from dinero_mcp.errors import RateLimitedError

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


async def test_another_organization_has_its_own_window(connect: Connect) -> None:
    dinero = connect(product, **THREE_A_SECOND)
    began = time.monotonic()
    for n in range(6):
        await dinero.organization(1001 + n % 2, Call()).product(str(n))
    assert time.monotonic() - began < 0.9


async def test_organizations_are_not_counted(connect: Connect) -> None:
    def answer(_: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, json=[])

    dinero = connect(answer, reference_freshness=0, **THREE_A_SECOND)
    began = time.monotonic()
    for _ in range(10):
        assert await dinero.organizations(Call()) == ()
    assert time.monotonic() - began < 0.9


async def test_without_a_listener_a_turn_that_comes_too_late_is_told(connect: Connect) -> None:
    dinero = connect(product, requests_per_minute=1)
    await dinero.organization(1001, Call()).product("1")
    with pytest.raises(RateLimitedError, match="organization 1001") as caught:
        await dinero.organization(1001, Call(turn_seconds=0.05)).product("2")
    assert 50 < caught.value.retry_after <= 60


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
    assert time.monotonic() - began < 0.5
    assert 59 < caught.value.retry_after <= 60
    assert call.requests == 1
