"""Sign-ins under way: begun here, away at Visma, not yet answered.

Each has a state that is good once and for ten minutes, a PKCE verifier that nobody but us sees, and belongs
to the browser that began it; one that was begun from a terminal belongs to that terminal.
"""

import hashlib
import secrets
import time
from base64 import urlsafe_b64encode
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import msgspec

from dinero_mcp.auth.callback import Callback

LASTS_SECONDS = 600.0
MOST = 1000
"""Of sign-ins and answers that one process remembers; of more, the oldest are forgotten."""


class Onward(msgspec.Struct, frozen=True):
    """Where a browser goes once somebody is signed in: to a page of its own, or back to a client's request.

    It names no address, so nobody can make it lead elsewhere.
    """

    request: str = ""
    """The key of the authorization request."""
    is_approved: bool = False
    """Whether it was approved in this browser, before Visma was asked who it is."""


ONWARD = Onward()
"""To a page of its own."""


class SignIn(msgspec.Struct, frozen=True):
    """One of them; `browser` is the secret in the browser's cookie, None for the terminal."""

    state: str
    verifier: str
    browser: str | None
    onward: Onward = Onward()

    @property
    def challenge(self) -> str:
        """What Visma is told of the verifier (PKCE S256)."""
        return _base64(hashlib.sha256(self.verifier.encode()).digest())


def new_sign_in(browser: str | None, onward: Onward = ONWARD) -> SignIn:
    """A sign-in with secrets of its own."""
    return SignIn(secrets.token_urlsafe(32), secrets.token_urlsafe(64), browser, onward)


class SignInUnknownError(LookupError):
    """The state is not one that is waiting: used, too old, or never given."""


class OtherBrowserError(LookupError):
    """The state is waiting, but for another browser."""


class SignIns(Protocol):
    """The sign-ins under way."""

    async def begin(self, browser: str | None, onward: Onward = ONWARD) -> SignIn:
        """A new one."""
        ...

    async def take(self, state: str, browser: str | None) -> SignIn:
        """The sign-in with this state, which is over with it.

        Raises:
            SignInUnknownError: none waits for it any more.
            OtherBrowserError: another browser began it; there it still waits.
        """
        ...

    async def put_aside(self, callback: Callback) -> str | None:
        """Keep an answer until its browser comes for it; gives the key, None when no sign-in waits for it."""
        ...

    async def taken_up(self, key: str) -> Callback | None:
        """The answer that was put aside, which nobody gets a second time."""
        ...


@dataclass(frozen=True, slots=True)
class _Waiting:
    sign_in: SignIn
    begun_at: float


class SignInsInMemory:
    """The sign-ins of one process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._waiting: OrderedDict[str, _Waiting] = OrderedDict()
        self._answers: OrderedDict[str, Callback] = OrderedDict()

    async def begin(self, browser: str | None, onward: Onward = ONWARD) -> SignIn:
        begun = new_sign_in(browser, onward)
        self._waiting[begun.state] = _Waiting(begun, self._clock())
        while len(self._waiting) > MOST:
            self._waiting.popitem(last=False)
        return begun

    async def take(self, state: str, browser: str | None) -> SignIn:
        found = self._found(state)
        if found is None:
            raise SignInUnknownError
        if found.browser != browser:
            raise OtherBrowserError
        del self._waiting[state]
        return found

    async def put_aside(self, callback: Callback) -> str | None:
        if self._found(callback.state) is None:
            return None
        key = secrets.token_urlsafe(32)
        self._answers[key] = callback
        while len(self._answers) > MOST:
            self._answers.popitem(last=False)
        return key

    async def taken_up(self, key: str) -> Callback | None:
        return self._answers.pop(key, None)

    def _found(self, state: str) -> SignIn | None:
        found = self._waiting.get(state)
        if found and self._clock() >= found.begun_at + LASTS_SECONDS:
            del self._waiting[state]
            return None
        return found.sign_in if found else None


def _base64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
