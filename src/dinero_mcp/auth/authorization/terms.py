"""What this server gives tokens for: its endpoints, and one scope."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

READ = "dinero:read"
"""To read the books of the person's organizations; there is nothing else to allow."""
OFFLINE = "offline_access"
"""Asked for by clients that want refresh tokens, which all get."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Where this server is, and which endpoints a token can be for."""

    issuer: str
    """Its public address, without a slash at the end."""
    endpoints: Mapping[str, str]
    """From the path of an endpoint to its name for people."""

    @property
    def resources(self) -> dict[str, str]:
        """From the address of an endpoint to its name."""
        return {f"{self.issuer}{path}": name for path, name in self.endpoints.items()}


def metadata_path(endpoint: str) -> str:
    """Where an endpoint is described (RFC 9728, 3.1)."""
    return f"/.well-known/oauth-protected-resource{endpoint}"


def granted_scope(asked_for: str | None) -> str | None:
    """The scope that a request gets; None when it asks only for what there is not.

    Clients may ask for more than there is, out of habit; the answer tells what they got (RFC 6749, 3.3).
    """
    asked = set((asked_for or "").split())
    return READ if not asked or asked & {READ, OFFLINE} else None


def challenge(resource: str, error: str | None = None) -> str:
    """What `WWW-Authenticate` says on a refusal at an endpoint: where to learn how to get in.

    `error` is `invalid_token` where a token was sent and did not do, `insufficient_scope` with 403, and left
    out where none was sent (RFC 6750, 3.1).
    """
    address = urlsplit(resource)
    described = f"{address.scheme}://{address.netloc}{metadata_path(address.path)}"
    said = {"error": error, "resource_metadata": described, "scope": READ}
    return "Bearer " + ", ".join(f'{name}="{value}"' for name, value in said.items() if value)
