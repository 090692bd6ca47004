"""How values look on the wire.

Amounts are JSON numbers with exactly their own digits, whole ones without decimals. Timestamps carry no
zone and zero to seven digits of a second.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TypeAlias
from zlib import crc32

Json: TypeAlias = bool | int | str | Decimal | Sequence["Json"] | Mapping[str, "Json"] | None
Row: TypeAlias = Mapping[str, Json]

_quoted = json.JSONEncoder(ensure_ascii=False).encode


def encoded(value: Json) -> bytes:
    """The value as JSON in UTF-8, never by way of a float."""
    return _text(value).encode()


def _text(value: Json) -> str:
    match value:
        case str():
            return _quoted(value)
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case Decimal():
            return number(value)
        case Mapping():
            return "{" + ",".join([f'"{key}":{_text(item)}' for key, item in value.items()]) + "}"
        case _:
            return "[" + ",".join([_text(item) for item in value]) + "]"


def number(amount: Decimal) -> str:
    """All digits of the amount and no zeros after them: `250`, `-0.5`."""
    digits = f"{amount:f}"
    if "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    return "0" if digits == "-0" else digits


def timestamp(moment: datetime) -> str:
    """The moment as Dinero writes it; how many digits follow the second is chance, but always the same."""
    text = f"{moment:%Y-%m-%dT%H:%M:%S}"
    chance = crc32(text.encode())
    ticks = moment.microsecond * 10 or chance % 10**7
    fraction = f"{ticks:07d}"[: chance % 8].rstrip("0")
    return f"{text}.{fraction}" if fraction else text


def optional_timestamp(moment: datetime | None) -> str | None:
    return timestamp(moment) if moment else None


def row_version(guid: str, moment: datetime) -> str:
    """The 16 hex digits that change whenever an object does."""
    return f"{crc32(f'{guid}{moment}'.encode()):016X}"


def camel(name: str) -> str:
    return name[:1].lower() + name[1:]


def camel_keyed(value: Json) -> Json:
    """The value with every key of it in camelCase."""
    if isinstance(value, Mapping):
        return {camel(key): camel_keyed(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [camel_keyed(item) for item in value]
    return value
