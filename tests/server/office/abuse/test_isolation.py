"""Two people of one organization share nothing but the organization, and no other site acts for either."""

import json
import re
from collections.abc import AsyncGenerator, Generator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis
from starlette.routing import BaseRoute, Route

from dinero_mcp.auth.authorization.terms import READ
from dinero_mcp.auth.visma_connection import VismaConnection
from dinero_mcp.server.office.pages import pages_of
from tests.dinero.redis_server import redis_server
from tests.sandbox.connect.browser import ASTRID, IDA
from tests.server.office.replicas import InCommon, shared_places, two_processes
from tests.server.office.running import HERE, Running, asking, call, result

YEARS, CONTACTS, INVOICES = "list-accounting-years-tool", "list-contacts-tool", "list-invoices-tool"
SHARED = 1002
EVIL = {"Origin": "https://evil.example"}
OPEN_TO_ALL = {"/token", "/register", "/revoke", "/authorize", "/oauth/dinero/callback"}
"""Posted to by clients and by Visma; what counts is in the form, never in a cookie."""


@dataclass(frozen=True)
class Person:
    """Somebody who is signed in at Visma, with a token."""

    connection: VismaConnection
    secret: str

    async def asks(self, office: Running, tool: str = YEARS, organization: int = SHARED) -> Any:  # Any: JSON
        async with office.http(self.secret) as http:
            return result(await call(http, tool, given={"organization_id": organization}))


@dataclass(frozen=True)
class House:
    """Two processes of one office, and two people."""

    one: Running
    other: Running
    astrid: Person
    ida: Person

    def requests(self) -> int:
        """Those that Dinero has had about the organization of both."""
        return self.one.sandbox.counts.organizations[SHARED].requests


@pytest.fixture(scope="module")
def in_common() -> Generator[InCommon]:
    with shared_places() as shared:
        yield shared


@pytest.fixture
async def house(tmp_path: Path, in_common: InCommon) -> AsyncGenerator[House]:
    async with two_processes(tmp_path, in_common, freshness_seconds=60) as (one, other):
        signed_in = [await one.signed_in(user, SHARED) for user in (ASTRID, IDA)]
        people = [Person(each, await one.named(each)) for each in signed_in]
        yield House(one, other, *people)
        for each in signed_in:
            await one.office.disconnect(each)


async def test_what_one_has_read_is_read_anew_for_the_other(house: House) -> None:
    await house.astrid.asks(house.one)
    hers = house.requests()
    assert hers > 0
    await house.astrid.asks(house.other)
    assert house.requests() == hers
    await house.ida.asks(house.other)
    both = house.requests()
    assert both == 2 * hers
    await house.ida.asks(house.one)
    assert house.requests() == both


async def test_a_company_that_the_other_has_read_stays_out_of_reach(house: House) -> None:
    assert not (await house.astrid.asks(house.one, organization=1001))["isError"]
    for office in (house.one, house.other):
        assert (await house.ida.asks(office, organization=1001))["isError"]


async def test_nobody_sees_the_calls_and_the_tokens_of_the_other(house: House) -> None:
    await house.astrid.asks(house.one, CONTACTS)
    await house.ida.asks(house.one, YEARS)
    await house.one.office.records.write()
    await house.one.state.bearers.create_named(
        house.astrid.connection.id, "Astrid's desk", READ, datetime.now(UTC), None
    )
    for person, tool in ((house.astrid, CONTACTS), (house.ida, YEARS)):
        lines = await house.other.state.audit.latest(person.connection.id)
        assert [line.tool for line in lines] == [tool]
    http, _ = await house.other.browser(house.ida.connection)
    page = (await http.get("/my", headers={"Accept-Language": "en"})).text
    assert YEARS in page
    assert CONTACTS not in page
    assert "desk" not in page
    assert "Astrid" not in page


async def test_nobody_revokes_the_tokens_of_the_other(house: House) -> None:
    hers = [each.id for each in await house.one.state.bearers.of(house.astrid.connection.id)]
    pair = await house.one.pair(house.astrid.connection)
    http, proof = await house.one.browser(house.ida.connection)
    for form in ({"token": hers[0]}, {"token": hers[0] + "\x00"}):
        assert (await http.post("/my/tokens/revoke", data={"proof": proof, **form})).status_code == 404
    answer = await http.post("/my/apps/remove", data={"proof": proof, "app": pair.family})
    assert answer.status_code == 404
    assert not (await house.astrid.asks(house.one))["isError"]
    async with house.one.http(pair.access_token) as client:
        assert (await call(client, YEARS)).status_code == 200


async def test_the_reads_in_redis_cannot_be_read(house: House) -> None:
    before, told = await reads_in_redis(), ""
    for person in (house.astrid, house.ida):
        for tool in (YEARS, CONTACTS, INVOICES):
            told += json.dumps((await person.asks(house.one, tool))["structuredContent"], ensure_ascii=False)
    words = set(re.findall(r'"([^"]{6,})"', told)) | set(re.findall(r"\d{4,}\.\d+", told))
    new = {key: value for key, value in (await reads_in_redis()).items() if key not in before}
    people = [person.connection for person in (house.astrid, house.ida)]
    words |= {each.id for each in people} | {each.access_token for each in people}
    held = b"\n".join([*new, *new.values()])
    assert len(words) > 50
    assert len(held) > 1000
    assert [word for word in words if word.encode() in held] == []
    assert re.findall(rb"(?<![0-9a-f])100[123](?![0-9a-f])", b"\n".join(new)) == []


async def reads_in_redis() -> dict[bytes, bytes]:
    async with Redis.from_url(redis_server()) as redis:  # pyright: ignore[reportUnknownMemberType] - untyped there
        found = await redis.keys("dinero-mcp:read:*")  # pyright: ignore[reportUnknownMemberType] - as above
        held = [(key, await redis.get(key)) for key in found]
        return {key: value for key, value in held if isinstance(key, bytes) and isinstance(value, bytes)}


def posted_to(routes: list[BaseRoute]) -> list[str]:
    """The paths that take a POST."""
    taking = [each for each in routes if isinstance(each, Route) and "POST" in (each.methods or ["POST"])]
    return sorted({each.path for each in taking})


async def test_no_other_site_does_anything_in_the_name_of_who_is_signed_in(house: House) -> None:
    paths = posted_to(list(pages_of(house.one.office)))
    assert {"/choose", "/consent", "/my/disconnect", "/my/tokens", *OPEN_TO_ALL} <= set(paths)
    http, proof = await house.one.browser(house.astrid.connection)
    kept, bearers = (
        await house.one.state.connections.with_id(house.astrid.connection.id),
        await held_by(house),
    )
    form = {"proof": proof, "organization": "1001", "name": "stolen", "expires": "never", "answer": "allow"}
    for path in paths:
        answer = await http.post(path, data=form, headers=EVIL)
        assert answer.status_code in (400, 401, 403), (path, answer.text)
        assert "Access-Control-Allow-Credentials" not in answer.headers, path
        assert "Set-Cookie" not in answer.headers, path
        if path not in OPEN_TO_ALL:
            assert "Access-Control-Allow-Origin" not in answer.headers, path
    assert await house.one.state.connections.with_id(house.astrid.connection.id) == kept
    assert await held_by(house) == bearers
    assert (await http.get("/my")).status_code == 200


async def held_by(house: House) -> list[str]:
    return [each.id for each in await house.one.state.bearers.of(house.astrid.connection.id)]


async def test_no_other_site_consents(house: House) -> None:
    http, _ = await house.one.browser(house.astrid.connection)
    _, key = await asking(http)
    page = await http.get("/consent", params={"request": key})
    found = re.search(r'name="proof" value="([^"]+)"', page.text)
    assert found
    form = {"request": key, "proof": found[1], "answer": "allow"}
    assert (await http.post("/consent", data=form, headers=EVIL)).status_code == 403
    assert (await http.post("/consent", data=form, headers={"Origin": HERE})).status_code == 303


@pytest.mark.parametrize("path", ["/mcp", "/mcp/dinero"])
async def test_no_other_site_asks_a_tool(path: str, house: House) -> None:
    tool = YEARS if path == "/mcp/dinero" else f"dinero__{YEARS}"
    async with house.one.http(house.astrid.secret, **EVIL) as http:
        assert (await call(http, tool, path)).status_code == 403
    assert SHARED not in house.one.sandbox.counts.organizations
