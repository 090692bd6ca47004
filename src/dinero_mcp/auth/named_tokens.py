"""Tokens that people make for themselves, each with its own name, and not more than can be kept in view."""

from datetime import datetime, timedelta
from typing import Literal

from dinero_mcp.auth.authorization.terms import READ
from dinero_mcp.auth.bearers import Bearer, BearerKind
from dinero_mcp.auth.state import State
from dinero_mcp.errors import InputError

LONGEST_NAME = 60
MOST = 50
"""Of one connection."""

Why = Literal["unfit_name", "taken_name", "too_many"]

_TOLD: dict[Why, str] = {
    "unfit_name": f"A token's name has 1 to {LONGEST_NAME} characters, such as: laptop. Choose another.",
    "taken_name": "There is a token of that name already. Choose another name, or revoke that one first.",
    "too_many": f"There are {MOST} tokens, and no more are kept. Revoke one that is not used any more first.",
}


class TokenRefusedError(InputError):
    """No token was made; `why` says what stood in its way."""

    def __init__(self, why: Why) -> None:
        super().__init__(_TOLD[why])
        self.why: Why = why


async def named_tokens(state: State, connection_id: str | None = None) -> list[Bearer]:
    """Those of a connection, or of all, the newest first; one that has expired is there until it is swept."""
    return [each for each in await state.bearers.of(connection_id) if each.kind is BearerKind.NAMED]


async def create_token(
    state: State, connection_id: str, name: str, now: datetime, lasts: timedelta | None
) -> tuple[Bearer, str]:
    """A new token and its secret, which is not kept.

    Raises:
        TokenRefusedError: when the name is not fit or taken, or there are too many already.
    """
    name = " ".join(name.split())
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise TokenRefusedError("unfit_name")
    others = await named_tokens(state, connection_id)
    if name.casefold() in (each.name.casefold() for each in others):
        raise TokenRefusedError("taken_name")
    if len(others) >= MOST:
        raise TokenRefusedError("too_many")
    return await state.bearers.create_named(connection_id, name, READ, now, now + lasts if lasts else None)
