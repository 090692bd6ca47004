"""The MCP endpoints of an office, as a client that knows only HTTP and JSON meets them."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import anyio
import pytest

from dinero_mcp.auth.visma_connection import VismaUser
from dinero_mcp.sandbox import Fault
from tests.sandbox.connect.browser import IDA
from tests.server.office.running import (
    ADDRESSES,
    HERE,
    NEWER,
    OLDER,
    Json,
    Running,
    call,
    result,
    running,
)

NOBODYS = "2aa6fda2-9649-483e-82ec-094567eedfd6"
ENDPOINTS = [("/mcp/dinero", ""), ("/mcp", "dinero__")]


@pytest.fixture
async def office(tmp_path: Path) -> AsyncGenerator[Running]:
    async with running(tmp_path) as office:
        yield office


@pytest.mark.parametrize("era", [NEWER, OLDER])
@pytest.mark.parametrize(("path", "prefix"), ENDPOINTS)
async def test_each_endpoint_answers_both_eras_in_json(
    office: Running, path: str, prefix: str, era: str
) -> None:
    secret = await office.named(await office.signed_in())
    async with office.http(secret) as http:
        answer = result(await call(http, f"{prefix}list-accounting-years-tool", path, era))
    assert answer["structuredContent"]["organization"]["id"] == 1001


@pytest.mark.parametrize("era", [NEWER, OLDER])
async def test_who_wants_to_hear_of_progress_gets_an_event_stream(office: Running, era: str) -> None:
    office.sandbox.faults.append(Fault(path="contacts", delay=1.1))
    secret = await office.named(await office.signed_in())
    async with office.http(secret) as http:
        answer = await call(http, "list-contacts-tool", era=era, progressToken="p")
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    assert "notifications/progress" in answer.text


async def test_the_gateway_names_tools_with_its_prefix_everywhere(office: Running) -> None:
    secret = await office.named(await office.signed_in())
    unknown: Json = {"invoice_guid": NOBODYS}
    listing: Json = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
    headers = {"Accept": "application/json", "MCP-Protocol-Version": OLDER}
    async with office.http(secret) as http:
        tools = (await http.post("/mcp", json=listing, headers=headers)).json()["result"]["tools"]
        refused = result(await call(http, "dinero__get-invoice-tool", "/mcp", given=unknown))
        no_tool = result(await call(http, "get-invoice-tool", "/mcp", given=unknown))
    assert len(tools) == 25
    assert all(tool["name"].startswith("dinero__") for tool in tools)
    texts = " ".join(tool["description"] for tool in tools)
    assert texts.count("-tool") == texts.count("dinero__")
    assert "dinero__list-invoices-tool" in refused["content"][0]["text"]
    assert no_tool["isError"]


async def test_without_a_bearer_the_client_is_told_where_to_sign_in(office: Running) -> None:
    async with office.http() as http:
        answers = [await call(http, "list-organizations-tool", path) for path, _ in ENDPOINTS]
    for answer, (path, _) in zip(answers, ENDPOINTS, strict=True):
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == (
            f'Bearer resource_metadata="{HERE}/.well-known/oauth-protected-resource{path}", '
            'scope="dinero:read"'
        )
        assert f"{HERE}/connect" in answer.json()["error_description"]


@pytest.mark.parametrize(
    "secret",
    ["nonsense", "dmt_nonsense", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhc3RyaWQifQ.", "' OR 1=1 --", "é"],
)
async def test_a_bearer_that_is_nobodys_is_refused(office: Running, secret: str) -> None:
    await office.signed_in()
    async with office.http() as http:
        headers = [(b"Authorization", f"Bearer {secret}".encode("latin-1"))]
        answer = await http.post("/mcp/dinero", json={}, headers=headers)
    assert answer.status_code == 401
    assert 'Bearer error="invalid_token"' in answer.headers["WWW-Authenticate"]


async def test_an_expired_or_revoked_token_is_refused(office: Running) -> None:
    connection = await office.signed_in()
    expired = await office.named(connection, datetime.now(UTC) - timedelta(seconds=1))
    revoked = await office.named(connection)
    found = await office.state.bearers.found(revoked, datetime.now(UTC))
    assert found
    await office.state.bearers.revoke(found.id)
    for secret in (expired, revoked):
        async with office.http(secret) as http:
            assert (await call(http, "list-organizations-tool")).status_code == 401


async def test_a_clients_token_opens_the_endpoint_it_was_asked_for_and_no_other(office: Running) -> None:
    secret = await office.granted(await office.signed_in(), ADDRESSES.gateway)
    async with office.http(secret) as http:
        assert result(await call(http, "dinero__list-organizations-tool", "/mcp"))
        assert (await call(http, "list-organizations-tool", "/mcp/dinero")).status_code == 401


async def test_a_refresh_token_is_no_bearer(office: Running) -> None:
    pair = await office.pair(await office.signed_in())
    async with office.http(pair.refresh_token) as http:
        assert (await call(http, "list-organizations-tool")).status_code == 401


async def test_a_bearer_opens_the_books_of_its_own_connection_only(office: Running) -> None:
    astrid = await office.named(await office.signed_in())
    ida = await office.named(await office.signed_in(IDA, default=1002))
    async with office.http(astrid) as http:
        reached = result(await call(http, "list-organizations-tool"))["structuredContent"]["organizations"]
    async with office.http(ida) as http:
        own = result(await call(http, "list-organizations-tool"))["structuredContent"]["organizations"]
        other = result(await call(http, "list-accounting-years-tool", given={"organization_id": 1001}))
    assert [each["id"] for each in reached] == [1001, 1002, 1003]
    assert [each["id"] for each in own] == [1002]
    assert other["isError"]
    assert "not one that this sign-in reaches" in other["content"][0]["text"]


@pytest.mark.parametrize(("path", "prefix"), ENDPOINTS)
async def test_a_call_that_needs_an_organization_where_none_is_chosen_is_422(
    office: Running, path: str, prefix: str
) -> None:
    secret = await office.named(await office.signed_in(default=None))
    async with office.http(secret) as http:
        answer = await call(http, f"{prefix}list-accounting-years-tool", path)
        named = await call(http, f"{prefix}list-accounting-years-tool", path, given={"organization_id": 1001})
        listed = await call(http, f"{prefix}list-organizations-tool", path)
        no_tool = result(await call(http, f"{prefix}list-everything-tool", path))
    assert answer.status_code == 422
    assert answer.json()["id"] == 7
    assert f"{HERE}/my" in answer.json()["error"]["message"]
    assert f"{prefix}list-organizations-tool" in answer.json()["error"]["message"]
    assert not result(named)["isError"]
    assert not result(listed)["isError"]
    assert "Unknown tool" in no_tool["content"][0]["text"]


async def test_the_only_organization_of_a_login_needs_no_choice(office: Running) -> None:
    secret = await office.named(await office.signed_in(IDA, default=None))
    async with office.http(secret) as http:
        answer = result(await call(http, "list-accounting-years-tool"))
    assert answer["structuredContent"]["organization"]["id"] == 1002


async def test_a_default_organization_that_was_changed_counts_soon(office: Running) -> None:
    connection = await office.signed_in()
    secret = await office.named(connection)
    async with office.http(secret) as http:
        assert result(await call(http, "list-accounting-years-tool"))
        await office.state.connections.change(connection.user, lambda one: replace(one, organization_id=1002))
        office.office.callers.forget(connection.id)
        answer = result(await call(http, "list-accounting-years-tool"))
    assert answer["structuredContent"]["organization"]["id"] == 1002


async def test_a_grant_that_visma_no_longer_accepts_has_clients_sign_in_anew(office: Running) -> None:
    connection = await office.signed_in()
    client, named = await office.granted(connection), await office.named(connection)
    await ended(office, connection.user)
    async with office.http(client) as http:
        answer = await call(http, "list-organizations-tool")
        assert answer.status_code == 401
        assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]
    async with office.http(named) as http:
        answer = await call(http, "list-organizations-tool")
        assert answer.status_code == 422
        assert f"{HERE}/connect" in answer.json()["error"]["message"]


async def ended(office: Running, user: VismaUser) -> None:
    """Visma has refused the grant, and the access token is over."""
    over = {"refresh_token": "", "access_token": "", "expires_at": datetime.now(UTC)}
    await office.state.connections.change(user, lambda kept: replace(kept, **over))


@pytest.mark.parametrize(("status", "words"), [(403, "Pro"), (429, "again in")])
async def test_what_dinero_refuses_is_explained_in_the_answer_of_the_tool(
    office: Running, status: int, words: str
) -> None:
    office.sandbox.faults.extend([Fault(path="contacts", status=status)] * 3)
    secret = await office.named(await office.signed_in())
    async with office.http(secret) as http:
        answer = result(await call(http, "list-contacts-tool"))
    assert answer["isError"]
    assert words in answer["content"][0]["text"]


async def test_whoever_has_to_sign_in_anew_is_told_the_page_for_it_and_no_command(office: Running) -> None:
    office.sandbox.faults.extend([Fault(path="contacts", status=401)] * 3)
    secret = await office.named(await office.signed_in())
    async with office.http(secret) as http:
        await call(http, "list-contacts-tool")  # with a token, and with the next
        told = result(await call(http, "list-contacts-tool"))["content"][0]["text"]
    assert f"open {HERE}/connect in a browser" in told
    assert "dinero-mcp login" not in told


@pytest.mark.parametrize("era", [NEWER, OLDER])
@pytest.mark.parametrize(("path", "_"), ENDPOINTS)
async def test_nobody_holds_a_stream_open_on_which_nothing_would_be_said(
    office: Running, path: str, _: str, era: str
) -> None:
    headers = {"Accept": "text/event-stream", "MCP-Protocol-Version": era}
    async with office.http(await office.granted(await office.signed_in(), HERE + path), **headers) as http:
        with anyio.fail_after(5):
            answers = [await http.request(method, path) for method in ("GET", "DELETE", "HEAD", "PUT")]
    assert [(each.status_code, each.headers["Allow"]) for each in answers] == [(405, "POST")] * 4


async def test_a_program_is_told_in_a_word_that_an_address_is_not_ours(office: Running) -> None:
    async with office.http() as http:
        answers = await http.get("/nothing"), await http.get("/token")
    assert [(each.status_code, each.text) for each in answers] == [
        (404, "Not Found"),
        (405, "Method Not Allowed"),
    ]


async def test_a_page_under_another_name_cannot_ask(office: Running) -> None:
    secret = await office.named(await office.signed_in())
    async with office.http(secret) as http:
        foreign = await http.post("/mcp/dinero", json={}, headers={"Host": "evil.example"})
        page = await http.post("/mcp/dinero", json={}, headers={"Origin": "https://evil.example"})
    assert (foreign.status_code, page.status_code) == (421, 403)


async def test_calls_are_noted_with_who_asked_what_and_how_it_went(office: Running) -> None:
    connection = await office.signed_in()
    named, client = await office.named(connection), await office.granted(connection)
    async with office.http(named) as http:
        await call(http, "list-accounting-years-tool")
        await call(http, "get-invoice-tool", given={"invoice_guid": NOBODYS, "organization_id": 1002})
    async with office.http(client) as http:
        await call(http, "list-organizations-tool")
        await call(http, "<no tool of ours>")
    await office.office.records.write()
    lines = await office.state.audit.latest(connection.id)
    assert {(each.client, each.tool, each.organization_id, each.outcome) for each in lines} == {
        ("Claude", "list-organizations-tool", None, "ok"),
        ("Claude", "unknown", None, "InputError"),
        ("laptop", "get-invoice-tool", 1002, "NotFoundError"),
        ("laptop", "list-accounting-years-tool", 1001, "ok"),
    }
    used = await office.state.bearers.of(connection.id)
    assert {each.name for each in used if each.used_at} == {"laptop"}


async def test_calls_that_the_door_refuses_are_noted_too(office: Running) -> None:
    connection = await office.signed_in(default=None)
    named = await office.named(connection)
    elsewhere = await office.granted(connection, f"{HERE}/mcp")
    async with office.http(named) as by_name, office.http(elsewhere) as by_client:
        assert (await call(by_name, "list-contacts-tool")).status_code == 422
        assert (await call(by_client, "list-products-tool")).status_code == 401
        await ended(office, connection.user)
        office.office.callers.forget(connection.id)
        assert (await call(by_name, "list-invoices-tool", given={"organization_id": 1002})).status_code == 422
    await office.office.records.write()
    lines = await office.state.audit.latest(connection.id)
    assert {(each.client, each.tool, each.organization_id, each.outcome) for each in lines} == {
        ("laptop", "list-contacts-tool", None, "OrganizationError"),
        ("Claude", "list-products-tool", None, "NotConnectedError"),
        ("laptop", "list-invoices-tool", 1002, "ConnectionExpiredError"),
    }


async def test_at_the_gateway_a_tool_without_its_prefix_is_noted_as_unknown(office: Running) -> None:
    connection = await office.signed_in()
    async with office.http(await office.named(connection)) as http:
        await call(http, "list-contacts-tool", "/mcp")
    await office.office.records.write()
    (line,) = await office.state.audit.latest(connection.id)
    assert (line.tool, line.outcome) == ("unknown", "InputError")


async def test_an_answer_said_again_is_noted_with_the_only_organization_there_is(office: Running) -> None:
    connection = await office.signed_in(IDA, default=None)
    async with office.http(await office.named(connection)) as http:
        for _ in range(3):
            assert not result(await call(http, "list-accounting-years-tool"))["isError"]
    await office.office.records.write()
    lines = await office.state.audit.latest(connection.id)
    assert [(each.organization_id, each.outcome) for each in lines] == [(1002, "ok")] * 3


@pytest.mark.parametrize("number", [0, -1, 2**31, 10**30])
async def test_a_number_that_no_organization_has_is_noted_as_none(office: Running, number: int) -> None:
    connection = await office.signed_in()
    async with office.http(await office.named(connection)) as http:
        given = {"month": "2026-09", "organization_id": number}
        assert result(await call(http, "get-monthly-results-tool", given=given))["isError"]
    await office.office.records.write()
    (line,) = await office.state.audit.latest(connection.id)
    assert (line.organization_id, line.outcome) == (None, "InputError")
