"""Reading a small JSON document from an address that a stranger chose.

The name is resolved once, every address it has must be public, and the connection goes to one of those that
were checked, so that a name which points elsewhere a moment later leads nowhere. The certificate must be the
name's. Redirects are not followed, proxies and cookies not used, and time and size are bounded.
"""

import ssl
from collections.abc import Sequence
from functools import cached_property

import anyio
import httpx2

from dinero_mcp import __version__
from dinero_mcp.auth.authorization.document_address import DocumentAddress
from dinero_mcp.auth.authorization.public_addresses import Resolver, is_public, resolved
from dinero_mcp.errors import DineroMCPError

MOST_BYTES = 64 * 1024
MOST_SECONDS = 5.0
_MOST_ADDRESSES = 4
"""How many of a host's addresses are tried."""


class DocumentError(DineroMCPError):
    """The document could not be had; the text says why, in words for the person."""


class DocumentFetch:
    """Reads documents; `transport` stands in for the network, `resolve` for the name servers."""

    def __init__(
        self,
        transport: httpx2.AsyncBaseTransport | None = None,
        resolve: Resolver = resolved,
        seconds: float = MOST_SECONDS,
    ) -> None:
        self._transport = transport
        self._resolve = resolve
        self._seconds = seconds

    async def read(self, address: DocumentAddress) -> bytes:
        """The document.

        Raises:
            DocumentError: when it did not come, whole and as JSON, in time.
        """
        try:
            with anyio.fail_after(self._seconds):
                return await self._read(address, await self._public(address.host))
        except TimeoutError:
            raise DocumentError(f"{address.host} took too long to send it") from None
        except (httpx2.HTTPError, httpx2.InvalidURL):
            raise DocumentError(f"{address.host} could not be reached") from None

    async def _public(self, host: str) -> Sequence[str]:
        try:
            addresses = await self._resolve(host)
        except (OSError, UnicodeError):
            raise DocumentError(f"there is no host {host}") from None
        if not addresses or not all(map(is_public, addresses)):
            raise DocumentError(f"{host} is not on the public internet")
        return addresses[:_MOST_ADDRESSES]

    async def _read(self, address: DocumentAddress, hosts: Sequence[str]) -> bytes:
        async with self._http() as http:
            for ip in hosts[:-1]:
                try:
                    return await _answer(http, address, ip)
                except (httpx2.ConnectError, httpx2.ConnectTimeout):
                    continue
            return await _answer(http, address, hosts[-1])

    def _http(self) -> httpx2.AsyncClient:
        network = self._transport or httpx2.AsyncHTTPTransport(verify=self._trusted, trust_env=False)
        timeout = httpx2.Timeout(self._seconds, connect=2.0)
        return httpx2.AsyncClient(transport=network, trust_env=False, follow_redirects=False, timeout=timeout)

    @cached_property
    def _trusted(self) -> ssl.SSLContext:
        """The authorities that certificates are checked with, read once: that takes up to a tenth of a second
        in which nothing else happens.
        """
        return httpx2.create_ssl_context(trust_env=False)


async def _answer(http: httpx2.AsyncClient, address: DocumentAddress, ip: str) -> bytes:
    """What the host at `ip` answers for the address."""
    headers = {
        "Host": address.host,
        "Accept": "application/json",
        "Accept-Encoding": "identity",
        "User-Agent": f"dinero-mcp/{__version__}",
    }
    literal = f"[{ip}]" if ":" in ip else ip
    url, certified = f"https://{literal}{address.rest}", {"sni_hostname": address.host}
    async with http.stream("GET", url, headers=headers, extensions=certified) as response:
        _check(response, address.host)
        body = bytearray()
        async for chunk in response.aiter_raw():
            body += chunk
            if len(body) > MOST_BYTES:
                raise DocumentError(f"what {address.host} sends is too large")
    return bytes(body)


def _check(response: httpx2.Response, host: str) -> None:
    if response.status_code != 200:
        raise DocumentError(f"{host} answered with status {response.status_code}")
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind != "application/json" or response.headers.get("Content-Encoding", "identity") != "identity":
        raise DocumentError(f"what {host} sends is not plain JSON")
