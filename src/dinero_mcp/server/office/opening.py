"""Opens stored connections: what they have in common, and what is each one's own."""

from dataclasses import dataclass

import httpx2
from anyio import CapacityLimiter

from dinero_mcp.auth.sealing import ValueCipher
from dinero_mcp.auth.state import State
from dinero_mcp.auth.visma_client import VismaClient
from dinero_mcp.auth.visma_connection import VismaConnection
from dinero_mcp.auth.visma_tokens import VismaTokens
from dinero_mcp.dinero.quota import Quota
from dinero_mcp.dinero.redis_answers import RedisAnswers
from dinero_mcp.dinero.shared import SharedReads
from dinero_mcp.server.connection import connection_with
from dinero_mcp.server.office.addresses import Addresses
from dinero_mcp.server.office.callers import Opened
from dinero_mcp.server.visma import REQUESTS_PER_MINUTE, refresh_rules
from dinero_mcp.settings import Settings


@dataclass(frozen=True, slots=True)
class SharedCache:
    """Where replicas share what was read, and what it is encrypted with."""

    answers: RedisAnswers
    cipher: ValueCipher

    def of(self, stored: VismaConnection) -> SharedReads:
        """The part of one connection, which no other can open, nor it itself once its user signs in anew."""
        return SharedReads(stored.id, self.answers, self.cipher, stored.connected_at.isoformat())


@dataclass(frozen=True, slots=True)
class Opening:
    """Connections share the network, the turns and the threads, and nothing that they have read."""

    settings: Settings
    addresses: Addresses
    state: State
    visma: VismaClient
    http: httpx2.AsyncClient
    quota: Quota
    threads: CapacityLimiter
    cache: SharedCache | None
    notice: str | None

    def __call__(self, stored: VismaConnection) -> Opened:
        tokens = VismaTokens(self.state.connections, self.visma, stored.user, refresh_rules(self.settings))
        # what an operator states of one company is not said of everybody's
        settings = self.settings.model_copy(update={"vat_frequency": None, "pin_organization": False})
        connection = connection_with(
            tokens,
            self.http,
            settings,
            requests_per_minute=REQUESTS_PER_MINUTE,
            default_organization=stored.organization_id,
            notice=self.notice,
            threads=self.threads,
            allowed=settings.organizations_allowed,
            choosing=f"choose a default organization at {self.addresses.my_dinero}",
            shared=self.cache.of(stored) if self.cache else None,
            quota=self.quota,
            asker=stored.id,
        )
        return Opened(tokens, connection, stored.connected_at)
