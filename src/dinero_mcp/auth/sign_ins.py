"""Sign-ins under way: begun here, away at Visma, not yet answered.

Each has a state that is good once and for ten minutes, a PKCE verifier that never leaves this process, and
belongs to the browser that began it; one that was begun from a terminal belongs to that terminal.
"""

import hashlib
import secrets
import time
from base64 import urlsafe_b64encode
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

import msgspec

LASTS_SECONDS = 600.0
MOST = 1000
"""Sign-ins under way at once; of more, the oldest are forgotten."""


class Onward(msgspec.Struct, frozen=True):
    """Where a browser goes once somebody is signed in: to a page of its own, or back to a client's request.

    It names no address, so nobody can make it lead elsewhere.
    """

    request: str = ""
    """The key of the authorization request."""
    is_approved: bool = False
    """Whether it was approved in this browser, before Visma was asked who it is."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """One of them; `browser` is the secret in the browser's cookie, None for the terminal."""

    state: str
    verifier: str
    browser: str | None
    begun_at: float

    @property
    def challenge(self) -> str:
        """What Visma is told of the verifier (PKCE S256)."""
        return _base64(hashlib.sha256(self.verifier.encode()).digest())


class SignInUnknownError(LookupError):
    """The state is not one that is waiting: used, too old, or never given."""


class OtherBrowserError(LookupError):
    """The state is waiting, but for another browser."""


class SignIns:
    """The sign-ins of one process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._waiting: OrderedDict[str, SignIn] = OrderedDict()

    def begin(self, browser: str | None) -> SignIn:
        """A new one."""
        begun = SignIn(secrets.token_urlsafe(32), secrets.token_urlsafe(64), browser, self._clock())
        self._waiting[begun.state] = begun
        while len(self._waiting) > MOST:
            self._waiting.popitem(last=False)
        return begun

    def take(self, state: str, browser: str | None) -> SignIn:
        """The sign-in with this state, which is over with it.

        Raises:
            SignInUnknownError: none waits for it any more.
            OtherBrowserError: another browser began it; there it still waits.
        """
        found = self._waiting.get(state)
        if found is None or self._clock() >= found.begun_at + LASTS_SECONDS:
            self._waiting.pop(state, None)
            raise SignInUnknownError
        if found.browser != browser:
            raise OtherBrowserError
        return self._waiting.pop(state)


def _base64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
