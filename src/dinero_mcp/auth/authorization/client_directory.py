"""Clients of both kinds by their id: those with a document at it, and those that registered."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import uuid4

import msgspec

from dinero_mcp.auth.authorization.client_documents import ClientDocuments
from dinero_mcp.auth.authorization.document_address import document_address
from dinero_mcp.auth.authorization.known_clients import KnownClient, Registered, UnknownClientError
from dinero_mcp.auth.authorization.redirects import RedirectRules
from dinero_mcp.auth.clients import Client, Clients

_GIVEN = re.compile(r"[0-9a-f]{32}")
"""An id that was given to a client that registered."""


class ClientDirectory:
    """Whom this server lets in."""

    def __init__(
        self,
        registrations: Clients,
        documents: ClientDocuments,
        rules: RedirectRules,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._registrations = registrations
        self._documents = documents
        self._rules = rules
        self._clock = clock

    async def client(self, client_id: str) -> KnownClient:
        """The client with this id; reads its document, if it has one.

        Raises:
            UnknownClientError: when there is none that may come in.
        """
        if address := document_address(client_id):
            return await self._documents.client(address)
        found = await self._registered(client_id)
        if found is None:
            raise UnknownClientError(
                "The client is not known here, or was forgotten after a long time without use. Remove this "
                "server from the client and add it again."
            )
        return found

    async def is_known(self, client_id: str) -> bool:
        """Whether a client may come for tokens: what those are for was settled when they were allowed."""
        if address := document_address(client_id):
            return self._rules.allows_host(address.host)
        return await self._registered(client_id) is not None

    async def register(self, registered: Registered) -> str:
        """Take a client in; gives its id."""
        client_id = uuid4().hex
        details = msgspec.json.encode(registered).decode()
        await self._registrations.add(Client(client_id, details, self._clock()))
        return client_id

    async def note_used(self, client_id: str) -> None:
        """Remember a client that registered longer than one that came to nothing."""
        if _GIVEN.fullmatch(client_id):
            await self._registrations.note_used(client_id, self._clock())

    async def _registered(self, client_id: str) -> KnownClient | None:
        found = await self._registrations.found(client_id) if _GIVEN.fullmatch(client_id) else None
        if found is None:
            return None
        kept = msgspec.json.decode(found.details, type=Registered)
        redirects = self._rules.allowed(kept.redirect_addresses)
        return KnownClient(client_id, kept.name, redirects) if redirects else None
