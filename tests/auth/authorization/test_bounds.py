"""Clients that are slow or leave, and a store that is out of reach."""

import anyio
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Message, Scope

from dinero_mcp.auth.authorization.bounds import bounded
from tests.auth.authorization.desk import Desk

POSTED: Scope = {"type": "http", "method": "POST", "path": "/token", "headers": [], "query_string": b""}
PART: Message = {"type": "http.request", "body": b"grant_type=", "more_body": True}


async def status_of(*messages: Message, seconds: float = 5) -> int:
    """What a client is answered that sends these and no more."""
    coming, answered = list(messages), list[Message]()

    async def receive() -> Message:
        if not coming:
            await anyio.sleep_forever()
        return coming.pop(0)

    async def send(message: Message) -> None:
        answered.append(message)

    async def answer(request: Request) -> Response:
        return PlainTextResponse(str(len(await request.body())))

    await bounded(answer, seconds)(POSTED, receive, send)
    return answered[0]["status"]


async def test_a_body_that_does_not_come_is_not_waited_for() -> None:
    assert await status_of(seconds=0.05) == 408
    assert await status_of(PART, PART, seconds=0.05) == 408


async def test_a_client_that_leaves_in_the_middle_is_no_failure() -> None:
    assert await status_of(PART, {"type": "http.disconnect"}) == 400


async def test_a_body_that_is_not_announced_is_bounded_as_well() -> None:
    large: Message = {"type": "http.request", "body": b"a" * 40_000, "more_body": True}
    assert await status_of(large, large) == 413


@pytest.mark.parametrize("path", ["/authorize", "/token", "/register", "/revoke"])
async def test_a_store_out_of_reach_is_told_as_something_that_passes(desk: Desk, path: str) -> None:
    client = await desk.registered()
    asked = (await desk.authorize(client)).request.url.query.decode()
    form = {"grant_type": "refresh_token", "client_id": client, "refresh_token": "x", "token": "x"}
    async with desk.state.database.writing() as database:
        await database.exec_driver_sql("DROP TABLE dinero_mcp_clients")
    if path == "/authorize":
        answer = await desk.http.get(f"{path}?{asked}")
    elif path == "/register":
        answer = await desk.register()
    else:
        answer = await desk.http.post(path, data=form)
    assert (answer.status_code, answer.json()["error"]) == (503, "temporarily_unavailable")


async def test_what_else_goes_wrong_is_not_hidden() -> None:
    async def answer(_: Request) -> Response:
        raise RuntimeError("a bug")

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(_: Message) -> None: ...

    with pytest.raises(RuntimeError):
        await bounded(answer)(POSTED, receive, send)
