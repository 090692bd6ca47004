"""Who may read `/metrics`: whoever asks this process directly from its own machine or network.

A request that came through a proxy is not answered: it says so in a header, or it names the public host, as
it must for anything else here to be answered. So no setting is needed, and no proxy exposes it by mistake.
"""

import re
from collections.abc import Awaitable, Callable
from ipaddress import IPv6Address, ip_address

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from dinero_mcp.server.office.metrics import CONTENT_TYPE, Metrics

_OF_A_PROXY = (
    *("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-forwarded-port"),
    *("x-real-ip", "x-original-forwarded-for", "cf-connecting-ip", "true-client-ip"),
)
_PORT = re.compile(r":\d*$", re.ASCII)
_HERE = ("localhost", "127.0.0.1", "::1")


def scraping(metrics: Metrics, public_host: str | None) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint; `public_host` is the name that the world knows the server by, without its port."""
    name = None if public_host in _HERE else public_host

    async def answer(request: Request) -> Response:
        if not _asked_directly(request, name):
            return PlainTextResponse("Not Found", 404)
        return Response(await run_sync(metrics.exposition), headers={"Content-Type": CONTENT_TYPE})

    return answer


def _asked_directly(request: Request, public_host: str | None) -> bool:
    through_a_proxy = any(name in request.headers for name in _OF_A_PROXY)
    named = _PORT.sub("", request.headers.get("host", "")).strip("[].").lower()
    publicly = public_host is not None and named == public_host.lower()
    return not through_a_proxy and not publicly and _is_near(request.client.host if request.client else "")


def _is_near(peer: str) -> bool:
    """Whether a peer is on this machine or in a private network; False where it is unknown."""
    try:
        address = ip_address(peer.partition("%")[0])
    except ValueError:
        return False
    plain = address.ipv4_mapped or address if isinstance(address, IPv6Address) else address
    return plain.is_loopback or plain.is_private
