"""Access tokens with Visma Connect when something fails: told, and never at the cost of the connection."""

import json
from typing import Any

import anyio
import httpx2
import pytest
from starlette.types import Receive, Scope, Send

from dinero_mcp.auth.connecting import new_connection
from dinero_mcp.auth.store import open_store
from dinero_mcp.auth.visma_tokens import VismaTokens
from dinero_mcp.errors import (
    ConnectionExpiredError,
    DineroMCPError,
    NotConnectedError,
    RateLimitedError,
    SignInRefusedError,
    StoreError,
    UnavailableError,
    UnexpectedAnswerError,
    UnreachableError,
)
from dinero_mcp.sandbox import DEMO_VISMA_CLIENT_SECRET, Fault
from dinero_mcp.sandbox.connect.application import DEMO_REDIRECT_ADDRESS
from tests.auth.clock import Clock
from tests.auth.conftest import Place, SignedIn
from tests.auth.visma import TOKEN, Broken, Lock, Office, Withheld
from tests.sandbox.connect.browser import IDA, VERIFIER, code_for

HOUR = 3600


async def test_what_visma_refuses_is_over_until_the_next_sign_in(office: SignedIn, clock: Clock) -> None:
    it = await office()
    clock.pass_by(HOUR)
    await it.visma().revoke((await it.kept()).refresh_token)
    for _ in range(3):
        with pytest.raises(ConnectionExpiredError, match="dinero-mcp login"):
            await it.program().token()
    assert it.refreshes == 1
    ended = await it.kept()
    assert (ended.access_token, ended.refresh_token) == ("", "")
    await it.sign_in()
    assert await it.opens(await it.program().token())


async def test_where_to_ask_is_found_out_before_a_lease_is_taken(office: SignedIn, clock: Clock) -> None:
    it = await office()
    clock.pass_by(HOUR)
    asked_with: list[tuple[str, bool]] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        asked_with.append((scope["path"], (await it.kept()).lease is not None))
        await it.sandbox.app(scope, receive, send)

    assert await it.opens(await it.program(app).token())
    assert asked_with == [("/.well-known/openid-configuration", False), (TOKEN, True)]


async def test_nobody_signed_in_is_told(office: SignedIn) -> None:
    it = await office()
    await it.store.forget(it.user)
    with pytest.raises(NotConnectedError, match="dinero-mcp login"):
        await it.program().token()


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ({"path": TOKEN, "status": 503}, UnavailableError),
        ({"path": TOKEN, "status": 429}, RateLimitedError),
        ({"path": TOKEN, "status": 400, "body": b'{"error": "invalid_client"}'}, SignInRefusedError),
        ({"path": TOKEN, "status": 404, "body": b"<html>"}, UnexpectedAnswerError),
        ({"path": "openid-configuration", "status": 500}, UnavailableError),
        (httpx2.ConnectError("refused"), UnreachableError),
        (httpx2.ConnectTimeout("late"), UnreachableError),
    ],
    ids=["503", "429", "invalid_client", "404", "discovery", "refused", "no connection"],
)
async def test_what_visma_did_not_carry_out_does_no_harm(
    fault: dict[str, Any] | Exception, kind: type[DineroMCPError], office: SignedIn, clock: Clock
) -> None:
    it = await office()
    clock.pass_by(HOUR)
    program = it.program(network=network(it, fault, on_the_way_back=False))
    with pytest.raises(kind):
        await program.token()
    kept = await it.kept()
    assert (kept.lease, kept.refresh_started_at) == (None, None)
    assert await it.opens(await program.token())


def lose(_: bytes) -> bytes:
    return b"<html>"


def network(it: Office, fault: Any, *, on_the_way_back: bool) -> Broken | None:  # Any: a fault's fields
    """A network with the fault in it, or the usual one to a sandbox with the fault in it."""
    if isinstance(fault, Exception):
        return Broken(it.sandbox.app, fault, on_the_way_back=on_the_way_back)
    it.sandbox.faults.append(Fault(**fault))
    return None


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ({"path": TOKEN, "status": 502}, UnavailableError),
        ({"path": TOKEN, "alter": lose}, UnexpectedAnswerError),
        (httpx2.ReadTimeout("late"), UnreachableError),
        (httpx2.RemoteProtocolError("cut"), UnreachableError),
        (httpx2.DecodingError("no gzip"), UnexpectedAnswerError),
    ],
    ids=["502", "HTML", "slow", "cut", "encoding"],
)
@pytest.mark.parametrize("refresh_tokens", ["one-time", "re-use"])
async def test_what_visma_may_have_carried_out_is_tried_again_only_where_that_is_safe(
    refresh_tokens: str, fault: Any, kind: type[DineroMCPError], office: SignedIn, clock: Clock
) -> None:
    it = await office(refresh_tokens=refresh_tokens)
    clock.pass_by(HOUR)
    await it.program().token()
    clock.pass_by(HOUR)
    with pytest.raises(kind):
        await it.program(network=network(it, fault, on_the_way_back=True)).token()
    if refresh_tokens == "re-use":
        assert await it.opens(await it.program().token())
    else:
        with pytest.raises(ConnectionExpiredError):
            await it.program().token()


async def test_a_token_for_somebody_else_is_not_kept(office: SignedIn, clock: Clock) -> None:
    it = await office()
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(it.sandbox.app)) as http:
        code = await code_for(http, IDA)
    others = await it.visma().tokens(code, VERIFIER, DEMO_REDIRECT_ADDRESS)
    clock.pass_by(HOUR)
    answer = json.dumps({"access_token": others.access_token, "refresh_token": "x"}).encode()
    it.sandbox.faults.append(Fault(path=TOKEN, alter=lambda _: answer))
    before = await it.kept()
    with pytest.raises(UnexpectedAnswerError, match="somebody else"):
        await it.program().token()
    assert (await it.kept()).access_token == before.access_token


async def test_a_token_that_cannot_be_stored_is_kept_in_mind_until_it_can(
    tmp_path: Any, clock: Clock
) -> None:
    it = Office(await open_store(tmp_path, longest_wait=0.1), clock)
    await it.sign_in()
    clock.pass_by(HOUR)
    lock = Lock(tmp_path / "connections.sqlite3")
    locking = Withheld(it.sandbox.app, meanwhile=lock.take)
    locking.may_go.set()
    program = it.program(locking)
    with pytest.raises(StoreError, match="locked"):
        await program.token()
    lock.leave()
    assert await it.opens(await program.token())
    assert await it.program().token() == await program.token()
    assert it.refreshes == 1


async def test_what_comes_after_somebody_signed_out_is_revoked_too(office: SignedIn, clock: Clock) -> None:
    it = await office()
    clock.pass_by(HOUR)
    withheld = Withheld(it.sandbox.app)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_refused_for_want_of_a_connection, it.program(withheld))
        await withheld.made.wait()
        await it.store.forget(it.user)
        withheld.may_go.set()
    assert it.sandbox.requests[-1].path == "/connect/revocation"
    assert it.refreshes == 1


async def _refused_for_want_of_a_connection(program: VismaTokens) -> None:
    with pytest.raises(NotConnectedError, match="dinero-mcp login"):
        await program.token()


async def test_a_token_without_a_subject_or_a_refresh_token_makes_no_connection(
    place: Place, clock: Clock
) -> None:
    it = Office(await place.opened(), clock)
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(it.sandbox.app)) as http:
        code = await code_for(http, scope="dineropublicapi:read")
    token = await it.visma().tokens(code, VERIFIER, DEMO_REDIRECT_ADDRESS)
    with pytest.raises(SignInRefusedError, match="Offline Access"):
        new_connection(token, clock.now)
    with pytest.raises(UnexpectedAnswerError, match="who signed in"):
        new_connection(type(token)("opaque", 3600, "refresh"), clock.now)


async def test_nothing_printed_shows_a_token(office: SignedIn) -> None:
    it = await office()
    kept = await it.kept()
    program = it.program()
    await program.token()
    shown = repr(kept) + repr(program) + repr(it.visma()) + str(kept)
    assert kept.access_token not in shown
    assert kept.refresh_token not in shown
    assert DEMO_VISMA_CLIENT_SECRET not in shown
