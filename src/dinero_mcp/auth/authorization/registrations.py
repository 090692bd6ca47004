"""What is kept of a client that registers itself, and what it is told of that (RFC 7591, 3.2.1)."""

from mcp.server.auth.provider import RegistrationError
from mcp.shared.auth import DEFAULT_GRANT_TYPES, OAuthClientInformationFull

from dinero_mcp.auth.authorization.client_directory import ClientDirectory
from dinero_mcp.auth.authorization.known_clients import Registered, shown_name
from dinero_mcp.auth.authorization.redirects import RedirectRules, redirect
from dinero_mcp.auth.authorization.terms import READ

MOST_REDIRECTS = 10
_KEPT = frozenset(
    {
        "client_id",
        "client_name",
        "redirect_uris",
        "token_endpoint_auth_method",
        "grant_types",
        "response_types",
        "scope",
        "application_type",
        "client_id_issued_at",
    }
)


async def take_in(asked: OAuthClientInformationFull, clients: ClientDirectory, rules: RedirectRules) -> None:
    """Register the client, and change `asked` into what it is registered as: a client without a secret.

    Raises:
        RegistrationError: when it names no address that a person may be sent back to.
    """
    addresses = _addresses(asked, rules)
    name = shown_name(asked.client_name, rules.allowed(addresses)[0].host)
    client_id = await clients.register(Registered(name, addresses))
    for field in set(OAuthClientInformationFull.model_fields) - _KEPT:
        setattr(asked, field, None)
    asked.client_id, asked.client_name, asked.scope = client_id, name, READ
    asked.redirect_uris = [each for each in asked.redirect_uris or [] if str(each) in addresses]
    asked.token_endpoint_auth_method = "none"  # noqa: S105 - not a secret
    asked.grant_types, asked.response_types = list(DEFAULT_GRANT_TYPES), ["code"]


def _addresses(asked: OAuthClientInformationFull, rules: RedirectRules) -> list[str]:
    """Those of its addresses that are allowed here; one that is allowed nowhere refuses the registration."""
    addresses = [str(each) for each in asked.redirect_uris or []]
    if len(addresses) > MOST_REDIRECTS:
        raise RegistrationError("invalid_redirect_uri", f"at most {MOST_REDIRECTS} redirect_uris")
    if not all(map(redirect, addresses)):
        raise RegistrationError(
            "invalid_redirect_uri",
            "redirect_uris must begin with https:, with http: on this machine, or with an app's own scheme",
        )
    allowed = [each.address for each in rules.allowed(addresses)]
    if not allowed:
        raise RegistrationError("invalid_redirect_uri", "none of the redirect_uris is allowed on this server")
    return allowed
