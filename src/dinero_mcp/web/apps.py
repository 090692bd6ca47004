"""The programs that signed in by OAuth, and the end of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import Response
from starlette.routing import Route

from dinero_mcp.auth.families import Family, families, remove
from dinero_mcp.auth.state import State
from dinero_mcp.web.moments import day_told, moment_told
from dinero_mcp.web.owners import Owner, Owners
from dinero_mcp.web.pages import shown
from dinero_mcp.web.places import MY, back_to, form, not_found

REMOVE = f"{MY}/apps/remove"


@dataclass(frozen=True, slots=True)
class App:
    """A program as its owner sees it; times in words, `used` is empty when it never asked."""

    id: str
    name: str
    endpoint: str
    since: str
    used: str


async def apps_of(state: State, owner: Owner) -> Sequence[App]:
    """Those that can ask in the owner's name, the newest first."""
    return [_app(each, owner) for each in await families(state, owner.now, owner.connection.id)]


@dataclass(frozen=True, slots=True)
class AppPages:
    """What the form for programs does."""

    state: State

    def routes(self, owners: Owners) -> list[Route]:
        return form(REMOVE, owners.endpoint(self._remove))

    async def _remove(self, owner: Owner) -> Response:
        wanted = owner.form.get("app", "")
        theirs = await families(self.state, owner.now, owner.connection.id)
        family = next((each for each in theirs if each.id == wanted), None)
        if family is None:
            return not_found(owner)
        await remove(self.state, family)
        return back_to("removed", "apps")


def _app(family: Family, owner: Owner) -> App:
    used = family.used_at
    return App(
        id=family.id,
        name=shown(family.client_name),
        endpoint=family.resource,
        since=day_told(family.since, owner.language),
        used=moment_told(used, owner.language) if used else "",
    )
