"""Tokens and connections from the terminal, for whoever runs the server."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from dinero_mcp.auth.visma_connection import VismaConnection
from dinero_mcp.errors import InputError, NotConnectedError
from dinero_mcp.server.disconnecting import disconnect
from dinero_mcp.server.signing_in import Place, place_of, told
from dinero_mcp.server.visma import is_stored, visma_client
from dinero_mcp.settings import Settings
from dinero_mcp.tools.third_party import cleaned

if TYPE_CHECKING:
    from dinero_mcp.auth.bearers import Bearer
    from dinero_mcp.auth.families import Family
    from dinero_mcp.auth.state import State

Row = Sequence[str]
"""What stands under the titles of a table, none of it empty."""
TOKEN_TITLES = ("token", "connection", "name", "kind", "since", "expires", "used")
CONNECTION_TITLES = ("connection", "since", "default organization", "grant", "tokens", "programs")


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token that was just made; the secret is told once."""

    secret: str
    id: str
    name: str
    connection_id: str
    expires: str


async def create_token(
    settings: Settings, connection_id: str | None, name: str, days: int | None, *, demo: bool
) -> NewToken:
    """A new token of a connection, or of the only one.

    Raises:
        InputError: when there are several connections, no such one, or the name cannot be used.
    """
    from dinero_mcp.auth.named_tokens import create_token as create

    lasts = timedelta(days=days) if days else None
    async with _opened(settings, demo=demo) as (place, state):
        connection = await _meant(place, state, connection_id)
        made, secret = await create(state, connection.id, name, datetime.now(UTC), lasts)
    return NewToken(secret, made.id, made.name, connection.id, _until(made.expires_at))


async def token_rows(settings: Settings, connection_id: str | None, *, demo: bool) -> list[Row]:
    """Every token, and every program that signed in, of a connection or of all."""
    from dinero_mcp.auth.families import families
    from dinero_mcp.auth.named_tokens import named_tokens

    async with _opened(settings, demo=demo) as (place, state):
        if connection_id is not None:
            await _meant(place, state, connection_id)
        named = await named_tokens(state, connection_id)
        programs = await families(state, datetime.now(UTC), connection_id)
    return [*map(_token_row, named), *map(_program_row, programs)]


async def revoke_token(settings: Settings, token_id: str, *, demo: bool) -> str:
    """End a token, or a program's sign-in; gives its name.

    Raises:
        InputError: when there is none with this id.
    """
    from dinero_mcp.auth.families import families, remove
    from dinero_mcp.auth.named_tokens import named_tokens

    async with _opened(settings, demo=demo) as (place, state):
        for token in await named_tokens(state):
            if token.id == token_id:
                await state.bearers.revoke(token.id)
                return token.name
        for program in await families(state, datetime.now(UTC)):
            if program.id == token_id:
                await remove(state, program)
                return program.client_name
        raise InputError(
            f"There is no token {cleaned(token_id)}. `{place.command('token list')}` lists them."
        )


async def connection_rows(settings: Settings, *, demo: bool, verbose: bool) -> list[Row]:
    """Every connection, the newest first; who it belongs to, as Visma numbers people, only with `verbose`."""
    from dinero_mcp.auth.families import families
    from dinero_mcp.auth.named_tokens import named_tokens

    async with _opened(settings, demo=demo) as (_, state):
        connections = await state.connections.all()
        tokens = [each.connection_id for each in await named_tokens(state)]
        programs = [each.connection_id for each in await families(state, datetime.now(UTC))]
    return [
        (
            each.id,
            told(each.connected_at),
            str(each.organization_id or "-"),
            _grant(each),
            str(tokens.count(each.id)),
            str(programs.count(each.id)),
            *([cleaned(each.user.subject)] if verbose else []),
        )
        for each in connections
    ]


async def check_connection(settings: Settings, connection_id: str, *, demo: bool) -> None:
    """That there is such a connection.

    Raises:
        InputError: when there is none with this id.
    """
    async with _opened(settings, demo=demo) as (place, state):
        await _meant(place, state, connection_id)


async def delete_connection(settings: Settings, connection_id: str, *, demo: bool) -> bool:
    """Revoke a connection at Visma and delete all that is its; false when Visma could not be asked.

    Raises:
        InputError: when there is none with this id.
    """
    async with _opened(settings, demo=demo) as (place, state):
        connection = await _meant(place, state, connection_id)
        was_revoked = await disconnect(state, visma_client(place.settings, place.transport), connection)
        if place.settings.redis_url:
            await _forget_reads(place.settings.redis_url.get_secret_value(), state, connection_id)
        return was_revoked


async def _forget_reads(redis_address: str, state: "State", connection_id: str) -> None:
    """Delete what servers share of a connection's reads; where Redis is away they end within minutes."""
    from dinero_mcp.auth.sealing import ValueCipher
    from dinero_mcp.dinero.redis_answers import RedisAnswers
    from dinero_mcp.dinero.shared import SharedReads

    answers = RedisAnswers(redis_address)
    try:
        await SharedReads(connection_id, answers, ValueCipher.of(state.secret_keys)).forget()
    finally:
        await answers.aclose()


@asynccontextmanager
async def _opened(settings: Settings, *, demo: bool) -> "AsyncGenerator[tuple[Place, State]]":
    """Where it is all kept; no store is made by asking.

    Raises:
        NotConnectedError: when there is none.
    """
    async with place_of(settings, demo=demo) as place:
        if not is_stored(place.settings):
            raise _nobody(place)
        async with place.state() as state:
            yield place, state


async def _meant(place: Place, state: "State", connection_id: str | None) -> VismaConnection:
    """The connection with this id, or the only one where none is given."""
    if connection_id is not None:
        if found := await state.connections.with_id(connection_id):
            return found
        command = place.command("connections list")
        raise InputError(f"There is no connection {cleaned(connection_id)}. `{command}` lists them.")
    every = await state.connections.all()
    if not every:
        raise _nobody(place)
    if len(every) > 1:
        command = place.command("connections list")
        raise InputError(
            f"There are {len(every)} connections. Say which with --connection; `{command}` lists them."
        )
    return every[0]


def _nobody(place: Place) -> NotConnectedError:
    elsewhere = "" if place.is_demo else " For those of the demo, add --demo."
    return NotConnectedError(
        f"Nobody is connected here. Run `{place.command('serve --http')}` and connect in a browser, or "
        f"`{place.login_command}`.{elsewhere}"
    )


def _token_row(token: "Bearer") -> Row:
    return (
        token.id,
        token.connection_id,
        cleaned(token.name),
        "token",
        told(token.created_at),
        _until(token.expires_at),
        _at(token.used_at),
    )


def _program_row(program: "Family") -> Row:
    return (
        program.id,
        program.connection_id,
        cleaned(program.client_name),
        "program",
        told(program.since),
        "-",
        _at(program.used_at),
    )


def _until(moment: datetime | None) -> str:
    if moment is None:
        return "never"
    return told(moment) if moment > datetime.now(UTC) else f"{told(moment)} (expired)"


def _at(moment: datetime | None) -> str:
    return told(moment) if moment else "-"


def _grant(connection: VismaConnection) -> str:
    if connection.is_ended:
        return "ended: sign in again"
    return f"holds until {told(connection.holds_until)}" if connection.holds_until else "holds"
