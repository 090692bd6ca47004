"""The kinds of values that settings take, and what is wrong with one that is none of them."""

import re
from ipaddress import ip_network
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, SecretStr


def _an_address(value: str) -> str:
    return _a_safe_address(value).rstrip("/")


def _a_safe_address(value: str) -> str:
    address = urlsplit(value)
    here = address.hostname in ("127.0.0.1", "localhost", "::1")
    safe = ("http", "https") if here else ("https",)
    if address.username or address.query or address.fragment:
        raise ValueError("must be an address without a user, a query or a fragment")
    if not address.hostname or address.port == 0 or address.scheme not in safe:
        raise ValueError("must begin with https:// and a host (http:// only on this machine)")
    return value


def _a_database(value: SecretStr) -> SecretStr:
    if not re.match(r"postgres(ql)?://[^/]+/.", value.get_secret_value()):
        raise ValueError("must be the address of a PostgreSQL database")
    return value


def _an_origin(value: str) -> str:
    address = _an_address(value)
    if urlsplit(address).path:
        raise ValueError("must be an address without a path")
    return address


def _a_redis(value: SecretStr) -> SecretStr:
    if not re.match(r"(rediss?://[^/]+|unix://)", value.get_secret_value()):
        raise ValueError("must be the address of a Redis or Valkey server")
    return value


def _organizations(value: str) -> str:
    if not all(re.fullmatch(r"[1-9]\d{0,9}", each) for each in parts(value)):
        raise ValueError("must be organization ids, separated by commas")
    return value


def _hosts(value: str) -> str:
    if not all(re.fullmatch(r"[a-z0-9.-]+|\[::1\]", each) for each in parts(value)):
        raise ValueError("must be host names in small letters, separated by commas")
    return value


def _networks(value: str) -> str:
    for each in parts(value):
        ip_network(each, strict=False)
    return value


def parts(value: str) -> list[str]:
    """What stands between the commas."""
    return [each.strip() for each in value.split(",")]


def _some_keys(value: SecretStr) -> SecretStr:
    if not all(re.fullmatch(r"[A-Za-z0-9+/_-]{43}=", key) for key in parts(value.get_secret_value())):
        raise ValueError("must be 32 random bytes in base64, as `openssl rand -base64 32` prints them")
    return value


Address = Annotated[str, AfterValidator(_an_address)]
ExactAddress = Annotated[str, AfterValidator(_a_safe_address)]
Origin = Annotated[str, AfterValidator(_an_origin)]
RedisAddress = Annotated[SecretStr, AfterValidator(_a_redis)]
Organizations = Annotated[str, AfterValidator(_organizations)]
Networks = Annotated[str, AfterValidator(_networks)]
Hosts = Annotated[str, AfterValidator(_hosts)]
DatabaseAddress = Annotated[SecretStr, AfterValidator(_a_database)]
Keys = Annotated[SecretStr, AfterValidator(_some_keys)]
LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]
LogFormat = Literal["text", "json"]
VatFrequency = Literal["monthly", "quarterly", "half-yearly"]
