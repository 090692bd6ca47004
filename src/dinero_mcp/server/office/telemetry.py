"""Traces, where OpenTelemetry's own variables say where to send them (OTLP over HTTP).

The MCP SDK makes a span of each message. Of those goes out only which method and which tool were asked, how
long it took, how it ended, and the id of the request; neither arguments nor answers are in a span, and what a
client may write into one is left out, as are the texts of exceptions.
"""

from collections.abc import Collection, Generator, Mapping
from contextlib import contextmanager
from importlib import import_module
from threading import Thread
from typing import TYPE_CHECKING

from dinero_mcp import __version__
from dinero_mcp.errors import SettingsError

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SpanExporter

ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_PROTOCOLS = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
_SENDING = ("opentelemetry.sdk.trace.export", "opentelemetry.exporter.otlp.proto.http.trace_exporter")
_SERVICE = "dinero-mcp"


@contextmanager
def tracing(
    environment: Mapping[str, str], tools: Collection[str], *, last_seconds: float = 5
) -> Generator[bool]:
    """Send spans while it is entered, if the environment asks for it; gives whether it does.

    `tools` are the names that may be told. The end waits for the last spans to arrive for `last_seconds` at
    most. It is entered once in a process: OpenTelemetry knows one provider.

    Raises:
        SettingsError: when it is asked for and cannot be done.
    """
    if not asks_for_traces(environment):
        yield False
        return
    provider, exporter = _provider(environment, tools)
    try:
        yield True
    finally:
        _finish(provider, exporter, last_seconds)


def asks_for_traces(environment: Mapping[str, str]) -> bool:
    """Whether traces are to be sent.

    Raises:
        SettingsError: when they are, and cannot be.
    """
    if not _is_asked_for(environment):
        return False
    try:
        for needed in _SENDING:
            import_module(needed)
    except ModuleNotFoundError:
        raise SettingsError(
            "OTEL_EXPORTER_OTLP_ENDPOINT is set, but what sends traces is not installed. Install it with "
            "pip install 'dinero-mcp[telemetry]', or unset the variable."
        ) from None
    return True


def _is_asked_for(environment: Mapping[str, str]) -> bool:
    """Whether there is an address, nobody switched it off, and we can speak to it."""
    named = next((name for name in ENDPOINTS if environment.get(name)), None)
    if named is None or environment.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return False
    protocol = next((environment[name] for name in _PROTOCOLS if environment.get(name)), "http/protobuf")
    if protocol != "http/protobuf":
        raise SettingsError(
            f"{named} is set, and traces are to be sent as {protocol}; only http/protobuf is spoken. Unset "
            "OTEL_EXPORTER_OTLP_PROTOCOL and name the collector's HTTP port, such as http://collector:4318."
        )
    return True


def _provider(
    environment: Mapping[str, str], tools: Collection[str]
) -> "tuple[TracerProvider, SpanExporter]":
    from opentelemetry import trace
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    from dinero_mcp.server.office.spans import Correlating, OnlyWhatIsSafe

    service = environment.get("OTEL_SERVICE_NAME") or _SERVICE
    provider = TracerProvider(
        resource=Resource.create({"service.name": service, "service.version": __version__}),
        shutdown_on_exit=False,
    )
    exporter = OTLPSpanExporter()
    provider.add_span_processor(Correlating())
    provider.add_span_processor(BatchSpanProcessor(OnlyWhatIsSafe(exporter, tools)))
    trace.set_tracer_provider(provider)
    return provider, exporter


def _finish(provider: "TracerProvider", exporter: "SpanExporter", seconds: float) -> None:
    """Send what is left, and wait no longer for a collector that does not answer."""
    sending = Thread(target=provider.shutdown, daemon=True)
    sending.start()
    sending.join(seconds)
    if sending.is_alive():
        exporter.shutdown()
