"""A state is good once, for a while, and for whoever began the sign-in: in one process, and across many."""

import hashlib
from base64 import urlsafe_b64decode

import anyio
import pytest

from dinero_mcp.auth.callback import Callback
from dinero_mcp.auth.sign_in_tickets import ANSWER_LASTS, SignInTickets
from dinero_mcp.auth.sign_ins import (
    LASTS_SECONDS,
    MOST,
    Onward,
    OtherBrowserError,
    SignIns,
    SignInsInMemory,
    SignInUnknownError,
    new_sign_in,
)
from dinero_mcp.auth.state import State, open_state
from tests.auth.clock import Clock
from tests.auth.conftest import Place


@pytest.fixture
async def state(place: Place) -> State:
    return await open_state(place.directory, place.database_address)


@pytest.fixture(params=["in memory", "as tickets"])
def waiting(request: pytest.FixtureRequest, state: State, clock: Clock) -> SignIns:
    if request.param == "in memory":
        return SignInsInMemory(clock.seconds)
    return SignInTickets(state.tickets, clock)


async def test_a_state_is_good_once(waiting: SignIns) -> None:
    begun = await waiting.begin("browser", Onward("a request", is_approved=True))
    assert await waiting.take(begun.state, "browser") == begun
    assert begun.onward == Onward("a request", is_approved=True)
    with pytest.raises(SignInUnknownError):
        await waiting.take(begun.state, "browser")


@pytest.mark.parametrize("guess", ["", "guessed", "\x00"])
async def test_a_state_that_was_never_given_is_refused(guess: str, waiting: SignIns) -> None:
    await waiting.begin("browser")
    with pytest.raises(SignInUnknownError):
        await waiting.take(guess, "browser")


@pytest.mark.parametrize("other", ["another", "", None])
async def test_a_state_of_another_browser_is_refused_and_goes_on_waiting(
    other: str | None, waiting: SignIns
) -> None:
    begun = await waiting.begin("browser")
    with pytest.raises(OtherBrowserError):
        await waiting.take(begun.state, other)
    assert await waiting.take(begun.state, "browser") == begun


async def test_what_a_terminal_began_no_browser_can_answer(waiting: SignIns) -> None:
    begun = await waiting.begin(None)
    with pytest.raises(OtherBrowserError):
        await waiting.take(begun.state, "")
    assert await waiting.take(begun.state, None) == begun


async def test_a_state_is_good_for_ten_minutes(waiting: SignIns, clock: Clock) -> None:
    begun = await waiting.begin("browser")
    clock.pass_by(LASTS_SECONDS)
    with pytest.raises(SignInUnknownError):
        await waiting.take(begun.state, "browser")


async def test_an_answer_is_put_aside_for_who_is_waited_for_and_taken_up_once(waiting: SignIns) -> None:
    begun = await waiting.begin("browser")
    answer = Callback(state=begun.state, code="code")
    key = await waiting.put_aside(answer)
    assert key
    assert await waiting.taken_up(key) == answer
    assert await waiting.taken_up(key) is None
    assert await waiting.put_aside(Callback(state="guessed", code="code")) is None


async def test_of_too_many_in_one_process_the_oldest_are_forgotten() -> None:
    waiting = SignInsInMemory()
    states = [(await waiting.begin("browser")).state for _ in range(MOST + 1)]
    with pytest.raises(SignInUnknownError):
        await waiting.take(states[0], "browser")
    assert await waiting.take(states[1], "browser")


async def test_another_process_takes_up_what_one_began_and_only_one_of_them_does(
    state: State, place: Place, clock: Clock
) -> None:
    other = await open_state(place.directory, place.database_address)
    begun = await SignInTickets(state.tickets, clock).begin("browser")
    key = await SignInTickets(other.tickets, clock).put_aside(Callback(state=begun.state, code="code"))
    assert key
    assert await SignInTickets(state.tickets, clock).taken_up(key)
    taken: list[str] = []

    async def take(by: State) -> None:
        try:
            taken.append((await SignInTickets(by.tickets, clock).take(begun.state, "browser")).verifier)
        except SignInUnknownError:
            taken.append("")

    async with anyio.create_task_group() as group:
        for by in (state, other, state, other):
            group.start_soon(take, by)
    assert sorted(taken) == ["", "", "", begun.verifier]


async def test_an_answer_that_nobody_comes_for_is_forgotten(state: State, clock: Clock) -> None:
    waiting = SignInTickets(state.tickets, clock)
    key = await waiting.put_aside(Callback(state=(await waiting.begin("browser")).state))
    clock.pass_by(ANSWER_LASTS.total_seconds())
    assert key
    assert await waiting.taken_up(key) is None


def test_the_challenge_is_the_verifiers_digest() -> None:
    begun = new_sign_in(None)
    assert urlsafe_b64decode(begun.challenge + "=") == hashlib.sha256(begun.verifier.encode()).digest()
    assert 43 <= len(begun.verifier) <= 128
