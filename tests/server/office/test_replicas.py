"""Two offices on one PostgreSQL and one Redis are one office, whichever of them is asked."""

import time
from collections.abc import AsyncGenerator, Generator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import anyio
import pytest

from dinero_mcp.auth.authorization.server import authorization_server
from dinero_mcp.auth.authorization.terms import Terms
from dinero_mcp.dinero.call import Call
from dinero_mcp.sandbox.counts import OrganizationCounts
from dinero_mcp.server.office.pages import ENDPOINT_NAMES
from tests.auth.authorization.desk import CALLBACK, VERIFIER, answer_in
from tests.sandbox.connect.browser import USERS
from tests.server.office.replicas import InCommon, shared_places, two_processes
from tests.server.office.running import ADDRESSES, HERE, OLDER, Running, asking, call, result

pytestmark = pytest.mark.once
LONGEST = 20.0
ANOTHER = {"organization_id": 1002}
HELLO_HEADERS = {"Accept": "application/json, text/event-stream", "MCP-Protocol-Version": OLDER}
HELLO = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": OLDER,
        "capabilities": {},
        "clientInfo": {"name": "a client", "version": "1"},
    },
}
A_MINUTES_TURNS, NEARLY_ALL = 100, 90


@dataclass
class Replicas:
    one: Running
    other: Running

    @property
    def both(self) -> list[Running]:
        return [self.one, self.other]


@pytest.fixture(scope="module")
def in_common() -> Generator[InCommon]:
    with shared_places() as shared:
        yield shared


@pytest.fixture
async def replicas(tmp_path: Path, in_common: InCommon) -> AsyncGenerator[Replicas]:
    async with two_processes(tmp_path, in_common, freshness_seconds=0) as both:
        yield Replicas(*both)


async def test_a_minute_holds_a_hundred_requests_through_both_together(replicas: Replicas) -> None:
    secret = await replicas.one.named(await replicas.one.signed_in())

    async def ask(office: Running) -> None:
        async with office.http(secret) as http:
            await call(http, "get-invoice-tool", given={"invoice_guid": str(uuid4())})

    def counted() -> OrganizationCounts:
        return replicas.one.sandbox.counts.organizations[1001]

    await ask(replicas.one)
    with anyio.move_on_after(LONGEST):
        async with anyio.create_task_group() as group:
            for office in replicas.both * 65:
                group.start_soon(ask, office)
            while counted().requests < NEARLY_ALL:  # noqa: ASYNC110 - the sandbox tells nobody
                await anyio.sleep(0.1)
            await anyio.sleep(1)
            group.cancel_scope.cancel()
    assert NEARLY_ALL <= counted().most_in_a_minute <= A_MINUTES_TURNS
    assert counted().over_quota == 0


async def test_a_token_that_is_due_is_refreshed_once_for_both(replicas: Replicas) -> None:
    connection = await replicas.one.signed_in()
    secret = await replicas.one.named(connection)
    past = datetime.now(UTC) - timedelta(minutes=1)
    await replicas.one.state.connections.change(connection.user, lambda kept: replace(kept, expires_at=past))

    async def ask(office: Running) -> None:
        async with office.http(secret) as http:
            assert "structuredContent" in result(await call(http, "list-organizations-tool"))

    async with anyio.create_task_group() as group:
        for office in replicas.both * 4:
            group.start_soon(ask, office)
    counts = replicas.one.sandbox.counts
    assert (dict(counts.refreshes), counts.reuses) == ({connection.user.subject: 1}, 0)


async def test_a_browser_that_signed_in_at_one_is_known_at_the_other(replicas: Replicas) -> None:
    connection = await replicas.one.signed_in()
    signed_in, _ = await replicas.one.browser(connection)
    async with replicas.other.http() as browser:
        browser.cookies.update(signed_in.cookies)
        page = await browser.get("/my")
    assert page.status_code == 200
    assert "My Dinero" in page.text


async def test_a_code_given_by_one_brings_tokens_at_the_other(replicas: Replicas) -> None:
    connection = await replicas.one.signed_in()
    async with replicas.one.http() as one, replicas.other.http() as other:
        client, pending = await asking(one, other)
        told = await _approved(replicas.one, pending, connection.id)
        form = {"client_id": client, "redirect_uri": CALLBACK, "resource": ADDRESSES.dinero}
        form |= {"grant_type": "authorization_code", "code": told["code"], "code_verifier": VERIFIER}
        tokens = (await other.post("/token", data=form)).json()
    for office in replicas.both:
        async with office.http(tokens["access_token"]) as http:
            assert "structuredContent" in result(await call(http, "list-organizations-tool"))


async def _approved(office: Running, pending: str, connection_id: str) -> dict[str, str]:
    """What the client is told when the person agrees."""
    server = authorization_server(office.state, Terms(issuer=HERE, endpoints=ENDPOINT_NAMES))
    address = await server.approvals.approve(pending, connection_id)
    assert address
    return answer_in(address)


async def test_both_are_one_server_to_a_client_and_open_what_the_other_sealed(replicas: Replicas) -> None:
    """What a client is to hand back in the middle of a call is sealed under these keys and that name."""
    secret, names, keys = await replicas.one.named(await replicas.one.signed_in()), set[str](), set[bytes]()
    for office in replicas.both:
        async with office.http(secret) as http:
            answer = await http.post("/mcp/dinero", json=HELLO, headers=HELLO_HEADERS)
        names.add(str(result(answer)["serverInfo"]))
        (key,) = office.state.derived_keys("request state")
        keys.add(key)
    assert (len(names), len(keys)) == (1, 1)
    assert replicas.one.state.derived_keys("something else") != [*keys]


async def test_a_connection_that_ends_at_one_ends_at_the_other_within_two_seconds(replicas: Replicas) -> None:
    connection = await replicas.one.signed_in(USERS[1])
    secret = await replicas.one.named(connection)
    async with replicas.other.http(secret) as http:
        assert (await call(http, "list-organizations-tool")).status_code == 200
        await replicas.one.office.disconnect(connection)
        ended = time.monotonic()
        while (await call(http, "list-organizations-tool")).status_code != 401:
            assert time.monotonic() < ended + 2.5
            await anyio.sleep(0.1)


async def test_nothing_read_before_somebody_signed_in_anew_is_told_after_it(
    tmp_path: Path, in_common: InCommon
) -> None:
    """The other replica has read, is reading, and keeps; it hears of the sign-in when it looks."""
    async with two_processes(tmp_path, in_common, freshness_seconds=60) as (one, other):
        connection = await one.signed_in()
        secret = await one.named(connection)

        async def ask(office: Running) -> int:
            """How many requests Dinero has had for it."""
            before = requests_at(one)
            async with office.http(secret) as http:
                assert result(await call(http, "list-contacts-tool", given=ANOTHER))["structuredContent"]
            return requests_at(one) - before

        assert [await ask(other), await ask(other), await ask(one)] == [1, 0, 0]
        again = await one.signed_in()
        await one.office.forget_reads(again)
        assert again.id == connection.id
        other.office.callers.look_anew(again.id)
        assert [await ask(other), await ask(one)] == [1, 0]


async def test_what_was_on_its_way_when_somebody_signed_in_anew_is_not_shared_after_it(
    tmp_path: Path, in_common: InCommon
) -> None:
    async with two_processes(tmp_path, in_common, freshness_seconds=60) as (one, other):
        connection = await one.signed_in()
        late = other.office.callers.opened(connection).connection
        again = await one.signed_in()
        await one.office.forget_reads(again)
        await (await late.books(ANOTHER["organization_id"], Call())).api.contacts()
        requests = requests_at(one)
        async with one.http(await one.named(again)) as http:
            assert result(await call(http, "list-contacts-tool", given=ANOTHER))["structuredContent"]
        assert requests_at(one) == requests + 1


def requests_at(office: Running) -> int:
    """Those that Dinero has had about the company whose turns no other test takes."""
    found = office.sandbox.counts.organizations.get(ANOTHER["organization_id"])
    return found.requests if found else 0
