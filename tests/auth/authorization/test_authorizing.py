"""What clients ask people for at /authorize, and what is done with requests that are not right."""

import pytest

from dinero_mcp.auth.authorization.document_fetch import DocumentFetch
from dinero_mcp.auth.authorization.paces import REQUESTS_A_MINUTE
from dinero_mcp.auth.state import State
from tests.auth.authorization.desk import CALLBACK, DEDICATED, GATEWAY, ISSUER, VERIFIER, Desk, answer_in
from tests.auth.authorization.internet import DOCUMENT, Internet, description, publishing
from tests.auth.clock import Clock

EVIL = "https://evil.example/callback"
Changes = dict[str, str | list[str] | None]


async def test_a_good_request_waits_at_the_consent_page(desk: Desk) -> None:
    client = await desk.registered()
    key = await desk.pending(client)
    pending = await desk.approvals.pending(key)
    assert pending
    assert (pending.client_id, pending.client_name, pending.client_host) == (client, "Claude", None)
    assert (pending.redirect_address, pending.redirect_host) == (CALLBACK, "claude.ai")
    assert (pending.resource, pending.resource_name) == (DEDICATED, "Dinero")
    assert (pending.scopes, pending.is_loopback, pending.may_be_remembered) == (("dinero:read",), False, True)


async def test_a_request_by_form_is_as_good(desk: Desk) -> None:
    client = await desk.registered()
    asked = (await desk.authorize(client)).request.url.query.decode()
    answer = await desk.http.post(
        "/authorize", content=asked, headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    assert answer.headers["Location"].startswith(f"{ISSUER}/consent?request=")


@pytest.mark.parametrize(
    ("asked", "granted"),
    [
        (None, "dinero:read"),
        ("", "dinero:read"),
        ("offline_access", "dinero:read"),
        ("openid dinero:read offline_access", "dinero:read"),
    ],
)
async def test_the_one_scope_is_granted_to_who_asks_for_it_or_for_none(
    desk: Desk, asked: str | None, granted: str
) -> None:
    client = await desk.registered()
    pending = await desk.approvals.pending(await desk.pending(client, scope=asked))
    assert pending
    assert pending.scopes == (granted,)


@pytest.mark.parametrize(
    "address",
    [
        EVIL,
        "http://claude.ai/api/mcp/auth_callback",
        "https://claude.ai:8443/api/mcp/auth_callback",
        "https://claude.ai/api/mcp/auth_callback/../../evil",
        "https://claude.ai/api/mcp/auth_callback?next=https://evil.example",
        "https://claude.ai.evil.example/api/mcp/auth_callback",
        "https://claude.ai@evil.example/api/mcp/auth_callback",
        "https://claude.ai/api/mcp/auth_callback#",
        "javascript:alert(document.domain)",
        "//evil.example",
        "",
        None,
    ],
)
@pytest.mark.parametrize("other", [{}, {"response_type": "bogus"}, {"code_challenge": None}])
async def test_nobody_is_sent_to_an_address_that_is_not_the_clients(
    desk: Desk, address: str | None, other: Changes
) -> None:
    answer = await desk.authorize(await desk.registered(), redirect_uri=address, **other)
    assert answer.status_code == 400
    assert "Location" not in answer.headers
    assert answer.json().keys() == {"error", "error_description"}


@pytest.mark.parametrize("changes", [{"redirect_uri": [CALLBACK, EVIL]}, {"redirect_uri": [EVIL, CALLBACK]}])
async def test_an_address_given_twice_is_none(desk: Desk, changes: Changes) -> None:
    answer = await desk.authorize(await desk.registered(), **changes)
    assert (answer.status_code, "Location" in answer.headers) == (400, False)


@pytest.mark.parametrize(
    "client_id", ["unknown", "0" * 32, "\x00", "https://", "'; DROP TABLE x; --", "../x"]
)
async def test_a_client_that_nobody_knows_is_told_on_the_spot(desk: Desk, client_id: str) -> None:
    answer = await desk.authorize(client_id)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_client")
    assert "Location" not in answer.headers


BAD: list[tuple[Changes, str]] = [
    ({"code_challenge": None}, "invalid_request"),
    ({"code_challenge": "short"}, "invalid_request"),
    ({"code_challenge": VERIFIER, "code_challenge_method": "plain"}, "invalid_request"),
    ({"code_challenge_method": "plain"}, "invalid_request"),
    ({"code_challenge_method": None}, "invalid_request"),
    ({"code_challenge_method": "s256"}, "invalid_request"),
    ({"code_challenge_method": ["S256", "plain"]}, "invalid_request"),
    ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
    ({"response_type": None}, "unsupported_response_type"),
    ({"response_type": "token"}, "unsupported_response_type"),
    ({"response_mode": "fragment"}, "invalid_request"),
    ({"resource": None}, "invalid_target"),
    ({"resource": "https://mcp.example.com/mcp/dinero/"}, "invalid_target"),
    ({"resource": "https://other.example/mcp"}, "invalid_target"),
    ({"resource": [DEDICATED, GATEWAY]}, "invalid_target"),
    ({"scope": "dinero:write"}, "invalid_scope"),
    ({"scope": "openid profile"}, "invalid_scope"),
    ({"state": "x" * 5000}, "invalid_request"),
]


@pytest.mark.parametrize(("changes", "error"), BAD)
async def test_a_program_on_the_persons_machine_is_told_at_once_what_is_wrong(
    desk: Desk, changes: Changes, error: str
) -> None:
    client = await desk.registered("http://127.0.0.1/cb")
    answer = await desk.authorize(client, redirect_uri="http://127.0.0.1:4711/cb", **changes)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("http://127.0.0.1:4711/cb?error=")
    told = answer_in(answer.headers["Location"])
    assert (told["error"], told["iss"]) == (error, ISSUER)
    assert told["state"] == changes.get("state", "a state")


@pytest.mark.parametrize(("changes", "error"), BAD)
async def test_a_site_is_not_gone_to_behind_the_persons_back(
    desk: Desk, changes: Changes, error: str
) -> None:
    client = await desk.registered(EVIL, client_name="Trust me")
    answer = await desk.authorize(client, redirect_uri=EVIL, **changes)
    assert (answer.status_code, answer.json()["error"]) == (400, error)
    assert "Location" not in answer.headers
    link: str = answer.json()["return_address"]
    assert link.startswith(f"{EVIL}?error=")
    assert (answer_in(link)["error"], answer_in(link)["iss"]) == (error, ISSUER)


async def test_a_site_that_the_operator_named_is_told_at_once(state: State, clock: Clock) -> None:
    desk = Desk(state, clock, frozenset({"claude.ai"}))
    answer = await desk.authorize(await desk.registered(), scope="dinero:write")
    assert answer.headers["Location"].startswith(f"{CALLBACK}?error=invalid_scope")


async def test_a_program_may_use_any_port_and_no_other_address_of_this_machine(desk: Desk) -> None:
    client = await desk.registered("http://127.0.0.1:33418/cb", "http://[::1]/cb")
    for address in ("http://127.0.0.1:1234/cb", "http://[::1]:65535/cb"):
        pending = await desk.approvals.pending(await desk.pending(client, redirect_uri=address))
        assert pending
        assert (pending.redirect_address, pending.is_loopback) == (address, True)
    for address in ("http://localhost:33418/cb", "http://127.0.0.1:33418/other", "http://127.0.0.2:33418/cb"):
        assert (await desk.authorize(client, redirect_uri=address)).status_code == 400


@pytest.mark.parametrize(
    "said", ["a" * 60_000, "&".join(f"p{each}=1" for each in range(100)), "\xff\xfe=\x00"]
)
async def test_requests_that_are_too_long_or_garbled_are_refused(desk: Desk, said: str) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    body = said.encode("latin-1")
    assert (await desk.http.post("/authorize", content=body, headers=form)).status_code == 400
    assert (await desk.http.post("/authorize", content=b"a" * 65_537, headers=form)).status_code == 413


async def test_a_query_that_is_not_text_is_refused(desk: Desk) -> None:
    answer = await desk.http.get("/authorize?client_id=%ff%fe%00&redirect_uri=%c3%28&resource=%ed%a0%80")
    assert answer.status_code == 400


async def test_a_client_that_publishes_a_document_needs_no_registration(state: State, clock: Clock) -> None:
    net = publishing()
    desk = with_documents(state, clock, net)
    pending = await desk.approvals.pending(
        await desk.pending(DOCUMENT, redirect_uri="https://app.example.com/callback")
    )
    assert pending
    assert (pending.client_id, pending.client_name) == (DOCUMENT, "An app")
    assert pending.client_host == "app.example.com"
    answer = await desk.authorize(DOCUMENT, redirect_uri=EVIL)
    assert (answer.status_code, "Location" in answer.headers) == (400, False)


async def test_a_document_that_cannot_be_used_is_told_without_going_anywhere(
    state: State, clock: Clock
) -> None:
    desk = with_documents(state, clock, publishing(description(client_id="https://other.example/x")))
    answer = await desk.authorize(DOCUMENT, redirect_uri="https://app.example.com/callback")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_client")
    assert "another client" in answer.json()["error_description"]


async def test_an_operators_limit_holds_for_clients_that_came_before_it(state: State, clock: Clock) -> None:
    client = await Desk(state, clock).registered(CALLBACK, EVIL)
    limited = Desk(state, clock, frozenset({"claude.ai"}))
    assert (await limited.authorize(client)).status_code == 302
    assert (await limited.authorize(client, redirect_uri=EVIL)).status_code == 400
    barred = Desk(state, clock, frozenset({"chatgpt.com"}))
    assert (await barred.authorize(client)).json()["error"] == "invalid_client"


async def test_requests_from_one_address_are_bounded(desk: Desk) -> None:
    client = await desk.registered()
    for _ in range(REQUESTS_A_MINUTE):
        assert (await desk.authorize(client)).status_code == 302
    assert (await desk.authorize(client)).status_code == 429


async def test_a_request_is_good_for_ten_minutes(desk: Desk, clock: Clock) -> None:
    key = await desk.pending(await desk.registered())
    clock.pass_by(600)
    assert await desk.approvals.pending(key) is None
    assert await desk.approvals.approve(key, "astrid") is None
    assert await desk.approvals.deny(key) is None


def with_documents(state: State, clock: Clock, net: Internet) -> Desk:
    return Desk(state, clock, fetch=DocumentFetch(net, net.resolve))
