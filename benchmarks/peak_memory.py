"""How much memory reading takes, in a process of its own: `python -m benchmarks.peak_memory FILE WARM_UP`

Prints the bytes by which reading FILE raised the process's peak. Linux only: `getrusage` would start at the
peak of the process that started this one.
"""

import asyncio
import re
import sys
from pathlib import Path

from benchmarks.large_answer import read


def main(file: Path, warm_up: Path) -> None:
    asyncio.run(read(warm_up))
    before = _peak()
    asyncio.run(read(file))
    print(_peak() - before)


def _peak() -> int:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.findall(r"^VmHWM:\s*(\d+) kB$", status, re.MULTILINE)[0]) * 1024


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
