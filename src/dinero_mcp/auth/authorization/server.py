"""The authorization server put together: its routes, and what the consent page asks."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from mcp.server.auth.handlers.metadata import MetadataHandler, ProtectedResourceMetadataHandler
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Route, request_response
from starlette.types import ASGIApp

from dinero_mcp.auth.authorization.approvals import Approvals
from dinero_mcp.auth.authorization.authorizing import Authorizing, Shown, shown_as_json
from dinero_mcp.auth.authorization.bounds import Answer, bounded
from dinero_mcp.auth.authorization.client_directory import ClientDirectory
from dinero_mcp.auth.authorization.client_documents import ClientDocuments
from dinero_mcp.auth.authorization.descriptions import SERVER_PATH, resource_description, server_description
from dinero_mcp.auth.authorization.document_fetch import DocumentFetch
from dinero_mcp.auth.authorization.exchanging import Exchanging
from dinero_mcp.auth.authorization.paces import Paces
from dinero_mcp.auth.authorization.redirects import RedirectRules
from dinero_mcp.auth.authorization.registering import Registering
from dinero_mcp.auth.authorization.revoking import Revoking
from dinero_mcp.auth.authorization.terms import Terms, metadata_path
from dinero_mcp.auth.authorization.tokens import Tokens
from dinero_mcp.auth.state import State


@dataclass(frozen=True, slots=True)
class AuthorizationServer:
    """What it consists of for others: `routes` for the application, `approvals` for the consent page."""

    routes: list[Route]
    approvals: Approvals


def authorization_server(
    state: State,
    terms: Terms,
    *,
    client_hosts: frozenset[str] | None = None,
    shown: Shown = shown_as_json,
    fetch: DocumentFetch | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> AuthorizationServer:
    """An authorization server on the state.

    `client_hosts` limits its clients to those hosts, `shown` makes the page for a request that cannot go on,
    and `fetch` reads what clients publish of themselves.
    """
    rules, paces = RedirectRules(client_hosts), Paces()
    documents = ClientDocuments(fetch or DocumentFetch(), rules, clock)
    clients = ClientDirectory(state.clients, documents, rules, clock)
    tokens = partial(Tokens, state, clients, rules, clock)
    authorizing = Authorizing(
        terms=terms,
        tickets=state.tickets,
        clients=clients,
        rules=rules,
        paces=paces,
        clock=clock,
        shown=shown,
    )
    revoking = Revoking(bearers=state.bearers, clients=clients, clock=clock)
    routes = [
        Route("/authorize", bounded(authorizing.answer), methods=["GET", "POST"]),
        _posted("/token", Exchanging(tokens).answer),
        _posted("/register", Registering(tokens(), paces).answer),
        _posted("/revoke", revoking.answer),
        *_descriptions(terms),
    ]
    return AuthorizationServer(routes, Approvals(state, terms, clients, clock))


def _descriptions(terms: Terms) -> list[Route]:
    """The documents that say all this; anybody may read them from anywhere."""
    each = {metadata_path(path): resource_description(terms, path) for path in terms.endpoints}
    documents = {path: ProtectedResourceMetadataHandler(described).handle for path, described in each.items()}
    documents[SERVER_PATH] = MetadataHandler(server_description(terms)).handle
    methods = ["GET", "OPTIONS"]
    return [
        Route(path, _from_anywhere(request_response(answer), methods), methods=methods)
        for path, answer in documents.items()
    ]


def _posted(path: str, answer: Answer) -> Route:
    methods = ["POST", "OPTIONS"]
    return Route(path, _from_anywhere(bounded(answer), methods), methods=methods)


def _from_anywhere(app: ASGIApp, methods: list[str]) -> ASGIApp:
    """Clients that run in a browser may ask; there is nothing of the browser's that would let them in."""
    return CORSMiddleware(
        app, allow_origins="*", allow_methods=methods, allow_headers=["mcp-protocol-version"]
    )
