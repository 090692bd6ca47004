"""Reading a large accounting year exactly, against decoding the same bytes and doing nothing else."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from benchmarks.large_answer import YEAR, large_answer, read
from benchmarks.table import Row, at_most, fastest, ms
from dinero_mcp.accounting.periods import month
from dinero_mcp.accounting.postings import sums_by_account
from dinero_mcp.accounting.results import result_lines
from dinero_mcp.dinero.models import Entry
from dinero_mcp.ledger.years import YearPostings, in_order

_REPETITIONS = 7
_SEPTEMBER = month(YEAR.from_date.year, 9)


def reading(postings: int) -> Iterator[Row]:
    """Time and memory of reading so many postings, and what they cost afterwards."""
    body = asyncio.run(large_answer(postings))
    with TemporaryDirectory() as folder:
        file, empty = Path(folder, "entries.json"), Path(folder, "empty.json")
        file.write_bytes(body)
        empty.write_bytes(b"[]")
        yield from _times(postings, file, body)
        yield _memory(postings, file, empty)
    yield from _afterwards(postings, msgspec.json.decode(body, type=tuple[Entry, ...]))


def _times(postings: int, file: Path, body: bytes) -> Iterator[Row]:
    exactly, decoded, as_floats = fastest(
        _REPETITIONS,
        _timed(lambda: asyncio.run(read(file)).postings.rows_read),
        _timed(lambda: len(msgspec.json.decode(body, type=tuple[Entry, ...]))),
        _timed(lambda: len(json.loads(body))),
    )
    what = f"reading {postings:,} postings ({len(body) / 1e6:.0f} MB)"
    yield at_most(f"{what}, decoding alone", ms(exactly), ms(decoded), exactly / decoded, 2.5)
    yield Row(f"{what}, json.loads alone", ms(exactly), ms(as_floats), f"{exactly / as_floats:.2f}")


def _memory(postings: int, file: Path, warm_up: Path) -> Row:
    command = [sys.executable, "-m", "benchmarks.peak_memory", str(file), str(warm_up)]
    grown = int(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    figure = f"{grown / 1e6:,.0f} MB, {grown / postings:,.0f} bytes a posting"
    return Row(f"peak memory of reading {postings:,} postings", figure)


def _afterwards(postings: int, rows: tuple[Entry, ...]) -> Iterator[Row]:
    year = in_order(YEAR, rows)
    ordered, summed = fastest(
        _REPETITIONS, _timed(lambda: in_order(YEAR, rows)), _timed(lambda: _month(year))
    )
    yield Row(f"then, once: putting {postings:,} postings in order", ms(ordered))
    yield Row(f"then, each time: a month's result of {postings:,} postings", ms(summed))


def _month(year: YearPostings) -> object:
    return result_lines(sums_by_account(year.within(_SEPTEMBER)), {})


def _timed(work: Callable[[], object]) -> Callable[[], float]:
    def seconds() -> float:
        began = time.perf_counter()
        work()
        return time.perf_counter() - began

    return seconds
