"""Every address that is given out. All come from one public address, none from a request."""

from dataclasses import dataclass
from urllib.parse import urlsplit

LOOPBACK = ("127.0.0.1", "localhost", "::1")
DINERO_PATH, GATEWAY_PATH = "/mcp/dinero", "/mcp"
CALLBACK_PATH = "/oauth/dinero/callback"
GATEWAY_PREFIX = "dinero__"
"""Stands before the names of tools at the gateway, where a client may have other integrations beside."""


def on_this_machine(host: str, port: int) -> str:
    """The address of what listens on one of this machine's own names, by its number."""
    return f"http://{'[::1]' if host == '::1' else '127.0.0.1'}:{port}"


@dataclass(frozen=True, slots=True)
class Addresses:
    """What a public address, such as `https://mcp.example.com`, leads to."""

    public: str

    @property
    def dinero(self) -> str:
        """The dedicated endpoint, and the resource that its tokens are for."""
        return self.public + DINERO_PATH

    @property
    def gateway(self) -> str:
        """The endpoint where tools have the prefix."""
        return self.public + GATEWAY_PATH

    @property
    def resources(self) -> tuple[str, str]:
        return self.dinero, self.gateway

    @property
    def callback(self) -> str:
        """Where Visma sends people back to, as it is registered there."""
        return self.public + CALLBACK_PATH

    @property
    def connect(self) -> str:
        return self.public + "/connect"

    @property
    def signing_in(self) -> str:
        """How somebody signs in again, in words."""
        return f"open {self.connect} in a browser"

    @property
    def my_dinero(self) -> str:
        return self.public + "/my"

    @property
    def is_local(self) -> bool:
        """Whether nobody but this machine reaches it."""
        return urlsplit(self.public).hostname in LOOPBACK

    @property
    def hosts(self) -> tuple[str, ...]:
        """The `Host` headers that are ours; on this machine, under each of its names."""
        netloc = urlsplit(self.public).netloc
        if not self.is_local:
            return (netloc,)
        port = netloc.rpartition("]")[2].partition(":")[2]
        return tuple(f"{name}:{port}" if port else name for name in ("127.0.0.1", "localhost", "[::1]"))

    @property
    def origins(self) -> tuple[str, ...]:
        """The `Origin` headers that are ours."""
        scheme = urlsplit(self.public).scheme
        return tuple(f"{scheme}://{host}" for host in self.hosts)
