"""Asks a service on its own channel, and waits for long work."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import Any

from nats.aio.client import Client

ANSWER_SECONDS = 10.0
LOOK_SECONDS = 0.2


class ServiceRefused(Exception):  # noqa: N818 - its text is what the operator reads
    """The service could not do what was asked."""


async def ask(client: Client, service: str, operation: str, **arguments: Any) -> Any:
    """One question and its answer; raises ServiceRefused."""
    question = {"operation": operation, "arguments": arguments, "actor": "operator"}
    reply = await client.request(f"svc.{service}.control", json.dumps(question).encode(), timeout=ANSWER_SECONDS)
    answer = json.loads(reply.data)
    if not answer.get("ok"):
        raise ServiceRefused(f"{service}: {answer.get('code')} {', '.join(answer.get('errors') or ())}".strip())
    return answer["result"]


async def work(
    client: Client,
    service: str,
    operation: str,
    progress: Callable[[Mapping[str, Any]], None] = lambda _: None,
    **arguments: Any,
) -> dict[str, Any]:
    """Ask for something that takes a while and wait until it is done; raises ServiceRefused."""
    asked = await ask(client, service, operation, **arguments)
    while True:
        request: dict[str, Any] = await ask(client, service, "request", request=asked["request"])
        if request.get("progress"):
            progress(request["progress"])
        if request["state"] == "done":
            return request.get("result") or {}
        if request["state"] == "failed":
            raise ServiceRefused(f"{service}: {request.get('error') or 'it failed; see the log'}")
        await asyncio.sleep(LOOK_SECONDS)
