"""Access tokens with Visma Connect: refreshed once, whoever asks and whatever happens meanwhile."""

from datetime import timedelta
from typing import Any

import anyio
import pytest

from dinero_mcp.auth.refreshing import Rules, claimed
from dinero_mcp.auth.visma_connection import RefreshMode
from dinero_mcp.errors import (
    ConnectionExpiredError,
    SignInRefusedError,
)
from tests.auth.clock import Clock
from tests.auth.conftest import SignedIn
from tests.auth.visma import Office, Withheld, at_once

HOUR = 3600
GRACE = Rules(grace=timedelta(seconds=30))
LEASE = Rules().lease.total_seconds()


async def test_a_fresh_token_is_used_without_asking_anybody(office: SignedIn) -> None:
    it = await office()
    given = await at_once(50, it.program().token)
    assert given == [(await it.kept()).access_token] * 50
    assert it.refreshes == 0


async def test_it_is_refreshed_a_minute_before_it_runs_out(office: SignedIn, clock: Clock) -> None:
    it = await office()
    program = it.program()
    first = await program.token()
    clock.pass_by(HOUR - 61)
    assert await program.token() == first
    clock.pass_by(1)
    assert await program.token() != first
    assert it.refreshes == 1


@pytest.mark.parametrize("seconds", [1, 30, 100])
async def test_a_token_that_does_not_last_long_is_used_for_half_of_its_time(
    seconds: int, office: SignedIn, clock: Clock
) -> None:
    it = await office(token_seconds=seconds)
    program = it.program()
    first = await program.token()
    clock.pass_by(seconds / 2 - 0.01)
    assert await program.token() == first
    clock.pass_by(0.02)
    assert await it.opens(await program.token())
    assert it.refreshes == 1


@pytest.mark.parametrize("refresh_tokens", ["one-time", "re-use"])
async def test_hundreds_who_ask_in_many_programs_cause_one_refresh(
    refresh_tokens: str, office: SignedIn, clock: Clock
) -> None:
    it = await office(refresh_tokens=refresh_tokens)
    clock.pass_by(HOUR)
    given: list[list[str]] = []

    async def program() -> None:
        given.append(await at_once(50, it.program().token))

    async with anyio.create_task_group() as group:
        for _ in range(8):
            group.start_soon(program)
    assert {token for tokens in given for token in tokens} == {(await it.kept()).access_token}
    assert await it.opens((await it.kept()).access_token)
    assert sum(map(len, given)) == 400
    assert it.refreshes == 1


async def test_what_the_first_refresh_shows_of_the_application_is_remembered(
    office: SignedIn, clock: Clock
) -> None:
    for refresh_tokens, mode in (("re-use", RefreshMode.RE_USE), ("one-time", RefreshMode.ONE_TIME)):
        it = await office(refresh_tokens=refresh_tokens)
        before = await it.kept()
        assert before.mode is RefreshMode.UNKNOWN
        assert before.holds_until == clock.now + timedelta(days=365)
        clock.pass_by(HOUR)
        await it.program().token()
        after = await it.kept()
        assert (after.mode, after.refreshed_at, after.lease) == (mode, clock.now, None)
        assert after.holds_until == (before.holds_until if mode is RefreshMode.RE_USE else None)
        assert (after.refresh_token == before.refresh_token) is (mode is RefreshMode.RE_USE)


async def test_the_new_refresh_token_is_used_next_time(office: SignedIn, clock: Clock) -> None:
    it = await office()
    program = it.program()
    for _ in range(4):
        clock.pass_by(HOUR)
        assert await it.opens(await program.token())
    assert it.refreshes == 4


async def test_who_waits_for_a_refresh_gets_what_it_brought(office: SignedIn, clock: Clock) -> None:
    it = await office()
    clock.pass_by(HOUR)
    slow = Withheld(it.sandbox.app)
    given: list[str] = []

    async def ask(program: Any) -> None:
        given.append(await program.token())

    async with anyio.create_task_group() as group:
        group.start_soon(ask, it.program(slow))
        await slow.made.wait()
        group.start_soon(ask, it.program())
        await anyio.wait_all_tasks_blocked()
        assert given == []
        slow.may_go.set()
    assert len(given) == 2
    assert len(set(given)) == 1
    assert it.refreshes == 1


async def die_mid_refresh(it: Office, rules: Rules | None = None) -> None:
    """A program takes the lease, Visma answers, and it is gone before it stores anything."""
    now = it.clock.now
    taken = await it.store.change(it.user, lambda found: claimed(found, "dead", now, rules or Rules()))
    await it.visma().refresh(taken.refresh_token)


async def test_after_a_death_mid_refresh_the_old_token_is_not_tried_again(
    office: SignedIn, clock: Clock
) -> None:
    it = await office()
    clock.pass_by(HOUR)
    await die_mid_refresh(it)
    clock.pass_by(LEASE)
    for _ in range(3):
        with pytest.raises(ConnectionExpiredError, match="dinero-mcp login"):
            await it.program().token()
    assert it.refreshes == 1


async def test_after_a_death_within_the_grace_period_it_is_tried_again(
    office: SignedIn, clock: Clock
) -> None:
    it = await office(grace_seconds=30)
    clock.pass_by(HOUR)
    await die_mid_refresh(it, GRACE)
    clock.pass_by(15)
    assert await it.opens(await it.program(rules=GRACE).token())
    assert it.refreshes == 2
    assert (await it.kept()).refresh_started_at is None


async def test_after_a_death_and_the_grace_period_it_is_not_tried_again(
    office: SignedIn, clock: Clock
) -> None:
    it = await office(grace_seconds=30)
    clock.pass_by(HOUR)
    await die_mid_refresh(it, GRACE)
    clock.pass_by(30)
    with pytest.raises(ConnectionExpiredError):
        await it.program(rules=GRACE).token()
    assert it.refreshes == 1


async def test_after_a_death_a_token_for_re_use_is_tried_again(office: SignedIn, clock: Clock) -> None:
    it = await office(refresh_tokens="re-use")
    clock.pass_by(HOUR)
    await it.program().token()
    clock.pass_by(HOUR)
    await die_mid_refresh(it)
    clock.pass_by(LEASE)
    assert await it.opens(await it.program().token())


async def test_a_lease_far_ahead_by_another_machines_clock_is_not_waited_for_for_ever(
    office: SignedIn, clock: Clock
) -> None:
    it = await office(refresh_tokens="re-use")
    clock.pass_by(HOUR)
    await it.program().token()
    clock.pass_by(HOUR)
    ahead = clock.now + timedelta(days=1)
    await it.store.change(it.user, lambda found: claimed(found, "dead", ahead, Rules()))
    short = Rules(longest_lease=timedelta(seconds=0.5))
    with anyio.fail_after(10):
        assert await it.opens(await it.program(rules=short).token())


async def test_an_answer_that_comes_after_the_lease_is_still_kept(office: SignedIn, clock: Clock) -> None:
    it = await office()
    clock.pass_by(HOUR)
    slow = Withheld(it.sandbox.app)
    async with anyio.create_task_group() as group:
        group.start_soon(it.program(slow).token)
        await slow.made.wait()
        clock.pass_by(LEASE)
        with pytest.raises(ConnectionExpiredError):
            await it.program().token()
        slow.may_go.set()
    assert await it.opens(await it.program().token())
    assert it.refreshes == 1


async def test_who_gives_up_waiting_does_not_lose_the_answer(office: SignedIn, clock: Clock) -> None:
    it = await office()
    clock.pass_by(HOUR)
    slow = Withheld(it.sandbox.app)
    program = it.program(slow)
    async with anyio.create_task_group() as group:
        group.start_soon(program.token)
        await slow.made.wait()
        group.cancel_scope.cancel()
    async with anyio.create_task_group() as group:
        group.start_soon(program.settled)
        await anyio.wait_all_tasks_blocked()
        slow.may_go.set()
    assert await it.opens(await it.program().token())
    assert it.refreshes == 1


async def test_nothing_is_settled_where_nothing_was_begun(office: SignedIn) -> None:
    it = await office()
    program = it.program()
    await program.settled()
    assert await it.opens(await program.token())
    await program.settled()
    assert it.refreshes == 0


async def test_a_refused_token_is_refreshed_once_by_all_who_had_it(office: SignedIn) -> None:
    it = await office()
    programs = [it.program() for _ in range(4)]
    refused = await programs[0].token()
    it.sandbox.revoke_tokens()
    given = [await at_once(10, lambda each=each: each.renewed(refused)) for each in programs]
    assert len({token for tokens in given for token in tokens}) == 1
    assert await it.opens(given[0][0])
    assert it.refreshes == 1


async def test_a_token_that_is_refused_again_right_after_is_told_and_not_refreshed(office: SignedIn) -> None:
    it = await office()
    program = it.program()
    second = await program.renewed(await program.token())
    with pytest.raises(SignInRefusedError, match="Dinero's read scope"):
        await program.renewed(second)
    assert it.refreshes == 1


async def test_a_token_that_ran_out_right_after_it_was_renewed_is_refreshed(
    office: SignedIn, clock: Clock
) -> None:
    it = await office(token_seconds=15)
    program = it.program()
    second = await program.renewed(await program.token())
    clock.pass_by(16)
    assert await it.opens(await program.renewed(second))
    assert it.refreshes == 2
