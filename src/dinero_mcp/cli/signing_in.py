"""The commands for signing in with Visma Connect."""

import asyncio
import os
import sys
import webbrowser
from contextlib import suppress
from threading import Thread

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
    """The terminal; a thread waits for what is typed, so that the browser is answered meanwhile.

    It is a daemon, for the program ends while it still waits: after signing in in the browser, and by Ctrl-C.
    """

    def tell(self, text: str) -> None:
        click.echo(text)

    async def line(self) -> str | None:
        """The next line, unbuffered: nothing holds on to stdin when the program ends."""
        if not sys.stdin.isatty():
            return None
        loop = asyncio.get_running_loop()
        typed: asyncio.Future[bytes] = loop.create_future()
        Thread(target=_wait_for_what_is_typed, args=(loop, typed), daemon=True).start()
        line = await typed
        return line.decode(errors="replace") if line else None


def _opens_nothing(_: str) -> bool:
    return False


def _wait_for_what_is_typed(loop: asyncio.AbstractEventLoop, typed: asyncio.Future[bytes]) -> None:
    try:
        line = os.read(sys.stdin.fileno(), _MOST_TYPED)
    except OSError:  # the terminal is gone
        line = b""
    with suppress(RuntimeError):  # the loop is over, and nobody waits any more
        loop.call_soon_threadsafe(_hand_over, typed, line)


def _hand_over(typed: asyncio.Future[bytes], line: bytes) -> None:
    if not typed.done():
        typed.set_result(line)


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
    from dinero_mcp.tools.third_party import cleaned

    chosen = await use_organization(settings, organization, demo=demo)
    name = cleaned(chosen.name or "")
    click.echo(f"{chosen.id} {name} is meant now when a question names no organization.")
