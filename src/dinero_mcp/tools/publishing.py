"""The tools as clients see them before any is called: names, descriptions and schemas, read from a file.

That file, `schemas.json`, is generated from the catalogue, ships with the package, and a test compares the
two. So a start over stdio pays neither for building the schemas nor for loading what answers.
"""

import functools
import json
from collections.abc import Mapping
from importlib import import_module
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Protocol, TypedDict, cast

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.tools import Tool
from mcp.server.mcpserver.utilities.func_metadata import ArgModelBase, FuncMetadata
from mcp_types import CallToolResult, ToolAnnotations
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


def published() -> Mapping[str, Published]:
    """Every tool by its name, in the order they are listed."""
    return json.loads(files("dinero_mcp.tools").joinpath("schemas.json").read_text(encoding="utf-8"))


def registered(name: str, told: Published, *, pinned: bool = False) -> Tool:
    """The tool as the MCP server takes it, loaded when it is first called; `pinned` leaves no choice of
    organization.
    """
    loaded = functools.cache(functools.partial(_loaded, name, told["module"], pinned=pinned))

    async def answer(arguments: Arguments, ctx: Context[Services]) -> CallToolResult:
        return await loaded().answer(arguments, ctx)

    return Tool(
        fn=answer,
        name=name,
        title=told["title"],
        description=told["description"],
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
