"""What comes after a person took back at Visma what they had granted."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.server.office.running import CLIENT, Running, call, result, running


@pytest.fixture
async def office(tmp_path: Path) -> AsyncGenerator[Running]:
    async with running(tmp_path) as office:
        yield office


async def test_a_grant_taken_back_within_the_hour_has_everybody_sign_in_anew_until_they_have(
    office: Running,
) -> None:
    connection = await office.signed_in()
    client, named = await office.granted(connection), await office.named(connection)
    async with office.http(client) as by_client, office.http(named) as by_name:
        assert not result(await call(by_client, "list-organizations-tool"))["isError"]
        await office.office.visma.revoke(connection.refresh_token)
        refused = await call(by_client, "list-accounting-years-tool")
        assert refused.status_code == 401 or result(refused)["isError"]
        assert (await call(by_client, "list-contacts-tool")).status_code == 401
        assert (await call(by_name, "list-contacts-tool")).status_code == 422
        office.office.callers.forget(connection.id)  # as another process, or this one two seconds later
        assert (await by_client.get("/mcp/dinero")).status_code == 401
        await office.signed_in()
        office.office.callers.forget(connection.id)
        assert not result(await call(by_client, "list-accounting-years-tool"))["isError"]
        assert not result(await call(by_name, "list-accounting-years-tool"))["isError"]


async def test_while_a_grant_is_dead_refreshing_brings_no_client_on_but_signing_in(office: Running) -> None:
    connection = await office.signed_in()
    pair = await office.pair(connection)
    form = {"grant_type": "refresh_token", "client_id": CLIENT, "refresh_token": pair.refresh_token}
    dead = {"refresh_token": "", "access_token": ""}
    await office.state.connections.change(connection.user, lambda kept: replace(kept, **dead))
    async with office.http() as http:
        refused = await http.post("/token", data=form)
        assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
        await office.signed_in()
        assert (await http.post("/token", data=form)).status_code == 200
