"""`python -m benchmarks.office [NAME ...]`: load and faults in one table; exits with 1 if a limit is missed.

All that it asks it starts itself on loopback: the sandbox, replicas, a PostgreSQL cluster and a Redis. Each
part ends by itself; all of them take about a quarter of an hour.
"""

import sys
from collections.abc import Callable, Mapping

from benchmarks.office.databases import missing_programs
from benchmarks.office.faults import faults
from benchmarks.office.growth import growth
from benchmarks.office.one_organization import one_organization
from benchmarks.office.one_time_tokens import one_time_tokens
from benchmarks.office.throughput import throughput
from benchmarks.table import Row, table

PARTS: Mapping[str, Callable[[], list[Row]]] = {
    "throughput": throughput,
    "one-organization": one_organization,
    "one-time-tokens": one_time_tokens,
    "faults": faults,
    "growth": growth,
}


def main(names: list[str]) -> int:
    if unknown := set(names) - set(PARTS):
        sys.exit(f"There is no {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}.")
    if missing := missing_programs():
        sys.exit(f"Not installed: {', '.join(missing)} (Debian: postgresql, redis-server).")
    rows = [row for name in names or PARTS for row in PARTS[name]()]
    print(table(rows))
    return 0 if all(row.is_within for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
