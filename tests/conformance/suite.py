"""The protocol's own conformance suite: what it requires of a server, scenario by scenario."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from node import PACKAGES, node
from row import Row

ERAS = ("2025-11-25", "2026-07-28")
"""The last revision with sessions, and the first without."""

ANY_SERVER = frozenset(
    {
        "caching",
        "dns-rebinding-protection",
        "input-required-result-unsupported-methods",
        "ping",
        "prompts-list",
        "resources-list",
        "sep-2164-resource-not-found",
        "server-initialize",
        "server-sse-multiple-streams",
        "tools-list",
    }
)
"""The scenarios that ask for nothing but a server; the others call tools made for the suite."""

NEED_SESSIONS = frozenset(
    {
        "elicitation-sep1034-defaults",
        "elicitation-sep1330-enums",
        "tools-call-elicitation",
        "tools-call-sampling",
        "tools-call-with-logging",
    }
)
"""What the first of the eras can do in a session only: in the middle of a call the server asks the client, or
logs to it. An office keeps no sessions, and answers in JSON whoever did not ask for progress; no tool of
ours does either. The second era asks in another way, and of that nothing is left out.
"""

KEPT = Path(".cache") / "conformance"
"""Where what each check saw is kept until the next run."""

_PROGRAM = PACKAGES / "conformance" / "dist" / "index.js"
_RESULT = re.compile(r"^[✓✗] (\S+): (\d+) passed, (\d+) failed$", re.MULTILINE)
_UNSCORED = re.compile(r"^  [✓✗] (\S+) \(\S+\)$", re.MULTILINE)


def required(server: str, url: str, era: str) -> Iterator[Row]:
    """Every scenario that `era` requires; what the suite runs without scoring is left out."""
    kept = KEPT / f"{server}, {era}"
    shutil.rmtree(kept, ignore_errors=True)
    ran = node(_PROGRAM, "server", "--url", url, "--requirements", era, "-o", str(kept))
    yield from results(server, era, ran.stdout, ran.stderr)


def results(server: str, era: str, output: str, complaints: str = "") -> Iterator[Row]:
    """What the suite printed at its end; a row for each scenario that is scored.

    Raises:
        SystemExit: when it broke off.
    """
    unscored = set(_UNSCORED.findall(output))
    if "\nTotal: " not in output:
        raise SystemExit(f"The conformance suite broke off.\n{output}{complaints}")
    for scenario, passed, failed in _RESULT.findall(output):
        if scenario not in unscored:
            yield Row(server, era, scenario, int(passed), int(failed))
