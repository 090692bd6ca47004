"""The sandbox's Visma Connect, as our pages and a browser reach it."""

from collections.abc import Sequence

import httpx2
from starlette.types import ASGIApp

from dinero_mcp.auth.store import ConnectionStore
from dinero_mcp.auth.visma_client import VismaClient
from dinero_mcp.auth.visma_connection import VismaConnection
from dinero_mcp.auth.visma_tokens import VismaTokens
from dinero_mcp.dinero.call import Call
from dinero_mcp.dinero.client import Dinero
from dinero_mcp.dinero.models import Organization
from dinero_mcp.dinero.wire import API_URL
from dinero_mcp.sandbox import Sandbox
from dinero_mcp.sandbox.connect.application import DEMO_REDIRECT_ADDRESS
from dinero_mcp.server.desk import Admission, VismaDesk


def visma_desk(
    visma: VismaClient,
    store: ConnectionStore,
    http: httpx2.AsyncClient,
    redirect_address: str = DEMO_REDIRECT_ADDRESS,
    api_address: str = API_URL,
    admission: Admission | None = None,
) -> VismaDesk:
    """A desk that keeps who signs in in this store, and asks this Dinero for their organizations."""

    async def opened() -> ConnectionStore:
        return store

    async def reached(store: ConnectionStore, connection: VismaConnection) -> Sequence[Organization]:
        tokens = VismaTokens(store, visma, connection.user)
        dinero = Dinero(http, tokens, base_url=api_address, requests_per_minute=100)
        return await dinero.organizations(Call())

    return VismaDesk(visma, redirect_address, opened, reached, admission)


def browser_at(app: ASGIApp, sandbox: Sandbox, **headers: str) -> httpx2.AsyncClient:
    """A browser with cookies of its own, which follows nothing by itself."""
    return httpx2.AsyncClient(
        mounts={"all://127.0.0.1": httpx2.ASGITransport(app)},
        transport=httpx2.ASGITransport(sandbox.app),
        headers={"Accept-Language": "en", **headers},
    )
