"""Asks the server all that the conformance suite and the Inspector ask; exits 1 when something fails."""

import sys
from collections.abc import Iterator

from inspector import inspected
from row import Row
from serving import DEMO, fixture_server, real_server
from suite import ANY_SERVER, ERAS, KEPT, required


def main() -> None:
    failed = 0
    for row in rows():
        print(row, flush=True)  # noqa: T201 - the table is for people
        failed += row.failed
    if failed:
        sys.exit(f"{failed} failed. What the suite's checks saw is in {KEPT}.")


def rows() -> Iterator[Row]:
    """The real server with the scenarios for any server; then all of them, with the suite's tools added."""
    with real_server() as url:
        for era in ERAS:
            yield from (row for row in required("real", url, era) if row.question in ANY_SERVER)
        yield from inspected("real over HTTP", "--transport", "http", "--server-url", url)
    yield from inspected("real over stdio", *DEMO)
    with fixture_server() as url:
        for era in ERAS:
            yield from required("with fixtures", url, era)


if __name__ == "__main__":
    main()
