"""What is known of a client, however it came to be known."""

import unicodedata
from dataclasses import dataclass

import msgspec

from dinero_mcp.auth.authorization.redirects import Redirect, named
from dinero_mcp.errors import DineroMCPError

LONGEST_NAME = 80


class UnknownClientError(DineroMCPError):
    """The client cannot be let in; the text says why, in words for the person."""


class Registered(msgspec.Struct, frozen=True):
    """What is kept of a registration."""

    name: str
    redirect_addresses: list[str]


@dataclass(frozen=True, slots=True)
class KnownClient:
    """A client; its name is its own claim, only `host` is proven."""

    client_id: str
    name: str
    redirects: tuple[Redirect, ...]
    host: str | None = None
    """Where its document is; None when it registered itself."""

    def redirect(self, asked_for: str) -> Redirect | None:
        """The address asked for, if it is one that the client named."""
        return named(asked_for, self.redirects)


def shown_name(name: str | None, otherwise: str) -> str:
    """A name on one line, without anything unseen or that turns the writing around, and not long."""
    seen = "".join(" " if each.isspace() else each for each in name or "" if _is_seen(each))
    short = " ".join(seen.split())
    return f"{short[: LONGEST_NAME - 1]}…" if len(short) > LONGEST_NAME else short or otherwise


def _is_seen(character: str) -> bool:
    return character.isspace() or unicodedata.category(character)[0] != "C"
