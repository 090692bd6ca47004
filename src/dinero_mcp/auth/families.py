"""Which OAuth clients are signed in: each is a family of tokens, of which one or two hold at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from dinero_mcp.auth.bearers import Bearer
from dinero_mcp.auth.state import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """One sign-in of a client."""

    id: str
    connection_id: str
    client_id: str
    client_name: str
    resource: str
    """The endpoint that it asks."""
    since: datetime
    used_at: datetime | None


async def families(state: State, now: datetime, connection_id: str | None = None) -> list[Family]:
    """The clients that can still ask in a connection's name, or in any; who signed in last comes first."""
    theirs = await state.bearers.of_clients(connection_id)
    by_family = groupby(sorted(theirs, key=_family_id), _family_id)
    holding = (tuple(members) for _, members in by_family)
    found = [_family(members) for members in holding if any(_holds(each, now) for each in members)]
    return sorted(found, key=lambda each: each.since, reverse=True)


async def remove(state: State, family: Family) -> None:
    """End a client's tokens; should it come again, its owner is asked again."""
    await state.consents.withdraw(family.connection_id, family.client_id)
    await state.bearers.end_family(family.id)


def _family_id(bearer: Bearer) -> str:
    return bearer.family or ""


def _holds(bearer: Bearer, now: datetime) -> bool:
    return bearer.replaced_at is None and bearer.is_good(now)


def _family(members: Sequence[Bearer]) -> Family:
    one = members[0]
    return Family(
        id=one.family or "",
        connection_id=one.connection_id,
        client_id=one.client_id or "",
        client_name=one.name,
        resource=one.resource or "",
        since=min(each.created_at for each in members),
        used_at=max((each.used_at for each in members if each.used_at), default=None),
    )
