"""A client registers itself (RFC 7591); the SDK's handler answers, as often as is reasonable."""

from mcp.server.auth.handlers.register import RegistrationHandler
from mcp.server.auth.settings import ClientRegistrationOptions
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from dinero_mcp.auth.authorization.forms import UNKEPT
from dinero_mcp.auth.authorization.paces import Paces
from dinero_mcp.auth.authorization.tokens import Tokens


class Registering:
    """Answers /register."""

    def __init__(self, tokens: Tokens, paces: Paces) -> None:
        self._handler = RegistrationHandler(tokens, ClientRegistrationOptions(enabled=True))
        self._paces = paces

    async def answer(self, request: Request) -> Response:
        if not await self._paces.allow_registration(request):
            said = "too many registrations from this address; try again in an hour"
            failure = {"error": "temporarily_unavailable", "error_description": said}
            return JSONResponse(failure, 429, {**UNKEPT, "Retry-After": "3600"})
        answer = await self._handler.handle(request)
        answer.headers.update(UNKEPT)
        return answer
