"""An authorization server in this process, with somebody at the consent page, and what clients do to it."""

import hashlib
from base64 import urlsafe_b64encode
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from dinero_mcp.auth.authorization.document_fetch import DocumentFetch
from dinero_mcp.auth.authorization.server import authorization_server
from dinero_mcp.auth.authorization.terms import Terms, challenge
from dinero_mcp.auth.state import State
from tests.auth.clock import Clock

ISSUER = "https://mcp.example.com"
DEDICATED, GATEWAY = f"{ISSUER}/mcp/dinero", f"{ISSUER}/mcp"
CALLBACK = "https://claude.ai/api/mcp/auth_callback"
VERIFIER = "a-verifier-that-is-long-enough-to-be-one-0123456789"
ASTRID = "astrid"
"""A connection's id."""
TERMS = Terms(issuer=ISSUER, endpoints={"/mcp/dinero": "Dinero", "/mcp": "Dinero (gateway)"})


def challenge_of(verifier: str) -> str:
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def answer_in(address: str) -> dict[str, str]:
    """The parameters that an address carries to the client."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


class Desk:
    """The server, with two endpoints that say who came, and a person who agrees to everything."""

    def __init__(
        self,
        state: State,
        clock: Clock,
        hosts: frozenset[str] | None = None,
        fetch: DocumentFetch | None = None,
    ) -> None:
        self.state = state
        self.clock = clock
        made = authorization_server(state, TERMS, client_hosts=hosts, fetch=fetch, clock=clock)
        self.approvals = made.approvals
        own = [
            Route("/consent", self._agree),
            Route("/mcp/dinero", self._endpoint, methods=["GET", "POST"]),
            Route("/mcp", self._endpoint, methods=["GET", "POST"]),
        ]
        self.app = Starlette(routes=[*made.routes, *own])
        self.http = httpx2.AsyncClient(transport=httpx2.ASGITransport(self.app), base_url=ISSUER)

    async def _agree(self, request: Request) -> Response:
        address = await self.approvals.approve(request.query_params["request"], ASTRID)
        return RedirectResponse(address) if address else PlainTextResponse("over", 410)

    async def _endpoint(self, request: Request) -> Response:
        resource = f"{ISSUER}{request.url.path}"
        secret = request.headers.get("Authorization", "").removeprefix("Bearer ")
        found = await self.state.bearers.found(secret, self.clock.now) if secret else None
        if found is None or found.resource != resource:
            refusal = challenge(resource, "invalid_token" if secret else None)
            return Response(status_code=401, headers={"WWW-Authenticate": refusal})
        return JSONResponse({"connection": found.connection_id, "client": found.name})

    async def registered(self, *redirect_addresses: str, **metadata: Any) -> str:  # Any: JSON
        """The id of a client that registered itself."""
        answer = await self.register(*redirect_addresses, **metadata)
        assert answer.status_code == 201, answer.text
        return answer.json()["client_id"]

    async def register(self, *redirect_addresses: str, **metadata: Any) -> httpx2.Response:  # Any: JSON
        asked = {"redirect_uris": list(redirect_addresses or [CALLBACK]), "client_name": "Claude"}
        return await self.http.post("/register", json=asked | metadata)

    async def authorize(self, client_id: str, **changes: str | list[str] | None) -> httpx2.Response:
        """Go where a good request sends a person; `changes` make it another, None leaves a parameter out."""
        asked: dict[str, str | list[str] | None] = {
            "client_id": client_id,
            "redirect_uri": CALLBACK,
            "response_type": "code",
            "code_challenge": challenge_of(VERIFIER),
            "code_challenge_method": "S256",
            "resource": DEDICATED,
            "scope": "dinero:read",
            "state": "a state",
        }
        given = {name: value for name, value in (asked | changes).items() if value is not None}
        return await self.http.get("/authorize", params=given)

    async def pending(self, client_id: str, **changes: str | list[str] | None) -> str:
        """The key of a request that awaits consent."""
        answer = await self.authorize(client_id, **changes)
        assert answer.status_code == 302, answer.text
        assert answer.headers["Location"].startswith(f"{ISSUER}/consent?request="), answer.headers["Location"]
        return answer_in(answer.headers["Location"])["request"]

    async def code(self, client_id: str, **changes: str | list[str] | None) -> str:
        """A code that the client got for Astrid's connection."""
        address = await self.approvals.approve(await self.pending(client_id, **changes), ASTRID)
        assert address
        return answer_in(address)["code"]

    async def exchange(self, client_id: str, code: str, **changes: str) -> httpx2.Response:
        form = {
            "grant_type": "authorization_code",
            "client_id": client_id,
            "code": code,
            "redirect_uri": CALLBACK,
            "code_verifier": VERIFIER,
            "resource": DEDICATED,
        }
        return await self.http.post("/token", data=form | changes)

    async def tokens(self, client_id: str) -> dict[str, Any]:  # Any: JSON
        """Tokens of a new sign-in."""
        answer = await self.exchange(client_id, await self.code(client_id))
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def refresh(self, client_id: str, refresh_token: str, **changes: str) -> httpx2.Response:
        form = {"grant_type": "refresh_token", "client_id": client_id, "refresh_token": refresh_token}
        return await self.http.post("/token", data=form | changes)

    async def lets_in(self, access_token: str, endpoint: str = DEDICATED) -> bool:
        """Whether the endpoint accepts the token."""
        answer = await self.http.get(endpoint, headers={"Authorization": f"Bearer {access_token}"})
        return answer.status_code == 200
