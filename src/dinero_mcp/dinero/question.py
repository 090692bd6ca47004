"""What is asked of Dinero."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import quote

import msgspec

from dinero_mcp.errors import InputError

MIB = 1024 * 1024
Param = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Question:
    """One address with its parameters, and the words in which a failure is told.

    `endpoint` names it without ids; `sought` is what a 404 says is missing, and `lister` the tool that lists
    what exists. A `reference` is kept longer and does not count as a request.
    """

    path: str
    endpoint: str
    organization_id: int | None = None
    params: tuple[Param, ...] = ()
    sought: str = ""
    lister: str = "list-organizations-tool"
    reference: bool = False
    most_bytes: int = 64 * MIB

    def page(self, number: int, size: int) -> "Question":
        """The same question for one page of its list, counted from 0."""
        return replace(self, params=(*self.params, ("page", str(number)), ("pageSize", str(size))))


def fields(kind: type[msgspec.Struct], *left_out: str) -> Param:
    """The parameter that asks for all of a model's fields but those that lists do not have."""
    names = (field.encode_name for field in msgspec.structs.fields(kind))
    return "fields", ",".join(name for name in names if name not in left_out)


def changes(since: str | None) -> tuple[Param, ...]:
    """The parameter that asks for what changed since then, where that is asked."""
    return () if since is None else (("changesSince", since),)


def moment(time: datetime) -> str:
    """A moment as Dinero takes it: UTC, to the second."""
    return f"{time.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def boolean(value: bool) -> str:
    """A yes or no as Dinero takes it."""
    return "true" if value else "false"


def segment(name: str) -> str:
    """A name as one part of a path, whatever it holds."""
    return quote(name, safe="").replace(".", "%2E")


def identifier(text: str, lister: str) -> str:
    """An id that is safe in a path and in a filter; anything else is an `InputError`."""
    if not re.fullmatch(r"[0-9A-Za-z_-]{1,64}", text):
        raise InputError(
            f"Ids in Dinero hold only letters, digits and hyphens. {lister} lists the valid ones."
        )
    return text
