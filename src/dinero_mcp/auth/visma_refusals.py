"""What Visma Connect refuses, told with the cure; never in its own words, which are third-party text."""

from enum import Enum
from typing import Final

from dinero_mcp.errors import (
    ConnectionExpiredError,
    DineroMCPError,
    SignInRefusedError,
    UnavailableError,
)

PORTAL = "the Visma Developer portal"
LOGIN: Final = "run `dinero-mcp login`"
"""What to do to sign in again where somebody works alone; an office has a page for it."""


class Asking(Enum):
    """What Visma Connect was asked for when it refused."""

    CONSENT = "consent"
    TOKENS = "tokens"
    REFRESH = "refresh"
    REVOCATION = "revocation"


_APPLICATION = (
    f"In {PORTAL} it must be of type Web, with OpenID Connect off, Offline Access on and Dinero's read scope "
    "approved, in a team whose country is Denmark. Changes there take a minute or two."
)
_CURES = {
    "access_denied": (
        "Access was not allowed. Sign in again with the Visma login that owns the organization, and allow it."
    ),
    "invalid_client": (
        "Visma Connect does not know the application. Check DINERO_VISMA_CLIENT_ID, which begins with isv_, "
        f"and DINERO_VISMA_CLIENT_SECRET against {PORTAL}."
    ),
    "invalid_request": (
        "Visma Connect did not accept the request. The redirect address of the application in "
        f"{PORTAL} must be exactly DINERO_REDIRECT_URL, or DINERO_PUBLIC_URL with /oauth/dinero/callback "
        "after it for an office."
    ),
    "invalid_scope": (
        "The application may not ask for what reading Dinero needs: dineropublicapi:read and offline_access. "
        f"{_APPLICATION}"
    ),
    "unauthorized_client": f"The application may not sign users in. {_APPLICATION}",
    "unsupported_grant_type": f"The application may not sign users in this way. {_APPLICATION}",
    "unsupported_response_type": f"The application may not sign users in this way. {_APPLICATION}",
}
_UNAVAILABLE = ("server_error", "temporarily_unavailable")


def refused(error: str, asking: Asking, status: int | None = None, *, sign_in: str = LOGIN) -> DineroMCPError:
    """The failure that an OAuth error code stands for; `sign_in` is how to sign in again."""
    if error in _UNAVAILABLE:
        return unavailable(status)
    if error == "invalid_grant" and asking is Asking.REFRESH:
        return expired(
            "Visma Connect no longer accepts it: it was withdrawn, has run out, or was used twice.", sign_in
        )
    if error == "invalid_grant":
        text = (
            "The sign-in took too long or was used before, or the redirect address was changed meanwhile. "
            "Sign in again."
        )
        return SignInRefusedError(text, status=status)
    unknown = (
        "Visma Connect refused to sign in, with an error that OAuth does not have. Sign in again; where an "
        f"Error-ID is shown, look it up in {PORTAL} under More, Debugger."
    )
    return SignInRefusedError(_CURES.get(error, unknown), status=status)


def expired(why: str, sign_in: str = LOGIN) -> ConnectionExpiredError:
    """The stored connection is over."""
    return ConnectionExpiredError(
        f"The stored connection to Dinero no longer holds. {why} To sign in again, {sign_in}."
    )


def portal_checklist(redirect_address: str) -> str:
    """What must stand in the portal, and what else to look at, when signing in does not work."""
    return (
        f"Look in {PORTAL}: application type Web; redirect address exactly {redirect_address}; OpenID "
        "Connect off; Offline Access on; Dinero's read scope (dineropublicapi:read) approved; team country "
        "Denmark. "
        "Use the Visma login that owns the organization. An Error-ID on Visma's page is looked up there "
        "under More, Debugger."
    )


def unavailable(status: int | None) -> UnavailableError:
    """Visma is up but could not answer."""
    told = f" (status {status})" if status else ""
    return UnavailableError(
        f"Visma Connect could not answer{told}. Ask again in a few minutes.", status=status
    )
