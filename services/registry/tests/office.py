"""Short words for requests to the registry's doors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx
from fastapi import FastAPI
from services.registry.tests.city import CITY, CityOfTests, id_number

from guiyan.service.auth import Role
from guiyan.service.testing import Issuer


@dataclass
class Office:
    """A desk: who sits there is named with each request (`role`, `org`)."""

    city: CityOfTests
    http: httpx.AsyncClient
    issuer: Issuer
    app: FastAPI

    def headers(self, role: str = "CITY_OFFICER", org: str = CITY, sub: str = "officer-1") -> dict[str, str]:
        """A token of this role."""
        return self.issuer.bearer(Role(role), org=org, sub=sub)

    async def get(self, path: str, *, accept: str = "application/json", **who: str) -> httpx.Response:
        """Ask."""
        return await self.http.get(path, headers={**self.headers(**who), "Accept": accept})

    async def post(
        self, path: str, body: Any = None, *, key: str | None = None, match: str | None = None, **who: str
    ) -> httpx.Response:
        """Ask for a change."""
        more = {name: text for name, text in (("Idempotency-Key", key), ("If-Match", match)) if text is not None}
        return await self.http.post(path, json={} if body is None else body, headers={**self.headers(**who), **more})

    async def member(self, branch: str, number: int = 1, **more: Any) -> str:
        """Enter a member; gives the id."""
        body = {"branch": branch, "person_category": "FULL", "name": "李示例", "id_no": id_number(number), **more}
        made = await self.post("/v1/members", body)
        assert made.status_code == 201, made.text
        return str(made.json()["id"])

    async def away(self, member_id: str, **more: Any) -> dict[str, Any]:
        """Record that a member has left; gives the answer."""
        body = {"member_id": member_id, "reason": "MIGRANT_WORK", "source": "SWEEP", "occurred_on": "2026-06-01"}
        made = await self.post("/v1/departures", {**body, **more})
        assert made.status_code == 201, made.text
        return dict(made.json())
