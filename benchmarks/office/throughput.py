"""Cached calls of a tool over HTTP: the office against a bare server on the same SDK, asked the same.

All are asked by sixteen connections that are kept open, on uvloop and httptools. Rounds of ours and of the
bare server's follow on each other, now one first and now the other, for a machine is not equally quick all
the time; what counts is the median of what they make of each other.
"""

import asyncio
import json
import sys
import time
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from benchmarks.office.bare_http import MCP, PLAIN
from benchmarks.office.calls import ERAS, NEWER, PATH, Question, message
from benchmarks.office.companies import ROASTERY
from benchmarks.office.house import House, Plan, house
from benchmarks.office.line import Line, request_bytes
from benchmarks.office.people import moved_in
from benchmarks.office.running import run
from benchmarks.office.started import HOST, Started, free_port
from benchmarks.table import Row, at_least, ms

QUESTION = Question("get-monthly-results-tool", {"month": "2026-09"})
CONNECTIONS, CALLS_EACH, ROUNDS = 16, 100, 10
"""A round takes a second or two, so that it holds several batches of the audit trail."""
BETWEEN = 0.7
"""Seconds in which what a round left to be written is written, so that the next one does not pay for it."""
LEAST = 0.75
_AN_HOUR = {"DINERO_FRESHNESS_SECONDS": "3600"}


@dataclass
class Contender:
    """Somebody who is asked the same again and again, and how each round went."""

    what: str
    process: Started
    port: int
    request: bytes
    answer: bytes = b""
    rates: list[float] = field(default_factory=list[float])
    latencies: list[float] = field(default_factory=list[float])
    worked: list[float] = field(default_factory=list[float])
    """Seconds of processor time a call: what other work on the machine hardly changes."""

    def quantile(self, share: float) -> float:
        return sorted(self.latencies)[int(share * (len(self.latencies) - 1))]

    @property
    def figure(self) -> str:
        rate, middle, slow = median(self.rates), self.quantile(0.5), self.quantile(0.99)
        return f"{rate:,.0f}/s, p50 {ms(middle)}, p99 {ms(slow)}"


def throughput() -> list[Row]:
    """A replica on PostgreSQL and Redis, then one on SQLite alone."""
    rows = list[Row]()
    for where, is_small in (("PostgreSQL and Redis", False), ("SQLite", True)):
        with house(Plan(replicas=1, is_small=is_small, settings=_AN_HOUR)) as built:
            rows += run(_measured(built, where))
    return rows


async def _measured(built: House, where: str) -> list[Row]:
    [person] = await moved_in(built, 1, [ROASTERY])
    ours = [_ours(built, person.bearer, era) for era in ERAS]
    for each in ours:
        await _settle(each)
    with _peers(ours[0].answer) as (process, port):
        bare = [_peer(process, port, MCP, era) for era in ERAS]
        plain = _peer(process, port, PLAIN, NEWER)
        for each in (*bare, plain):
            await _settle(each)
        pairs = list(zip(ours, bare, strict=True))
        for number in range(ROUNDS):
            for pair in pairs:
                for each in pair if number % 2 else reversed(pair):
                    await _round(each)
            await _round(plain)
    return [
        *(row for each, peer in pairs for row in _against(each, peer, where)),
        Row("... a bare Starlette route", plain.figure, ratio=f"{_share(ours[0].rates, plain.rates):.2f}"),
    ]


def _against(ours: Contender, bare: Contender, where: str) -> list[Row]:
    """What counts, and what it comes from."""
    own, others = median(ours.worked), median(bare.worked)
    return [
        at_least(f"{ours.what}, {where}", ours.figure, bare.figure, _share(ours.rates, bare.rates), LEAST),
        Row("... processor time a call", ms(own), ms(others), f"{_share(bare.worked, ours.worked):.2f}"),
    ]


def _share(these: list[float], those: list[float]) -> float:
    """What these are of those, round by round: the median."""
    return median(this / that for this, that in zip(these, those, strict=True))


def _ours(built: House, bearer: str, era: str) -> Contender:
    sent = message(QUESTION, bearer, era, urlsplit(built.public).netloc)
    port = urlsplit(built.replicas[0].address).port or 0
    what = f"cached call over HTTP, {era}, {CONNECTIONS} connections: {QUESTION.tool}"
    process = built.replicas[0].process
    return Contender(what, process, port, request_bytes(PATH, sent.headers, sent.body))


def _peer(process: Started, port: int, path: str, era: str) -> Contender:
    sent = message(QUESTION, None, era, f"{HOST}:{port}")
    return Contender("", process, port, request_bytes(path, sent.headers, sent.body))


async def _settle(contender: Contender) -> None:
    """Ask until the answer is the same twice: the first was read for, and says so."""
    async with _lines(contender.port, 1) as [line]:
        answers = [await line.ask(contender.request) for _ in range(4)]
    assert answers[-1] == answers[-2], f"no two answers are alike: {answers[-2:]!r}"
    contender.answer = answers[-1]


async def _round(contender: Contender) -> None:
    """So many calls of every connection."""

    async def calls(line: Line) -> None:
        for _ in range(CALLS_EACH):
            began = time.perf_counter()
            answer = await line.ask(contender.request)
            contender.latencies.append(time.perf_counter() - began)
            assert answer == contender.answer, answer[:1500]

    count = CONNECTIONS * CALLS_EACH
    async with _lines(contender.port, CONNECTIONS) as lines:
        began, worked = time.perf_counter(), contender.process.worked
        await asyncio.gather(*map(calls, lines))
        contender.worked.append((contender.process.worked - worked) / count)
        contender.rates.append(count / (time.perf_counter() - began))
    await asyncio.sleep(BETWEEN)


@asynccontextmanager
async def _lines(port: int, count: int) -> AsyncGenerator[list[Line]]:
    lines = [await Line.to(port) for _ in range(count)]
    try:
        yield lines
    finally:
        for line in lines:
            await line.close()


@contextmanager
def _peers(body: bytes) -> Generator[tuple[Started, int]]:
    """A process of the peers, which give the same answer, and its port."""
    result = json.loads(body)["result"]
    answer = {"text": result["content"][0]["text"], "structured": result["structuredContent"]}
    with TemporaryDirectory() as folder:
        file, port = Path(folder, "answer.json"), free_port()
        file.write_text(json.dumps({"tool": QUESTION.tool, **answer}), encoding="utf-8")
        command = [sys.executable, "-m", "benchmarks.office.bare_http", str(port), str(file)]
        peers = Started(command, Path(folder, "peers.log"))
        try:
            peers.listens(port)
            yield peers, port
        finally:
            peers.end()
