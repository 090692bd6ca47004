"""What arrived, counted where it arrives: in bounded memory, however long that goes on."""

from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from dinero_mcp.sandbox.quota import MINUTE


@dataclass(frozen=True, slots=True)
class OrganizationCounts:
    """The requests about one organization, whoever sent them and whatever became of them."""

    requests: int
    most_in_a_minute: int
    """The most that arrived in any 60 seconds."""
    over_quota: int
    """How many of them came when there was no room, and were refused or would have been."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What the sandbox was asked since it began."""

    organizations: Mapping[int, OrganizationCounts]
    refreshes: Mapping[str, int]
    """How often new tokens were given for a refresh token, by the user's subject."""
    refused_refreshes: int
    reuses: int
    """How often a dead refresh token was used, which revokes its grant."""


@dataclass(slots=True)
class _Arrivals:
    last_minute: deque[float] = field(default_factory=deque[float])
    requests: int = 0
    most: int = 0
    over_quota: int = 0


class Arrivals:
    """Counts requests by organization; only the times of the last minute are kept."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._by_organization = defaultdict[int, _Arrivals](_Arrivals)

    def arrived(self, organization_id: int) -> None:
        """Count a request that has just come in."""
        counted, now = self._by_organization[organization_id], self._now()
        while counted.last_minute and counted.last_minute[0] <= now - MINUTE:
            counted.last_minute.popleft()
        counted.last_minute.append(now)
        counted.requests += 1
        counted.most = max(counted.most, len(counted.last_minute))

    def over_quota(self, organization_id: int) -> None:
        """Note that the request was one too many."""
        self._by_organization[organization_id].over_quota += 1

    @property
    def counts(self) -> dict[int, OrganizationCounts]:
        return {
            organization_id: OrganizationCounts(each.requests, each.most, each.over_quota)
            for organization_id, each in self._by_organization.items()
        }
