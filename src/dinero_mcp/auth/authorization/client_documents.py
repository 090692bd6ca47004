"""Clients known by a document at the address that is their id (OAuth Client ID Metadata Document)."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from weakref import WeakValueDictionary

import anyio
import msgspec

from dinero_mcp.auth.authorization.document_address import DocumentAddress
from dinero_mcp.auth.authorization.document_fetch import DocumentError, DocumentFetch
from dinero_mcp.auth.authorization.known_clients import KnownClient, UnknownClientError, shown_name
from dinero_mcp.auth.authorization.redirects import RedirectRules

GOOD_FOR = timedelta(minutes=30)
BAD_FOR = timedelta(minutes=1)
"""How long it is remembered that there was no good document."""
MOST_KEPT = 500
MOST_AT_ONCE = 32
"""Documents read at the same time."""
MOST_REDIRECTS = 50


class Document(msgspec.Struct, frozen=True):
    """What is read of a document."""

    client_id: str
    redirect_uris: list[str]
    client_name: str | None = None
    token_endpoint_auth_method: str = "none"  # noqa: S105 - not a secret
    token_endpoint_auth_methods_supported: list[str] = []
    client_secret: str | None = None

    @property
    def can_be_public(self) -> bool:
        """Whether the client can do without proving who it is: some would rather, and list `none` too."""
        methods = (self.token_endpoint_auth_method, *self.token_endpoint_auth_methods_supported)
        return "none" in methods and self.client_secret is None


@dataclass(frozen=True, slots=True)
class _Kept:
    """What came of reading a document: a client, or the reason why not."""

    until: datetime
    client: KnownClient | str


class ClientDocuments:
    """Clients by their documents, kept for a while; each document is read once at a time."""

    def __init__(
        self,
        fetch: DocumentFetch,
        rules: RedirectRules,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._fetch = fetch
        self._rules = rules
        self._clock = clock
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._reading: WeakValueDictionary[str, anyio.Lock] = WeakValueDictionary()
        self._at_once = anyio.Semaphore(MOST_AT_ONCE)

    async def client(self, address: DocumentAddress) -> KnownClient:
        """The client whose document is at the address.

        Raises:
            UnknownClientError: when there is none that can be let in.
        """
        if not self._rules.allows_host(address.host):
            raise UnknownClientError(f"Clients of {address.host} are not let in by whoever runs this server.")
        lock = self._reading.setdefault(address.text, anyio.Lock())
        async with lock:
            kept = self._at_hand(address.text) or await self._keep(address)
        if isinstance(kept.client, str):
            raise UnknownClientError(kept.client)
        return kept.client

    def _at_hand(self, client_id: str) -> _Kept | None:
        kept = self._kept.get(client_id)
        if kept is None or kept.until <= self._clock():
            return None
        self._kept.move_to_end(client_id)
        return kept

    async def _keep(self, address: DocumentAddress) -> _Kept:
        kept = await self._read(address)
        self._kept[address.text] = kept
        self._kept.move_to_end(address.text)
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return kept

    async def _read(self, address: DocumentAddress) -> _Kept:
        try:
            self._at_once.acquire_nowait()
        except anyio.WouldBlock:
            raise UnknownClientError("Too many clients ask at once. Try again in a moment.") from None
        try:
            body = await self._fetch.read(address)
            return _Kept(self._clock() + GOOD_FOR, self._described(address, body))
        except DocumentError as error:
            why = f"The client's description at {address.text} could not be used: {error}."
            return _Kept(self._clock() + BAD_FOR, why)
        finally:
            self._at_once.release()

    def _described(self, address: DocumentAddress, body: bytes) -> KnownClient:
        document = _decoded(body)
        if document.client_id != address.text:
            raise DocumentError("it describes another client")
        if not document.can_be_public:
            raise DocumentError("the client wants to prove who it is in a way that this server does not take")
        redirects = self._rules.allowed(document.redirect_uris[:MOST_REDIRECTS])
        if not redirects:
            raise DocumentError("it names no address to go back to that is allowed here")
        name = shown_name(document.client_name, address.host)
        return KnownClient(address.text, name, redirects, address.host)


def _decoded(body: bytes) -> Document:
    try:
        return msgspec.json.decode(body, type=Document)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise DocumentError("it is not a description of a client") from None
