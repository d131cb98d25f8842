"""Notifications at work on real servers, and short words for what an officer does there."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from typing import Any

import httpx
from services.notifications.tests.town import CITY

from guiyan.notifications.app import BLUEPRINT
from guiyan.notifications.settings import NotificationsSettings
from guiyan.service.auth import Role
from guiyan.service.service import running
from guiyan.service.testing import Issuer, client

ISSUER = Issuer()
Environment = dict[str, str]


@contextlib.asynccontextmanager
async def opened(environment: Environment) -> AsyncIterator[httpx.AsyncClient]:
    """The service at work, and a client of it."""
    async with (
        running(BLUEPRINT, NotificationsSettings.load(environment)) as service,
        client(service.app) as http,
    ):
        http.timeout = httpx.Timeout(60)
        yield http


async def done(http: httpx.AsyncClient, path: str, body: Any = None) -> dict[str, Any]:
    """A change by the city officer."""
    answer = await http.post(f"/v1/{path}", json=body, headers=ISSUER.bearer(Role.CITY_OFFICER, org=CITY))
    assert answer.status_code in {200, 201}, answer.text
    return dict(answer.json())


async def read(http: httpx.AsyncClient, path: str, **query: Any) -> dict[str, Any]:
    """A read by the city officer."""
    answer = await http.get(f"/v1/{path}", params=query, headers=ISSUER.bearer(Role.CITY_OFFICER, org=CITY))
    assert answer.status_code == 200, answer.text
    return dict(answer.json())
