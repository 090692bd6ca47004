"""An office at which whoever asks is signed in: `office_server.py PORT FOLDER [fixtures]`.

The suite sends no bearers: to its requests at the MCP endpoints that of Astrid is added.
"""

import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import anyio
from fixture_server import with_fixtures
from starlette.types import ASGIApp, Receive, Scope, Send

from dinero_mcp.sandbox import Application, Sandbox
from dinero_mcp.server.app import create_server
from dinero_mcp.server.office.addresses import GATEWAY_PATH, Addresses
from tests.server.listening import listening
from tests.server.office.running import running


@dataclass(frozen=True)
class SignedIn:
    """The app, for whoever comes without a bearer."""

    app: ASGIApp
    secret: str

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"].startswith(GATEWAY_PATH) and b"authorization" not in dict(scope["headers"]):
            bearer = (b"authorization", f"Bearer {self.secret}".encode())
            scope["headers"] = [*scope["headers"], bearer]
        await self.app(scope, receive, send)


async def main(port: int, folder: Path, *, has_fixtures: bool) -> None:
    addresses = Addresses(f"http://127.0.0.1:{port}")
    today = date.today()  # noqa: DTZ011 - any day will do
    sandbox = Sandbox(today, application=Application(redirect_addresses=(addresses.callback,)))
    make = with_fixtures if has_fixtures else create_server
    async with (
        listening(sandbox.app) as visma,
        running(folder, sandbox, addresses, make=make, today=today, connect_url=visma) as office,
    ):
        secret = await office.named(await office.signed_in())
        async with listening(SignedIn(office.app, secret), port):
            await anyio.sleep_forever()


if __name__ == "__main__":
    anyio.run(lambda: main(int(sys.argv[1]), Path(sys.argv[2]), has_fixtures="fixtures" in sys.argv[3:]))
