"""Reading a large accounting year into the ledger, against decoding the same bytes and doing nothing else."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from benchmarks.large_answer import large_answer, read
from benchmarks.reports import months, months_result, trial_balance_of
from benchmarks.table import Row, at_most, fastest, ms
from dinero_mcp.dinero.models import SentEntry
from dinero_mcp.ledger.changes import Changes, merged
from dinero_mcp.ledger.kept import KeptYear

_REPETITIONS = 5
_LARGE = 100_000
"""From here on limits hold: what reading takes anyway no longer counts."""
_MOST_BYTES = 400
"""A posting."""
_MOST_SECONDS = 0.05
"""A report on `_LARGE` postings, once they are read."""
_ADDED = 300


@dataclass(frozen=True)
class Cost:
    """What a posting costs in a year of so many."""

    postings: int
    seconds: float
    bytes: float


def reading(sizes: Sequence[int]) -> Iterator[Row]:
    """Time and memory of reading and keeping years of these sizes, and what reports cost afterwards."""
    costs: list[Cost] = []
    for postings in sizes:
        with TemporaryDirectory() as folder:
            yield from _one(postings, Path(folder), costs)
    first, last = costs[0], costs[-1]
    what = f"a posting of {last.postings:,}, against one of {first.postings:,}"
    yield at_most(
        f"growth: memory of {what}",
        f"{last.bytes:,.0f} bytes",
        f"{first.bytes:,.0f} bytes",
        last.bytes / first.bytes,
        1.1,
    )
    yield at_most(
        f"growth: reading {what}",
        _us(last.seconds),
        _us(first.seconds),
        last.seconds / first.seconds,
        1.5,
    )


def _one(postings: int, folder: Path, costs: list[Cost]) -> Iterator[Row]:
    file, empty = folder / "entries.json", folder / "empty.json"
    file.write_bytes(asyncio.run(large_answer(postings)))
    empty.write_bytes(b"[]")
    exactly, decoded, as_floats = _times(file)
    what = f"reading {postings:,} postings ({file.stat().st_size / 1e6:.0f} MB)"
    for floor, seconds, limit in (("decoding alone", decoded, 2.5), ("json.loads alone", as_floats, 1.5)):
        row = at_most(f"{what}, {floor}", ms(exactly), ms(seconds), exactly / seconds, limit)
        yield row if postings >= _LARGE else replace(row, limit="", is_within=True)
    kept, peak = _memory(file, empty)
    traced, _ = _memory(file, empty, "--traced")
    costs.append(Cost(postings, exactly / postings, kept / postings))
    most = _MOST_BYTES if postings >= _LARGE else None
    yield _bytes(f"memory: {postings:,} postings kept", kept, postings, most)
    yield _bytes(f"memory: {postings:,} postings kept, as tracemalloc counts", traced, postings)
    yield _bytes(f"memory: the peak of reading {postings:,} postings", peak, postings)
    yield from _afterwards(postings, asyncio.run(read(file)))


def _times(file: Path) -> list[float]:
    """Seconds of reading it into the ledger, of decoding it exactly, and of decoding it inexactly."""
    body = file.read_bytes()
    return fastest(
        _REPETITIONS,
        _timed(lambda: asyncio.run(read(file))),
        _timed(lambda: msgspec.json.decode(body, type=tuple[SentEntry, ...])),
        _timed(lambda: json.loads(body)),
    )


def _memory(file: Path, empty: Path, *more: str) -> tuple[int, int]:
    command = [sys.executable, "-m", "benchmarks.memory", str(file), str(empty), *more]
    kept, peak = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout.split()
    return int(kept), int(peak)


def _bytes(what: str, size: int, postings: int, most: int | None = None) -> Row:
    each = size / postings
    limit = f"<= {most} bytes" if most else ""
    figure = f"{size / 1e6:,.0f} MB, {each:,.0f} bytes a posting"
    return Row(what, figure, limit=limit, is_within=not most or each <= most)


def _afterwards(postings: int, year: KeptYear) -> Iterator[Row]:
    changes = _added(year)
    month, balance, by_month, merging = fastest(
        _REPETITIONS,
        _timed(lambda: months_result(year.postings)),
        _timed(lambda: trial_balance_of(year.postings)),
        _timed(lambda: months(year.postings)),
        _timed(lambda: merged(year, changes)),
    )
    reports = {
        "a month's result": month,
        "the year's trial balance": balance,
        "twelve months' results": by_month,
    }
    for what, seconds in reports.items():
        limited = postings <= _LARGE
        yield Row(
            f"then: {what} of {postings:,} postings",
            ms(seconds),
            limit=f"<= {ms(_MOST_SECONDS)}" if limited else "",
            is_within=not limited or seconds <= _MOST_SECONDS,
        )
    yield Row(f"then: merging {_ADDED} postings into {postings:,}", ms(merging))


def _added(year: KeptYear) -> Changes:
    """The last postings once more, as if they were new."""
    rows = [
        SentEntry(row.account_number, row.amount, date=row.date, type=row.type, entry_guid=f"added-{place}")
        for place, row in enumerate(year.postings.movements[-_ADDED:])
    ]
    return Changes(rows, datetime.now(UTC))


def _us(seconds: float) -> str:
    return f"{seconds * 1e6:.2f} µs"


def _timed(work: Callable[[], object]) -> Callable[[], float]:
    def seconds() -> float:
        began = time.process_time()  # of the processor: others on the machine count less
        work()
        return time.process_time() - began

    return seconds
