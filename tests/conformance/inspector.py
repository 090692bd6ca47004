"""The MCP Inspector's command line, which asks the demo company as an MCP client would."""

import json
import sys
from collections.abc import Iterator
from datetime import date, timedelta

from node import PACKAGES, Ran, node
from row import Row

from dinero_mcp.tools.catalogue import CATALOGUE

ERAS = ("legacy", "modern")

_PROGRAM = PACKAGES / "inspector" / "clients" / "launcher" / "build" / "index.js"


def inspected(server: str, *target: str) -> Iterator[Row]:
    """List the tools, call one; `target` is the server's command, or options with its address."""
    for era in ERAS:
        listed = _asked(era, target, "--method", "tools/list", "--strict")
        passed = listed.returncode == 0 and _tools_in(listed.stdout) == len(CATALOGUE)
        yield _row(server, era, "tools/list --strict", listed, passed)
        called = _asked(era, target, "--method", "tools/call", *_monthly_results())
        yield _row(server, era, "tools/call get-monthly-results-tool", called, called.returncode == 0)


def _asked(era: str, target: tuple[str, ...], *question: str) -> Ran:
    return node(_PROGRAM, "--cli", *question, "--protocol-era", era, "--format", "json", "--quiet", *target)


def _tools_in(listing: str) -> int:
    return len(json.loads(listing)["result"]["tools"])


def _monthly_results() -> tuple[str, ...]:
    last_month = date.today().replace(day=1) - timedelta(days=1)  # noqa: DTZ011 - any month will do
    arguments = json.dumps({"month": f"{last_month:%Y-%m}"})
    return ("--tool-name", "get-monthly-results-tool", "--tool-args-json", arguments)


def _row(server: str, era: str, question: str, ran: Ran, passed: bool) -> Row:
    if not passed:
        sys.stderr.write(f"exit code {ran.returncode}: {ran.stdout}{ran.stderr}\n")
    return Row(server, era, question, int(passed), int(not passed))
