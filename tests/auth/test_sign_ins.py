"""A state is good once, for a while, and for whoever began the sign-in."""

import hashlib
from base64 import urlsafe_b64decode

import pytest

from dinero_mcp.auth.sign_ins import LASTS_SECONDS, MOST, OtherBrowserError, SignIns, SignInUnknownError


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_state_is_good_once() -> None:
    waiting = SignIns()
    begun = waiting.begin("browser")
    assert waiting.take(begun.state, "browser") == begun
    with pytest.raises(SignInUnknownError):
        waiting.take(begun.state, "browser")


@pytest.mark.parametrize("state", ["", "guessed"])
def test_a_state_that_was_never_given_is_refused(state: str) -> None:
    waiting = SignIns()
    waiting.begin("browser")
    with pytest.raises(SignInUnknownError):
        waiting.take(state, "browser")


@pytest.mark.parametrize("other", ["another", "", None])
def test_a_state_of_another_browser_is_refused_and_goes_on_waiting(other: str | None) -> None:
    waiting = SignIns()
    begun = waiting.begin("browser")
    with pytest.raises(OtherBrowserError):
        waiting.take(begun.state, other)
    assert waiting.take(begun.state, "browser") == begun


def test_what_a_terminal_began_no_browser_can_answer() -> None:
    waiting = SignIns()
    begun = waiting.begin(None)
    with pytest.raises(OtherBrowserError):
        waiting.take(begun.state, "")
    assert waiting.take(begun.state, None) == begun


def test_a_state_is_good_for_ten_minutes() -> None:
    clock = Clock()
    waiting = SignIns(clock)
    begun = waiting.begin("browser")
    clock.now = LASTS_SECONDS
    with pytest.raises(SignInUnknownError):
        waiting.take(begun.state, "browser")


def test_of_too_many_the_oldest_are_forgotten() -> None:
    waiting = SignIns()
    states = [waiting.begin("browser").state for _ in range(MOST + 1)]
    with pytest.raises(SignInUnknownError):
        waiting.take(states[0], "browser")
    assert waiting.take(states[1], "browser")


def test_the_challenge_is_the_verifiers_digest() -> None:
    begun = SignIns().begin(None)
    assert urlsafe_b64decode(begun.challenge + "=") == hashlib.sha256(begun.verifier.encode()).digest()
    assert 43 <= len(begun.verifier) <= 128
