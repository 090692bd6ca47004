"""One read however many ask for it, kept for a while."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

import anyio
import httpx2
import pytest

from dinero_mcp.dinero.bounds import Bounds
from dinero_mcp.dinero.call import Call
from dinero_mcp.dinero.client import Dinero
from dinero_mcp.errors import UnavailableError, UnexpectedAnswerError

Connect = Callable[..., Dinero]
REPORT = "2026/reports/saldo"


class Api:
    """Answers arrays of rows; `gate` holds the answers back."""

    def __init__(self, *, rows: int = 1, open_gate: bool = True) -> None:
        self.rows = rows
        self.paths: list[str] = []
        self.cancelled = 0
        self.broken = False
        self.gate = anyio.Event()
        if open_gate:
            self.gate.set()

    async def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.paths.append(request.url.path.split("/", 3)[3])
        try:
            await self.gate.wait()
        except BaseException:
            self.cancelled += 1
            raise
        body = (
            "oops"
            if self.broken
            else [{"AccountNumber": n, "Amount": len(self.paths)} for n in range(self.rows)]
        )
        return httpx2.Response(200, json=body)


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


async def started(api: Api, requests: int = 1) -> None:
    while len(api.paths) < requests:
        await anyio.lowlevel.checkpoint()


async def test_a_kept_answer_costs_nothing_and_tells_when_it_was_read(connect: Connect) -> None:
    dinero, first, second = connect(Api()), Call(), Call()
    before = datetime.now(UTC)
    rows = await dinero.organization(1001, first).report("2026", "saldo")
    again = await dinero.organization(1001, second).report("2026", "saldo")
    assert again is rows
    assert (first.requests, second.requests) == (1, 0)
    assert first.read_at is not None
    assert before <= first.read_at == second.read_at


async def test_an_answer_is_kept_as_long_as_it_is_fresh(connect: Connect) -> None:
    api, clock = Api(), Clock()
    dinero = connect(api, freshness=60, reference_freshness=900, clock=clock)
    for at, reports, accounts in [(0, 1, 1), (59, 1, 1), (60, 2, 1), (899, 3, 1), (900, 3, 2)]:
        clock.now = 1000.0 + at
        books = dinero.organization(1001, Call())
        await books.report("2026", "saldo")
        await books.accounts()
        assert (api.paths.count(REPORT), api.paths.count("accounts/entry")) == (reports, accounts)


async def test_within_one_question_the_same_is_never_read_twice(connect: Connect) -> None:
    api, call = Api(), Call()
    books = connect(api, freshness=0).organization(1001, call)
    first, again = await books.report("2026", "saldo"), await books.report("2026", "saldo")
    assert first is again
    assert call.requests == 1


async def test_reference_reads_neither_count_nor_date_the_answer(connect: Connect) -> None:
    call = Call()
    await connect(Api()).organization(1001, call).accounts()
    assert (call.requests, call.read_at) == (0, None)


async def test_reading_anew_passes_what_is_kept(connect: Connect) -> None:
    api = Api()
    books = connect(api).organization(1001, Call())
    await books.accounts()
    await books.accounts(anew=True)
    await books.accounts()
    assert api.paths == ["accounts/entry", "accounts/entry"]


async def test_the_oldest_read_dates_the_answer(connect: Connect) -> None:
    dinero, call = connect(Api()), Call()
    await dinero.organization(1001, Call()).report("2025", "saldo")
    between = datetime.now(UTC)
    await dinero.organization(1001, call).report("2026", "saldo")
    await dinero.organization(1001, call).report("2025", "saldo")
    assert call.read_at is not None
    assert call.read_at <= between


async def test_one_read_serves_all_who_ask_meanwhile(connect: Connect) -> None:
    api, calls = Api(open_gate=False), [Call() for _ in range(5)]
    dinero = connect(api)
    async with anyio.create_task_group() as group:
        for call in calls:
            group.start_soon(dinero.organization(1001, call).report, "2026", "saldo")
        await started(api)
        api.gate.set()
    assert api.paths == [REPORT]
    assert [call.requests for call in calls] == [1, 0, 0, 0, 0]
    assert len({call.read_at for call in calls}) == 1


async def test_who_leaves_does_not_take_the_read_from_the_others(connect: Connect) -> None:
    api, leaving, staying = Api(open_gate=False), anyio.CancelScope(), Call()
    dinero = connect(api)

    async def leave() -> None:
        with leaving:
            await dinero.organization(1001, Call()).report("2026", "saldo")

    async with anyio.create_task_group() as group:
        group.start_soon(leave)
        await started(api)
        group.start_soon(dinero.organization(1001, staying).report, "2026", "saldo")
        await anyio.lowlevel.checkpoint()
        leaving.cancel()
        await anyio.lowlevel.checkpoint()
        api.gate.set()
    assert (api.paths, api.cancelled) == ([REPORT], 0)
    assert staying.read_at is not None


async def test_when_all_have_left_the_read_is_cancelled_and_the_next_starts_anew(connect: Connect) -> None:
    api = Api(open_gate=False)
    dinero = connect(api)
    async with anyio.create_task_group() as group:
        for _ in range(2):
            group.start_soon(dinero.organization(1001, Call()).report, "2026", "saldo")
        await started(api)
        group.cancel_scope.cancel()
    api.gate.set()
    assert len(await dinero.organization(1001, Call()).report("2026", "saldo")) == 1
    assert (api.paths, api.cancelled) == ([REPORT, REPORT], 1)


async def test_a_failure_is_told_to_all_and_not_kept(connect: Connect) -> None:
    api, failures = Api(open_gate=False), list[Exception]()
    api.broken = True
    dinero = connect(api)

    async def ask() -> None:
        try:
            await dinero.organization(1001, Call()).report("2026", "saldo")
        except UnexpectedAnswerError as error:
            failures.append(error)

    async with anyio.create_task_group() as group:
        group.start_soon(ask)
        group.start_soon(ask)
        await started(api)
        api.gate.set()
    assert len(failures) == 2
    api.broken = False
    assert len(await dinero.organization(1001, Call()).report("2026", "saldo")) == 1
    assert api.paths == [REPORT, REPORT]


async def test_the_answers_least_used_give_way(connect: Connect) -> None:
    api = Api(rows=10)
    dinero = connect(api, bounds=Bounds(kept_rows=25, tick=0.01))
    for name in (2024, 2025, 2024, 2026):
        await dinero.organization(1001, Call()).report(str(name), "saldo")
    await dinero.organization(1001, Call()).report("2024", "saldo")
    assert len(api.paths) == 3
    await dinero.organization(1001, Call()).report("2025", "saldo")
    assert len(api.paths) == 4


async def test_an_answer_too_large_to_keep_pushes_nothing_out(connect: Connect) -> None:
    api = Api(rows=10)
    books = connect(api, bounds=Bounds(kept_rows=15, tick=0.01)).organization(1001, Call())
    await books.report("2025", "saldo")
    api.rows = 16
    assert len(await books.report("2026", "saldo")) == 16
    await books.report("2025", "saldo")
    assert len(api.paths) == 2


async def test_a_dinero_that_says_nothing_is_told_when_the_time_is_up(connect: Connect) -> None:
    api = Api(open_gate=False)
    began = time.monotonic()
    with pytest.raises(UnavailableError, match="reports/saldo in the time"):
        await connect(api).organization(1001, Call(seconds=0.05)).report("2026", "saldo")
    assert time.monotonic() - began < 5
    await anyio.lowlevel.checkpoint()
    assert api.cancelled == 1


async def test_every_listener_of_a_read_hears_how_far_it_is(connect: Connect) -> None:
    heard: tuple[list[str], list[str]] = ([], [])
    all_heard = anyio.Event()

    async def answer(request: httpx2.Request) -> httpx2.Response:
        page = int(request.url.params["page"])
        if page == 1:
            await all_heard.wait()
        place = {"Page": page, "PageSize": 1, "ResultWithoutFilter": 2}
        return httpx2.Response(200, json={"Collection": [{"ContactGuid": str(page)}], "Pagination": place})

    def listening(its: list[str]) -> Call:
        async def listen(message: str) -> None:
            its.append(message)
            if all(each and each[-1] == "Reading contacts, page 2" for each in heard):
                all_heard.set()

        return Call(listen)

    dinero = connect(answer)
    with anyio.fail_after(10):
        async with anyio.create_task_group() as group:
            for its in heard:
                group.start_soon(dinero.organization(1001, listening(its)).contacts)
    assert all(len(set(each)) == len(each) for each in heard)  # the same is not told twice


async def test_two_connections_share_nothing(connect: Connect) -> None:
    api = Api()
    for _ in range(2):
        await connect(api).organization(1001, Call()).report("2026", "saldo")
    assert len(api.paths) == 2


async def test_a_call_that_reads_anew_passes_what_is_kept_once_for_each_question(connect: Connect) -> None:
    api, call = Api(), Call()
    books = connect(api).organization(1001, call)
    await books.accounts()
    await books.report("2026", "saldo")
    call.read_anew()
    for _ in range(2):
        await books.report("2026", "saldo")
        await books.accounts()
    assert api.paths == ["accounts/entry", REPORT, REPORT]
