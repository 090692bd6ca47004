"""A client comes for tokens with a code or a refresh token; the SDK's handler answers."""

from collections.abc import Callable

from mcp.server.auth.handlers.token import TokenHandler
from mcp.server.auth.middleware.client_auth import ClientAuthenticator
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from dinero_mcp.auth.authorization.forms import UNKEPT, form_of
from dinero_mcp.auth.authorization.tokens import Tokens

GRANTS = ("authorization_code", "refresh_token")


class Exchanging:
    """Answers /token; `tokens` gives what answers the SDK's questions for a request about a resource."""

    def __init__(self, tokens: Callable[[str | None], Tokens]) -> None:
        self._tokens = tokens

    async def answer(self, request: Request) -> Response:
        form = await form_of(request)
        if not form:
            return _refused("invalid_request", "a form is expected, with each field once")
        if form.get("grant_type") not in GRANTS:
            return _refused("unsupported_grant_type", f"grant_type must be one of {', '.join(GRANTS)}")
        tokens = self._tokens(form.get("resource"))
        return await TokenHandler(tokens, ClientAuthenticator(tokens)).handle(request)


def _refused(error: str, description: str) -> Response:
    return JSONResponse({"error": error, "error_description": description}, 400, UNKEPT)
