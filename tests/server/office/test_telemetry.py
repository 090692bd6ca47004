"""Traces that leave this machine, as a collector receives them."""

import sys
from pathlib import Path

import pytest
from anyio.to_thread import run_sync
from opentelemetry import trace
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import NonRecordingSpan, SpanContext, StatusCode, TraceFlags, TraceState

from dinero_mcp.errors import SettingsError
from dinero_mcp.server.app import server_for
from dinero_mcp.server.office.spans import OnlyWhatIsSafe
from dinero_mcp.server.office.telemetry import ENDPOINTS, tracing
from dinero_mcp.settings import Settings
from tests.commands import TODAY, free_port, ran
from tests.server.listening import listening
from tests.server.office.collector import Collector

SECRET = "kX9wQz7vTt3LmPp2"
PROGRAM = f"""
import logging, os
import anyio
from dinero_mcp.server.client import ask, in_process
from dinero_mcp.server.office.telemetry import tracing
from dinero_mcp.settings import read_settings
from dinero_mcp.tools.publishing import published
logging.disable()

async def main():
    async with in_process(read_settings(), demo=True) as client:
        await ask(client, "get-monthly-results-tool", {{"month": "2026-08"}})
        await ask(client, "get-contact-tool", {{"contact_id": "{SECRET}"}})
        await ask(client, "tool-{SECRET}", {{}})

with tracing(os.environ, published()):
    anyio.run(main)
"""
ONE_SPAN = """
import logging, os, sys, time
from opentelemetry.trace import get_tracer
from dinero_mcp.server.office.telemetry import tracing
logging.disable()
with tracing(os.environ, (), last_seconds=0.2) as are_sent:
    with get_tracer("one").start_as_current_span("one"):
        print(are_sent, "opentelemetry.sdk" in sys.modules)
    began = time.monotonic()
print(time.monotonic() - began)
"""


async def test_a_collector_hears_which_tool_was_asked_and_how_it_ended_and_nothing_else(tmp_path: Path):
    collector = Collector()
    async with listening(collector.app) as address:
        program, settings = [sys.executable, "-c", PROGRAM], {**TODAY, ENDPOINTS[1]: address}
        done = await run_sync(lambda: ran(program, tmp_path, settings))
    assert (done.returncode, done.stderr) == (0, "")
    calls = [span for span in collector.spans if span.name.startswith("tools/call")]
    assert [span.name for span in calls if span.kind == Span.SPAN_KIND_SERVER] == [
        "tools/call get-monthly-results-tool",
        "tools/call get-contact-tool",
        "tools/call",
    ]
    resource = collector.received[0].resource_spans[0].resource
    assert {each.key: each.value.string_value for each in resource.attributes}["service.name"] == "dinero-mcp"
    everything = "".join(map(str, collector.received))
    assert "gen_ai.tool.name" in everything
    for secret in (SECRET, "2026-08", "contact_id", "1001"):
        assert secret not in everything


def test_nothing_is_sent_or_loaded_when_nobody_asks_for_it(tmp_path: Path):
    done = ran([sys.executable, "-c", ONE_SPAN], tmp_path)
    assert done.stdout.startswith("False False\n")


def test_no_span_is_made_where_it_would_go_nowhere():
    made = [type(each).__name__ for each in server_for(Settings(), demo=True).middleware]
    assert made == ["RequestStateBoundary"]


def test_a_collector_that_is_gone_holds_nobody_up(tmp_path: Path):
    gone = {ENDPOINTS[1]: f"http://127.0.0.1:{free_port()}"}
    done = ran([sys.executable, "-c", ONE_SPAN], tmp_path, gone)
    sent, seconds = done.stdout.splitlines()
    assert sent == "True True"
    assert 0.2 <= float(seconds) < 3


def test_without_the_extra_it_says_what_to_install(tmp_path: Path):
    program = (
        "import sys; sys.modules['opentelemetry.sdk'] = None\n"  # as where it is not installed
        "from dinero_mcp.server.office.telemetry import tracing\n"
        "with tracing({'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT': 'http://127.0.0.1:9/v1/traces'}, ()): pass"
    )
    done = ran([sys.executable, "-c", program], tmp_path)
    assert "SettingsError: OTEL_EXPORTER_OTLP_ENDPOINT is set, but what sends traces is not" in done.stderr
    assert "pip install 'dinero-mcp[telemetry]'" in done.stderr


def test_a_protocol_that_is_not_spoken_is_refused():
    asked_for = {ENDPOINTS[1]: "http://127.0.0.1:4317", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}
    with pytest.raises(SettingsError, match="only http/protobuf is spoken"), tracing(asked_for, ()):
        pass


def test_nothing_that_a_client_wrote_or_a_failure_said_is_in_a_span():
    kept = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(OnlyWhatIsSafe(kept, {"a-tool"})))
    sent = SpanContext(
        1, 2, is_remote=True, trace_flags=TraceFlags(1), trace_state=TraceState([("vendor", SECRET)])
    )
    told = {"mcp.method.name": f"tools/{SECRET}", "error.type": f"x {SECRET}", "jsonrpc.request.id": SECRET}
    parent = trace.set_span_in_context(NonRecordingSpan(sent))
    with provider.get_tracer("a").start_as_current_span(SECRET, context=parent, attributes=told) as span:
        span.record_exception(ValueError(SECRET))
        span.set_status(StatusCode.ERROR, SECRET)
    (only,) = kept.get_finished_spans()
    assert SECRET not in only.to_json()
    assert (only.name, dict(only.attributes or {})) == ("unknown", {"mcp.method.name": "unknown"})
    assert only.parent is not None
    assert only.parent.span_id == 2
    assert only.status.status_code is StatusCode.ERROR
