"""What is kept of an authorization between its steps, and what the consent page is told of it."""

from dataclasses import dataclass
from datetime import timedelta

import msgspec

from dinero_mcp.auth.authorization.redirects import Redirect, RedirectKind, answered, redirect

REQUEST_LASTS = timedelta(minutes=10)
CODE_LASTS = timedelta(seconds=60)
REPLAY_NOTICED_FOR = timedelta(days=1)
"""How long after a code was given its use a second time ends what came of it."""


class KeptRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What a client asks a person for."""

    client_id: str
    client_name: str
    client_host: str | None
    redirect_address: str
    challenge: str
    resource: str
    scope: str
    state: str | None


class KeptCode(msgspec.Struct, frozen=True, kw_only=True):
    """What a code is good for, and the family of tokens that it begins."""

    request: KeptRequest
    connection_id: str
    family: str


class CodeTrace(msgspec.Struct, frozen=True):
    """What came of a code, for the case that it is used twice."""

    client_id: str
    family: str


@dataclass(frozen=True, slots=True)
class PendingRequest:
    """A request that awaits a person's consent; every text in it but the host is the client's own claim."""

    client_id: str
    client_name: str
    client_host: str | None
    """The host that publishes who the client is; None when it registered itself, as anybody may."""
    redirect: Redirect
    resource: str
    resource_name: str
    scopes: tuple[str, ...]

    @property
    def redirect_address(self) -> str:
        return self.redirect.address

    @property
    def redirect_host(self) -> str:
        """Where the person will be sent; of an app, its scheme."""
        return self.redirect.host

    @property
    def is_loopback(self) -> bool:
        return self.redirect.kind is RedirectKind.LOOPBACK

    @property
    def may_be_remembered(self) -> bool:
        """Whether the page may be skipped another time: any program on a machine can pose as one that was
        allowed, so there it may not (RFC 8252, 8.6)."""
        return self.redirect.kind is RedirectKind.SITE


def pending(kept: KeptRequest, resource_name: str) -> PendingRequest:
    """What the consent page is told."""
    to = redirect(kept.redirect_address)
    if to is None:
        raise ValueError("a request is kept only after its address was checked")
    return PendingRequest(
        client_id=kept.client_id,
        client_name=kept.client_name,
        client_host=kept.client_host,
        redirect=to,
        resource=kept.resource,
        resource_name=resource_name,
        scopes=tuple(kept.scope.split()),
    )


def refused(kept: KeptRequest, issuer: str, error: str, description: str) -> str:
    """Where to send the person whose client gets nothing."""
    return answered(
        kept.redirect_address, error=error, error_description=description, state=kept.state, iss=issuer
    )
