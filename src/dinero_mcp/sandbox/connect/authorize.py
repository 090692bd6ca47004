"""The authorization endpoint: a person chooses who to be, and allows or denies.

A request whose application or redirect address is wrong leads nowhere but to a page with an error id, as at
Visma. Everything else that is wrong is told to the application.
"""

import secrets
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from dinero_mcp.sandbox.connect.application import Application
from dinero_mcp.sandbox.connect.form import form_of, query_of
from dinero_mcp.sandbox.connect.grants import Grants
from dinero_mcp.sandbox.connect.pages import consent_page, error_page, posting_page
from dinero_mcp.sandbox.connect.refusals import (
    ACCESS_DENIED,
    INVALID_REQUEST,
    INVALID_SCOPE,
    UNSUPPORTED_RESPONSE_TYPE,
    RefusedError,
)
from dinero_mcp.sandbox.connect.token import issuer_of
from dinero_mcp.sandbox.connect.users import BY_SUBJECT

RESPONSE_MODES = ("query", "form_post")
METHODS = ("S256", "plain")


@dataclass(frozen=True, slots=True)
class Asked:
    """What an application asks a user for, as far as it could be understood."""

    redirect_address: str
    scope: str
    state: str
    response_mode: str
    challenge: str
    method: str

    def answered(self, issuer: str, **fields: str) -> Response:
        """Send the browser back to the application."""
        told = fields | ({"state": self.state} if self.state else {}) | {"iss": issuer}
        if self.response_mode == "form_post":
            return HTMLResponse(posting_page(self.redirect_address, told))
        return RedirectResponse(_with_query(self.redirect_address, told), 302)


class AuthorizationEndpoint:
    """Answers `/connect/authorize`: GET shows the page, POST is what was chosen on it."""

    def __init__(self, grants: Grants) -> None:
        self._grants = grants

    async def answer(self, request: Request) -> Response:
        """The page, or the way back to the application."""
        try:
            query = query_of(request)
            form = await form_of(request) if request.method == "POST" else {}
        except RefusedError:
            return _nowhere("a parameter is given twice, or what was sent is no form")
        application = self._grants.application
        if query.get("client_id") != application.client_id:
            return _nowhere("unknown client_id")
        if query.get("redirect_uri") not in application.redirect_addresses:
            return _nowhere("redirect_uri is not one that is registered")
        asked = _asked(query)
        if error := _wrong(query, asked, application):
            return asked.answered(issuer_of(request), error=error)
        if request.method == "POST":
            return self._decided(asked, form, issuer_of(request))
        return HTMLResponse(consent_page(application.client_id, asked.scope.split()))

    def _decided(self, asked: Asked, form: dict[str, str], issuer: str) -> Response:
        if error := form.get("error"):
            description = {"error_description": form["description"]} if "description" in form else {}
            return asked.answered(issuer, error=error, **description)
        user = BY_SUBJECT.get(form.get("user", ""))
        if user is None or form.get("answer") != "allow":
            return asked.answered(issuer, error=ACCESS_DENIED)
        code = self._grants.code(
            user.subject, asked.scope, asked.redirect_address, asked.challenge, asked.method
        )
        session = secrets.token_urlsafe(16)
        return asked.answered(issuer, code=code, scope=asked.scope, session_state=session)


def _asked(query: dict[str, str]) -> Asked:
    return Asked(
        redirect_address=query["redirect_uri"],
        scope=query.get("scope", ""),
        state=query.get("state", ""),
        response_mode=query.get("response_mode", "query"),
        challenge=query.get("code_challenge", ""),
        method=query.get("code_challenge_method", "plain"),
    )


def _wrong(query: dict[str, str], asked: Asked, application: Application) -> str | None:
    """The OAuth error that the request earns."""
    if "response_type" not in query or asked.response_mode not in RESPONSE_MODES:
        return INVALID_REQUEST
    if query["response_type"] != "code":
        return UNSUPPORTED_RESPONSE_TYPE
    if not application.allowed(asked.scope):
        return INVALID_SCOPE
    if asked.method not in METHODS:
        return INVALID_REQUEST
    return None


def _nowhere(what: str) -> Response:
    return HTMLResponse(error_page(what, secrets.token_hex(8).upper()), 400)


def _with_query(address: str, fields: dict[str, str]) -> str:
    parts = urlsplit(address)
    return parts._replace(query=urlencode([*parse_qsl(parts.query), *fields.items()])).geturl()
