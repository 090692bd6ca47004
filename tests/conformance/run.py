"""Asks the server all that the conformance suite and the Inspector ask; exits 1 when something fails."""

import sys
from collections.abc import Iterator

from authorization import authorized
from inspector import inspected
from row import Row
from serving import DEMO, fixture_server, office
from suite import ANY_SERVER, ERAS, KEPT, NEED_SESSIONS, required

from dinero_mcp.server.office.addresses import DINERO_PATH, GATEWAY_PATH


def main() -> None:
    failed = 0
    for row in rows():
        print(row, flush=True)  # noqa: T201 - the table is for people
        failed += row.failed
    if failed:
        sys.exit(f"{failed} failed. What the suite's checks saw is in {KEPT}.")


def rows() -> Iterator[Row]:
    """The real server with what is asked of any server; then all of it, with the suite's tools added."""
    with office() as address:
        for server, path in (("office", DINERO_PATH), ("gateway", GATEWAY_PATH)):
            for era in ERAS:
                asked = required(server, address + path, era)
                yield from (row for row in asked if row.question in ANY_SERVER)
        yield from authorized("office", address, address + DINERO_PATH)
        yield from inspected("office", "--transport", "http", "--server-url", address + DINERO_PATH)
    yield from inspected("stdio", *DEMO)
    with office("fixtures") as address:
        for era in ERAS:
            asked = required("office, fixtures", address + DINERO_PATH, era)
            yield from (row for row in asked if not (era == ERAS[0] and row.question in NEED_SESSIONS))
    with fixture_server() as url:
        for era in ERAS:
            yield from required("sessions", url, era)


if __name__ == "__main__":
    main()
