"""Where people and clients find the server; nothing of it is taken from a request."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Addresses:
    """Whole addresses, as they are given out."""

    dedicated: str
    """The endpoint for Dinero alone."""
    gateway: str
    """The endpoint whose tools carry the integration's name, so that several can share one."""
    is_local: bool = False
    """Whether they lead to this machine alone, so that nobody on the internet can ask."""
