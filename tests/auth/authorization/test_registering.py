"""Clients that register themselves."""

from datetime import timedelta
from typing import Any

import pytest

from dinero_mcp.auth.authorization.paces import REGISTRATIONS_AN_HOUR
from dinero_mcp.auth.clients import UNUSED_LASTS
from dinero_mcp.auth.state import State
from tests.auth.authorization.desk import CALLBACK, Desk
from tests.auth.clock import Clock


async def test_a_client_gets_an_id_and_never_a_secret(any_desk: Desk) -> None:
    answer = await any_desk.register(token_endpoint_auth_method="client_secret_post", scope="openid admin")
    assert answer.status_code == 201
    assert answer.headers["Cache-Control"] == "no-store"
    registered = answer.json()
    assert registered["redirect_uris"] == [CALLBACK]
    assert registered["token_endpoint_auth_method"] == "none"
    assert registered["scope"] == "dinero:read"
    assert registered["grant_types"] == ["authorization_code", "refresh_token"]
    assert "client_secret" not in registered
    assert (await any_desk.authorize(registered["client_id"])).status_code == 302


async def test_what_is_not_needed_is_not_kept_and_not_said_to_be(desk: Desk) -> None:
    answer = await desk.register(logo_uri="https://evil.example/x.svg", contacts=["a@b.c"], software_id="x")
    assert not answer.json().keys() & {"logo_uri", "contacts", "software_id", "issuer", "client_secret"}


@pytest.mark.parametrize(
    "addresses",
    [
        ["javascript:alert(1)"],
        [CALLBACK, "javascript:alert(1)"],
        ["data:text/html,hello"],
        ["http://evil.example/cb"],
        ["https://user@evil.example/cb"],
        ["https://evil.example/cb#x"],
        ["myapp:/cb"],
        [f"https://app.example.com/{number}" for number in range(11)],
        ["https://app.example.com/" + "a" * 2000],
    ],
)
async def test_addresses_that_nobody_may_be_sent_to_are_refused(desk: Desk, addresses: list[str]) -> None:
    answer = await desk.register(*addresses)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_redirect_uri")


@pytest.mark.parametrize(
    "metadata",
    [
        {"redirect_uris": []},
        {"redirect_uris": None},
        {"redirect_uris": "https://a.example"},
        {"redirect_uris": [1]},
        {"redirect_uris": ["\x00"]},
        {"client_name": ["x"]},
        {"grant_types": ["client_credentials"]},
        {"token_endpoint_auth_method": "private_key_jwt"},
    ],
)
async def test_metadata_that_make_no_sense_are_refused(desk: Desk, metadata: dict[str, Any]) -> None:
    answer = await desk.register(**metadata)
    assert answer.status_code == 400
    assert answer.json()["error"] in ("invalid_client_metadata", "invalid_redirect_uri")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b"[" * 60_000, b'{"a":"\\ud800"}'])
async def test_a_body_that_is_no_registration_is_refused(desk: Desk, body: bytes) -> None:
    answer = await desk.http.post("/register", content=body)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_client_metadata")


async def test_a_body_is_at_most_64_kilobytes(desk: Desk) -> None:
    assert (await desk.register(client_uri="https://a.example/" + "a" * 70_000)).status_code == 413


async def test_a_name_is_only_data_and_short(desk: Desk) -> None:
    name = '<img src=x onerror="alert(1)">\r\n\x00\u202e{{7*7}} ' + "x" * 1000
    client = await desk.registered(client_name=name)
    pending = await desk.approvals.pending(await desk.pending(client))
    assert pending
    assert pending.client_name.startswith('<img src=x onerror="alert(1)"> {{7*7}} xxx')
    assert len(pending.client_name) == 80


async def test_a_client_without_a_name_is_called_after_where_it_sends_people(desk: Desk) -> None:
    pending = await desk.approvals.pending(await desk.pending(await desk.registered(client_name=None)))
    assert pending
    assert pending.client_name == "claude.ai"


async def test_only_what_an_operator_allows_is_registered(state: State, clock: Clock) -> None:
    desk = Desk(state, clock, frozenset({"claude.ai", "127.0.0.1"}))
    answer = await desk.register(CALLBACK, "https://evil.example/cb", "http://127.0.0.1/cb")
    assert answer.json()["redirect_uris"] == [CALLBACK, "http://127.0.0.1/cb"]
    assert (await desk.register("https://evil.example/cb")).json()["error"] == "invalid_redirect_uri"


async def test_registrations_from_one_address_are_bounded(desk: Desk) -> None:
    for _ in range(REGISTRATIONS_AN_HOUR):
        assert (await desk.register()).status_code == 201
    answer = await desk.register()
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3600")


async def test_a_client_that_nobody_agreed_to_is_forgotten_and_told_what_to_do(
    desk: Desk, clock: Clock
) -> None:
    used, unused = await desk.registered(), await desk.registered()
    await desk.code(used)
    clock.pass_by((UNUSED_LASTS + timedelta(days=1)).total_seconds())
    await desk.registered()
    assert (await desk.authorize(used)).status_code == 302
    answer = await desk.authorize(unused)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_client")
    assert "add it again" in answer.json()["error_description"]
