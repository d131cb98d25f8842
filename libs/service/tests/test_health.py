"""Health: ready only when every dependency answers and no projection is far behind."""

import asyncio
from collections.abc import Sequence
from typing import Any

from guiyan.service.health import Health, Lag
from guiyan.service.metrics import Metrics
from guiyan.service.testing import Issuer, client, make_app, make_shell

SHELL = make_shell(Issuer())


async def fine() -> None:
    """A dependency that answers."""


async def broken() -> None:
    """One that does not."""
    raise ConnectionError("refused, and 13812345678 called")


async def hangs() -> None:
    """One that never answers."""
    await asyncio.sleep(60)


def lag(**changes: Any) -> Lag:
    """A projection that has caught up."""
    values: dict[str, Any] = {
        "name": "members",
        "state": "live",
        "position": 7,
        "head": 7,
        "lag_events": 0,
        "lag_seconds": 0.0,
    }
    return Lag(**values | changes)


async def ready(health: Health) -> tuple[int, dict[str, Any]]:
    """What `/readyz` says."""
    async with client(make_app(SHELL, health=health)) as http:
        answer = await http.get("/readyz")
    return answer.status_code, answer.json()


def health(lags: Sequence[Lag] = (), **checks: Any) -> Health:
    """Health with these checks and lags."""

    async def found() -> Sequence[Lag]:
        return lags

    return Health("test", checks, SHELL.metrics, lags=found)


async def test_all_fine_is_ready() -> None:
    """Every dependency answers, no projection is behind."""
    code, body = await ready(health([lag()], nats=fine))
    assert (code, body["ready"], body["dependencies"]) == (200, True, {"nats": {"ok": True}})


async def test_a_broken_dependency_is_named_without_personal_data() -> None:
    """503 with the fault's kind; what looks like a phone number is hidden."""
    code, body = await ready(health(nats=fine, mongodb=broken))
    assert code == 503
    assert body["dependencies"]["mongodb"]["fault"].startswith("ConnectionError")
    assert "13812345678" not in str(body)


async def test_a_silent_dependency_is_not_waited_for_long() -> None:
    """Two seconds are enough to know."""
    code, body = await asyncio.wait_for(ready(health(mongodb=hangs)), 5)
    assert code == 503
    assert "no answer" in body["dependencies"]["mongodb"]["fault"]


async def test_a_projection_far_behind_or_failed_is_not_ready() -> None:
    """Lag in seconds decides, and a failed projection is not ready although its lag looks fine."""
    assert (await ready(health([lag(lag_seconds=61, lag_events=9)])))[0] == 503
    assert (await ready(health([lag(state="failed")])))[0] == 503
    assert (await ready(health([lag(lag_seconds=3, lag_events=9, state="catching_up")])))[0] == 200


async def test_lags_that_cannot_be_had_are_not_ready() -> None:
    """Not knowing is not being ready."""

    async def unknown() -> Sequence[Lag]:
        raise ConnectionError

    found = Health("test", {}, Metrics(), lags=unknown)
    assert (await ready(found))[0] == 503


async def test_forged_messages_are_a_warning() -> None:
    """What was set aside for want of a right MAC shows with its count; the service can work all the same."""
    metrics = Metrics()
    shown = Health("sample", {"ledger": fine}, metrics)
    assert (await ready(shown))[1]["warnings"] == []
    metrics.forged.set(2)
    status, body = await ready(Health("sample", {"ledger": fine}, metrics))
    assert (status, [(one["code"], one["count"]) for one in body["warnings"]]) == (200, [("forged_commits", 2)])


async def test_a_stopping_service_is_not_ready_but_alive() -> None:
    """The load balancer turns away first; the process goes on answering."""
    stopping = health(nats=fine)
    stopping.stopping = True
    assert (await ready(stopping))[0] == 503
    async with client(make_app(SHELL, health=stopping)) as http:
        assert (await http.get("/healthz")).status_code == 200
