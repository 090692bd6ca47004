"""How much memory a year takes, in a process of its own: `python -m benchmarks.memory FILE EMPTY [--traced]`

Prints by how many bytes the process has grown once FILE is read and kept and its bytes are gone, and by how
many at the peak; with --traced what Python's allocator counts, which slows reading down. EMPTY, a year of
nothing, is read first. Linux only: `getrusage` would start at the peak of the process that started this one.
"""

import asyncio
import gc
import re
import sys
import tracemalloc
from pathlib import Path

from benchmarks.large_answer import read


def main(file: Path, empty: Path, *, traced: bool) -> None:
    asyncio.run(read(empty))
    gc.collect()
    if traced:
        tracemalloc.start()
    before = _memory(traced=traced)
    kept = asyncio.run(read(file))
    gc.collect()
    after = _memory(traced=traced)
    print(after[0] - before[0], after[1] - before[1])
    del kept  # until here it is in use


def _memory(*, traced: bool) -> tuple[int, int]:
    """Bytes in use now, and at the peak."""
    if traced:
        return tracemalloc.get_traced_memory()
    status = Path("/proc/self/status").read_text(encoding="ascii")
    now, peak = (re.findall(rf"^{name}:\s*(\d+) kB$", status, re.MULTILINE)[0] for name in ("VmRSS", "VmHWM"))
    return int(now) * 1024, int(peak) * 1024


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), traced="--traced" in sys.argv)
