"""Bodies become models here, or are refused.

msgspec reads a `Decimal` exactly, but out of quoted text and with any exponent too, so amounts that are not
plain numbers are looked for in the bytes first. A body that does not fit is tried once more with its keys
spelled as the models spell them, midnight cut off its dates and nulls left out where there is a default:
Dinero answers in the casing it was asked in.
"""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Generic, TypeVar, cast

import msgspec
from msgspec import inspect, json

from dinero_mcp.errors import UnexpectedAnswerError

T = TypeVar("T")

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
NEVER = rb"(?!)"
MIDNIGHT = re.compile(r"(\d{4}-\d\d-\d\d)[T ]00:00(:00(\.0+)?)?Z?")
NOT_PLAIN = r'"\s*:\s*(?:"|-?\d{21}|-?[\d.]+[eE](?:\+?\d\d|-\d{3}))'
"""After an amount's key: a quote, over 20 digits, a two-digit positive or three-digit negative exponent."""


def decoded(body: bytes, kind: type[T], endpoint: str) -> T:
    """The body as `kind`; `UnexpectedAnswerError` names the endpoint and the field, never a value."""
    return Decoder(kind, endpoint).decoded(body)


class Decoder(Generic[T]):
    """Decodes any number of bodies, or parts of one, of the same kind."""

    def __init__(self, kind: type[T], endpoint: str) -> None:
        self._kind = kind
        self._endpoint = endpoint
        self._shape = inspect.type_info(kind)
        self._strict = json.Decoder(kind)
        names = "|".join(sorted(set(_amount_keys(self._shape))))
        self._odd_amount = f'"({names}){NOT_PLAIN}'.encode() if names else NEVER

    def decoded(self, body: bytes | bytearray) -> T:
        """The body as its kind.

        Raises:
            UnexpectedAnswerError: names the endpoint and the field, never a value.
        """
        if body.startswith(BYTE_ORDER_MARK):
            body = body.removeprefix(BYTE_ORDER_MARK)
        try:
            return self._decoded(body)
        except msgspec.ValidationError as error:
            raise unexpected(self._endpoint, f"it does not fit: {error}") from None
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ArithmeticError):
            raise unexpected(self._endpoint, "it is not whole JSON") from None

    def _decoded(self, body: bytes | bytearray) -> T:
        try:
            answer = self._strict.decode(body)
        except msgspec.ValidationError:
            self._refuse(re.search(b"(?i)" + self._odd_amount, body))
            loose = json.Decoder(float_hook=Decimal).decode(body)
            return msgspec.convert(_speller(self._shape)(loose), self._kind)
        self._refuse(re.search(self._odd_amount, body))
        return answer

    def _refuse(self, odd: re.Match[bytes] | None) -> None:
        if odd:
            raise unexpected(self._endpoint, f"{odd[1].decode()} is not a plain number")


def unexpected(endpoint: str, why: str) -> UnexpectedAnswerError:
    """The error for an answer that nothing may be concluded from."""
    return UnexpectedAnswerError(
        f"Dinero's answer to {endpoint} is not what its API documents: {why}. Nothing was concluded from it. "
        "Ask again; if it stays so, Dinero has changed its API and dinero-mcp needs an update."
    )


def _amount_keys(shape: inspect.Type) -> Iterator[str]:
    for field in _fields(shape):
        if isinstance(_inner(field.type), inspect.DecimalType):
            yield field.encode_name
        yield from _amount_keys(field.type)


def _fields(shape: inspect.Type) -> tuple[inspect.Field, ...]:
    shape = _inner(shape)
    return shape.fields if isinstance(shape, inspect.StructType) else ()


def _inner(shape: inspect.Type) -> inspect.Type:
    """What an optional, or a tuple of something, is about."""
    while True:
        match shape:
            case inspect.UnionType():
                shape = shape.types[0]
            case inspect.VarTupleType():
                shape = shape.item_type
            case _:
                return shape


def _speller(shape: inspect.Type) -> Callable[[object], object]:
    """How to spell a value as `shape` does: its keys only, and nothing where null means the default."""
    inner = _inner(shape)
    if isinstance(inner, inspect.StructType):
        known = {field.encode_name.casefold(): _Field(field) for field in inner.fields}
        return lambda value: _respelled(value, known)
    return _day if isinstance(inner, inspect.DateType) else _as_it_is


class _Field:
    def __init__(self, field: inspect.Field) -> None:
        self.name = field.encode_name
        self.takes_null = isinstance(field.type, inspect.UnionType)
        self.spell = _speller(field.type)


def _respelled(value: object, known: dict[str, _Field]) -> object:
    if isinstance(value, list):
        items = cast("list[object]", value)  # isinstance alone leaves the items unknown
        return [_respelled(item, known) for item in items]
    if not isinstance(value, dict):
        return value
    pairs = cast("dict[str, object]", value).items()  # a JSON key is text
    found = ((known.get(key.casefold()), item) for key, item in pairs)
    spelled = ((field, field.spell(item)) for field, item in found if field)
    return {field.name: item for field, item in spelled if item is not None or field.takes_null}


def _as_it_is(value: object) -> object:
    return value


def _day(value: object) -> object:
    midnight = MIDNIGHT.fullmatch(value) if isinstance(value, str) else None
    if midnight:
        return midnight[1]
    return None if value == "" else value
