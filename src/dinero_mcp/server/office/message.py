"""What the door must know of an MCP message before it is answered, read once and leniently.

A message that is not what it should be is none of the door's business: the protocol's own server says so.
What cannot be read here goes no further, though: that server reads more than is JSON in UTF-8, and nothing
may be called that the door did not see.
"""

from dataclasses import dataclass
from typing import Any, cast

import msgspec
from pydantic import TypeAdapter, ValidationError

from dinero_mcp.tools.inputs import OrganizationId
from dinero_mcp.tools.publishing import published

LISTS_ORGANIZATIONS = "list-organizations-tool"
"""The one tool that needs no organization."""
_NEED_ONE = frozenset(published()) - {LISTS_ORGANIZATIONS}
_ORGANIZATION = TypeAdapter[int | None](OrganizationId)
"""Reads it as the tools do, a number in quotes too: the audit trail must not say another than was asked."""


@dataclass(frozen=True, slots=True)
class Message:
    """A JSON-RPC message as far as it could be read."""

    id: int | str | None = None
    tool: str = ""
    """The tool that is called, without the gateway's prefix; empty when none is."""
    organization_id: int | None = None
    """As the arguments have it; 0 for what no organization is called."""
    wants_progress: bool = False

    @property
    def needs_organization(self) -> bool:
        """Whether it must be known whose books are meant, and the message does not say."""
        return self.tool in _NEED_ONE and self.organization_id is None


def message_in(body: bytes, prefix: str = "") -> Message | None:
    """The message in a request's body; None when it is no JSON, or holds a number beyond all bounds."""
    try:
        found = msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    message = _object(found)
    params, given = _object(message.get("params")), message.get("id")
    message_id = given if isinstance(given, (int, str)) else None
    wants_progress = _object(params.get("_meta")).get("progressToken") is not None
    tool = params.get("name")
    if message.get("method") != "tools/call" or not isinstance(tool, str):
        return Message(message_id, wants_progress=wants_progress)
    organization = _organization(_object(params.get("arguments")).get("organization_id"))
    return Message(message_id, _plain(tool, prefix), organization, wants_progress)


def _plain(tool: str, prefix: str) -> str:
    """The tool's own name; for one that lacks the gateway's prefix, a name that no tool has."""
    return tool.removeprefix(prefix) if tool.startswith(prefix) else prefix + tool


def _object(value: Any) -> dict[str, Any]:  # Any: JSON
    """A JSON object; of anything else, one with nothing in it."""
    return cast(dict[str, Any], value) if isinstance(value, dict) else {}


def _organization(named: object) -> int | None:
    try:
        return _ORGANIZATION.validate_python(named)
    except ValidationError:
        return 0
