"""The tools as clients see them before any is called: names, descriptions and schemas, read from a file.

That file, `schemas.json`, is generated from the catalogue, ships with the package, and a test compares the
two. So a start over stdio pays neither for building the schemas nor for loading what answers.
"""

import functools
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Protocol, TypedDict, cast

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.tools import Tool
from mcp.server.mcpserver.utilities.func_metadata import ArgModelBase, FuncMetadata
from mcp_types import CallToolResult, TextContent, ToolAnnotations
from pydantic import ConfigDict

if TYPE_CHECKING:
    from dinero_mcp.tools.books import Connection
    from dinero_mcp.tools.declare import Answering

Schema = dict[str, object]
Arguments = dict[str, Any]  # as JSON has them, before they are checked


class Published(TypedDict):
    """What is told of one tool; `module` is where in this package it is declared, under its name."""

    title: str
    description: str
    module: str
    input: Schema
    output: Schema


class Services(Protocol):
    """What the server's lifespan must give: the connection of whoever is asking."""

    async def connection(self) -> "Connection":
        """Raises NotConnectedError when there are no credentials."""
        ...


ASKED = "dinero_mcp.asked"
"""Where in a request's scope the server's door leaves who is asking, as an `Asked`."""


@dataclass(slots=True)
class Asked:
    """One call over HTTP: with which connection, and then how it went and for which organization."""

    connection: "Connection"
    organization_id: int | None = None
    outcome: str = "unanswered"


def asked_over(request: object) -> Asked | None:
    """Who asks, where a server that many share has left word; a request over stdio is None."""
    scope: Mapping[str, object] = getattr(request, "scope", {})
    asked = scope.get(ASKED)
    return asked if isinstance(asked, Asked) else None


def published() -> Mapping[str, Published]:
    """Every tool by its name, in the order they are listed."""
    return json.loads(files("dinero_mcp.tools").joinpath("schemas.json").read_text(encoding="utf-8"))


def renaming(prefix: str, names: Iterable[str]) -> Callable[[str], str]:
    """What puts the prefix before every tool of these names that a text names."""
    if not prefix:
        return lambda text: text
    named = re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})\b")
    return lambda text: named.sub(lambda found: prefix + found[0], text)


def registered(name: str, told: Published, renamed: Callable[[str], str], *, pinned: bool = False) -> Tool:
    """The tool as the MCP server takes it, loaded when it is first called; `pinned` leaves no choice of
    organization, and `renamed` gives a text in which the tools, itself among them, have the server's names.
    """
    loaded = functools.cache(functools.partial(_loaded, name, told["module"], pinned=pinned))

    async def answer(arguments: Arguments, ctx: Context[Services]) -> CallToolResult:
        return _renamed(await loaded().answer(arguments, ctx), renamed)

    return Tool(
        fn=answer,
        name=renamed(name),
        title=told["title"],
        description=renamed(told["description"]),
        parameters=_without(told["input"], "organization_id") if pinned else told["input"],
        fn_metadata=FuncMetadata(arg_model=_AsSent, output_schema=told["output"]),
        is_async=True,
        context_kwarg="ctx",
        annotations=ToolAnnotations(
            title=told["title"],
            read_only_hint=True,
            destructive_hint=False,
            idempotent_hint=True,
            open_world_hint=True,
        ),
    )


def _renamed(result: CallToolResult, renamed: Callable[[str], str]) -> CallToolResult:
    """A refusal that names tools as the client knows them; figures name none."""
    if not result.is_error:
        return result
    content = [
        each.model_copy(update={"text": renamed(each.text)}) if isinstance(each, TextContent) else each
        for each in result.content
    ]
    return result.model_copy(update={"content": content})


class _AsSent(ArgModelBase):
    """Lets the arguments through unread: they are checked in our own words."""

    model_config = ConfigDict(extra="allow")

    def model_dump_one_level(self) -> dict[str, Any]:  # Any: arguments as JSON has them
        return {"arguments": self.model_extra or {}}


def _loaded(name: str, module: str, *, pinned: bool) -> "Answering":
    """What answers the tool."""
    from dinero_mcp.tools.declare import Answering, DeclaredTool

    found = vars(import_module(f"dinero_mcp.tools.{module}")).values()
    declared = next(each for each in found if isinstance(each, DeclaredTool) and each.name == name)
    return Answering(declared, pinned=pinned)


def _without(schema: Schema, argument: str) -> Schema:
    """An input schema that no longer offers one of its optional arguments."""
    properties = cast(dict[str, Schema], schema["properties"])
    return {**schema, "properties": {name: field for name, field in properties.items() if name != argument}}
