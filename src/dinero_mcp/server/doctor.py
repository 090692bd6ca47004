"""Walks from the settings to a report, and stops at the first step that fails, with its cure."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, replace

import httpx2

from dinero_mcp.auth.visma_connection import VismaConnection
from dinero_mcp.auth.visma_refusals import expired, portal_checklist
from dinero_mcp.dinero.call import Call
from dinero_mcp.errors import DineroMCPError, OrganizationError, SettingsError, UnreachableError
from dinero_mcp.server.services import SignIn, how_to_connect, services_for, sign_in_of
from dinero_mcp.server.signing_in import place_of, told
from dinero_mcp.settings import Settings
from dinero_mcp.tools.publishing import Services
from dinero_mcp.tools.third_party import cleaned


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was tried. The detail of a failure says what to do."""

    name: str
    is_fine: bool
    detail: str


Check = Callable[[], Awaitable[str]]
_ORGANIZATIONS = "sign-in and organizations"
_SIGNING_IN = ("stored connection", "token", _ORGANIZATIONS)


async def steps(settings: Settings, *, demo: bool) -> AsyncGenerator[Step]:
    """The steps in order, each telling what was found, up to the first that fails."""
    async with services_for(settings, demo=demo) as services:
        examination = _Examination(settings, services, demo=demo)
        for name, check in examination.checks():
            step = examination.with_cure(await _step(name, check))
            yield step
            if not step.is_fine:
                return


async def _step(name: str, check: Check) -> Step:
    try:
        return Step(name, True, await check())
    except DineroMCPError as error:
        return Step(name, False, str(error))


class _Examination:
    """What is looked at, one after the other."""

    def __init__(self, settings: Settings, services: Services, *, demo: bool) -> None:
        self._settings = settings
        self._services = services
        self._sign_in = None if demo else sign_in_of(settings)
        self._call = Call()

    def checks(self) -> list[tuple[str, Check]]:
        by_visma = self._sign_in is SignIn.VISMA_CONNECT
        return [
            ("settings", self._set),
            *([("stored connection", self._stored)] if by_visma else []),
            *([("reachability", self._reachability)] if self._sign_in else []),
            *([("token", self._token)] if by_visma else []),
            (_ORGANIZATIONS, self._organizations),
            ("default organization", self._default),
            ("Pro plan", self._pro),
            ("a report", self._report),
        ]

    def with_cure(self, step: Step) -> Step:
        """The same, with what to look at in Visma's portal where signing in with it has failed."""
        if step.is_fine or self._sign_in is not SignIn.VISMA_CONNECT or step.name not in _SIGNING_IN:
            return step
        return replace(step, detail=f"{step.detail} {portal_checklist(self._settings.redirect_url)}")

    async def _set(self) -> str:
        if self._sign_in is None:
            return "demo company, no credentials needed"
        if self._sign_in is SignIn.VISMA_CONNECT:
            return f"an application of Visma Connect; its redirect address is {self._settings.redirect_url}"
        if missing := self._settings.missing_credentials:
            raise SettingsError(how_to_connect(missing))
        return "client id, client secret and API key are set"

    async def _stored(self) -> str:
        kept = await self._kept()
        return f"user {cleaned(kept.user.subject)}, signed in {told(kept.connected_at)}"

    async def _token(self) -> str:
        """Nothing is refreshed to see whether it can be: a refresh token may be good once only."""
        kept = await self._kept()
        if not kept.refresh_token:
            raise expired("Visma Connect no longer accepts it.")
        until = told(kept.holds_until) if kept.holds_until else "not known"
        return f"the next refresh is due at {told(kept.expires_at)}; the grant holds until {until} at most"

    async def _kept(self) -> VismaConnection:
        async with place_of(self._settings, demo=False) as place:
            return await place.kept()

    async def _reachability(self) -> str:
        by_key = self._sign_in is SignIn.API_KEY
        sign_in = self._settings.api_token_url if by_key else self._settings.connect_url
        addresses = (self._settings.api_url, sign_in)
        async with httpx2.AsyncClient(timeout=10) as http:
            for address in addresses:
                await _reached(http, address)
        return " and ".join(str(httpx2.URL(address).host) for address in addresses) + " answer"

    async def _organizations(self) -> str:
        found = await (await self._services.connection()).organizations(self._call)
        if not found:
            raise OrganizationError(
                "The sign-in was accepted but reaches no organization. Make the key inside the organization "
                "it is for, or sign in with the Visma login that owns it."
            )
        return f"{len(found)}: " + ", ".join(f"{each.id} {cleaned(each.name or '')}" for each in found)

    async def _default(self) -> str:
        chosen = await (await self._services.connection()).organization(None, self._call)
        return f"{chosen.id} {cleaned(chosen.name or '')}"

    async def _pro(self) -> str:
        await (await self._services.connection()).books(None, self._call)
        return "the API is open for it"

    async def _report(self) -> str:
        books = await (await self._services.connection()).books(None, self._call)
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
