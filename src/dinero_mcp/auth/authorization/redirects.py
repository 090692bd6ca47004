"""Where a client may have a person sent back to, and whether an address is one that the client named.

Addresses are compared to the letter, but on this machine any port will do (RFC 8252, 7.3), since a program
there takes the one that is free.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlencode

LONGEST = 2000
"""Characters of an address."""
EDITORS = frozenset(
    {
        "antigravity",
        "claude",
        "cursor",
        "goose",
        "kiro",
        "lmstudio",
        "raycast",
        "trae",
        "vscode",
        "vscode-insiders",
        "vscodium",
        "warp",
        "windsurf",
        "zed",
    }
)
"""Programs known to have people sent back by a scheme of one word."""
LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
_CHARACTERS = r"[A-Za-z0-9\-._~:/?@!$&'()*+,;=%]"
_WEB = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::(?P<port>\d{1,5}))?"
    rf"(?P<rest>(?:[/?]{_CHARACTERS}*)?)",
    re.IGNORECASE | re.ASCII,
)
_APP = re.compile(rf"(?P<scheme>[a-z][a-z0-9+-]*(?P<dots>(?:\.[a-z0-9+-]+)*)):(?P<rest>{_CHARACTERS}+)")


class RedirectKind(StrEnum):
    """What is at an address."""

    SITE = "site"
    """A website; whoever answers there holds the name."""
    LOOPBACK = "loopback"
    """Some program on the person's own machine."""
    APP = "app"
    """Some app on the person's own machine that took the scheme."""


@dataclass(frozen=True, slots=True)
class Redirect:
    """An address that a person may be sent to."""

    address: str
    kind: RedirectKind
    host: str
    """Of an app, its scheme."""
    anywhere: tuple[str, ...]
    """What is compared: all of it, or without the port."""


def redirect(address: str) -> Redirect | None:
    """The address as one that a person may be sent to; None when nobody may."""
    if len(address) > LONGEST:
        return None
    web = _WEB.fullmatch(address)
    return _site(address, web) if web else _app(address)


def _site(address: str, parts: re.Match[str]) -> Redirect | None:
    scheme, host = parts["scheme"].lower(), parts["host"].lower()
    here = host in LOOPBACK
    if int(parts["port"] or 1) not in range(1, 65536) or (scheme == "http" and not here):
        return None
    if here:
        return Redirect(address, RedirectKind.LOOPBACK, host, (scheme, host, parts["rest"] or "/"))
    return Redirect(address, RedirectKind.SITE, host, (address,))


def _app(address: str) -> Redirect | None:
    parts = _APP.fullmatch(address)
    if not parts or not (parts["dots"] or parts["scheme"] in EDITORS):
        return None
    authority = re.match(r"//([^/?]*)", parts["rest"])
    if authority and "@" in authority[1]:
        return None
    return Redirect(address, RedirectKind.APP, parts["scheme"], (address,))


@dataclass(frozen=True, slots=True)
class RedirectRules:
    """Which addresses are allowed; `hosts` limits them to these hosts, and apps' schemes, where given."""

    hosts: frozenset[str] | None = None

    def allows_host(self, host: str) -> bool:
        return self.hosts is None or host in self.hosts

    def allowed(self, addresses: Iterable[str]) -> tuple[Redirect, ...]:
        """Those of the addresses that a person may be sent to."""
        each = map(redirect, addresses)
        return tuple(one for one in each if one and self.allows_host(one.host))


def named(asked_for: str, addresses: Iterable[Redirect]) -> Redirect | None:
    """The address asked for, if it is one of these."""
    asked = redirect(asked_for)
    if asked and any(asked.anywhere == one.anywhere for one in addresses):
        return asked
    return None


def answered(address: str, **parameters: str | None) -> str:
    """The address with an answer in its query."""
    given = {name: value for name, value in parameters.items() if value is not None}
    return f"{address}{'&' if '?' in address else '?'}{urlencode(given)}"
