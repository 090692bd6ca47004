"""The token and revocation endpoints: what an application asks for without its user."""

import base64
import binascii
import hashlib
from urllib.parse import unquote_plus

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from dinero_mcp.sandbox.connect.application import Application
from dinero_mcp.sandbox.connect.form import form_of, needed
from dinero_mcp.sandbox.connect.grants import Code, Grants, Tokens
from dinero_mcp.sandbox.connect.refusals import (
    INVALID_CLIENT,
    INVALID_GRANT,
    INVALID_REQUEST,
    INVALID_SCOPE,
    NOT_STORED,
    UNAUTHORIZED_CLIENT,
    UNSUPPORTED_GRANT_TYPE,
    UNSUPPORTED_TOKEN_TYPE,
    RefusedError,
)

GRANT_TYPES = ("authorization_code", "refresh_token", "client_credentials")
TOKEN_TYPES = ("access_token", "refresh_token")


class TokenEndpoint:
    """Gives tokens for codes and for refresh tokens, and takes tokens back."""

    def __init__(self, grants: Grants) -> None:
        self._grants = grants
        self._application = grants.application

    async def token(self, request: Request) -> Response:
        """Answer `POST /connect/token`."""
        try:
            form = await form_of(request)
            _identified(request, form, self._application)
            tokens = self._given(form, issuer_of(request))
        except RefusedError as refused:
            return refused.response()
        answer = {
            "access_token": tokens.access_token,
            "expires_in": self._application.token_seconds,
            "token_type": "Bearer",
            "scope": tokens.scope,
        }
        refresh = {"refresh_token": tokens.refresh_token} if tokens.refresh_token else {}
        return JSONResponse(answer | refresh, headers=dict(NOT_STORED))

    async def revocation(self, request: Request) -> Response:
        """Answer `POST /connect/revocation`; unknown tokens are as good as revoked."""
        try:
            form = await form_of(request)
            _identified(request, form, self._application)
            token = needed(form, "token")
            if form.get("token_type_hint", "access_token") not in TOKEN_TYPES:
                raise RefusedError(UNSUPPORTED_TOKEN_TYPE)
        except RefusedError as refused:
            return refused.response()
        self._grants.revoke(token)
        return Response()

    def _given(self, form: dict[str, str], issuer: str) -> Tokens:
        grant_type = needed(form, "grant_type")
        if grant_type not in GRANT_TYPES:
            raise RefusedError(UNSUPPORTED_GRANT_TYPE)
        if grant_type not in self._application.grant_types:
            raise RefusedError(UNAUTHORIZED_CLIENT)
        if grant_type == "authorization_code":
            return self._for_code(form, issuer)
        return self._for_refresh_token(form, issuer)

    def _for_code(self, form: dict[str, str], issuer: str) -> Tokens:
        redirect_address = needed(form, "redirect_uri")
        code = self._grants.use_code(needed(form, "code"))
        if code.redirect_address != redirect_address or not _proven(code, form.get("code_verifier", "")):
            raise RefusedError(INVALID_GRANT)
        return self._grants.tokens(code.grant_id, issuer)

    def _for_refresh_token(self, form: dict[str, str], issuer: str) -> Tokens:
        token = needed(form, "refresh_token")
        if "scope" in form and not self._application.allowed(form["scope"]):
            raise RefusedError(INVALID_SCOPE)
        return self._grants.tokens(self._grants.use_refresh_token(token), issuer, token)


def issuer_of(request: Request) -> str:
    """The address under which the sandbox was asked: it has no other name."""
    return f"{request.url.scheme}://{request.url.netloc}"


def _identified(request: Request, form: dict[str, str], application: Application) -> None:
    """Refuse whoever is not the application: it says who it is in a header or in the form, not in both."""
    basic = _basic(request.headers.get("authorization", ""))
    if basic and "client_secret" in form:
        raise RefusedError(INVALID_REQUEST)
    given = basic or (form.get("client_id", ""), form.get("client_secret", ""))
    if given != (application.client_id, application.client_secret):
        raise RefusedError(INVALID_CLIENT, 401 if basic else 400)


def _basic(authorization: str) -> tuple[str, str] | None:
    scheme, _, credentials = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, _, password = base64.b64decode(credentials, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return unquote_plus(user), unquote_plus(password)


def _proven(code: Code, verifier: str) -> bool:
    """Whether whoever brings the code is who asked for it (RFC 7636)."""
    if code.method == "S256":
        digest = hashlib.sha256(verifier.encode()).digest()
        verifier = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    return verifier == code.challenge
