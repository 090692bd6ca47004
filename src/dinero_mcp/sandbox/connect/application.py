"""An application as it is registered in Visma's developer portal."""

from dataclasses import dataclass
from typing import Literal

DEMO_VISMA_CLIENT_ID = "isv_demo"
DEMO_VISMA_CLIENT_SECRET = "demo-visma-secret"  # noqa: S105 - opens invented books only
DEMO_REDIRECT_ADDRESS = "http://127.0.0.1:8765/oauth/dinero/callback"
OFFLINE_ACCESS = "offline_access"


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """Who may ask for tokens, and what becomes of them; the defaults are the careful choices."""

    client_id: str = DEMO_VISMA_CLIENT_ID
    client_secret: str = DEMO_VISMA_CLIENT_SECRET
    redirect_addresses: tuple[str, ...] = (DEMO_REDIRECT_ADDRESS,)
    """Compared letter by letter: scheme, host, port, path and case."""
    scopes: frozenset[str] = frozenset({"dineropublicapi:read"})
    """What Dinero has approved."""
    offline_access: bool = True
    """Whether refresh tokens are given at all."""
    grant_types: frozenset[str] = frozenset({"authorization_code", "refresh_token"})
    refresh_tokens: Literal["one-time", "re-use"] = "one-time"
    """One-time: each refresh gives a new one, and using a dead one revokes the whole grant."""
    grace_seconds: float = 0
    """How long after its first use a one-time token may still be used."""
    code_seconds: float = 300
    token_seconds: int = 3600
    grant_seconds: float = 365 * 24 * 3600
    """How long refreshing goes on before the user has to sign in anew."""

    def allowed(self, scope: str) -> bool:
        """Whether every scope asked for is approved, and at least one of them is Dinero's."""
        asked = set(scope.split())
        extra = {OFFLINE_ACCESS} if self.offline_access else set[str]()
        return bool(asked & self.scopes) and asked <= self.scopes | extra
