"""Which IP addresses belong to the public internet, and are not ours or our neighbours'."""

import socket
from collections.abc import Awaitable, Callable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

import anyio

Resolver = Callable[[str], Awaitable[Sequence[str]]]
"""From a host's name to its addresses; an OSError when it has none."""

_UNICAST = IPv6Network("2000::/3")
_TRANSLATED = IPv6Network("64:ff9b::/96")
"""NAT64: the last 32 bits are an IPv4 address."""
_SPECIAL = (
    IPv4Network("192.0.0.0/24"),
    IPv4Network("192.88.99.0/24"),
    IPv6Network("2001::/23"),
    IPv6Network("2002::/16"),
    IPv6Network("3fff::/20"),
)
"""For protocols, examples, and tunnels that lead to other addresses; older Pythons do not know all."""


async def resolved(host: str) -> list[str]:
    """The addresses of a host, those of IPv4 first, as many machines have no way to others."""
    found = await anyio.getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    return [str(each[4][0]) for each in sorted(found, key=lambda each: each[0] != socket.AF_INET)]


def is_public(address: str) -> bool:
    """Whether the address is one host's on the public internet."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return _is_public4(parsed) if isinstance(parsed, IPv4Address) else _is_public6(parsed)


def _is_public4(address: IPv4Address) -> bool:
    odd = address.is_multicast or address.is_reserved or address.is_unspecified or _is_special(address)
    return address.is_global and not odd


def _is_public6(address: IPv6Address) -> bool:
    if address.ipv4_mapped:
        return _is_public4(address.ipv4_mapped)
    if address in _TRANSLATED:
        return _is_public4(IPv4Address(int(address) & 0xFFFFFFFF))
    return address in _UNICAST and address.is_global and not _is_special(address)


def _is_special(address: IPv4Address | IPv6Address) -> bool:
    return any(address in network for network in _SPECIAL)
