"""How many threads of a process calculate at once, whoever asks: made where services are opened."""

from anyio import CapacityLimiter

_CALCULATING = 2  # they share one interpreter, so more would only hold more in memory


def calculating_threads() -> CapacityLimiter:
    return CapacityLimiter(_CALCULATING)
