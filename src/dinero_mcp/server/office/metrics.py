"""What Prometheus is told: how much is asked, how it went and how long it took, and nothing of whom or what.

No label holds an organization, a user, a connection or a client, and none is what somebody sent: a word
that is not known beforehand is counted as "unknown". Several workers of one server write to a folder of
theirs, and each answers for all of them.
"""

import os
import tempfile
from collections.abc import Collection, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from dinero_mcp import __version__
from dinero_mcp.errors import DineroMCPError

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""Where prometheus_client looks for that folder, once, when it is imported."""

CLIENTS = ("named", "access")
"""The kinds of bearer that a caller may have: a token made by hand, or one that a client got by OAuth."""

REFRESHES = ("refreshed", "refused", "failed")
ENDPOINTS = (
    *("organizations", "accountingyears", "accounts", "vatTypes", "reports", "entries", "contacts"),
    *("state-of-account", "sales", "invoices", "products", "token", "revocation"),
)
_UNKNOWN = "unknown"
_CALL_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)
_UPSTREAM_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_AT_ONCE = 0.01
_WAIT_SECONDS = (0.1, 0.5, 1, 2.5, 5, 10, 20, 30, 60)


@contextmanager
def shared_by_workers() -> Generator[None]:
    """The folder that workers share, for as long as they run. Entered before any of them is started."""
    with tempfile.TemporaryDirectory(prefix="dinero-mcp-metrics-", ignore_cleanup_errors=True) as folder:
        os.environ[SHARED_FOLDER] = folder
        try:
            yield
        finally:
            del os.environ[SHARED_FOLDER]


def shared_folder() -> Path | None:
    """The folder of this worker and its siblings; None where there is one process only."""
    folder = os.environ.get(SHARED_FOLDER)
    return Path(folder) if folder else None


def call_outcomes() -> frozenset[str]:
    """All that a call can come to: ok, unanswered, or an error of ours by its name."""
    return frozenset({"ok", "unanswered", *_names(DineroMCPError)})


def _names(error: type[DineroMCPError]) -> set[str]:
    return {error.__name__}.union(*map(_names, error.__subclasses__()))


class Metrics:
    """Counts for one process; `tools` and `outcomes` are all the names that a call is counted under."""

    def __init__(
        self, tools: Collection[str], outcomes: Collection[str], *, shared: Path | None = None
    ) -> None:
        self._tools, self._outcomes = frozenset(tools), frozenset(outcomes)
        self._registry, self._shared = CollectorRegistry(), shared
        self._counted: dict[tuple[str, str, str], tuple[Counter, Histogram]] = {}
        self._calls = self._counter("calls", "Calls of a tool.", "tool", "outcome", "client")
        self._call_seconds = self._histogram("call_seconds", "How long a call took.", _CALL_SECONDS, "tool")
        self._sent = self._counter("upstream_requests", "Requests sent to Dinero and Visma.", "endpoint")
        self._answers = self._counter("upstream_answers", "Answers to those.", "endpoint", "status")
        self._upstream_seconds = self._histogram(
            "upstream_seconds", "How long an answer took to begin.", _UPSTREAM_SECONDS, "endpoint"
        )
        self._turns = self._counter("rate_turns", "Turns that were given to send a request to Dinero.")
        self._waits = self._histogram(
            "rate_wait_seconds", "How long was waited for a turn that did not come at once.", _WAIT_SECONDS
        )
        self._refusals = self._counter("rate_refusals", "Requests that Dinero answered with 429.")
        self._refreshes = self._counter("refreshes", "Sign-ins that were refreshed at Visma.", "outcome")
        self._open = self._gauge("open_connections", "Connections at hand in memory.", "livesum")
        self._gauge("build_info", "The version that runs.", "max", "version").labels(__version__).set(1)

    def call_done(self, tool: str, outcome: str, seconds: float, client: str = _UNKNOWN) -> None:
        """A call of a tool has ended."""
        under = (_known(tool, self._tools), _known(outcome, self._outcomes), _known(client, CLIENTS))
        found = self._counted.get(under)
        if found is None:  # the library looks a label up more slowly than it counts
            found = self._counted[under] = (self._calls.labels(*under), self._call_seconds.labels(under[0]))
        calls, call_seconds = found
        calls.inc()
        call_seconds.observe(seconds)

    def sent(self, endpoint: str) -> None:
        """A request went to Dinero or Visma."""
        self._sent.labels(_known(endpoint, ENDPOINTS)).inc()

    def answered(self, endpoint: str, status: int, seconds: float) -> None:
        """Its answer has begun."""
        name = _known(endpoint, ENDPOINTS)
        self._answers.labels(name, f"{status // 100}xx" if 100 <= status < 600 else _UNKNOWN).inc()
        self._upstream_seconds.labels(name).observe(seconds)

    def turn_taken(self, seconds_waited: float) -> None:
        """Somebody may send one request to Dinero, after so long a wait."""
        self._turns.inc()
        if seconds_waited > _AT_ONCE:
            self._waits.observe(seconds_waited)

    def turned_away(self) -> None:
        """Dinero answered 429."""
        self._refusals.inc()

    def refreshed(self, outcome: str) -> None:
        """A sign-in was refreshed, or could not be."""
        self._refreshes.labels(_known(outcome, REFRESHES)).inc()

    def open_connections(self, number: int) -> None:
        """So many connections are at hand in this process."""
        self._open.set(number)

    def exposition(self) -> bytes:
        """All of it as Prometheus reads it, of every worker there is; reads their files."""
        if self._shared is None:
            return generate_latest(self._registry)
        _forget_the_dead(self._shared)
        everybody = CollectorRegistry()
        MultiProcessCollector(everybody, str(self._shared))
        return generate_latest(everybody)

    def _counter(self, name: str, told: str, *labels: str) -> Counter:
        return Counter(f"dinero_mcp_{name}", told, labels, registry=self._registry)

    def _histogram(self, name: str, told: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
        return Histogram(f"dinero_mcp_{name}", told, labels, registry=self._registry, buckets=buckets)

    def _gauge(self, name: str, told: str, mode: Literal["livesum", "max"], *labels: str) -> Gauge:
        return Gauge(f"dinero_mcp_{name}", told, labels, registry=self._registry, multiprocess_mode=mode)


def _known(word: str, words: Collection[str]) -> str:
    return word if word in words else _UNKNOWN


def _forget_the_dead(folder: Path) -> None:
    """Let the gauges of a worker go that ended without saying so; what it counted stays counted."""
    for file in folder.glob("gauge_live*.db"):
        if not _lives(int(file.stem.rpartition("_")[2])):
            file.unlink(missing_ok=True)


def _lives(pid: int) -> bool:
    if os.name != "posix":  # elsewhere there is no asking without harm
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
