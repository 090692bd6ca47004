"""The pages and addresses of the office besides its MCP endpoints."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from dinero_mcp.errors import StoreError
from dinero_mcp.server.office.office import Office


def pages_of(office: Office) -> Sequence[BaseRoute]:
    """All of them."""

    async def healthz(_: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def readyz(_: Request) -> Response:
        try:
            await office.state.check()
        except StoreError as error:
            return JSONResponse({"status": "unavailable", "store": str(error)}, 503)
        return JSONResponse({"status": "ok"})

    return [Route("/healthz", healthz), Route("/readyz", readyz)]
