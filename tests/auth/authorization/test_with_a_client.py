"""Whole sign-ins, begun by the SDK's own OAuth client with nothing but an endpoint's address."""

import httpx2
import pytest
from mcp.client.auth import AuthorizationCodeResult, OAuthClientProvider
from mcp.shared.auth import OAuthClientMetadata
from pydantic import AnyUrl

from dinero_mcp.auth.authorization.document_fetch import DocumentFetch
from dinero_mcp.auth.bearers import ACCESS_LASTS
from dinero_mcp.auth.state import State
from tests.auth.authorization.desk import ASTRID, DEDICATED, GATEWAY, ISSUER, Desk, answer_in
from tests.auth.authorization.internet import DOCUMENT, publishing
from tests.auth.authorization.kept import Kept
from tests.auth.clock import Clock

LOOPBACK = "http://127.0.0.1:51234/callback"


class Host:
    """A program that holds an MCP client, and the browser that it opens."""

    def __init__(self, desk: Desk, endpoint: str, document: str | None = None) -> None:
        self.desk = desk
        self.kept = Kept()
        self.endpoint = endpoint
        self.sent_back_to = ""
        metadata = OAuthClientMetadata(
            client_name="A host", redirect_uris=[AnyUrl(LOOPBACK)], token_endpoint_auth_method="none"
        )
        self.auth = OAuthClientProvider(
            endpoint,
            metadata,
            self.kept,
            self._browse,
            self._returned,
            client_metadata_url=document,
        )

    async def _browse(self, address: str) -> None:
        answer = await self.desk.http.get(address)
        consent = await self.desk.http.get(answer.headers["Location"])
        self.sent_back_to = consent.headers["Location"]

    async def _returned(self) -> AuthorizationCodeResult:
        return AuthorizationCodeResult(**answer_in(self.sent_back_to))

    async def ask(self) -> httpx2.Response:
        network = httpx2.ASGITransport(self.desk.app)
        async with httpx2.AsyncClient(transport=network, auth=self.auth) as http:
            return await http.post(self.endpoint, json={})


@pytest.mark.parametrize("endpoint", [DEDICATED, GATEWAY])
async def test_a_client_that_registers_itself_signs_in_and_refreshes(any_desk: Desk, endpoint: str) -> None:
    host = Host(any_desk, endpoint)
    assert (await host.ask()).json() == {"connection": ASTRID, "client": "A host"}
    assert host.sent_back_to.startswith(f"{LOOPBACK}?code=")
    assert host.kept.client
    assert host.kept.client.client_secret is None
    first = host.kept.tokens
    assert first
    any_desk.clock.pass_by(ACCESS_LASTS.total_seconds())
    host.auth.context.token_expiry_time = 1
    host.sent_back_to = ""
    assert (await host.ask()).status_code == 200
    assert host.sent_back_to == ""
    assert host.kept.tokens
    assert host.kept.tokens.refresh_token != first.refresh_token


async def test_a_client_that_publishes_a_document_signs_in_without_registering(
    state: State, clock: Clock
) -> None:
    net = publishing()
    desk = Desk(state, clock, fetch=DocumentFetch(net, net.resolve))
    host = Host(desk, DEDICATED, DOCUMENT)
    assert (await host.ask()).json() == {"connection": ASTRID, "client": "An app"}
    assert host.kept.client
    assert host.kept.client.client_id == DOCUMENT
    assert await state.clients.count() == 0


async def test_a_client_whose_tokens_were_ended_signs_in_anew(desk: Desk) -> None:
    host = Host(desk, DEDICATED)
    await host.ask()
    (bearer,) = await desk.state.bearers.of(ASTRID)
    await desk.state.bearers.revoke(bearer.id)
    assert (await host.ask()).status_code == 200


async def test_both_endpoints_and_the_server_are_described(desk: Desk) -> None:
    for path in ("/mcp", "/mcp/dinero"):
        answer = await desk.http.get(f"/.well-known/oauth-protected-resource{path}")
        said = answer.json()
        assert said["resource"] == f"{ISSUER}{path}"
        assert said["authorization_servers"] == [ISSUER]
        assert said["scopes_supported"] == ["dinero:read"]
    server = (await desk.http.get("/.well-known/oauth-authorization-server")).json()
    assert server["issuer"] == ISSUER
    assert server["token_endpoint_auth_methods_supported"] == ["none"]
    assert server["code_challenge_methods_supported"] == ["S256"]
    assert server["client_id_metadata_document_supported"] is True
    assert server["authorization_response_iss_parameter_supported"] is True
    assert {urls for name, urls in server.items() if name.endswith("_endpoint")} == {
        f"{ISSUER}/{each}" for each in ("authorize", "token", "register", "revoke")
    }


async def test_a_refusal_says_where_to_learn_more_and_that_a_token_was_bad_only_when_one_came(
    desk: Desk,
) -> None:
    described = f'resource_metadata="{ISSUER}/.well-known/oauth-protected-resource/mcp/dinero"'
    without = await desk.http.get(DEDICATED)
    assert without.headers["WWW-Authenticate"] == f'Bearer {described}, scope="dinero:read"'
    with_one = await desk.http.get(DEDICATED, headers={"Authorization": "Bearer eyJhbGciOiJub25lIn0.e30."})
    assert with_one.headers["WWW-Authenticate"].startswith('Bearer error="invalid_token", ')


@pytest.mark.parametrize(
    "path", ["/token", "/register", "/revoke", "/.well-known/oauth-authorization-server"]
)
async def test_clients_in_a_browser_may_ask_but_nobody_may_ask_for_a_person(desk: Desk, path: str) -> None:
    asking = {"Origin": "https://inspector.example", "Access-Control-Request-Method": "POST"}
    if path.startswith("/.well"):
        asking["Access-Control-Request-Method"] = "GET"
    answer = await desk.http.options(path, headers=asking)
    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (200, "*")
    assert "Access-Control-Allow-Credentials" not in answer.headers
    authorize = await desk.http.get("/authorize", headers={"Origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in authorize.headers
