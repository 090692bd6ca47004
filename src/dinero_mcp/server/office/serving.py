"""Serving the office: on this machine or behind a proxy, by one process or by several."""

import os
import socket
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from dinero_mcp.errors import SettingsError
from dinero_mcp.server.office.addresses import LOOPBACK, Addresses
from dinero_mcp.server.office.app import create_office_app
from dinero_mcp.server.office.demo import Surroundings, demo_surroundings
from dinero_mcp.server.office.office import open_office
from dinero_mcp.server.office.pages import pages_of
from dinero_mcp.settings import Settings, read_settings, variable

DRAIN_SECONDS = 55
"""In which questions under way are finished after SIGTERM; no question may take longer."""
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
    return f"http://127.0.0.1:{port}"


def serve_office(settings: Settings, *, host: str, port: int, workers: int, demo: bool) -> None:
    """Answer until it is stopped; questions under way are finished then.

    Raises:
        SettingsError: when it cannot be reached in the way that is asked for.
    """
    addresses = Addresses(public_address(settings, host, port))
    if workers > 1:
        os.environ[variable("public_url")] = addresses.public  # for the workers, which read it again
        uvicorn.run(
            f"{__name__}:worker", factory=True, workers=workers, host=host, port=port, **_manner(settings)
        )
        return
    with ExitStack() as open_sockets:
        listening = [open_sockets.enter_context(_listening(host, port))]
        around = Surroundings(settings)
        if demo:
            listening.append(open_sockets.enter_context(_near(host, port)))
            around = demo_surroundings(settings, addresses, listening[1].getsockname()[1])
        apps = {port: office_app(addresses, around), **(around.beside or {})}
        config = uvicorn.Config(_ByPort(apps[port], apps), **_manner(settings))
        uvicorn.Server(config).run(sockets=listening)


def worker() -> ASGIApp:
    """The app of one of several processes, as its environment has it."""
    settings = read_settings()
    if settings.public_url is None:
        raise ValueError("whoever starts workers tells them the public address")
    return office_app(Addresses(settings.public_url), Surroundings(settings))


def office_app(addresses: Addresses, around: Surroundings) -> ASGIApp:
    """The office in its surroundings."""
    opened = partial(open_office, around.settings, addresses, around.transport, around.notice)
    return create_office_app(opened, addresses, pages_of)


def _manner(settings: Settings) -> dict[str, Any]:  # Any: what uvicorn takes
    """How uvicorn serves: no access log, for addresses hold codes, and no header of a proxy is believed."""
    how: dict[str, Any] = {
        "log_config": None,
        "log_level": settings.log_level.lower(),
        "access_log": False,
        "proxy_headers": False,
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
    """The first free port after this one."""
    for following in range(port + 1, port + 10):
        try:
            return _listening(host, following)
        except SettingsError:
            continue
    return _listening(host, port + 10)


@dataclass(frozen=True, slots=True)
class _ByPort:
    """Several apps in one server, told apart by the port they are asked on; the first lives as long as it."""

    first: ASGIApp
    apps: Mapping[int, ASGIApp]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self.first if scope["type"] == "lifespan" else self.apps[scope["server"][1]]
        await app(scope, receive, send)
