"""Walks from the settings to a report, and stops at the first step that fails, with its cure."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass

import httpx2

from dinero_mcp.dinero.call import Call
from dinero_mcp.errors import DineroMCPError, OrganizationError, SettingsError, UnreachableError
from dinero_mcp.server.services import SignIn, services_for, sign_in_of
from dinero_mcp.settings import Settings
from dinero_mcp.tools.books import Connection
from dinero_mcp.tools.declare import Services
from dinero_mcp.tools.third_party import cleaned


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was tried. The detail of a failure says what to do."""

    name: str
    is_fine: bool
    detail: str


Check = Callable[[], Awaitable[str]]


async def steps(settings: Settings, *, demo: bool) -> AsyncGenerator[Step]:
    """The steps in order, each telling what was found, up to the first that fails."""
    async with services_for(settings, demo=demo) as services:
        yield (settings_step := await _step("settings", lambda: _settings(settings, demo=demo)))
        if not settings_step.is_fine:
            return
        if sign_in_of(settings) is SignIn.VISMA_CONNECT and not demo:
            yield (stored := await _step("stored connection", lambda: _stored(services)))
            if not stored.is_fine:
                return
        connection = await services.connection()
        for name, check in _Examination(settings, connection, demo=demo).checks():
            step = await _step(name, check)
            yield step
            if not step.is_fine:
                return


async def _step(name: str, check: Check) -> Step:
    try:
        return Step(name, True, await check())
    except DineroMCPError as error:
        return Step(name, False, str(error))


async def _settings(settings: Settings, *, demo: bool) -> str:
    if demo:
        return "demo company, no credentials needed"
    if sign_in_of(settings) is SignIn.VISMA_CONNECT:
        return "an application of Visma Connect is set"
    if missing := settings.missing_credentials:
        raise SettingsError(
            f"{', '.join(missing)} not set. In Dinero, under Integrationer, Se og opret API-nøgler, "
            "Personlig integration, make a key; then set all three where this server is started, or in .env."
        )
    return "client id, client secret and API key are set"


async def _stored(services: Services) -> str:
    await services.connection()
    return "somebody is signed in with Visma Connect"


class _Examination:
    """What is looked at once the settings are complete."""

    def __init__(self, settings: Settings, connection: Connection, *, demo: bool) -> None:
        self._settings = settings
        self._connection = connection
        self._demo = demo
        self._call = Call()

    def checks(self) -> list[tuple[str, Check]]:
        network = [] if self._demo else [("reachability", self._reachability)]
        return [
            *network,
            ("sign-in and organizations", self._organizations),
            ("default organization", self._default),
            ("Pro plan", self._pro),
            ("a report", self._report),
        ]

    async def _reachability(self) -> str:
        by_key = sign_in_of(self._settings) is SignIn.API_KEY
        sign_in = self._settings.api_token_url if by_key else self._settings.connect_url
        addresses = (self._settings.api_url, sign_in)
        async with httpx2.AsyncClient(timeout=10) as http:
            for address in addresses:
                await _reached(http, address)
        return " and ".join(str(httpx2.URL(address).host) for address in addresses) + " answer"

    async def _organizations(self) -> str:
        found = await self._connection.organizations(self._call)
        if not found:
            raise OrganizationError(
                "The sign-in was accepted but reaches no organization. Make the key inside the organization "
                "it is for, or sign in with the Visma login that owns it."
            )
        return f"{len(found)}: " + ", ".join(f"{each.id} {cleaned(each.name or '')}" for each in found)

    async def _default(self) -> str:
        chosen = await self._connection.organization(None, self._call)
        return f"{chosen.id} {cleaned(chosen.name or '')}"

    async def _pro(self) -> str:
        await self._connection.books(None, self._call)
        return "the API is open for it"

    async def _report(self) -> str:
        books = await self._connection.books(None, self._call)
        year = await books.year(None)
        rows = await books.api.report(year.name, "saldo")
        return f"the trial balance of {year.name} has {len(rows)} accounts"


async def _reached(http: httpx2.AsyncClient, address: str) -> None:
    """Any answer will do; only none is a failure."""
    try:
        await http.get(address)
    except httpx2.TransportError:
        raise UnreachableError(
            f"{address} did not answer. Look at the network, a firewall or proxy, and "
            "DINERO_API_URL, DINERO_API_TOKEN_URL or DINERO_CONNECT_URL where they are set."
        ) from None
