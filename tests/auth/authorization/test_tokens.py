"""Codes and refresh tokens, rightly used and abused."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import anyio
import httpx2
import pytest
from sqlalchemy import text

from dinero_mcp.auth.authorization.document_fetch import DocumentFetch
from dinero_mcp.auth.authorization.requests import CODE_LASTS
from dinero_mcp.auth.bearers import ACCESS_LASTS, REFRESH_LASTS, Bearers, Grant, Pair
from dinero_mcp.auth.state import State
from tests.auth.authorization.desk import ASTRID, CALLBACK, GATEWAY, VERIFIER, Desk, challenge_of
from tests.auth.authorization.internet import DOCUMENT, publishing
from tests.auth.clock import Clock

ANOTHER_VERIFIER = "another-verifier-that-is-long-enough-to-be-one-too"


def refused(answer: httpx2.Response, error: str = "invalid_grant") -> bool:
    return answer.status_code == 400 and answer.json()["error"] == error


async def test_a_code_brings_tokens_for_the_endpoint_that_was_allowed(any_desk: Desk) -> None:
    client = await any_desk.registered()
    answer = await any_desk.exchange(client, await any_desk.code(client))
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    tokens = answer.json()
    assert (tokens["token_type"], tokens["expires_in"], tokens["scope"]) == ("Bearer", 3600, "dinero:read")
    assert tokens.keys() == {"access_token", "refresh_token", "token_type", "expires_in", "scope"}
    assert await any_desk.lets_in(tokens["access_token"])
    assert not await any_desk.lets_in(tokens["access_token"], GATEWAY)
    assert not await any_desk.lets_in(tokens["refresh_token"], GATEWAY)


async def test_a_code_used_twice_ends_what_came_of_it(any_desk: Desk) -> None:
    client = await any_desk.registered()
    bystander = await any_desk.tokens(client)
    code = await any_desk.code(client)
    tokens = (await any_desk.exchange(client, code)).json()
    refreshed = (await any_desk.refresh(client, tokens["refresh_token"])).json()
    assert await any_desk.lets_in(refreshed["access_token"])
    assert refused(await any_desk.exchange(client, code))
    assert not await any_desk.lets_in(refreshed["access_token"])
    assert refused(await any_desk.refresh(client, refreshed["refresh_token"]))
    assert refused(await any_desk.exchange(client, code))
    assert await any_desk.lets_in(bystander["access_token"])


async def test_a_code_used_twice_at_once_brings_nothing_that_lasts(any_desk: Desk) -> None:
    client = await any_desk.registered()
    code = await any_desk.code(client)
    answers: list[httpx2.Response] = []

    async def exchange() -> None:
        answers.append(await any_desk.exchange(client, code))

    async with anyio.create_task_group() as group:
        for _ in range(5):
            group.start_soon(exchange)
    came = [each.json() for each in answers if each.status_code == 200]
    assert len(came) <= 1
    assert not [each for each in came if await any_desk.lets_in(each["access_token"])]
    assert await any_desk.state.bearers.of(ASTRID) == []


class MadeLate(Bearers):
    """Makes tokens after something else has happened."""

    def __init__(self, state: State, first: Callable[[], Awaitable[None]]) -> None:
        super().__init__(state.database)
        self._first = first

    async def issue(self, grant: Grant, now: datetime, family: str | None = None) -> Pair:
        await self._first()
        return await super().issue(grant, now, family)


async def test_a_code_used_again_while_its_tokens_are_made_brings_none(any_desk: Desk) -> None:
    client, state = await any_desk.registered(), any_desk.state
    code = await any_desk.code(client)

    async def used_again() -> None:
        assert refused(await any_desk.exchange(client, code))

    late = Desk(replace(state, bearers=MadeLate(state, used_again)), any_desk.clock)
    assert refused(await late.exchange(client, code))
    assert await state.bearers.of(ASTRID) == []


async def test_a_code_is_good_for_a_minute(desk: Desk, clock: Clock) -> None:
    client = await desk.registered()
    code = await desk.code(client)
    clock.pass_by(CODE_LASTS.total_seconds())
    assert refused(await desk.exchange(client, code))


async def test_another_client_has_no_use_of_a_code_and_does_it_no_harm(desk: Desk) -> None:
    client, thief = await desk.registered(), await desk.registered()
    code = await desk.code(client)
    assert refused(await desk.exchange(thief, code))
    tokens = (await desk.exchange(client, code)).json()
    assert refused(await desk.exchange(thief, code))
    assert await desk.lets_in(tokens["access_token"])


@pytest.mark.parametrize("verifier", [ANOTHER_VERIFIER, challenge_of(VERIFIER), VERIFIER + " ", ""])
async def test_a_code_is_of_no_use_without_the_verifier(desk: Desk, verifier: str) -> None:
    client = await desk.registered()
    code = await desk.code(client)
    assert refused(await desk.exchange(client, code, code_verifier=verifier))
    assert (await desk.exchange(client, code)).status_code == 200


async def test_a_code_put_into_anothers_sign_in_is_refused(desk: Desk) -> None:
    client = await desk.registered()
    stolen = await desk.code(client)
    await desk.code(client, code_challenge=challenge_of(ANOTHER_VERIFIER))
    assert refused(await desk.exchange(client, stolen, code_verifier=ANOTHER_VERIFIER))


async def test_the_verifier_may_not_be_left_out(desk: Desk) -> None:
    client = await desk.registered()
    form = {
        "grant_type": "authorization_code",
        "client_id": client,
        "code": await desk.code(client),
        "redirect_uri": CALLBACK,
    }
    assert refused(await desk.http.post("/token", data=form), "invalid_request")


@pytest.mark.parametrize("address", ["https://evil.example/cb", CALLBACK + "/", CALLBACK + "?x=1"])
async def test_a_code_goes_with_the_address_it_was_sent_to(desk: Desk, address: str) -> None:
    client = await desk.registered()
    code = await desk.code(client)
    assert refused(await desk.exchange(client, code, redirect_uri=address), "invalid_request")
    assert (await desk.exchange(client, code)).status_code == 200


@pytest.mark.parametrize("resource", [GATEWAY, "https://other.example/mcp", "https://mcp.example.com"])
async def test_tokens_are_for_no_other_endpoint_than_was_allowed(desk: Desk, resource: str) -> None:
    client = await desk.registered()
    code = await desk.code(client)
    assert refused(await desk.exchange(client, code, resource=resource), "invalid_target")
    tokens = (await desk.exchange(client, code)).json()
    assert refused(await desk.refresh(client, tokens["refresh_token"], resource=resource), "invalid_target")
    assert (await desk.refresh(client, tokens["refresh_token"])).status_code == 200


async def test_a_refresh_token_is_good_once_and_used_twice_ends_its_family(any_desk: Desk) -> None:
    client = await any_desk.registered()
    bystander, first = await any_desk.tokens(client), await any_desk.tokens(client)
    second = (await any_desk.refresh(client, first["refresh_token"])).json()
    assert await any_desk.lets_in(second["access_token"])
    assert not await any_desk.lets_in(first["access_token"])
    assert refused(await any_desk.refresh(client, first["refresh_token"]))
    assert not await any_desk.lets_in(second["access_token"])
    assert refused(await any_desk.refresh(client, second["refresh_token"]))
    assert await any_desk.lets_in(bystander["access_token"])


async def test_another_client_has_no_use_of_a_refresh_token_and_does_it_no_harm(desk: Desk) -> None:
    client, thief = await desk.registered(), await desk.registered()
    tokens = await desk.tokens(client)
    assert refused(await desk.refresh(thief, tokens["refresh_token"]))
    assert refused(await desk.refresh(client, tokens["access_token"]))
    assert (await desk.refresh(client, tokens["refresh_token"])).status_code == 200


@pytest.mark.parametrize(("scope", "status"), [("dinero:read offline_access", 200), ("dinero:write", 400)])
async def test_a_refresh_asks_for_no_more_than_was_allowed(desk: Desk, scope: str, status: int) -> None:
    client = await desk.registered()
    tokens = await desk.tokens(client)
    answer = await desk.refresh(client, tokens["refresh_token"], scope=scope)
    assert answer.status_code == status
    assert answer.json().get("scope", "dinero:read") == "dinero:read"


async def test_tokens_last_an_hour_and_sixty_days(desk: Desk, clock: Clock) -> None:
    client = await desk.registered()
    tokens = await desk.tokens(client)
    clock.pass_by(ACCESS_LASTS.total_seconds())
    assert not await desk.lets_in(tokens["access_token"])
    again = (await desk.refresh(client, tokens["refresh_token"])).json()
    clock.pass_by(REFRESH_LASTS.total_seconds())
    assert refused(await desk.refresh(client, again["refresh_token"]))


@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
async def test_revoking_either_token_ends_the_sign_in(desk: Desk, which: str) -> None:
    client, other = await desk.registered(), await desk.registered()
    tokens = await desk.tokens(client)
    theirs = {"client_id": other, "token": tokens[which]}
    assert (await desk.http.post("/revoke", data=theirs)).status_code == 200
    assert await desk.lets_in(tokens["access_token"])
    own = {"client_id": client, "token": tokens[which], "token_type_hint": which}
    assert (await desk.http.post("/revoke", data=own)).status_code == 200
    assert not await desk.lets_in(tokens["access_token"])
    assert refused(await desk.refresh(client, tokens["refresh_token"]))
    assert (await desk.http.post("/revoke", data=own)).status_code == 200


async def test_a_client_cannot_revoke_a_token_made_by_a_person(desk: Desk, clock: Clock) -> None:
    client = await desk.registered()
    _, named = await desk.state.bearers.create_named(ASTRID, "laptop", "dinero:read", clock.now, None)
    await desk.http.post("/revoke", data={"client_id": client, "token": named})
    assert await desk.state.bearers.found(named, clock.now)
    assert refused(await desk.refresh(client, named))


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({}, 400, "invalid_request"),
        ({"grant_type": "client_credentials", "client_id": "x"}, 400, "unsupported_grant_type"),
        ({"grant_type": "password", "username": "a", "password": "b"}, 400, "unsupported_grant_type"),
        ({"grant_type": "authorization_code", "code": "x"}, 401, "invalid_client"),
        ({"grant_type": "refresh_token", "client_id": "nobody", "refresh_token": "x"}, 401, "invalid_client"),
        (
            {"grant_type": "refresh_token", "client_id": "\x00", "refresh_token": "\x00"},
            401,
            "invalid_client",
        ),
        ({"grant_type": ["refresh_token", "refresh_token"]}, 400, "invalid_request"),
    ],
)
async def test_what_makes_no_sense_is_refused_in_oauths_words(
    desk: Desk, form: dict[str, Any], status: int, error: str
) -> None:
    answer = await desk.http.post("/token", data=form)
    assert (answer.status_code, answer.json()["error"]) == (status, error)


@pytest.mark.parametrize("path", ["/token", "/revoke"])
@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x", "text/plain", ""])
async def test_only_forms_are_read_and_none_that_are_large(desk: Desk, path: str, kind: str) -> None:
    headers = {"Content-Type": kind}
    assert (await desk.http.post(path, content=b"\xff\x00{", headers=headers)).status_code == 400
    assert (await desk.http.post(path, content=b"a" * 65_537, headers=headers)).status_code == 413


async def test_a_client_with_a_document_comes_for_tokens_when_its_site_is_down(
    state: State, clock: Clock
) -> None:
    net = publishing()
    desk = Desk(state, clock, fetch=DocumentFetch(net, net.resolve))
    address = "https://app.example.com/callback"
    code = await desk.code(DOCUMENT, redirect_uri=address)
    net.addresses = [[]]
    clock.pass_by(30)
    restarted = Desk(state, clock, fetch=DocumentFetch(net, net.resolve))
    tokens = (await restarted.exchange(DOCUMENT, code, redirect_uri=address)).json()
    assert (await restarted.refresh(DOCUMENT, tokens["refresh_token"])).status_code == 200
    assert len(net.requests) == 1
    barred = Desk(state, clock, frozenset({"claude.ai"}))
    assert (await barred.refresh(DOCUMENT, tokens["refresh_token"])).status_code == 401


async def test_no_secret_is_readable_in_the_database(desk: Desk) -> None:
    client = await desk.registered()
    code = await desk.code(client)
    tokens = (await desk.exchange(client, code)).json()
    async with desk.state.database.reading() as database:
        kept = [
            str((await database.execute(text(f"SELECT * FROM dinero_mcp_{table}"))).all())
            for table in ("tickets", "bearers", "clients", "consents")
        ]
    for secret in (code, tokens["access_token"], tokens["refresh_token"]):
        assert not any(secret in each for each in kept)
