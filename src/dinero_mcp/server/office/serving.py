"""Serving the office: on this machine or behind a proxy, by one process or by several."""

import asyncio
import gc
import os
import signal
import socket
import sys
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from types import FrameType
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from dinero_mcp.errors import SettingsError
from dinero_mcp.server.office.addresses import LOOPBACK, Addresses, on_this_machine
from dinero_mcp.server.office.app import create_office_app
from dinero_mcp.server.office.demo import demo_surroundings
from dinero_mcp.server.office.draining import NoticeGiven
from dinero_mcp.server.office.logs import log_to
from dinero_mcp.server.office.metrics import Metrics, call_outcomes, shared_by_workers, shared_folder
from dinero_mcp.server.office.office import Office, open_office
from dinero_mcp.server.office.pages import pages_of
from dinero_mcp.server.office.surroundings import Surroundings
from dinero_mcp.server.office.telemetry import asks_for_traces, tracing
from dinero_mcp.settings import Settings, read_settings, variable

DRAIN_SECONDS = 55
"""In which questions under way are finished after SIGTERM; no question may take longer."""
NOTICE_SECONDS = 5.0
"""Between telling that it is about to stop, and listening no more; on this machine alone there is none."""
LAST_PORT = 65535
KEEP_ALIVE_SECONDS = 75
"""Longer than proxies keep a connection that they may use again."""


def public_address(settings: Settings, host: str, port: int) -> str:
    """The address that people and clients use.

    Raises:
        SettingsError: when it is not set, and the server does not listen on this machine alone.
    """
    if settings.public_url:
        return settings.public_url
    if host not in LOOPBACK:
        raise SettingsError(
            f"{variable('public_url')} is not set. It is needed to listen on {host}, for every address that "
            f"is given out comes from it. Example: {variable('public_url')}=https://mcp.example.com"
        )
    return on_this_machine(host, port)


def serve_office(
    settings: Settings, told: Callable[[str], None], *, host: str, port: int, workers: int, demo: bool
) -> None:
    """Answer until it is stopped; questions under way are finished then. `told` hears of the public address
    once it is listened there.

    Raises:
        SettingsError: when it cannot be reached in the way that is asked for.
    """
    addresses = Addresses(public_address(settings, host, port))
    if workers > 1 and demo:
        raise SettingsError("The demo's companies live in one process. Leave --workers out with --demo.")
    asks_for_traces(os.environ)  # who starts it hears at once that they cannot be sent
    if workers > 1:
        told(addresses.public)
        _serve_by_workers(settings, addresses, host=host, port=port, workers=workers)
        return
    log_to(sys.stderr, settings.log_level, settings.log_format)
    with ExitStack() as open_:
        listening = [open_.enter_context(_listening(host, port))]
        around = Surroundings(settings)
        if demo:
            listening.append(open_.enter_context(_near(host, port)))
            around = demo_surroundings(settings, addresses, host, listening[1].getsockname()[1])
        told(addresses.public)
        offices: list[Office] = []
        ours = office_app(addresses, around, opened=offices.append)
        apps = {port: ours, **(around.beside or {})}
        config = uvicorn.Config(_ByPort(ours, apps), **_manner(settings))
        notice = 0.0 if addresses.is_local else NOTICE_SECONDS
        NoticeGiven(config, lambda: _drain(offices), notice=notice).run(sockets=listening)


def _drain(offices: list[Office]) -> None:
    for office in offices:
        office.readiness.drain()


def _serve_by_workers(
    settings: Settings, addresses: Addresses, *, host: str, port: int, workers: int
) -> None:
    log_to(sys.stderr, settings.log_level, settings.log_format)
    os.environ[variable("public_url")] = addresses.public  # for the workers, which read it again
    with shared_by_workers():
        uvicorn.run(
            f"{__name__}:worker", factory=True, workers=workers, host=host, port=port, **_manner(settings)
        )


def worker() -> ASGIApp:
    """The app of one of several processes, as its environment has it."""
    settings = read_settings()
    if settings.public_url is None:
        raise ValueError("whoever starts workers tells them the public address")
    log_to(sys.stderr, settings.log_level, settings.log_format)
    addresses, around = Addresses(settings.public_url), replace(Surroundings(settings), is_alone=False)
    notice = 0.0 if addresses.is_local else NOTICE_SECONDS
    return office_app(addresses, around, opened=partial(_give_notice, notice=notice))


def _give_notice(office: Office, *, notice: float) -> None:
    """Have this process go on listening for a while after it is told to stop, as `NoticeGiven` does: whoever
    starts workers makes a server of its own for each.
    """
    loop, stop = asyncio.get_running_loop(), signal.getsignal(signal.SIGTERM)
    if not callable(stop):
        return

    def told(number: int, frame: FrameType | None) -> None:
        office.readiness.drain()
        signal.signal(signal.SIGTERM, stop)
        loop.call_soon_threadsafe(loop.call_later, notice, stop, number, frame)

    signal.signal(signal.SIGTERM, told)


def office_app(
    addresses: Addresses,
    around: Surroundings,
    *,
    opened: Callable[[Office], None] = lambda office: None,
) -> ASGIApp:
    """The office in its surroundings, traced from its opening to its end; `opened` hears of it."""

    @asynccontextmanager
    async def open_() -> AsyncGenerator[Office]:
        metrics = Metrics(around.tools, call_outcomes(), shared=shared_folder())
        with tracing(os.environ, around.tools):
            async with open_office(around, addresses, metrics) as office:
                yield office

    def settled(office: Office) -> None:
        opened(office)
        _leave_in_peace()

    return create_office_app(open_, addresses, pages_of, opened=settled)


def _leave_in_peace() -> None:
    """Look for no garbage among what is there already: it stays as long as the office, and looking through it
    takes a tenth of the time of an older client's calls, and a fifth of a second at once.
    """
    gc.collect()
    gc.freeze()


def _manner(settings: Settings) -> dict[str, Any]:  # Any: what uvicorn takes
    """How uvicorn serves: without an access log, for addresses hold codes. Of what a proxy tells, who asks is
    believed, where it is a trusted one; no address that is given out comes from there.
    """
    how: dict[str, Any] = {
        "log_config": None,
        "log_level": settings.log_level.lower(),
        "access_log": False,
        "proxy_headers": settings.trusted_proxies is not None,
        "forwarded_allow_ips": settings.trusted_proxies,
        "server_header": False,
        "ws": "none",
        "timeout_keep_alive": KEEP_ALIVE_SECONDS,
        "timeout_graceful_shutdown": DRAIN_SECONDS,
    }
    if os.name != "nt":  # there is no httptools for Windows
        from dinero_mcp.server.office.arriving import BoundedHttp

        how["http"] = BoundedHttp
    return how


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise SettingsError(
            f"Port {port} of {host} cannot be listened on ({error.strerror}). End what uses it, or choose "
            "another with --port."
        ) from None


def _near(host: str, port: int) -> socket.socket:
    """The first free port after this one, else any."""
    for following in range(port + 1, min(port + 10, LAST_PORT)):
        try:
            return _listening(host, following)
        except SettingsError:
            continue
    return _listening(host, 0)


@dataclass(frozen=True, slots=True)
class _ByPort:
    """Several apps in one server, told apart by the port they are asked on; the first lives as long as it."""

    first: ASGIApp
    apps: Mapping[int, ASGIApp]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self.first if scope["type"] == "lifespan" else self.apps[scope["server"][1]]
        await app(scope, receive, send)
