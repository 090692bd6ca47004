"""What is open while the office is: the state, the network, and who is asking."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import anyio
import httpx2

from dinero_mcp.auth.audit import AuditLine
from dinero_mcp.auth.state import State, open_state
from dinero_mcp.auth.visma_client import VismaClient
from dinero_mcp.auth.visma_connection import VismaConnection
from dinero_mcp.auth.visma_tokens import VismaTokens
from dinero_mcp.dinero.call import Call
from dinero_mcp.dinero.models import Organization
from dinero_mcp.dinero.wire import http_client
from dinero_mcp.server.connection import connection_with
from dinero_mcp.server.disconnecting import disconnect
from dinero_mcp.server.office.addresses import Addresses
from dinero_mcp.server.office.callers import Caller, Callers, Opened
from dinero_mcp.server.office.message import Message
from dinero_mcp.server.office.records import Records
from dinero_mcp.server.threads import calculating_threads
from dinero_mcp.server.visma import REQUESTS_PER_MINUTE, data_directory, refresh_rules, visma_client
from dinero_mcp.settings import Settings
from dinero_mcp.tools.publishing import Asked, published

LOOK_ROUND = 20.0
"""Seconds between looks at what can be let go."""


@dataclass(frozen=True, slots=True)
class Office:
    """All of it."""

    settings: Settings
    addresses: Addresses
    state: State
    visma: VismaClient
    callers: Callers
    records: Records
    tools: frozenset[str]

    async def reached(self, connection: VismaConnection) -> Sequence[Organization]:
        """The organizations that a connection reaches, and that the operator allows."""
        opened = self.callers.opened(connection)
        return await opened.connection.organizations(Call())

    async def disconnect(self, connection: VismaConnection) -> bool:
        """End a connection at Visma and here, with all that is its; false when Visma could not be asked."""
        try:
            return await disconnect(self.state, self.visma, connection)
        finally:  # what was read with it is let go however that ends
            self.callers.forget(connection.id)

    def call_done(self, caller: Caller, message: Message, asked: Asked, seconds: float) -> None:
        """Note how a call went."""
        line = AuditLine(
            at=datetime.now(UTC),
            connection_id=caller.stored.id,
            client=caller.bearer.name,
            tool=message.tool if message.tool in self.tools else "unknown",
            organization_id=asked.organization_id,
            outcome=asked.outcome,
            milliseconds=round(1000 * seconds),
            request_id="",
        )
        self.records.note(line, caller.bearer.id)


@asynccontextmanager
async def open_office(
    settings: Settings,
    addresses: Addresses,
    transport: httpx2.AsyncBaseTransport | None = None,
    notice: str | None = None,
) -> AsyncGenerator[Office]:
    """The office; `transport` stands in for the network."""
    database = settings.database_url.get_secret_value() if settings.database_url else None
    state = await open_state(
        data_directory(settings),
        database,
        settings.secret_keys,
        most_connections=settings.database_connections,
    )
    visma = visma_client(settings, transport)
    records = Records(state, lambda: datetime.now(UTC), audit_days=settings.audit_days)
    async with http_client(transport=transport) as http, anyio.create_task_group() as background:
        callers = Callers(
            state, Opening(settings, addresses, state, visma, http, notice), room=settings.kept_postings
        )
        closing = anyio.Event()
        background.start_soon(records.keep_writing, closing)
        background.start_soon(_look_round, callers, closing)
        try:
            yield Office(settings, addresses, state, visma, callers, records, frozenset(published()))
        finally:
            closing.set()
            with anyio.CancelScope(shield=True):
                await callers.settled()
    await state.close()


class Opening:
    """Opens stored connections, which share the network, the threads and nothing they have read."""

    def __init__(
        self,
        settings: Settings,
        addresses: Addresses,
        state: State,
        visma: VismaClient,
        http: httpx2.AsyncClient,
        notice: str | None,
    ) -> None:
        # what is stated of one owner's company is not said of everybody's
        self._settings = settings.model_copy(update={"vat_frequency": None, "pin_organization": False})
        self._addresses = addresses
        self._state = state
        self._visma = visma
        self._http = http
        self._notice = notice
        self._threads = calculating_threads()

    def __call__(self, stored: VismaConnection) -> Opened:
        tokens = VismaTokens(self._state.connections, self._visma, stored.user, refresh_rules(self._settings))
        connection = connection_with(
            tokens,
            self._http,
            self._settings,
            requests_per_minute=REQUESTS_PER_MINUTE,
            default_organization=stored.organization_id,
            notice=self._notice,
            threads=self._threads,
            allowed=self._settings.organizations_allowed,
            choosing=f"choose a default organization at {self._addresses.my_dinero}",
        )
        return Opened(tokens, connection)


async def _look_round(callers: Callers, closing: anyio.Event) -> None:
    while not closing.is_set():
        with anyio.move_on_after(LOOK_ROUND):
            await closing.wait()
        callers.let_go()
