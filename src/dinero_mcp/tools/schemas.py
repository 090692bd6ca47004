"""JSON schemas as small as they can be: every byte of an input schema is read by the model on every turn."""

from typing import cast

from pydantic import BaseModel

from dinero_mcp.tools.publishing import Schema


def input_schema(model: type[BaseModel]) -> Schema:
    """What a tool takes: an optional argument is simply not required, so null and defaults of null go."""
    schema = _without_titles(model.model_json_schema())
    properties = cast(dict[str, Schema], schema["properties"])
    return {**schema, "properties": {name: _not_null(field) for name, field in properties.items()}}


def output_schema(model: type[BaseModel]) -> Schema:
    """What a tool answers, as it goes over the wire."""
    return _without_titles(model.model_json_schema(mode="serialization"))


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
