"""Somebody who counts what arrives, as Dinero does."""

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from dinero_mcp.dinero.quota import Asker, Quota

ORGANIZATION = 1001


@dataclass
class Receiver:
    """Counts arrivals; each request is on its way for at most `jitter` seconds, and so is its answer."""

    jitter: float = 0.0
    answers: float = 1.0
    """Which part of the requests is answered."""
    arrivals: list[float] = field(default_factory=list[float])
    _chance: random.Random = field(default_factory=lambda: random.Random(5))

    async def ask(self, quota: Quota, asker: Asker | None = None) -> None:
        turn = await quota.turn(ORGANIZATION, lambda _: None, asker)
        await asyncio.sleep(self._chance.random() * self.jitter)
        self.arrivals.append(time.monotonic())
        await asyncio.sleep(self._chance.random() * self.jitter)
        if self._chance.random() < self.answers:
            turn.arrived()

    async def ask_often(self, quotas: Sequence[Quota], requests: int) -> None:
        """Ask that often through all the quotas at once."""
        async with asyncio.TaskGroup() as group:
            for number in range(requests):
                group.create_task(self.ask(quotas[number % len(quotas)]))

    def most_within(self, seconds: float) -> int:
        """The most that arrived within such a span, wherever it lies."""
        times = sorted(self.arrivals)
        return max(sum(begin <= at < begin + seconds for at in times) for begin in times)

    @property
    def longest_gap(self) -> float:
        return max((later - earlier for earlier, later in pairwise(sorted(self.arrivals))), default=0.0)
