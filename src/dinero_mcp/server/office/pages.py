"""The pages and addresses of the office besides its MCP endpoints."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.routing import BaseRoute

from dinero_mcp.auth.authorization.paces import Paces
from dinero_mcp.auth.authorization.server import authorization_server
from dinero_mcp.auth.authorization.terms import Terms
from dinero_mcp.auth.sign_in_tickets import SignInTickets
from dinero_mcp.auth.store import ConnectionStore
from dinero_mcp.auth.visma_connection import VismaConnection
from dinero_mcp.auth.visma_tokens import now_in_utc
from dinero_mcp.dinero.models import Organization
from dinero_mcp.server.desk import VismaDesk
from dinero_mcp.server.office.addresses import CALLBACK_PATH, DINERO_PATH, GATEWAY_PATH, Addresses
from dinero_mcp.server.office.my_dinero import my_dinero_routes
from dinero_mcp.server.office.office import Office
from dinero_mcp.server.office.operators import operator_routes
from dinero_mcp.web.browsers import Browsers
from dinero_mcp.web.office_sign_in import office_sign_in_routes
from dinero_mcp.web.pages import Pages
from dinero_mcp.web.refused_requests import refused_request
from dinero_mcp.web.sessions import Sessions

ENDPOINT_NAMES = {DINERO_PATH: "Dinero", GATEWAY_PATH: "Dinero (gateway)"}


def pages_of(office: Office) -> Sequence[BaseRoute]:
    """All of them."""
    addresses, state = office.addresses, office.state
    sessions = Sessions(state.tickets, Browsers(addresses.public))
    authorization = authorization_server(
        state,
        Terms(issuer=addresses.public, endpoints=ENDPOINT_NAMES),
        client_hosts=office.settings.client_hosts_allowed,
        shown=refused_request,
        fetch=office.documents,
    )
    signing_in = office_sign_in_routes(
        desk_of(office),
        SignInTickets(state.tickets, now_in_utc),
        sessions,
        authorization.approvals,
        Pages(addresses.callback),
        visma_address=office.settings.connect_url,
        callback_path=CALLBACK_PATH,
        admits=Paces().allow_request,
    )
    return [
        *operator_routes(office.readiness, office.metrics, known_as(addresses)),
        *authorization.routes,
        *signing_in,
        *my_dinero_routes(office, sessions),
    ]


def known_as(addresses: Addresses) -> str | None:
    """The name that the world knows the server by; None on this machine alone."""
    return None if addresses.is_local else urlsplit(addresses.public).hostname


def desk_of(office: Office) -> VismaDesk:
    """Where people sign in."""

    async def store() -> ConnectionStore:
        return office.state.connections

    async def reached(_: ConnectionStore, connection: VismaConnection) -> Sequence[Organization]:
        return await office.reached(connection)

    allowed = office.settings.organizations_allowed
    admitting = None if allowed is None else Admitting(office, allowed)
    return VismaDesk(office.visma, office.addresses.callback, store, reached, admitting, office.forget_reads)


@dataclass(frozen=True, slots=True)
class Admitting:
    """Lets in whoever reaches an organization that the operator allows."""

    office: Office
    allowed: frozenset[int]

    def allows(self, organization_id: int) -> bool:
        return organization_id in self.allowed

    async def turn_away(self, connection: VismaConnection) -> None:
        await self.office.disconnect(connection)
