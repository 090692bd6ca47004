"""Many reads for one question: what is at hand first, the plan told, then a few at a time."""

import asyncio
import math
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from dinero_mcp.dinero.call import Call
from dinero_mcp.errors import RateLimitedError

T = TypeVar("T")

AT_A_TIME = 4
MANY = 20
"""More requests than this are announced."""
MOST_MINUTES = 15
_SHARES = {
    1.0: "all",
    0.75: "three quarters",
    0.67: "two thirds",
    0.5: "half",
    0.33: "a third",
    0.25: "a quarter",
    0.2: "a fifth",
}


class Batches(Generic[T]):
    """Reads of one kind by id, each made once; `noun` names them, as in `lists of payments`."""

    def __init__(
        self, call: Call, requests_per_minute: int, noun: str, read: Callable[[str], Awaitable[T]]
    ) -> None:
        self.found: dict[str, T] = {}
        """What was read so far."""
        self._plan: str | None = None
        self._call = call
        self._limit = requests_per_minute
        self._noun = noun
        self._read = read

    @property
    def remarks(self) -> list[str]:
        """How many were read, and what was announced before."""
        count = [f"{self._noun} read: {len(self.found)}"] if self.found else []
        return [*count, *([f"{self._noun} announced: {self._plan}"] if self._plan else [])]

    async def announce(self, certain: Sequence[str], likely: Sequence[str] = ()) -> None:
        """Take what is at hand, and tell what the rest will cost when that is more than a few requests; not
        where nothing may be asked.

        Raises:
            RateLimitedError: when what must be read cannot be, in the time the question has.
        """
        for guid in (*certain, *likely):
            if (known := await self._call.at_hand(self._read(guid))) is not None:
                self.found[guid] = known
        if self._call.asks_nothing:
            return  # the first that is missing ends the question
        needed, most = len(self._missing(certain)), len(self._missing([*certain, *likely]))
        self._check_time(needed)
        self._call.will_wait(60 * math.ceil(most / self._limit))
        if most > MANY:
            about = "about" if needed == most else "up to"
            self._plan = f"{about} {most} requests, {_share(most, self._limit)} what a minute allows"
            await self._call.tell(f"Reading {self._noun}: {self._plan}")

    async def read(self, guids: Sequence[str], *, until: Callable[[], bool] = lambda: False) -> None:
        """Read them batch by batch, and no more of them once it is enough."""
        missing = self._missing(guids)
        for start in range(0, len(missing), AT_A_TIME):
            if until():
                return
            batch = missing[start : start + AT_A_TIME]
            answers = await asyncio.gather(*map(self._read, batch), return_exceptions=True)
            for guid, answer in zip(batch, answers, strict=True):
                if isinstance(answer, BaseException):
                    raise answer
                self.found[guid] = answer
            await self._call.tell(f"Reading {self._noun}: {start + len(batch)} of {len(missing)} read")

    def _missing(self, guids: Sequence[str]) -> list[str]:
        return [guid for guid in dict.fromkeys(guids) if guid not in self.found]

    def _check_time(self, needed: int) -> None:
        minutes = math.ceil(needed / self._limit)
        if minutes > (MOST_MINUTES if self._call.is_heard else 1):
            heard = "a question may take" if self._call.is_heard else "a host waits that shows no progress"
            raise RateLimitedError(
                f"About {needed} requests for {self._noun} are needed, and Dinero admits {self._limit} a "
                f"minute: that takes {minutes} minutes, longer than {heard}. Ask for one contact at a time "
                "(contact_guid, from list-contacts-tool), or where progress is shown.",
                retry_after=60,
            )


def _share(requests: int, limit: int) -> str:
    """How much of a minute's requests, in words."""
    share = requests / limit
    if share > 1:
        return f"{share:.1f} times"
    return f"{_SHARES[min(_SHARES, key=lambda known: abs(known - share))]} of"
