"""How often one address on the internet may ask for what costs something before anybody signed in."""

from ipaddress import IPv6Address, ip_address
from typing import TYPE_CHECKING

from starlette.requests import Request

if TYPE_CHECKING:
    from limits.aio.strategies import RateLimiter

REGISTRATIONS_AN_HOUR = 20
REGISTRATIONS_AN_HOUR_OF_ALL = 1000
REQUESTS_A_MINUTE = 60


class Paces:
    """What was asked for lately, in this process."""

    def __init__(self) -> None:
        self._counting: RateLimiter | None = None

    async def allow_registration(self, request: Request) -> bool:
        """Whether a client may register from there now."""
        from limits import RateLimitItemPerHour

        everybody = RateLimitItemPerHour(REGISTRATIONS_AN_HOUR_OF_ALL)
        each = RateLimitItemPerHour(REGISTRATIONS_AN_HOUR)
        counting = self._counted()
        if not await counting.hit(each, "register", _neighbourhood(request)):
            return False
        return await counting.hit(everybody, "register")

    async def allow_request(self, request: Request) -> bool:
        """Whether a person may be sent from there to sign in now, by a client or by themselves."""
        from limits import RateLimitItemPerMinute

        pace = RateLimitItemPerMinute(REQUESTS_A_MINUTE)
        return await self._counted().hit(pace, "authorize", _neighbourhood(request))

    def _counted(self) -> "RateLimiter":
        if self._counting is None:
            from limits.aio.storage import MemoryStorage
            from limits.aio.strategies import FixedWindowRateLimiter

            self._counting = FixedWindowRateLimiter(MemoryStorage())
        return self._counting


def _neighbourhood(request: Request) -> str:
    """The address that asks; of IPv6 the network of one customer."""
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    return str(IPv6Address(int(address) >> 64 << 64)) if isinstance(address, IPv6Address) else host
