"""`python -m benchmarks [--large]`: measure, print one table, and exit with 1 when a limit is missed.

--large reads years of up to 1,000,000 postings, which takes minutes.
"""

import asyncio
import sys

from benchmarks.context import context
from benchmarks.reading import reading
from benchmarks.statements import statements
from benchmarks.stdio import calls, start
from benchmarks.table import Row, table

SIZES = (30_000, 100_000)
LARGE_SIZES = (100_000, 300_000, 1_000_000)


def main(arguments: list[str]) -> int:
    rows: list[Row] = [start(), *calls()]
    rows += reading(LARGE_SIZES if "--large" in arguments else SIZES)
    rows += [*statements(), *asyncio.run(context())]
    print(table(rows))
    return 0 if all(row.is_within for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
