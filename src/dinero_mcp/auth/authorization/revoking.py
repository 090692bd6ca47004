"""A client gives back its tokens (RFC 7009), which needs no secret here: to hold a token is enough."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from dinero_mcp.auth.authorization.client_directory import ClientDirectory
from dinero_mcp.auth.authorization.forms import UNKEPT, form_of
from dinero_mcp.auth.bearers import Bearers


@dataclass(frozen=True, slots=True, kw_only=True)
class Revoking:
    """Answers /revoke: ends every token of the sign-in that the token came of."""

    bearers: Bearers
    clients: ClientDirectory
    clock: Callable[[], datetime]

    async def answer(self, request: Request) -> Response:
        form = await form_of(request)
        token, client_id = form.get("token"), form.get("client_id")
        if not token or not client_id:
            return _refused(400, "invalid_request", "token and client_id must be given, once each")
        if not await self.clients.is_known(client_id):
            return _refused(401, "invalid_client", "there is no such client")
        found = await self.bearers.found(token, self.clock())
        if found and found.client_id == client_id and found.family:
            await self.bearers.end_family(found.family)
        return Response(status_code=200, headers=UNKEPT)


def _refused(status: int, error: str, description: str) -> Response:
    return JSONResponse({"error": error, "error_description": description}, status, UNKEPT)
