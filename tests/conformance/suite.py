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

KEPT = Path(".cache") / "conformance"
"""Where what each check saw is kept until the next run."""

_PROGRAM = PACKAGES / "conformance" / "dist" / "index.js"
_RESULT = re.compile(r"^[✓✗] (\S+): (\d+) passed, (\d+) failed$", re.MULTILINE)
_UNSCORED = re.compile(r"^  [✓✗] (\S+) \(\S+\)$", re.MULTILINE)


def required(server: str, url: str, era: str) -> Iterator[Row]:
    """Every scenario that `era` requires; what the suite runs without scoring is left out.

    Raises:
        SystemExit: when the suite broke off.
    """
    kept = KEPT / f"{server}, {era}"
    shutil.rmtree(kept, ignore_errors=True)
    ran = node(_PROGRAM, "server", "--url", url, "--requirements", era, "-o", str(kept))
    unscored = set(_UNSCORED.findall(ran.stdout))
    found = _RESULT.findall(ran.stdout)
    if "\nTotal: " not in ran.stdout:
        raise SystemExit(f"The conformance suite broke off.\n{ran.stdout}{ran.stderr}")
    for scenario, passed, failed in found:
        if scenario not in unscored:
            yield Row(server, era, scenario, int(passed), int(failed))
