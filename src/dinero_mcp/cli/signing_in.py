"""The commands for signing in with Visma Connect."""

import os
import sys
import webbrowser

import click

from dinero_mcp.cli.running import DEMO, run, started
from dinero_mcp.settings import Settings

_MOST_TYPED = 16_384


@click.command("login")
@DEMO
@click.option("--no-browser", is_flag=True, help="Only print the addresses.")
def log_in(demo: bool, no_browser: bool) -> None:
    """Sign in with Visma Connect, in the browser."""
    run(_log_in(started(), demo=demo, no_browser=no_browser))


@click.command("logout")
@DEMO
def log_out(demo: bool) -> None:
    """Revoke the sign-in at Visma, and forget it here."""
    run(_log_out(started(), demo=demo))


@click.command()
@DEMO
def status(demo: bool) -> None:
    """Show which credentials are used, since when, and for how long."""
    run(_status(started(), demo=demo))


@click.command()
@click.argument("organization", type=click.IntRange(min=1))
@DEMO
def use(organization: int, demo: bool) -> None:
    """Make ORGANIZATION (its number) the one that is meant when a question names none."""
    run(_use(started(), organization, demo=demo))


class _Terminal:
    """The terminal; a thread waits for what is typed, so that the browser is answered meanwhile."""

    def tell(self, text: str) -> None:
        click.echo(text)

    async def line(self) -> str | None:
        """The next line, unbuffered: nothing holds on to stdin when the program ends."""
        import anyio.to_thread

        if not sys.stdin.isatty():
            return None
        typed = await anyio.to_thread.run_sync(_typed, abandon_on_cancel=True)
        return typed.decode(errors="replace") if typed else None


def _opens_nothing(_: str) -> bool:
    return False


def _typed() -> bytes:
    return os.read(sys.stdin.fileno(), _MOST_TYPED)


async def _log_in(settings: Settings, *, demo: bool, no_browser: bool) -> None:
    from dinero_mcp.server.signing_in import sign_in

    opened = _opens_nothing if no_browser else webbrowser.open
    connection = await sign_in(settings, _Terminal(), opened, demo=demo)
    suffix = " --demo" if demo else ""
    click.secho("Signed in.", fg="green")
    if connection.default_organization is None:
        click.echo("No company was chosen: Dinero's API opens only those with a Pro or Total plan.")
    click.echo(f"`dinero-mcp status{suffix}` shows it, `dinero-mcp logout{suffix}` takes it back.")


async def _log_out(settings: Settings, *, demo: bool) -> None:
    from dinero_mcp.server.signing_in import sign_out

    await sign_out(settings, demo=demo)
    click.echo("Signed out: revoked at Visma, and forgotten here.")


async def _status(settings: Settings, *, demo: bool) -> None:
    from dinero_mcp.server.signing_in import status_lines

    for line in await status_lines(settings, demo=demo):
        click.echo(line)


async def _use(settings: Settings, organization: int, *, demo: bool) -> None:
    from dinero_mcp.server.signing_in import use as use_organization

    chosen = await use_organization(settings, organization, demo=demo)
    click.echo(f"{chosen.id} {chosen.name or ''} is meant now when a question names no organization.")
