"""A program that holds the SDK's MCP client, and the browser that it opens."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx2
from mcp import Client
from mcp.client.auth import AuthorizationCodeResult, OAuthClientProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import OAuthClientMetadata
from playwright.async_api import Page
from pydantic import AnyUrl
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from tests.auth.authorization.kept import Kept
from tests.server.listening import listening
from tests.server.office.on_ports import allow_and_sign_in


@dataclass
class Host:
    """The program; `document` is where it publishes what it is, if it does."""

    page: Page
    document: str | None = None
    kept: Kept = field(default_factory=Kept)
    answers: list[AuthorizationCodeResult] = field(default_factory=list[AuthorizationCodeResult])
    """What came back to it, sign-in by sign-in."""
    address: str = ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Where it waits for the browser to come back."""
        given = Request(scope).query_params
        if "code" in given:  # and no favicon
            code, state, issuer = given["code"], given.get("state"), given.get("iss")
            self.answers.append(AuthorizationCodeResult(code=code, state=state, iss=issuer))
        await PlainTextResponse("You are back at the client.")(scope, receive, send)

    @property
    def back(self) -> str:
        """Where that is."""
        return f"{self.address}/callback"

    async def sign_in(self, address: str) -> None:
        await allow_and_sign_in(self.page, address, self.back)

    async def answer(self) -> AuthorizationCodeResult:
        return self.answers[-1]

    def auth(self, endpoint: str) -> OAuthClientProvider:
        described = OAuthClientMetadata(
            client_name="A host", redirect_uris=[AnyUrl(self.back)], token_endpoint_auth_method="none"
        )
        return OAuthClientProvider(
            endpoint, described, self.kept, self.sign_in, self.answer, client_metadata_url=self.document
        )

    @asynccontextmanager
    async def client(self, endpoint: str, *, is_expired: bool = False) -> AsyncGenerator[Client]:
        """Its MCP client, which knows nothing but the address of the endpoint and what was kept."""
        auth = self.auth(endpoint)
        async with (
            httpx2.AsyncClient(auth=auth, timeout=60) as http,
            Client(streamable_http_client(endpoint, http_client=http)) as client,
        ):
            if is_expired:
                auth.context.token_expiry_time = 1
            yield client


@asynccontextmanager
async def host(page: Page, document: str | None = None) -> AsyncGenerator[Host]:
    """A host that waits on a port of this machine."""
    opened = Host(page, document)
    async with listening(opened) as opened.address:
        yield opened
