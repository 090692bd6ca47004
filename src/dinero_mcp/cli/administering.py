"""The commands for tokens and connections, for whoever runs the server."""

from collections.abc import Sequence

import click

from dinero_mcp.cli.running import run, started
from dinero_mcp.cli.tables import show
from dinero_mcp.settings import Settings

_CONNECTION = click.option("--connection", metavar="ID", help="Of which connection; needed with several.")
_DEMO = click.option(
    "--demo",
    is_flag=True,
    help="Mean the tokens and connections of `serve --http --demo`, kept apart from real ones.",
)


@click.group()
def token() -> None:
    """Make, list and revoke the tokens that clients of `serve --http` send."""


@token.command("create")
@_CONNECTION
@click.option("--name", required=True, help="Where it is used, such as: laptop.")
@click.option("--days", type=click.IntRange(1, 3650), help="How long it is good; without it, for ever.")
@_DEMO
def create(connection: str | None, name: str, days: int | None, demo: bool) -> None:
    """Make a token. It is printed this once, alone on stdout."""
    run(_create(started(), connection, name, days, demo=demo))


@token.command("list")
@click.option("--connection", metavar="ID", help="Only those of this connection.")
@_DEMO
def list_tokens(connection: str | None, demo: bool) -> None:
    """List the tokens, and the programs that signed in, without any secret."""
    run(_list_tokens(started(), connection, demo=demo))


@token.command("revoke")
@click.argument("id_", metavar="ID")
@_DEMO
def revoke(id_: str, demo: bool) -> None:
    """End the token, or the program's sign-in, with this ID."""
    run(_revoke(started(), id_, demo=demo))


@click.group()
def connections() -> None:
    """List and delete the connections of those who signed in with Visma."""


@connections.command("list")
@click.option("--verbose", is_flag=True, help="Also who it is, by the number that Visma gives people.")
@_DEMO
def list_connections(verbose: bool, demo: bool) -> None:
    """List the connections."""
    run(_list_connections(started(), demo=demo, verbose=verbose))


@connections.command("delete")
@click.argument("id_", metavar="ID")
@click.option("--yes", is_flag=True, help="Do not ask.")
@_DEMO
def delete(id_: str, yes: bool, demo: bool) -> None:
    """Revoke a connection at Visma, and delete it with its tokens and all that is kept of it."""
    settings = started()
    if not yes:
        run(_check(settings, id_, demo=demo))
        click.confirm(
            f"Delete connection {id_}, with its tokens and every program's permission?", abort=True, err=True
        )
    run(_delete(settings, id_, demo=demo))


async def _create(
    settings: Settings, connection: str | None, name: str, days: int | None, *, demo: bool
) -> None:
    from dinero_mcp.server.administering import create_token

    made = await create_token(settings, connection, name, days, demo=demo)
    click.echo(
        f"Token {made.name!r} ({made.id}) of connection {made.connection_id}; expires: {made.expires}. It is "
        "shown this once, and not kept. Clients send it as `Authorization: Bearer TOKEN`.",
        err=True,
    )
    click.echo(made.secret)


async def _list_tokens(settings: Settings, connection: str | None, *, demo: bool) -> None:
    from dinero_mcp.server.administering import TOKEN_TITLES, token_rows

    _show(TOKEN_TITLES, await token_rows(settings, connection, demo=demo), "There are no tokens.")


async def _revoke(settings: Settings, id_: str, *, demo: bool) -> None:
    from dinero_mcp.server.administering import revoke_token

    name = await revoke_token(settings, id_, demo=demo)
    click.echo(f"Revoked {name!r}: what used it is refused from now on.")


async def _list_connections(settings: Settings, *, demo: bool, verbose: bool) -> None:
    from dinero_mcp.server.administering import CONNECTION_TITLES, connection_rows

    rows = await connection_rows(settings, demo=demo, verbose=verbose)
    titles = (*CONNECTION_TITLES, "person") if verbose else CONNECTION_TITLES
    _show(titles, rows, "There are no connections.")


async def _check(settings: Settings, id_: str, *, demo: bool) -> None:
    from dinero_mcp.server.administering import check_connection

    await check_connection(settings, id_, demo=demo)


async def _delete(settings: Settings, id_: str, *, demo: bool) -> None:
    from dinero_mcp.server.administering import delete_connection

    if await delete_connection(settings, id_, demo=demo):
        click.echo("Deleted: revoked at Visma, and nothing is kept here but lines of the audit trail.")
    else:
        click.echo(
            "Deleted here, but Visma could not be asked to revoke it. Its owner can remove the application "
            "in their Visma account."
        )


def _show(titles: Sequence[str], rows: Sequence[Sequence[str]], none: str) -> None:
    if not rows:
        click.echo(none)
        return
    show("\n".join("\t".join(row) for row in (titles, *rows)))
