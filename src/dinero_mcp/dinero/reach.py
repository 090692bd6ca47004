"""Whether Redis is reached, as one replica finds."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from dinero_mcp.dinero.redis_turns import RedisAwayError, TurnsForgottenError

T = TypeVar("T")

ASK_AGAIN = 0.5
"""Seconds for which Redis is left alone after it did not answer."""


class Reach:
    """Asks Redis, seldom while it does not answer, and gives it up after `patience` seconds without one."""

    def __init__(self, patience: float, clock: Callable[[], float]) -> None:
        self._patience = patience
        self._clock = clock
        self._failing_since: float | None = None
        self._failed_at = float("-inf")
        self._has_forgotten = False
        self.why = ""
        """What was wrong last."""

    @property
    def fails(self) -> bool:
        """Whether the last answer was none."""
        return self._failing_since is not None

    @property
    def is_lost(self) -> bool:
        """Whether no turn may be expected from it any more."""
        since = self._failing_since
        return since is not None and (self._has_forgotten or self._clock() - since >= self._patience)

    async def ask(self, request: Callable[[], Awaitable[T]]) -> T:
        """What Redis answers.

        Raises:
            RedisAwayError: when it does not, or did not a moment ago.
            TurnsForgottenError: when it cannot count.
        """
        if self.fails and self._clock() - self._failed_at < ASK_AGAIN:
            raise RedisAwayError(self.why)
        try:
            answer = await request()
        except (RedisAwayError, TurnsForgottenError) as error:
            self._note(error)
            raise
        self._failing_since, self._has_forgotten, self.why = None, False, ""
        return answer

    def _note(self, error: Exception) -> None:
        self._failed_at = self._clock()
        self._failing_since = self._failing_since or self._failed_at
        self._has_forgotten = isinstance(error, TurnsForgottenError)
        self.why = "it was restarted or emptied" if self._has_forgotten else str(error)
