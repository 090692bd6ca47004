"""How OAuth says no."""

from collections.abc import Mapping

from starlette.responses import JSONResponse

INVALID_REQUEST = "invalid_request"
INVALID_CLIENT = "invalid_client"
INVALID_GRANT = "invalid_grant"
INVALID_SCOPE = "invalid_scope"
UNAUTHORIZED_CLIENT = "unauthorized_client"
UNSUPPORTED_GRANT_TYPE = "unsupported_grant_type"
UNSUPPORTED_RESPONSE_TYPE = "unsupported_response_type"
UNSUPPORTED_TOKEN_TYPE = "unsupported_token_type"  # noqa: S105 - an error code
ACCESS_DENIED = "access_denied"
SERVER_ERROR = "server_error"
TEMPORARILY_UNAVAILABLE = "temporarily_unavailable"

NOT_STORED: Mapping[str, str] = {"Cache-Control": "no-store", "Pragma": "no-cache"}


class RefusedError(Exception):
    """A request that is refused, by its OAuth error code."""

    def __init__(self, error: str, status: int = 400) -> None:
        super().__init__(error)
        self.error = error
        self.status = status

    def response(self) -> JSONResponse:
        """The refusal as it goes over the wire; like Visma's, without a description."""
        challenge = {"WWW-Authenticate": "Basic"} if self.status == 401 else {}
        return JSONResponse({"error": self.error}, self.status, {**NOT_STORED, **challenge})
