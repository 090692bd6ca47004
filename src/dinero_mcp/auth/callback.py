"""What Visma sends the browser back with, in an address or in a form."""

from collections.abc import Iterable
from urllib.parse import parse_qsl, urlsplit

import msgspec

_LONGEST = 4096


class Callback(msgspec.Struct, frozen=True):
    """The parameters by their OAuth names; what was not sent is empty. None of it is to be trusted."""

    state: str = ""
    code: str = ""
    iss: str = ""
    error: str = ""
    error_description: str = ""


def callback_of(pairs: Iterable[tuple[str, str]]) -> Callback:
    """The parameters; one that is sent twice or is absurdly long counts as not sent."""
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    known = {name: found[name] for name in Callback.__struct_fields__ if name in found}
    return Callback(**{name: v[0] for name, v in known.items() if len(v) == 1 and len(v[0]) <= _LONGEST})


def callback_in(address: str) -> Callback:
    """The parameters in an address that somebody pasted; in a text without any, none."""
    try:
        query = urlsplit(address.strip()).query
        return callback_of(parse_qsl(query, max_num_fields=50))
    except ValueError:
        return Callback()
