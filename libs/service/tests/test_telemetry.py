"""Traces: off by default, at no cost in imports; on, they follow a request through its headers."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from guiyan.service import telemetry
from guiyan.service.testing import Issuer, client, make_app, make_shell

TRACE = "0af7651916cd43dd8448eb211c80319c"


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    """Tracing into memory."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    telemetry._STATE.update(provider=provider, tracer=provider.get_tracer("test"))
    yield exporter
    telemetry.stop()


def test_the_sdk_is_not_imported_while_tracing_is_off() -> None:
    """A service without tracing does not even load the SDK."""
    code = "import sys; import guiyan.service.process; sys.exit('opentelemetry.sdk.trace' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603 - our own words


async def test_a_request_continues_the_callers_trace(spans: InMemorySpanExporter) -> None:
    """The caller's traceparent is taken over; the span is named by the route, so that no id stands in it."""
    headers = {"traceparent": f"00-{TRACE}-b7ad6b7169203331-01"}
    async with client(make_app(make_shell(Issuer()))) as http:
        await http.get("/healthz", headers=headers)
        await http.get("/v1/secret-id-4711", headers=headers)
    names = [span.name for span in spans.get_finished_spans()]
    assert names == ["GET /healthz", "GET unmatched"]
    assert {format(span.context.trace_id, "032x") for span in spans.get_finished_spans() if span.context} == {TRACE}


async def test_nats_headers_carry_the_trace(spans: InMemorySpanExporter) -> None:
    """What goes out under a span carries its traceparent, and its consumer continues it."""
    with telemetry.server_span("POST", {}):
        headers: dict[str, str] = {}
        telemetry.inject(headers)
    with telemetry.consumer_span("ingest", headers):
        pass
    first, second = spans.get_finished_spans()
    assert second.context is not None
    assert first.context is not None
    assert first.context.trace_id == second.context.trace_id
