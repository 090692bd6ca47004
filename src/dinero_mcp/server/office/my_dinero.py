"""My Dinero's pages, answered by the office."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from starlette.routing import Route

from dinero_mcp.auth.visma_connection import VismaConnection
from dinero_mcp.dinero.models import Organization
from dinero_mcp.server.office.office import Office
from dinero_mcp.web.addresses import Addresses
from dinero_mcp.web.my_dinero import MyDinero
from dinero_mcp.web.sessions import Sessions


@dataclass(frozen=True, slots=True)
class FrontOffice:
    """What the pages need of the office."""

    office: Office

    @property
    def addresses(self) -> Addresses:
        its = self.office.addresses
        return Addresses(its.dinero, its.gateway, is_local=its.is_local)

    @property
    def is_demo(self) -> bool:
        return self.office.is_demo

    def now(self) -> datetime:
        return datetime.now(UTC)

    def allows(self, organization_id: int) -> bool:
        allowed = self.office.settings.organizations_allowed
        return allowed is None or organization_id in allowed

    async def organizations(self, connection: VismaConnection) -> Sequence[Organization]:
        return await self.office.reached(connection)

    async def choose(self, connection: VismaConnection, organization_id: int) -> None:
        await self.office.state.connections.change(
            connection.user, lambda kept: replace(kept, organization_id=organization_id)
        )
        self.office.callers.look_anew(connection.id)

    async def disconnect(self, connection: VismaConnection) -> bool:
        return await self.office.disconnect(connection)


def my_dinero_routes(office: Office, sessions: Sessions) -> list[Route]:
    """My Dinero and the front page."""
    return MyDinero(office.state, sessions, FrontOffice(office)).routes()
