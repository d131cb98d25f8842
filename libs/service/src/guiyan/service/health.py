"""Health: alive (`/healthz`), ready (`/readyz`: every dependency, and each projection's lag), `/metrics`."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from guiyan.service import metrics as prometheus
from guiyan.service.logs import exception_text
from guiyan.service.metrics import Metrics

CHECK_TIMEOUT_SECONDS: Final = 2.0
CACHE_SECONDS: Final = 0.5
Check = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Lag:
    """How far one projection is behind: events and seconds; `state` is what its follower says of itself."""

    name: str
    state: Literal["new", "catching_up", "live", "paused", "failed", "standby"]
    position: int
    head: int
    lag_events: int
    lag_seconds: float
    parked: int = 0

    def ready(self, most_seconds: float) -> bool:
        """Whether readers may trust it: it runs (here or in another replica) and is not far behind."""
        return self.state in {"live", "catching_up", "standby"} and self.lag_seconds <= most_seconds


Lags = Callable[[], Awaitable[Sequence[Lag]]]


async def _none() -> Sequence[Lag]:
    return ()


class Health:
    """Answers whether this service can do its work; the answer is kept for half a second."""

    def __init__(
        self,
        service: str,
        checks: Mapping[str, Check],
        metrics: Metrics,
        *,
        lags: Lags = _none,
        ready_lag_seconds: float = 60.0,
    ) -> None:
        self._service = service
        self._checks = dict(checks)
        self._lags = lags
        self._metrics = metrics
        self._ready_lag_seconds = ready_lag_seconds
        self._answer: tuple[bool, dict[str, Any]] | None = None
        self._answered_at = float("-inf")
        self._lock = asyncio.Lock()
        self.stopping = False
        self.started = True

    async def report(self) -> tuple[bool, dict[str, Any]]:
        """Ready or not, and the report: dependencies and projections."""
        async with self._lock:
            if self._answer is None or time.monotonic() - self._answered_at > CACHE_SECONDS:
                self._answer = await self._look()
                self._answered_at = time.monotonic()
        ready, body = self._answer
        ready = ready and self.started and not self.stopping
        return ready, {"service": self._service, "ready": ready, "stopping": self.stopping, **body}

    async def _look(self) -> tuple[bool, dict[str, Any]]:
        faults = await asyncio.gather(*(self._check(check) for check in self._checks.values()))
        dependencies = {
            name: {"ok": fault is None} | ({"fault": fault} if fault else {})
            for name, fault in zip(self._checks, faults, strict=True)
        }
        try:
            lags = list(await asyncio.wait_for(self._lags(), CHECK_TIMEOUT_SECONDS))
            lags_known = True
        except Exception:  # noqa: BLE001 - a dead dependency must not kill the report on it
            lags, lags_known = [], False
        projections = [self._projection(lag) for lag in lags]
        ready = lags_known and all(fault is None for fault in faults) and all(one["ready"] for one in projections)
        return ready, {"dependencies": dependencies, "projections": projections, "warnings": self._warnings()}

    def _warnings(self) -> list[dict[str, Any]]:
        """What a person has to look at although the service can work: messages without a right MAC."""
        forged = int(self._metrics.registry.get_sample_value("guiyan_forged_commits") or 0)
        look = "guiyan projections status; docs/how-to/operate.md"
        return [{"code": "forged_commits", "count": forged, "look": look}] if forged else []

    async def _check(self, check: Check) -> str | None:
        try:
            await asyncio.wait_for(check(), CHECK_TIMEOUT_SECONDS)
        except TimeoutError:
            return f"no answer within {CHECK_TIMEOUT_SECONDS:g} seconds"
        except Exception as error:  # noqa: BLE001 - whatever is wrong is what the report is for
            return exception_text(error)
        return None

    def _projection(self, lag: Lag) -> dict[str, Any]:
        self._metrics.lag_events.labels(lag.name).set(lag.lag_events)
        self._metrics.lag_seconds.labels(lag.name).set(lag.lag_seconds)
        return {
            "name": lag.name,
            "state": lag.state,
            "ready": lag.ready(self._ready_lag_seconds),
            "position": lag.position,
            "head": lag.head,
            "lag_events": lag.lag_events,
            "lag_seconds": round(lag.lag_seconds, 3),
            "parked": lag.parked,
        }


router = APIRouter(tags=["health"])


def _health(request: Request) -> Health:
    health: Health = request.app.state.health
    return health


@router.get("/healthz", summary="Alive", include_in_schema=False)
async def healthz() -> JSONResponse:
    """The process answers: its event loop turns."""
    return JSONResponse({"alive": True})


@router.get("/readyz", summary="Ready", include_in_schema=False)
async def readyz(request: Request) -> JSONResponse:
    """200 when every dependency answers and no projection is far behind, else 503; the report in both cases."""
    ready, body = await _health(request).report()
    return JSONResponse(body, 200 if ready else 503, headers={} if ready else {"Retry-After": "2"})


@router.get("/metrics", summary="Metrics", include_in_schema=False)
async def metrics(request: Request) -> Response:
    """Metrics in Prometheus's text form; the lags are looked up anew."""
    await _health(request).report()
    found: Metrics = request.app.state.shell.metrics
    return Response(found.text(), media_type=prometheus.MEDIA_TYPE)
