"""How clients learn where to get tokens (RFC 8414), and for what (RFC 9728)."""

from mcp.shared.auth import OAuthMetadata, ProtectedResourceMetadata

from dinero_mcp.auth.authorization.exchanging import GRANTS
from dinero_mcp.auth.authorization.terms import OFFLINE, READ, Terms

SERVER_PATH = "/.well-known/oauth-authorization-server"


def server_description(terms: Terms) -> OAuthMetadata:
    """This authorization server: public clients only, PKCE S256 only."""
    at = terms.issuer
    return OAuthMetadata.model_validate(
        {
            "issuer": at,
            "authorization_endpoint": f"{at}/authorize",
            "token_endpoint": f"{at}/token",
            "registration_endpoint": f"{at}/register",
            "revocation_endpoint": f"{at}/revoke",
            "scopes_supported": [READ, OFFLINE],
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": list(GRANTS),
            "token_endpoint_auth_methods_supported": ["none"],
            "revocation_endpoint_auth_methods_supported": ["none"],
            "code_challenge_methods_supported": ["S256"],
            "client_id_metadata_document_supported": True,
            "authorization_response_iss_parameter_supported": True,
        }
    )


def resource_description(terms: Terms, path: str) -> ProtectedResourceMetadata:
    """An endpoint that tokens are for."""
    return ProtectedResourceMetadata.model_validate(
        {
            "resource": f"{terms.issuer}{path}",
            "authorization_servers": [terms.issuer],
            "scopes_supported": [READ],
            "bearer_methods_supported": ["header"],
            "resource_name": terms.endpoints[path],
        }
    )
