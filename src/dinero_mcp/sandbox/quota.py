"""How many calls an organization takes from a client in a minute."""

from collections import defaultdict, deque
from collections.abc import Callable

MINUTE = 60.0


class Quota:
    """A sliding minute per organization and client; a refused call does not count."""

    def __init__(self, per_minute: int, now: Callable[[], float]) -> None:
        self.per_minute = per_minute
        self._now = now
        self._admitted = defaultdict[tuple[int, str], deque[float]](deque)

    def wait(self, organization_id: int, client_id: str) -> float:
        """Count one call and return 0, or return the seconds until there is room for it."""
        now, admitted = self._now(), self._admitted[organization_id, client_id]
        while admitted and admitted[0] <= now - MINUTE:
            admitted.popleft()
        if len(admitted) >= self.per_minute:
            return admitted[0] + MINUTE - now
        admitted.append(now)
        return 0.0
