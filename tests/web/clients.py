"""Clients that ask to be let in, and the requests of theirs that await consent."""

from dataclasses import dataclass, field
from secrets import token_urlsafe

from dinero_mcp.web.consent import PendingRequest


@dataclass(frozen=True, kw_only=True)
class Asking:
    """What a client asks for; by default one that registered itself and lives on a site."""

    client_id: str = "a-client"
    client_name: str = "Claude"
    client_host: str | None = None
    redirect_address: str = "https://claude.example/callback"
    redirect_host: str = "claude.example"
    is_loopback: bool = False
    may_be_remembered: bool = True
    resource: str = "http://127.0.0.1:8765/mcp/dinero"
    resource_name: str = "Dinero"


@dataclass
class WaitingRequests:
    """Requests as the authorization server keeps them, and who was let in."""

    waiting: dict[str, PendingRequest] = field(default_factory=dict[str, PendingRequest])
    approved: list[str] = field(default_factory=list[str])
    """The connections in whose name a code was given."""
    remembered: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])

    def asked(self, asking: PendingRequest | None = None) -> str:
        """The key of a new request."""
        key = token_urlsafe(32)
        self.waiting[key] = asking or Asking()
        return key

    async def pending(self, request_key: str) -> PendingRequest | None:
        return self.waiting.get(request_key)

    async def approve(self, request_key: str, connection_id: str) -> str | None:
        asked = self.waiting.pop(request_key, None)
        if asked is None:
            return None
        self.approved.append(connection_id)
        return f"{asked.redirect_address}?code=a-code&state=s"

    async def deny(self, request_key: str) -> str | None:
        asked = self.waiting.pop(request_key, None)
        return f"{asked.redirect_address}?error=access_denied&state=s" if asked else None

    async def is_remembered(self, request: PendingRequest, connection_id: str) -> bool:
        return (request.client_id, connection_id) in self.remembered

    async def remember(self, request: PendingRequest, connection_id: str) -> None:
        self.remembered.add((request.client_id, connection_id))
