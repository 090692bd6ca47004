"""What of a span leaves this machine. Loaded only where traces are sent: the `telemetry` extra is needed."""

import re
from collections.abc import Collection, Sequence

from opentelemetry.context import Context
from opentelemetry.sdk.trace import ReadableSpan, Span, SpanProcessor
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.trace import SpanContext
from opentelemetry.trace.status import Status

from dinero_mcp.server.office.logs import request_id

REQUEST_ID = "dinero_mcp.request_id"
METHODS = (
    *("initialize", "ping", "server/discover", "tools/list", "tools/call", "resources/list"),
    *("resources/templates/list", "resources/read", "prompts/list", "prompts/get", "completion/complete"),
    *("logging/setLevel", "subscriptions/listen", "notifications/initialized", "notifications/cancelled"),
    *("notifications/progress", "notifications/message"),
)
_OTHER = "unknown"
_SHAPES = {
    "mcp.protocol.version": re.compile(r"\d{4}-\d\d-\d\d"),
    "gen_ai.operation.name": re.compile(r"execute_tool"),
    "error.type": re.compile(r"-?\d{1,6}|[A-Za-z_.]{1,64}"),
    "rpc.response.status_code": re.compile(r"-?\d{1,6}"),
    REQUEST_ID: re.compile(r"[A-Za-z0-9]{8,32}"),
}


class Correlating(SpanProcessor):
    """Writes the id of the request into each span, as it is in the log."""

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        if request_id():
            span.set_attribute(REQUEST_ID, request_id())


class OnlyWhatIsSafe(SpanExporter):
    """Hands spans on with what is known beforehand, and nothing that somebody else wrote."""

    def __init__(self, exporter: SpanExporter, tools: Collection[str]) -> None:
        self._exporter = exporter
        self._tools = frozenset(tools)

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        return self._exporter.export([self._safe(span) for span in spans])

    def shutdown(self) -> None:
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self._exporter.force_flush(timeout_millis)

    def _safe(self, span: ReadableSpan) -> ReadableSpan:
        given = span.attributes or {}
        told = {name: str(given[name]) for name in _SHAPES if name in given}
        told = {name: value for name, value in told.items() if _SHAPES[name].fullmatch(value)}
        method, tool = given.get("mcp.method.name"), given.get("gen_ai.tool.name")
        name = told["mcp.method.name"] = str(method) if method in METHODS else _OTHER
        if tool in self._tools:
            name, told["gen_ai.tool.name"] = f"{name} {tool}", str(tool)
        return _copied(span, name, told)


def _copied(span: ReadableSpan, name: str, attributes: dict[str, str]) -> ReadableSpan:
    """The span under another name, with these attributes; no events, links, state or texts of failures."""
    return ReadableSpan(
        name,
        context=_without_state(span.context),
        parent=_without_state(span.parent),
        resource=span.resource,
        attributes=attributes,
        kind=span.kind,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def _without_state(context: SpanContext | None) -> SpanContext | None:
    """The context without what a client may have sent along in `tracestate`."""
    if context is None:
        return None
    return SpanContext(context.trace_id, context.span_id, context.is_remote, context.trace_flags)
