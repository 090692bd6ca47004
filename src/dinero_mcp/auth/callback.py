"""What Visma sends the browser back with, in an address or in a form."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from urllib.parse import parse_qsl, urlsplit

_LONGEST = 4096


@dataclass(frozen=True, slots=True)
class Callback:
    """The parameters by their OAuth names; what was not sent is empty. None of it is to be trusted."""

    state: str = ""
    code: str = ""
    iss: str = ""
    error: str = ""
    error_description: str = ""


_NAMES = tuple(field.name for field in fields(Callback))


def callback_of(pairs: Iterable[tuple[str, str]]) -> Callback:
    """The parameters; one that is sent twice or is absurdly long counts as not sent."""
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return Callback(
        **{n: v[0] for n, v in found.items() if n in _NAMES and len(v) == 1 and len(v[0]) <= _LONGEST}
    )


def callback_in(address: str) -> Callback:
    """The parameters in an address that somebody pasted; in a text without any, none."""
    try:
        query = urlsplit(address.strip()).query
        return callback_of(parse_qsl(query, max_num_fields=50))
    except ValueError:
        return Callback()
