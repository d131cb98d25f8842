"""Asks a service on its own channel, and waits for long work."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import Any

from nats.aio.client import Client
from nats.errors import Error as NatsError

from guiyan.cli.failures import NotFound, ServiceRefused, Unreachable
from guiyan.service.messages import SHELL, Message

ANSWER_SECONDS = 10.0
LOOK_SECONDS = 0.2
NOT_THERE = frozenset({"no_such_projection", "not_parked", "not_found"})
UNKNOWN = Message("The service refused.", "服务拒绝了请求。")


async def ask(client: Client, service: str, operation: str, **arguments: Any) -> Any:
    """One question and its answer; raises Unreachable, NotFound or ServiceRefused."""
    question = {"operation": operation, "arguments": arguments, "actor": "operator"}
    try:
        reply = await client.request(f"svc.{service}.control", json.dumps(question).encode(), timeout=ANSWER_SECONDS)
    except NatsError as silent:
        raise Unreachable(
            f"{service} does not answer. See that it runs, its log, and its /readyz.",
            f"{service} 没有应答。请确认它正在运行,并查看其日志和 /readyz。",
            code="service_unreachable",
            service=service,
        ) from silent
    answer = json.loads(reply.data)
    if not answer.get("ok"):
        raise _refusal(service, str(answer.get("code")), [str(one) for one in answer.get("errors") or ()])
    return answer["result"]


async def work(
    client: Client,
    service: str,
    operation: str,
    progress: Callable[[Mapping[str, Any]], None] = lambda _: None,
    **arguments: Any,
) -> dict[str, Any]:
    """Ask for something that takes a while and wait until it is done; raises as `ask` does."""
    asked = await ask(client, service, operation, **arguments)
    while True:
        request: dict[str, Any] = await ask(client, service, "request", request=asked["request"])
        if request.get("progress"):
            progress(request["progress"])
        if request["state"] == "done":
            return request.get("result") or {}
        if request["state"] == "failed":
            why = request.get("error") or "it failed; see its log"
            raise ServiceRefused(f"{service}: {why}", f"{service}:{why}", code="failed", service=service)
        await asyncio.sleep(LOOK_SECONDS)


def _refusal(service: str, code: str, errors: list[str]) -> NotFound | ServiceRefused:
    """What the service answered, in the words it uses over HTTP too."""
    kind = NotFound if code in NOT_THERE else ServiceRefused
    told = [SHELL.get(one, UNKNOWN) for one in errors] or [SHELL.get(code, UNKNOWN)]
    en, zh = (" ".join(one.text(language) for one in told) for language in ("en", "zh-CN"))
    return kind(f"{service}: {en}", f"{service}:{zh}", code=code, service=service, errors=errors)
