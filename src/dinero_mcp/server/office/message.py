"""What the door must know of an MCP message before it is answered, read once and leniently.

A message that is not what it should be is none of the door's business: the protocol's own server says so.
What is no JSON in UTF-8 goes no further, though: that server reads more than is JSON, and nothing may be
called that the door did not see.
"""

from dataclasses import dataclass
from typing import Any, cast

import msgspec

LISTS_ORGANIZATIONS = "list-organizations-tool"
"""The one tool that needs no organization."""
LARGEST_ID = 2**31 - 1
"""Of an organization, as tools take it and the audit trail keeps it."""


class _Meta(msgspec.Struct):
    progress: Any = msgspec.field(name="progressToken", default=None)  # Any: JSON


class _Params(msgspec.Struct):
    name: Any = None  # Any: JSON, as in the fields below
    arguments: Any = None
    meta: Any = msgspec.field(name="_meta", default=None)


class _Message(msgspec.Struct):
    method: str = ""
    id: Any = None
    params: Any = None


@dataclass(frozen=True, slots=True)
class Message:
    """A JSON-RPC message as far as it could be read."""

    id: int | str | None = None
    tool: str = ""
    """The tool that is called, without the gateway's prefix; empty when none is."""
    organization_id: int | None = None
    """As the arguments have it; 0 for any number that no organization can have."""
    wants_progress: bool = False

    @property
    def needs_organization(self) -> bool:
        """Whether it must be known whose books are meant, and the message does not say."""
        return bool(self.tool) and self.tool != LISTS_ORGANIZATIONS and self.organization_id is None


def message_in(body: bytes, prefix: str = "") -> Message | None:
    """The message in a request's body; None when it is no JSON."""
    try:
        found = msgspec.json.decode(body, type=_Message)
        params = msgspec.convert(found.params or {}, _Params)
        meta = msgspec.convert(params.meta or {}, _Meta)
    except msgspec.ValidationError:
        return Message()
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    message_id = found.id if isinstance(found.id, (int, str)) else None
    if found.method != "tools/call" or not isinstance(params.name, str):
        return Message(message_id, wants_progress=meta.progress is not None)
    return Message(
        message_id,
        params.name.removeprefix(prefix),
        _organization(params.arguments),
        meta.progress is not None,
    )


def _organization(arguments: Any) -> int | None:  # Any: JSON
    named = cast(dict[str, Any], arguments).get("organization_id") if isinstance(arguments, dict) else None
    if not isinstance(named, int) or isinstance(named, bool):
        return None
    return named if 1 <= named <= LARGEST_ID else 0
