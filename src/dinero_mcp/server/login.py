"""Signing in from a terminal: in a browser on this machine, or in another whose last address is pasted."""

import socket
import webbrowser
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import Protocol
from urllib.parse import urlsplit

import anyio
import anyio.to_thread
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from dinero_mcp.auth.callback import callback_in
from dinero_mcp.auth.sign_ins import OtherBrowserError, SignIns, SignInsInMemory, SignInUnknownError
from dinero_mcp.dinero.models import Organization
from dinero_mcp.errors import DineroMCPError, SettingsError, SignInRefusedError
from dinero_mcp.server.desk import SignedIn, VismaDesk
from dinero_mcp.tools.third_party import cleaned
from dinero_mcp.web.goodbye import OWN_PATHS, login_routes
from dinero_mcp.web.pages import Failure, Pages
from dinero_mcp.web.sign_in import CONNECT, Connection, RefusedAnswer

LOOPBACK = "127.0.0.1"


_NOT_IT = (
    "That is not the address where this sign-in ends. Paste all of it. If it was begun more than ten minutes "
    "ago, end this with Ctrl-C and start again."
)


class Terminal(Protocol):
    """The person at the terminal."""

    def tell(self, text: str) -> None:
        """Say something."""
        ...

    async def line(self) -> str | None:
        """The next line that is typed; None where nobody can type."""
        ...


@dataclass(slots=True)
class Outcome:
    """How it ended; hears it from the browser, and stops the server."""

    stop: Callable[[], None]
    signed_in: Connection | None = None
    failure: Failure | None = None

    async def done(self, connection: Connection) -> None:
        self.signed_in = connection
        self.stop()

    async def failed(self, failure: Failure) -> None:
        self.failure = failure
        self.stop()


@dataclass(frozen=True, slots=True)
class ByPort:
    """Several apps in one server, told apart by the port they are asked on."""

    apps: Mapping[int, ASGIApp]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.apps[scope["server"][1]](scope, receive, send)


async def log_in(
    desk: VismaDesk,
    pages: Pages,
    terminal: Terminal,
    open_browser: Callable[[str], bool] = webbrowser.open,
    *,
    beside: Mapping[int, ASGIApp] | None = None,
) -> Connection:
    """The connection that somebody makes in the browser, or by pasting; `beside` are apps to serve meanwhile.

    Raises:
        SignInRefusedError: when the sign-in that was begun gave none.
        SettingsError: when the port or the path of the redirect address is not free.
    """
    here = urlsplit(pages.redirect_address)
    if here.path in ("", *OWN_PATHS) or "{" in here.path or here.port in (beside or {}):
        raise SettingsError(
            f"Nobody can come back to DINERO_REDIRECT_URL {pages.redirect_address}: its path or port is "
            "taken. Example: http://127.0.0.1:8765/oauth/dinero/callback"
        )
    server = _server()
    outcome = Outcome(stop=lambda: setattr(server, "should_exit", True))
    sign_ins = SignInsInMemory()
    ours = Starlette(
        routes=login_routes(desk, sign_ins, pages, outcome, here.path),
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=[here.hostname or LOOPBACK])],
    )
    apps = {here.port or 80: ours, **(beside or {})}
    server.config.app = ByPort(apps)
    with ExitStack() as open_sockets:
        listening = [open_sockets.enter_context(_listening(port)) for port in apps]
        async with anyio.create_task_group() as group:
            group.start_soon(_begin, desk, sign_ins, pages, terminal, outcome, open_browser)
            try:
                await server.serve(sockets=listening)
            finally:  # also when this is broken off
                for each in server.servers:
                    each.close()
            group.cancel_scope.cancel()
    if outcome.signed_in is None:
        raise SignInRefusedError(_told(pages, outcome.failure))
    return outcome.signed_in


def _told(pages: Pages, failure: Failure | None) -> str:
    return pages.told("en", failure) if failure else "The sign-in was broken off; nothing was connected."


def _listening(port: int) -> socket.socket:
    """A socket on this machine alone."""
    try:
        return socket.create_server((LOOPBACK, port))
    except OSError as error:
        raise SettingsError(
            f"Port {port} cannot be listened on ({error.strerror}). End what uses it, perhaps another "
            "`dinero-mcp login`. The port is that of DINERO_REDIRECT_URL: another one must be registered in "
            "the Visma Developer portal as well."
        ) from None


def _server() -> uvicorn.Server:
    """No access log: addresses hold codes."""
    config = uvicorn.Config(
        Starlette(), log_config=None, log_level="warning", access_log=False, lifespan="off"
    )
    return uvicorn.Server(config)


async def _begin(
    desk: VismaDesk,
    sign_ins: SignIns,
    pages: Pages,
    terminal: Terminal,
    outcome: Outcome,
    open_browser: Callable[[str], bool],
) -> None:
    """Open the browser, and take what is pasted meanwhile."""
    here = urlsplit(pages.redirect_address)
    start = f"{here.scheme}://{here.netloc}{CONNECT}"
    try:
        elsewhere = await sign_ins.begin(None)
        address = await desk.address(elsewhere)
    except DineroMCPError as error:
        await outcome.failed(Failure("told", description=str(error)))
        return
    is_open = await anyio.to_thread.run_sync(partial(open_browser, start))
    terminal.tell("The browser shows Visma's sign-in. If it does not," if is_open else "To sign in,")
    terminal.tell(f"open this address in a browser on this machine:\n\n  {start}\n")
    terminal.tell(
        "Is the browser on another machine? Open this one there, sign in, and paste the address of the page "
        f"that it ends up on (which will not load) here:\n\n  {address}\n"
    )
    await _paste(desk, sign_ins, pages, terminal, outcome)


async def _paste(
    desk: VismaDesk, sign_ins: SignIns, pages: Pages, terminal: Terminal, outcome: Outcome
) -> None:
    """Take pasted addresses until one is Visma's answer to this terminal's own sign-in."""
    while (line := await terminal.line()) is not None:
        callback = callback_in(line)
        try:
            sign_in = await sign_ins.take(callback.state, None)
        except (SignInUnknownError, OtherBrowserError):
            terminal.tell(_NOT_IT)
            continue
        try:
            signed_in = await desk.connect(callback, sign_in)
            await _chosen(signed_in, terminal)
        except RefusedAnswer as refused:
            await outcome.failed(refused.failure)
        except DineroMCPError as error:
            await outcome.failed(Failure("told", description=str(error)))
        else:
            await outcome.done(signed_in)
        return


async def _chosen(signed_in: SignedIn, terminal: Terminal) -> None:
    """Let the person choose the default organization, where there is a choice."""
    open_ones = {str(each.id): each for each in signed_in.organizations if each.is_pro}
    if signed_in.default_organization is not None or not open_ones:
        return
    terminal.tell("Which company is meant when a question names none?\n")
    for line in organization_lines(signed_in.organizations):
        terminal.tell(f"  {line}")
    terminal.tell("\nType its number:")
    while (line := await terminal.line()) is not None:
        if chosen := open_ones.get(line.strip()):
            await signed_in.choose(chosen.id)
            return
        terminal.tell(f"Type one of {', '.join(open_ones)}:")


def organization_lines(organizations: Sequence[Organization]) -> list[str]:
    """Each company on a line; those that cannot be asked about say why."""
    return [
        f"{each.id}  {cleaned(each.name or '')}"
        + ("" if each.is_pro else "  (no Pro or Total plan, so Dinero's API is closed for it)")
        for each in organizations
    ]
