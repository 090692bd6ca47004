"""The two MCP endpoints: the dedicated one, and the gateway where tools carry a prefix.

Each has two servers of the protocol that differ in nothing but whether they answer in JSON or as an event
stream; the door chooses between them for each request. Nothing is remembered between requests, so that any
process can answer any of them.
"""

from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

from mcp.server.mcpserver import MCPServer
from mcp.server.transport_security import TransportSecuritySettings
from starlette.types import ASGIApp

from dinero_mcp.errors import NotConnectedError
from dinero_mcp.server.http import MOST_BYTES
from dinero_mcp.server.office.addresses import DINERO_PATH, GATEWAY_PATH, GATEWAY_PREFIX, Addresses
from dinero_mcp.server.office.callers import Callers
from dinero_mcp.server.office.door import Door, Notes
from dinero_mcp.tools.books import Connection
from dinero_mcp.tools.publishing import Services


class MakeServer(Protocol):
    """Makes a server of the protocol, as `create_server` does."""

    def __call__(
        self,
        open_services: Callable[[], AbstractAsyncContextManager[Services]],
        *,
        prefix: str,
        state_keys: list[bytes],
    ) -> MCPServer[Services]: ...


@dataclass(frozen=True, slots=True)
class _EachAsksWithTheirOwn:
    """Services without a connection: the door leaves that of the caller in each request."""

    async def connection(self) -> Connection:
        raise NotConnectedError("Nobody is asking: every call over HTTP carries a bearer token.")


@asynccontextmanager
async def _services() -> AsyncGenerator[Services]:
    yield _EachAsksWithTheirOwn()


@asynccontextmanager
async def open_endpoints(
    addresses: Addresses, callers: Callers, notes: Notes, state_keys: list[bytes], make: MakeServer
) -> AsyncGenerator[dict[str, Door]]:
    """The doors by their paths."""
    async with AsyncExitStack() as running:
        doors: dict[str, Door] = {}
        for path, prefix in ((DINERO_PATH, ""), (GATEWAY_PATH, GATEWAY_PREFIX)):
            doors[path] = Door(
                resource=addresses.public + path,
                prefix=prefix,
                addresses=addresses,
                callers=callers,
                notes=notes,
                in_json=await running.enter_async_context(
                    _server(addresses, make(_services, prefix=prefix, state_keys=state_keys), json=True)
                ),
                in_stream=await running.enter_async_context(
                    _server(addresses, make(_services, prefix=prefix, state_keys=state_keys), json=False)
                ),
                most_bytes=MOST_BYTES,
            )
        yield doors


@asynccontextmanager
async def _server(
    addresses: Addresses, server: MCPServer[Services], *, json: bool
) -> AsyncGenerator[ASGIApp]:
    """One server of the protocol, running."""
    server.streamable_http_app(
        json_response=json,
        stateless_http=True,
        max_request_body_size=MOST_BYTES,
        transport_security=TransportSecuritySettings(
            allowed_hosts=list(addresses.hosts), allowed_origins=list(addresses.origins)
        ),
    )
    manager = server.session_manager
    async with manager.run():
        yield manager.handle_request
