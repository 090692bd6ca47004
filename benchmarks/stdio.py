"""Starting and answering over stdio, against a bare server on the same SDK."""

import json
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from itertools import count, islice, repeat
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.bare_server import TOOL
from benchmarks.lines import Message, Server
from benchmarks.table import Row, at_least, at_most, fastest, ms
from tests.tools.test_answers import QUESTIONS

OURS = ("dinero_mcp", "serve")
DEMO = (*OURS, "--demo")
BARE = ("benchmarks.bare_server",)
LIMITED = "get-monthly-results-tool"
NEVER_ASKED_TWICE = "get-bank-reconciliation-balance-tool"
_STARTS, _BATCHES, _CALLS = 20, 60, 8


def start() -> Row:
    """From starting the process to the answered `tools/list`; ours needs no credentials for it."""
    ours, bare = fastest(_STARTS, lambda: _started(OURS), lambda: _started(BARE))
    return at_most("start to answered tools/list", ms(ours), ms(bare), ours / bare, 1.2)


def _started(command: tuple[str, ...]) -> float:
    began = time.perf_counter()
    with Server(*command) as server:
        server.ask("tools/list", {})
        return time.perf_counter() - began


def calls() -> Iterator[Row]:
    """Every tool asked the same again and again, and one asked anew each time, of books already read."""
    with Server(*DEMO) as ours:
        for tool, question in QUESTIONS.items():
            yield _call(ours, tool, repeat(question), f"cached call: {tool}")
        asked = QUESTIONS[NEVER_ASKED_TWICE]
        questions = ({**asked, "statement_balance": f"{kroner}.00"} for kroner in count())
        yield _call(ours, NEVER_ASKED_TWICE, questions, f"new question, cached books: {NEVER_ASKED_TWICE}")


def _call(ours: Server, tool: str, questions: Iterator[Message], what: str) -> Row:
    with _answering_alike(ours.call(tool, next(questions))) as bare:
        seconds = fastest(_BATCHES, _batch(ours, tool, questions), _batch(bare, TOOL, repeat({})))
    ours_took, bare_took = (each / _CALLS for each in seconds)
    rate, figures = bare_took / ours_took, (ms(ours_took), ms(bare_took))
    return at_least(what, *figures, rate, 0.8) if tool == LIMITED else Row(what, *figures, f"{rate:.2f}")


def _batch(server: Server, tool: str, questions: Iterator[Message]) -> Callable[[], float]:
    def calls_in_a_row() -> float:
        began = time.perf_counter()
        for question in islice(questions, _CALLS):
            server.call(tool, question)
        return time.perf_counter() - began

    return calls_in_a_row


@contextmanager
def _answering_alike(line: bytes) -> Generator[Server]:
    """A bare server whose tool gives the same text and structured content."""
    result = json.loads(line)["result"]
    answer = {"text": result["content"][0]["text"], "structured": result["structuredContent"]}
    with TemporaryDirectory() as folder:
        file = Path(folder, "answer.json")
        file.write_text(json.dumps(answer), encoding="utf-8")
        with Server(*BARE, str(file)) as server:
            yield server
