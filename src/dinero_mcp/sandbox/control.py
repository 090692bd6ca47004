"""What a load test asks of the sandbox and nobody can ask of Dinero; off unless it is asked for.

`GET /_sandbox/counts` is what arrived. `POST /_sandbox/grants` with `{"users": 1000}`, and
`"organization_ids": [1001]` where they reach but some, makes users whose access tokens have run out.
"""

from collections.abc import Callable
from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from dinero_mcp.sandbox.connect import VismaConnect
from dinero_mcp.sandbox.connect.token import issuer_of
from dinero_mcp.sandbox.counts import Counts

COUNTS, GRANTS = "/_sandbox/counts", "/_sandbox/grants"


def control_routes(counts: Callable[[], Counts], connect: VismaConnect) -> list[Route]:
    """The routes, for a sandbox whose counts and Visma Connect these are."""

    async def counted(_: Request) -> Response:
        return JSONResponse(asdict(counts()))

    async def granted(request: Request) -> Response:
        asked = await request.json()
        grants = connect.granted(asked["users"], issuer_of(request), asked.get("organization_ids"))
        return JSONResponse([asdict(each) for each in grants])

    return [Route(COUNTS, counted), Route(GRANTS, granted, methods=["POST"])]
