"""What is open while the office is: the state, the network, the turns, and who is asking."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import anyio

from dinero_mcp.auth.audit import AuditLine
from dinero_mcp.auth.authorization.document_fetch import DocumentFetch
from dinero_mcp.auth.sealing import ValueCipher
from dinero_mcp.auth.state import State, open_state
from dinero_mcp.auth.visma_client import VismaClient
from dinero_mcp.auth.visma_connection import VismaConnection
from dinero_mcp.dinero.call import Call
from dinero_mcp.dinero.models import Organization
from dinero_mcp.dinero.open_quota import open_quota
from dinero_mcp.dinero.quota import Quota
from dinero_mcp.dinero.redis_answers import RedisAnswers
from dinero_mcp.dinero.windows import Limit
from dinero_mcp.dinero.wire import http_client
from dinero_mcp.errors import InputError
from dinero_mcp.server.disconnecting import disconnect
from dinero_mcp.server.office.addresses import Addresses
from dinero_mcp.server.office.callers import Caller, Callers
from dinero_mcp.server.office.health import Readiness
from dinero_mcp.server.office.logs import request_id
from dinero_mcp.server.office.message import Message
from dinero_mcp.server.office.metrics import Metrics
from dinero_mcp.server.office.opening import Opening, SharedCache
from dinero_mcp.server.office.records import Records
from dinero_mcp.server.office.surroundings import Surroundings
from dinero_mcp.server.office.upstream import count_requests
from dinero_mcp.server.threads import calculating_threads
from dinero_mcp.server.visma import REQUESTS_PER_MINUTE, data_directory, visma_client
from dinero_mcp.settings import Settings
from dinero_mcp.tools.publishing import Asked
from dinero_mcp.web.calls import UNKNOWN_TOOL

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
    metrics: Metrics
    readiness: Readiness
    cache: SharedCache | None
    documents: DocumentFetch
    tools: frozenset[str]
    is_demo: bool

    async def reached(self, connection: VismaConnection) -> Sequence[Organization]:
        """The organizations that a connection reaches, and that the operator allows."""
        opened = self.callers.opened(connection)
        return await opened.connection.organizations(Call())

    async def forget_reads(self, connection: VismaConnection) -> None:
        """Let go of what was read with a connection: whoever signs in anew may reach other companies now."""
        self.callers.forget(connection.id)
        if self.cache:
            await self.cache.of(connection).forget()

    async def disconnect(self, connection: VismaConnection) -> bool:
        """End a connection at Visma and here, with all that is its; false when Visma could not be asked."""
        try:
            return await disconnect(self.state, self.visma, connection)
        finally:  # what was read with it is let go however that ends
            await self.forget_reads(connection)

    def call_done(self, caller: Caller, message: Message, asked: Asked, seconds: float) -> None:
        """Note how a call went."""
        is_known = message.tool in self.tools
        line = AuditLine(
            at=datetime.now(UTC),
            connection_id=caller.stored.id,
            client=caller.bearer.name,
            tool=message.tool if is_known else UNKNOWN_TOOL,
            organization_id=asked.organization_id or None,
            outcome=asked.outcome if is_known else InputError.__name__,
            milliseconds=round(1000 * seconds),
            request_id=request_id(),
        )
        self.records.note(line, caller.bearer.id)
        self.metrics.call_done(line.tool, line.outcome, seconds, client=caller.bearer.kind)


@asynccontextmanager
async def open_office(around: Surroundings, addresses: Addresses, metrics: Metrics) -> AsyncGenerator[Office]:
    """The office in its surroundings; what is under way when it closes is finished."""
    settings = around.settings
    visma = visma_client(settings, around.transport, metrics.refreshed, addresses.signing_in)
    async with AsyncExitStack() as open_:
        state = await _state(settings, addresses, open_)
        cache = await _cache(settings, state, open_)
        quota = await open_.enter_async_context(_quota(around, state, metrics))
        http = await open_.enter_async_context(http_client(transport=around.transport))
        count_requests(http, metrics)
        opening = Opening(
            settings, addresses, state, visma, http, quota, calculating_threads(), cache, around.notice
        )
        callers = Callers(state, opening, room=settings.kept_postings)
        records = Records(state, lambda: datetime.now(UTC), audit_days=settings.audit_days)
        open_.push_async_callback(callers.settled)
        await open_.enter_async_context(_kept_in_order(records, callers, metrics))
        yield Office(
            settings=settings,
            addresses=addresses,
            state=state,
            visma=visma,
            callers=callers,
            records=records,
            metrics=metrics,
            readiness=Readiness(state.check, lambda: quota.window.status().says),
            cache=cache,
            documents=around.documents,
            tools=around.tools,
            is_demo=around.is_demo,
        )


async def _state(settings: Settings, addresses: Addresses, open_: AsyncExitStack) -> State:
    database = settings.database_url.get_secret_value() if settings.database_url else None
    state = await open_state(
        data_directory(settings),
        database,
        settings.secret_keys,
        most_connections=settings.database_connections,
        sign_in=addresses.signing_in,
    )
    open_.push_async_callback(state.close)
    return state


async def _cache(settings: Settings, state: State, open_: AsyncExitStack) -> SharedCache | None:
    if settings.redis_url is None:
        return None
    answers = RedisAnswers(settings.redis_url.get_secret_value())
    open_.push_async_callback(answers.aclose)
    await answers.status()  # what it takes is loaded before anybody waits
    return SharedCache(answers, ValueCipher.of(state.secret_keys))


@asynccontextmanager
async def _quota(around: Surroundings, state: State, metrics: Metrics) -> AsyncGenerator[Quota]:
    """Turns, in memory only where this process is the only one."""
    settings = around.settings
    redis = settings.redis_url.get_secret_value() if settings.redis_url else None
    are_shared = bool(redis or settings.database_url) or not around.is_alone
    async with open_quota(
        Limit(REQUESTS_PER_MINUTE), state.turns if are_shared else None, redis, observer=metrics
    ) as quota:
        yield quota


@asynccontextmanager
async def _kept_in_order(records: Records, callers: Callers, metrics: Metrics) -> AsyncGenerator[None]:
    """Calls are written down and idle connections let go, until the end; then what is left is written."""
    closing = anyio.Event()

    async def look_round() -> None:
        while not closing.is_set():
            with anyio.move_on_after(LOOK_ROUND):
                await closing.wait()
            callers.let_go()
            metrics.open_connections(callers.count)

    async with anyio.create_task_group() as background:
        background.start_soon(records.keep_writing, closing)
        background.start_soon(look_round)
        try:
            yield
        finally:
            closing.set()
