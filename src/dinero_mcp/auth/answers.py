"""What a token endpoint answers: a token, or why there is none."""

from typing import Annotated, TypeVar

import msgspec

AN_HOUR = 3600.0


class Token(msgspec.Struct, frozen=True):
    """A token as OAuth sends it; `expires_in` is in seconds."""

    access_token: Annotated[str, msgspec.Meta(pattern=r"^[\x21-\x7e]+$")]
    expires_in: object = None
    refresh_token: str | None = None
    scope: object = None

    @property
    def lifetime(self) -> float:
        """Seconds it may be used; an hour when the word of whoever gave it makes no sense."""
        if not isinstance(self.expires_in, (int, float, str)):
            return AN_HOUR
        try:
            seconds = float(self.expires_in)
        except (ValueError, OverflowError):
            return AN_HOUR
        return seconds if 0 < seconds <= 24 * AN_HOUR else AN_HOUR

    @property
    def scopes(self) -> str:
        """What it is good for, in one text."""
        return self.scope if isinstance(self.scope, str) else ""


class Refusal(msgspec.Struct, frozen=True):
    """Why there is no token."""

    error: str


def token_in(body: bytes) -> Token | None:
    """The token in an answer, if it holds one."""
    return _decoded(body, Token)


def error_in(body: bytes) -> str | None:
    """The OAuth error in an answer, if it holds one."""
    refusal = _decoded(body, Refusal)
    return refusal.error if refusal else None


Kind = TypeVar("Kind", bound=msgspec.Struct)


def _decoded(body: bytes, kind: type[Kind]) -> Kind | None:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
