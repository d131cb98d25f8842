"""Metrics of a service for Prometheus: few labels, none that grows with the data."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.gc_collector import GCCollector
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.02, 0.03, 0.06, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """Every instrument of the shell, in a registry of its own; a service adds its own to `registry`."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=self.registry)
        self.requests = Histogram(
            "guiyan_http_request_seconds",
            "Duration of HTTP requests",
            ["method", "route", "status"],
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self.commands = Counter(
            "guiyan_commands_total",
            "Commands by what they came to",
            ["aggregate", "outcome"],
            registry=self.registry,
        )
        self.ingested = Counter(
            "guiyan_ingest_total",
            "Events reported by township systems by what they came to",
            ["type", "outcome"],
            registry=self.registry,
        )
        self.nats_errors = Counter("guiyan_nats_errors_total", "Errors told by the NATS client", registry=self.registry)
        self.nats_reconnects = Counter("guiyan_nats_reconnects_total", "Reconnections to NATS", registry=self.registry)
        self.loop_stall = Gauge(
            "guiyan_event_loop_stall_seconds",
            "Longest delay of the event loop in the last watch period",
            registry=self.registry,
        )
        self.lag_events = Gauge(
            "guiyan_projection_lag_events", "Commits not yet applied", ["projection"], registry=self.registry
        )
        self.lag_seconds = Gauge(
            "guiyan_projection_lag_seconds",
            "Age of the oldest commit not yet applied",
            ["projection"],
            registry=self.registry,
        )
        self.parked = Gauge(
            "guiyan_parked_aggregates", "Aggregates set aside by a poison event", registry=self.registry
        )
        self.forged = Gauge("guiyan_forged_commits", "Commits without a right MAC", registry=self.registry)

    def text(self) -> bytes:
        """All metrics in Prometheus's text form."""
        return generate_latest(self.registry)
