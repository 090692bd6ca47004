"""What no log line may hold, known by its shape, by the name it stands under and by its type.

What is left out is told by what stands in its place, so that a line can still be read. Losing a harmless word
is accepted; an access token in a log is not.
"""

import re
from collections.abc import Iterable, Mapping
from typing import cast

from pydantic import SecretBytes, SecretStr

from dinero_mcp.tools.third_party import without_cpr

LEFT_OUT = "[redacted]"

_ONLY_SECRETS = (
    "access_token|refresh_token|id_token|code_verifier|code_challenge|client_secret|client_assertion"
    "|registration_access_token|api_key|secret_key|password|passwd"
)
_ANYTHING_ELSE = "code|state|token|secret|session|csrf|assertion|nonce"
_HEADERS = "(?:proxy-)?authorization|(?:set-)?cookie|x-api-key"

_UNDER_A_NAME = re.compile(rf"(?:\w*_)?(?:{_ONLY_SECRETS})|{_ANYTHING_ELSE}|{_HEADERS}", re.IGNORECASE)
_QUOTED = r"""(?:"(?:[^"\\]|\\.)*(?:"|$)|'(?:[^'\\]|\\.)*(?:'|$))"""

_BY_SHAPE = (
    (re.compile(r"\b(dm[tar]_)[A-Za-z0-9_-]+"), rf"\1{LEFT_OUT}"),
    (re.compile(r"\beyJ[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*){0,3}"), "[JWT]"),
    (re.compile(r"\bgAAAA[A-Za-z0-9_-]{60,}(?:={0,2}|(?:%3D){0,2})"), "[encrypted]"),
    (re.compile(r"(?<=://)[^\s/@:]*:[^\s/@]+(?=@)"), LEFT_OUT),
    (re.compile(r"\b(Bearer|Basic) +[A-Za-z0-9._~+/-]{6,}=*", re.IGNORECASE), rf"\1 {LEFT_OUT}"),
)
_BY_NAME = (
    # As JSON, as the repr of a dict, or as a pair: 'code': 'x', "state":1, (b'cookie', b'x')
    re.compile(
        rf"""(['"](?:{_UNDER_A_NAME.pattern})\\*['"]\s*[:,=]\s*b?\\*)(?:{_QUOTED}|[^\s,}}\])'"]+)""",
        re.IGNORECASE,
    ),
    # As a query or a form, also as part of an address inside another one: ?code=x&state=y, %3Fcode%3Dx
    re.compile(
        rf"""((?:(?<![A-Za-z0-9_])|(?<=%3F)|(?<=%26))(?:{_UNDER_A_NAME.pattern})(?:=|%3D)b?)"""
        rf"""(?:{_QUOTED}|(?:(?!%26)[^\s&'",;)}}\]])+)""",
        re.IGNORECASE,
    ),
    # As a header, to the end of its line
    re.compile(rf"((?<![\w-])(?:{_HEADERS})\s*:\s*)[^\r\n'\"]+", re.IGNORECASE),
    # As a field: refresh_token: x
    re.compile(rf"((?<![A-Za-z0-9])(?:{_ONLY_SECRETS})\s*:\s*)[^\s,'\"\[]+", re.IGNORECASE),
)


def redacted(text: str) -> str:
    """`text` without bearers, tokens, keys, passwords, codes and CPR numbers."""
    for shape, instead in _BY_SHAPE:
        text = shape.sub(instead, text)
    for name in _BY_NAME:
        text = name.sub(rf"\1{LEFT_OUT}", text)
    return without_cpr(text)


def without_secrets(value: object) -> object:
    """`value` with every secret in it left out by its type or by the key it stands under, at any depth."""
    if isinstance(value, SecretStr | SecretBytes):
        return LEFT_OUT
    if isinstance(value, Mapping):
        named = cast("Mapping[object, object]", value)  # cast: anything may be logged
        return {key: LEFT_OUT if _names_a_secret(key) else without_secrets(named[key]) for key in named}
    if isinstance(value, list | tuple):
        several = [without_secrets(each) for each in cast("Iterable[object]", value)]  # cast: same
        return several if isinstance(value, list) else tuple(several)
    return value


def _names_a_secret(key: object) -> bool:
    name = key.decode(errors="replace") if isinstance(key, bytes) else str(key)
    return _UNDER_A_NAME.fullmatch(name) is not None
