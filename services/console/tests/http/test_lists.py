"""What services say of their lists is learnt beside the pages, and again when it is old; nobody waits for it."""

from __future__ import annotations

import asyncio
import contextlib

import httpx
import pytest
from services.console.tests.http.stage import Services, listing

from guiyan.console import lists
from guiyan.console.client import Clients
from guiyan.console.lists import Lists
from guiyan.console.settings import ConsoleSettings


async def test_lists_are_learnt_before_they_are_asked_for(
    services: Services, settings: ConsoleSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A service that is away is asked again; one that is there is known without a user's request."""
    monkeypatch.setattr(lists, "AGAIN_SECONDS", 0.01)
    clients, known = Clients(settings, httpx.MockTransport(services)), Lists()
    services.away.add("registry")
    learning = asyncio.create_task(known.learn(clients))
    try:
        async with asyncio.timeout(10):
            while sum(one.url.port == 8101 for one in services.asked) < 2:  # noqa: ASYNC110 - nothing to wait on
                await asyncio.sleep(0.01)
            services.away.clear()
            services.tell("registry", "/openapi.json", {"paths": {"/v1/members": listing("members", {}, [])}})
            while "registry" not in known._documents:  # noqa: ASYNC110 - nothing to wait on
                await asyncio.sleep(0.01)
    finally:
        learning.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await learning
        await clients.close()
