"""Visma Connect as a set of routes, and what its tokens open."""

from collections.abc import Callable, Iterable
from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from dinero_mcp.sandbox.connect.application import OFFLINE_ACCESS, Application
from dinero_mcp.sandbox.connect.authorize import RESPONSE_MODES, AuthorizationEndpoint
from dinero_mcp.sandbox.connect.grants import Granted, Grants
from dinero_mcp.sandbox.connect.token import TokenEndpoint, issuer_of
from dinero_mcp.sandbox.connect.users import BY_SUBJECT, User, newcomer
from dinero_mcp.sandbox.sign_in import Access

DISCOVERY = ("/.well-known/openid-configuration", "/.well-known/oauth-authorization-server")
AUTHORIZE, TOKEN, REVOCATION = "/connect/authorize", "/connect/token", "/connect/revocation"


class VismaConnect:
    """Stands in for `https://connect.visma.com`, with one application registered.

    `file` keeps grants from one process to the next.
    """

    def __init__(
        self,
        organization_ids: Iterable[int],
        now: Callable[[], float],
        application: Application | None = None,
        file: Path | None = None,
    ) -> None:
        self._every = frozenset(organization_ids)
        self._users: dict[str, User] = dict(BY_SUBJECT)
        self.grants = Grants(application or Application(), now, file)
        self._authorization = AuthorizationEndpoint(self.grants)
        self._token = TokenEndpoint(self.grants)

    def routes(self) -> list[Route]:
        return [
            *(Route(path, discovery) for path in DISCOVERY),
            Route(AUTHORIZE, self._authorization.answer, methods=["GET", "POST"]),
            Route(TOKEN, self._token.token, methods=["POST"]),
            Route(REVOCATION, self._token.revocation, methods=["POST"]),
        ]

    def access(self, token: str) -> Access | None:
        """What an access token opens; None when it is unknown, revoked or run out."""
        found = self.grants.subject(token)
        if found is None:
            return None
        subject, expires_at = found
        reached = self._users[subject].reached(self._every)
        return Access(self.grants.application.client_id, reached, expires_at)

    def granted(
        self, users: int, issuer: str, organization_ids: Iterable[int] | None = None
    ) -> list[Granted]:
        """Grants of so many new users, in memory only, whose access tokens have run out.

        They reach every organization unless some are named.
        """
        reached = None if organization_ids is None else frozenset(organization_ids)
        first = len(self._users)
        made = [newcomer(number, reached) for number in range(first, first + users)]
        self._users |= {user.subject: user for user in made}
        return self.grants.run_out([user.subject for user in made], issuer)

    def kill_access_tokens(self) -> None:
        """Make every access token given so far useless; refresh tokens stay good."""
        self.grants.kill_access_tokens()


async def discovery(request: Request) -> Response:
    """The metadata, as far as it is true here; like Visma's, it does not list Dinero's scopes."""
    issuer = issuer_of(request)
    return JSONResponse(
        {
            "issuer": issuer,
            "authorization_endpoint": issuer + AUTHORIZE,
            "token_endpoint": issuer + TOKEN,
            "revocation_endpoint": issuer + REVOCATION,
            "scopes_supported": ["openid", OFFLINE_ACCESS],
            "response_types_supported": ["code"],
            "response_modes_supported": list(RESPONSE_MODES),
            "grant_types_supported": ["authorization_code", "refresh_token"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "code_challenge_methods_supported": ["plain", "S256"],
            "authorization_response_iss_parameter_supported": True,
        }
    )
