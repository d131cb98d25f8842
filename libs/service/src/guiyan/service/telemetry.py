"""Traces: off unless an endpoint is set; then through HTTP and NATS headers (W3C traceparent).

Only the OpenTelemetry API is imported here; the SDK and exporter are asked for when tracing is switched on.
"""

from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from typing import Any, Final

from opentelemetry import propagate, trace

_STATE: Final[dict[str, Any]] = {"tracer": None, "provider": None}


class TelemetryMissing(Exception):  # noqa: N818 - says what is the matter
    """GUIYAN_OTLP_ENDPOINT is set, but opentelemetry-sdk and its OTLP/HTTP exporter are not installed."""


def start(service: str, endpoint: str | None) -> None:
    """Send traces of `service` to an OTLP/HTTP endpoint; None leaves tracing off. Raises TelemetryMissing."""
    if endpoint is None:
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415 - optional
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415 - only where traces are asked for
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415 - only where traces are asked for
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415 - only where traces are asked for
    except ImportError as error:
        raise TelemetryMissing(TelemetryMissing.__doc__) from error
    provider = TracerProvider(resource=Resource.create({"service.name": f"guiyan-{service}"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(f"{endpoint.rstrip('/')}/v1/traces")))
    _STATE.update(provider=provider, tracer=provider.get_tracer("guiyan.service"))


def stop() -> None:
    """Send what is left and switch tracing off."""
    if _STATE["provider"] is not None:
        _STATE["provider"].shutdown()
    _STATE.update(provider=None, tracer=None)


class ServerSpan:
    """The span of one request; nothing when tracing is off."""

    def __init__(self, span: trace.Span | None, method: str) -> None:
        self._span = span
        self._method = method

    def end_with(self, route: str, status: int) -> None:
        """Name the span by route template (never the path: ids stay out) and set its status."""
        if self._span is not None:
            self._span.update_name(f"{self._method} {route}")
            self._span.set_attribute("http.route", route)
            self._span.set_attribute("http.response.status_code", status)


@contextmanager
def server_span(method: str, headers: Mapping[str, str]) -> Iterator[ServerSpan]:
    """A span around one HTTP request, child of the caller's when it sent a traceparent."""
    tracer = _STATE["tracer"]
    if tracer is None:
        yield ServerSpan(None, method)
        return
    parent = propagate.extract(dict(headers))
    with tracer.start_as_current_span(f"{method} …", context=parent, kind=trace.SpanKind.SERVER) as span:
        yield ServerSpan(span, method)


@contextmanager
def consumer_span(name: str, headers: Mapping[str, str] | None) -> Iterator[None]:
    """A span around the handling of one message from NATS, child of the sender's."""
    tracer = _STATE["tracer"]
    if tracer is None:
        yield
        return
    parent = propagate.extract(dict(headers or {}))
    with tracer.start_as_current_span(name, context=parent, kind=trace.SpanKind.CONSUMER):
        yield


def inject(headers: MutableMapping[str, str]) -> None:
    """Put the traceparent of the current span into headers that go out."""
    if _STATE["tracer"] is not None:
        propagate.inject(headers)
