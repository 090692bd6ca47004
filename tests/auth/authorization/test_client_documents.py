"""Clients known by what they publish, read from addresses that strangers choose."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import anyio
import httpx2
import pytest

from dinero_mcp.auth.authorization.client_documents import (
    BAD_FOR,
    GOOD_FOR,
    MOST_AT_ONCE,
    MOST_KEPT,
    ClientDocuments,
)
from dinero_mcp.auth.authorization.document_address import document_address
from dinero_mcp.auth.authorization.document_fetch import MOST_BYTES, DocumentFetch
from dinero_mcp.auth.authorization.known_clients import KnownClient, UnknownClientError
from dinero_mcp.auth.authorization.redirects import RedirectRules
from tests.auth.authorization.internet import (
    DOCUMENT,
    HOST,
    PUBLIC,
    Internet,
    Stream,
    description,
    published,
    publishing,
)
from tests.auth.clock import Clock


class Reading:
    """Documents read over an internet."""

    def __init__(self, net: Internet, clock: Clock, seconds: float = 5, *hosts: str) -> None:
        fetch = DocumentFetch(net, net.resolve, seconds)
        self.documents = ClientDocuments(fetch, RedirectRules(frozenset(hosts) or None), clock)

    async def client(self, address: str = DOCUMENT) -> KnownClient:
        parsed = document_address(address)
        assert parsed
        return await self.documents.client(parsed)

    async def refused(self, address: str = DOCUMENT) -> str:
        with pytest.raises(UnknownClientError) as refusal:
            await self.client(address)
        return str(refusal.value)


async def test_a_client_is_what_it_publishes_at_its_id(clock: Clock) -> None:
    net = publishing()
    client = await Reading(net, clock).client()
    assert (client.client_id, client.name, client.host) == (DOCUMENT, "An app", HOST)
    assert client.redirect("https://app.example.com/callback")
    assert client.redirect("http://127.0.0.1:5000/callback")
    assert client.redirect("https://evil.example/callback") is None


async def test_the_connection_goes_to_the_address_that_was_checked_in_the_name_of_the_host(
    clock: Clock,
) -> None:
    net = publishing()
    await Reading(net, clock).client()
    (request,) = net.requests
    assert str(request.url) == f"https://{PUBLIC}/oauth/client.json"
    assert request.headers["Host"] == HOST
    assert request.extensions["sni_hostname"] == HOST
    assert "Cookie" not in request.headers
    assert "Authorization" not in request.headers


async def test_a_name_that_points_elsewhere_a_moment_later_leads_nowhere(clock: Clock) -> None:
    net = publishing()
    net.addresses = [[PUBLIC], ["127.0.0.1"]]
    reading = Reading(net, clock)
    await reading.client()
    assert net.lookups == [HOST]
    clock.pass_by(GOOD_FOR.total_seconds())
    assert "not on the public internet" in await reading.refused()
    assert [request.url.host for request in net.requests] == [PUBLIC]


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["169.254.169.254"],
        ["10.0.0.5"],
        ["100.64.0.1"],
        ["::1"],
        ["fe80::1"],
        ["::ffff:10.0.0.5"],
        ["64:ff9b::7f00:1"],
        [PUBLIC, "192.168.1.1"],
        [],
    ],
)
async def test_nothing_is_asked_of_a_host_with_an_address_that_is_not_public(
    clock: Clock, addresses: Sequence[str]
) -> None:
    net = publishing()
    net.addresses = [addresses]
    assert "not on the public internet" in await Reading(net, clock).refused()
    assert net.requests == []


async def test_a_host_that_does_not_exist_is_told(clock: Clock) -> None:
    async def resolve(_: str) -> Sequence[str]:
        raise OSError

    documents = ClientDocuments(DocumentFetch(publishing(), resolve), RedirectRules(), clock)
    address = document_address(DOCUMENT)
    assert address
    with pytest.raises(UnknownClientError, match="there is no host"):
        await documents.client(address)


async def test_an_address_that_cannot_be_reached_is_followed_by_the_next(clock: Clock) -> None:
    async def answer(request: httpx2.Request) -> httpx2.Response:
        if request.url.host == PUBLIC:
            raise httpx2.ConnectError("no way there")
        return published(description())

    net = Internet(answer, [[PUBLIC, "2606:2800:21f::1"]])
    assert (await Reading(net, clock).client()).name == "An app"
    assert [str(each.url.host) for each in net.requests] == [PUBLIC, "2606:2800:21f::1"]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (publishing(status=302, headers={"Location": "https://127.0.0.1/"}), "status 302"),
        (publishing(status=404), "status 404"),
        (publishing(headers={"Content-Type": "text/html"}), "not plain JSON"),
        (publishing(headers={"Content-Type": "text/plain; charset=application/json"}), "not plain JSON"),
        (publishing(headers={"Content-Encoding": "zstd"}), "not plain JSON"),
        (publishing(description(client_name="x" * MOST_BYTES)), "too large"),
        (publishing(b"{"), "not a description"),
        (publishing(b"[]"), "not a description"),
        (publishing(b"[" * 5000), "not a description"),
        (publishing(b"\xff"), "not a description"),
        (publishing(description(client_id=DOCUMENT + "/")), "another client"),
        (publishing(description(client_id=DOCUMENT.replace("app.", "APP."))), "another client"),
        (publishing(description(redirect_uris=[])), "no address to go back to"),
        (publishing(description(redirect_uris=["javascript:alert(1)"])), "no address to go back to"),
        (publishing(description(redirect_uris="https://app.example.com/")), "not a description"),
        (publishing(description(token_endpoint_auth_method="client_secret_post")), "prove who it is"),
        (publishing(description(token_endpoint_auth_method="private_key_jwt")), "prove who it is"),
        (publishing(description(client_secret="hush")), "prove who it is"),
    ],
)
async def test_what_is_not_a_good_description_is_refused(clock: Clock, answer: Internet, why: str) -> None:
    assert why in await Reading(answer, clock).refused()
    assert len(answer.requests) == 1


async def test_redirects_are_not_followed(clock: Clock) -> None:
    net = publishing(status=302, headers={"Location": "https://app.example.com/elsewhere"})
    await Reading(net, clock).refused()
    assert len(net.requests) == 1


async def test_a_client_that_prefers_a_proof_but_can_do_without_is_let_in(clock: Clock) -> None:
    said = description(
        token_endpoint_auth_method="private_key_jwt",
        token_endpoint_auth_methods_supported=["none", "private_key_jwt"],
    )
    assert (await Reading(publishing(said), clock).client()).client_id == DOCUMENT


async def test_a_server_that_drips_is_not_waited_for(clock: Clock) -> None:
    async def drops() -> AsyncIterator[bytes]:
        while True:
            yield b" "
            await anyio.sleep(0.01)

    async def answer(_: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, headers={"Content-Type": "application/json"}, stream=Stream(drops))

    assert "too long" in await Reading(Internet(answer), clock, 0.1).refused()


async def test_a_body_without_an_end_is_not_read_to_it(clock: Clock) -> None:
    sent = 0

    async def flood() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 4096
            yield b" " * 4096

    async def answer(_: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, headers={"Content-Type": "application/json"}, stream=Stream(flood))

    assert "too large" in await Reading(Internet(answer), clock).refused()
    assert sent <= MOST_BYTES + 2 * 4096


async def test_name_servers_that_are_slow_are_not_waited_for(clock: Clock) -> None:
    async def resolve(_: str) -> Sequence[str]:
        await anyio.sleep_forever()
        return []

    documents = ClientDocuments(DocumentFetch(publishing(), resolve, 0.05), RedirectRules(), clock)
    address = document_address(DOCUMENT)
    assert address
    with pytest.raises(UnknownClientError, match="too long"):
        await documents.client(address)


async def test_a_name_is_only_data_and_short(clock: Clock) -> None:
    name = "<script>alert(1)</script>\r\n\x00\u202egnp.exe\u200b " + "x" * 500
    client = await Reading(publishing(description(client_name=name)), clock).client()
    assert client.name.startswith("<script>alert(1)</script> gnp.exe xxx")
    assert len(client.name) == 80


@pytest.mark.parametrize("name", [None, "", "  \u200b\n "])
async def test_a_client_without_a_name_is_called_after_its_host(clock: Clock, name: Any) -> None:  # Any: JSON
    assert (await Reading(publishing(description(client_name=name)), clock).client()).name == HOST


async def test_a_document_is_read_once_for_all_who_wait_and_kept_a_while(clock: Clock) -> None:
    net = publishing()
    reading = Reading(net, clock)
    async with anyio.create_task_group() as group:
        for _ in range(10):
            group.start_soon(reading.client)
    assert len(net.requests) == 1
    clock.pass_by(GOOD_FOR.total_seconds())
    await reading.client()
    assert len(net.requests) == 2


async def test_a_refusal_is_remembered_briefly(clock: Clock) -> None:
    answers = [published(description(), status=500), published(description())]

    async def answer(_: httpx2.Request) -> httpx2.Response:
        return answers.pop(0)

    net = Internet(answer)
    reading = Reading(net, clock)
    assert "status 500" in await reading.refused()
    assert "status 500" in await reading.refused()
    assert len(net.requests) == 1
    clock.pass_by(BAD_FOR.total_seconds())
    await reading.client()


async def test_who_gave_up_waiting_does_not_keep_others_from_reading(clock: Clock) -> None:
    first = anyio.Event()

    async def answer(_: httpx2.Request) -> httpx2.Response:
        if not first.is_set():
            first.set()
            await anyio.sleep_forever()
        return published(description())

    reading = Reading(Internet(answer), clock)
    async with anyio.create_task_group() as group:
        group.start_soon(reading.client)
        await first.wait()
        group.cancel_scope.cancel()
    assert (await reading.client()).name == "An app"


async def test_only_so_many_are_read_at_once_and_kept(clock: Clock) -> None:
    may_go, all_are_reading = anyio.Event(), anyio.Event()

    async def answer(request: httpx2.Request) -> httpx2.Response:
        if len(net.requests) == MOST_AT_ONCE:
            all_are_reading.set()
        await may_go.wait()
        return published(description(client_id=f"https://{HOST}{request.url.path}"))

    net = Internet(answer)
    reading = Reading(net, clock)
    async with anyio.create_task_group() as group:
        for number in range(MOST_AT_ONCE):
            group.start_soon(reading.client, f"https://{HOST}/{number}")
        await all_are_reading.wait()
        assert "Too many" in await reading.refused()
        may_go.set()
    for number in range(MOST_KEPT):
        await reading.client(f"https://{HOST}/{1000 + number}")
    before = len(net.requests)
    await reading.client(f"https://{HOST}/{1000 + MOST_KEPT - 1}")
    assert len(net.requests) == before
    await reading.client(f"https://{HOST}/0")
    assert len(net.requests) == before + 1


async def test_an_operator_may_limit_whose_clients_come(clock: Clock) -> None:
    net = publishing()
    assert "not let in" in await Reading(net, clock, 5, "claude.ai").refused()
    assert net.lookups == []
    client = await Reading(net, clock, 5, HOST).client()
    assert [each.host for each in client.redirects] == [HOST]
