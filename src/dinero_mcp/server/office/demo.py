"""The office on the demo companies: the sandbox in this process, with its Visma Connect for browsers."""

import httpx2

from dinero_mcp.sandbox import Application, Sandbox
from dinero_mcp.server.connection import today_in
from dinero_mcp.server.office.addresses import Addresses, on_this_machine
from dinero_mcp.server.office.surroundings import Surroundings
from dinero_mcp.server.visma import demo_grants, demo_settings
from dinero_mcp.settings import Settings


def demo_surroundings(settings: Settings, addresses: Addresses, host: str, port: int) -> Surroundings:
    """The sandbox, with a store of its own; people sign in at the port of the host."""
    own = demo_settings(settings, on_this_machine(host, port))
    grants = demo_grants(own)
    for folder in (grants.parent.parent, grants.parent):  # `parents` would leave the outer one open to all
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    application = Application(redirect_addresses=(addresses.callback, own.redirect_url))
    sandbox = Sandbox(today_in(settings), grants=grants, application=application)
    network = httpx2.ASGITransport(app=sandbox.app)
    return Surroundings(own, network, is_demo=True, beside={port: sandbox.app})
