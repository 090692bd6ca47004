"""JSON schemas as small as they can be: every byte of an input schema is read by the model on every turn.

Building them takes a tenth of a second that every start over stdio would pay for. So they are generated once
into `schemas.json`, which ships with the package and which a test compares with the code.
"""

import json
from importlib.resources import files
from typing import TypedDict, cast

from pydantic import BaseModel

Schema = dict[str, object]


class ToolSchemas(TypedDict):
    """What one tool takes and what it answers."""

    input: Schema
    output: Schema


def published() -> dict[str, ToolSchemas]:
    """The schemas of every tool, by its name."""
    return json.loads(files("dinero_mcp.tools").joinpath("schemas.json").read_text(encoding="utf-8"))


def input_schema(model: type[BaseModel]) -> Schema:
    """What a tool takes: an optional argument is simply not required, so null and defaults of null go."""
    schema = _without_titles(model.model_json_schema())
    properties = cast(dict[str, Schema], schema["properties"])
    return {**schema, "properties": {name: _not_null(field) for name, field in properties.items()}}


def output_schema(model: type[BaseModel]) -> Schema:
    """What a tool answers, as it goes over the wire."""
    return _without_titles(model.model_json_schema(mode="serialization"))


def without(schema: Schema, argument: str) -> Schema:
    """An input schema that no longer offers one of its optional arguments."""
    properties = cast(dict[str, Schema], schema["properties"])
    return {**schema, "properties": {name: field for name, field in properties.items() if name != argument}}


def _without_titles(schema: Schema) -> Schema:
    return cast(Schema, _untitled(schema, named=False))


def _untitled(part: object, *, named: bool) -> object:
    """`part` without pydantic's titles; `named` is set where keys are field names, which may be `title`."""
    if isinstance(part, list):
        return [_untitled(item, named=False) for item in cast(list[object], part)]
    if not isinstance(part, dict):
        return part
    fields = cast(Schema, part)
    return {
        key: _untitled(value, named=not named and key in ("properties", "$defs"))
        for key, value in fields.items()
        if named or key != "title"
    }


def _not_null(field: Schema) -> Schema:
    choices = cast(list[Schema], field.get("anyOf", []))
    rest = {key: value for key, value in field.items() if key not in ("anyOf", "default") or not choices}
    kept = [choice for choice in choices if choice != {"type": "null"}]
    return {**kept[0], **rest} if len(kept) == 1 else field
