"""Who an access token of Visma Connect was given to.

Its signature is not checked: the token came over TLS from the endpoint that made it (OpenID Connect Core
3.1.3.7 allows as much), and what it says is used to tell connections apart, never to let anybody in.
"""

from base64 import urlsafe_b64decode
from typing import Annotated

import msgspec

from dinero_mcp.auth.visma_connection import VismaUser

Named = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]


class Claims(msgspec.Struct, frozen=True):
    """The claims that say who it is."""

    iss: Named
    sub: Named


def user_of(access_token: str) -> VismaUser | None:
    """The issuer and subject in the token; None when it does not say."""
    parts = access_token.split(".")
    if len(parts) != 3:
        return None
    try:
        claims = msgspec.json.decode(urlsafe_b64decode(parts[1] + "=="), type=Claims)
    except (ValueError, msgspec.DecodeError, RecursionError):  # bad base64 and bad UTF-8 are ValueErrors
        return None
    return VismaUser(claims.iss, claims.sub)
