"""Bodies made to slip past the door, or to break what stands behind it."""

import json
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from tests.server.office.running import NEWER, OLDER, Running, call, call_of, result, running

LIST = "list-organizations-tool"


@pytest.fixture
async def office(tmp_path: Path) -> AsyncGenerator[Running]:
    async with running(tmp_path) as office:
        yield office


async def status_of(office: Running, body: bytes, era: str, secret: str | None = None) -> int:
    """What somebody signed in is answered to this body."""
    _, headers = call_of(LIST, era)
    secret = secret or await office.named(await office.signed_in())
    async with office.http(secret, **{"Content-Type": "application/json"} | headers) as http:
        return (await http.post("/mcp/dinero", content=body)).status_code


def bent(era: str, more: bytes) -> bytes:
    """A good call with something more in it."""
    message, _ = call_of(LIST, era)
    return json.dumps(message).encode()[:-1] + b', "x": ' + more + b"}"


@pytest.mark.parametrize("era", [NEWER, OLDER])
@pytest.mark.parametrize(
    "more",
    [
        *(b"NaN", b"-Infinity", b"1e999", b"9" * 400 + b".0", b"9" * 5000),
        *(b'"\xff"', b'"\\ud800"', b"[" * 100_000 + b"]" * 100_000, b"1, 2"),
    ],
    ids=[
        *("not a number", "infinity", "beyond all floats", "beyond them in digits", "thousands of digits"),
        *("not UTF-8", "half a character", "nested deeply", "not JSON"),
    ],
)
async def test_a_call_that_is_not_quite_json_does_not_get_past_the_audit(
    office: Running, more: bytes, era: str
) -> None:
    assert await status_of(office, bent(era, more), era) == 400


@pytest.mark.parametrize("era", [NEWER, OLDER])
@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-8-sig"])
async def test_a_call_in_another_encoding_does_not_get_past_the_audit(
    office: Running, encoding: str, era: str
) -> None:
    assert await status_of(office, json.dumps(call_of(LIST, era)[0]).encode(encoding), era) == 400


@pytest.mark.parametrize("era", [NEWER, OLDER])
async def test_several_messages_at_once_are_refused(office: Running, era: str) -> None:
    assert await status_of(office, json.dumps([call_of(LIST, era)[0]] * 2).encode(), era) == 400


async def test_more_than_sixteen_megabytes_are_refused(office: Running) -> None:
    assert await status_of(office, b" " * (16 * 1024 * 1024 + 1), NEWER) == 413


@pytest.mark.parametrize("message_id", [10**30, "x" * 100_000, True, -1, 1.5, None, {}])
async def test_an_id_of_any_kind_breaks_nothing(office: Running, message_id: object) -> None:
    secret = await office.named(await office.signed_in(default=None))
    message, headers = call_of("list-accounting-years-tool")
    async with office.http(secret) as http:
        answer = await http.post("/mcp/dinero", json={**message, "id": message_id}, headers=headers)
    assert answer.status_code in (400, 422)


@pytest.mark.parametrize("era", [NEWER, OLDER])
@pytest.mark.parametrize("number", [10**30, 2**31, -1, -(2**63)])
async def test_an_organization_beyond_all_numbers_stops_no_audit(
    office: Running, number: int, era: str
) -> None:
    connection = await office.signed_in()
    async with office.http(await office.named(connection)) as http:
        asked = await call(http, "list-accounting-years-tool", era=era, given={"organization_id": number})
        assert result(asked)["isError"]
        assert not result(await call(http, LIST))["isError"]
    await office.office.records.write()
    assert [each.tool for each in await office.state.audit.latest(connection.id)] == [
        LIST,
        "list-accounting-years-tool",
    ]


@pytest.mark.parametrize("era", [NEWER, OLDER])
@pytest.mark.parametrize("named", ["1002", " 1002 "])
async def test_an_organization_in_quotes_is_noted_as_the_one_that_was_asked(
    office: Running, named: str, era: str
) -> None:
    connection = await office.signed_in()
    async with office.http(await office.named(connection)) as http:
        for _ in range(3):  # from what was read, from what is kept, and said again
            asked = await call(http, "list-accounting-years-tool", era=era, given={"organization_id": named})
            assert result(asked)["structuredContent"]["organization"]["id"] == 1002
    await office.office.records.write()
    assert [each.organization_id for each in await office.state.audit.latest(connection.id)] == [1002] * 3


async def test_an_organization_in_quotes_is_one_that_was_chosen(office: Running) -> None:
    async with office.http(await office.named(await office.signed_in(default=None))) as http:
        asked = await call(http, "list-accounting-years-tool", given={"organization_id": "1002"})
    assert result(asked)["structuredContent"]["organization"]["id"] == 1002


@pytest.mark.parametrize("named", [True, 1002.0, [1002], {"id": 1002}, "x", ""])
async def test_what_is_no_organization_is_not_noted_as_the_default_one(
    office: Running, named: object
) -> None:
    connection = await office.signed_in()
    async with office.http(await office.named(connection)) as http:
        asked = await call(http, "list-accounting-years-tool", given={"organization_id": named})
        assert result(asked)["isError"]
    await office.office.records.write()
    (line,) = await office.state.audit.latest(connection.id)
    assert (line.organization_id, line.outcome) == (None, "InputError")
