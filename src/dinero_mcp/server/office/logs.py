"""The log of a server: one line a record, with the request it belongs to, and no secret in it.

A line is text, or one JSON object: time (ISO 8601, UTC), level, logger, message, request_id where there is a
request, and exception where there is one.
"""

import json
import logging
import re
from contextvars import ContextVar
from copy import copy
from datetime import UTC, datetime
from secrets import token_hex
from typing import Literal, TextIO, cast

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dinero_mcp.server.office.redaction import redacted, without_secrets

Form = Literal["text", "json"]
HEADER = "X-Request-Id"
_RAW_HEADER = HEADER.lower().encode()

_request_id: ContextVar[str] = ContextVar("dinero_mcp_request_id", default="")
_WELL_FORMED = re.compile(r"[A-Za-z0-9]{8,32}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def log_to(stream: TextIO, level: str, form: Form) -> None:
    """Send everything that is logged in this process to `stream`, in place of where it went until now."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines() if form == "json" else TextLines())
    logging.basicConfig(level=level, handlers=[handler], force=True)


def request_id() -> str:
    """The id of the request that is being answered, 32 characters at most; empty outside of one."""
    return _request_id.get()


class RequestIds:
    """Gives every request an id, or keeps a well-formed one of a proxy, and tells it in the answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        token = _request_id.set(given := _given(scope) or token_hex(16))

        async def telling(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), (_RAW_HEADER, given.encode())]
            await send(message)

        try:
            await self._app(scope, receive, telling)
        finally:
            _request_id.reset(token)


def _given(scope: Scope) -> str | None:
    """The id in the request, a UUID without its hyphens; None where there is none of the right form."""
    values = [value for name, value in scope["headers"] if name == _RAW_HEADER]
    if len(values) != 1:
        return None
    plain = values[0].decode("latin-1").replace("-", "")
    return plain if _WELL_FORMED.fullmatch(plain) else None


class TextLines(logging.Formatter):
    """Records as text. A message stays on its line; a traceback follows on lines of its own."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name in the logging library
        line = _on_one_line(super().formatMessage(record))
        return f"{line} [{request_id()}]" if request_id() else line

    def format(self, record: logging.LogRecord) -> str:
        record = _without_secret_parts(record)
        record.exc_text = None  # what another formatter made of it is not redacted
        return redacted(super().format(record))


class JsonLines(logging.Formatter):
    """Records as JSON objects, each on a line of its own."""

    def format(self, record: logging.LogRecord) -> str:
        record = _without_secret_parts(record)
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": redacted(record.getMessage()),
        }
        if request_id():
            told["request_id"] = request_id()
        if record.exc_info:
            told["exception"] = redacted(self.formatException(record.exc_info))
        return _on_one_line(json.dumps(told, ensure_ascii=False))


def _without_secret_parts(record: logging.LogRecord) -> logging.LogRecord:
    """A copy of the record whose arguments hold no secret by type or by key; no query in what was asked."""
    safe = copy(record)
    safe.msg = cast(
        str, without_secrets(record.msg)
    )  # cast: what is no text yet is made one when it is written
    if isinstance(record.args, tuple):
        safe.args = tuple(map(without_secrets, record.args))
    elif record.args:
        safe.args = cast("dict[str, object]", without_secrets(record.args))  # cast: it was such a one
    if record.name == "uvicorn.access" and isinstance(safe.args, tuple):
        safe.args = tuple(map(_without_query, safe.args))
    return safe


def _without_query(value: object) -> object:
    return value.partition("?")[0] if isinstance(value, str) else value


def _on_one_line(text: str) -> str:
    """`text` with control characters escaped, so that nobody writes a line of his own into the log."""
    return _CONTROL.sub(lambda found: f"\\u{ord(found.group()):04x}", text)
