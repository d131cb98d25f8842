"""Services that are told what to answer: every request they get is kept, none leaves this process."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

PORTS = {8101: "registry", 8102: "transfers", 8103: "contact", 8104: "notifications", 8105: "audit"}
HOST = "http://console.test"
OWN_PAGE = {"Sec-Fetch-Site": "same-origin"}
Answer = Callable[[httpx.Request], httpx.Response]


def token(
    role: str = "TOWNSHIP_OFFICER",
    *,
    sub: str = "officer-1",
    org: str = "654002010000",
    seconds: float = 3600,
    began_seconds_ago: float = 0,
) -> str:
    """A token as an issuer would make it; its signature is judged by the services, not by the console."""
    now = time.time()
    held = [role] if role else []
    claims = {"sub": sub, "roles": held, "org": org, "iat": now - began_seconds_ago, "exp": now + seconds}
    return ".".join(["e30", base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("="), "c2ln"])


def listing(title: str, columns: dict[str, Any], parameters: list[dict[str, Any]]) -> dict[str, Any]:
    """A list as a service's OpenAPI document tells it (guiyan.service.listing)."""
    schema = {
        "title": title,
        "x-title-zh": title,
        "properties": {"items": {"items": {"properties": columns}}},
    }
    told = {"200": {"content": {"application/json": {"schema": schema}}}}
    asked = [{"in": "query", "schema": {"type": "string"}, **one} for one in parameters]
    return {"get": {"parameters": asked, "responses": told}}


@dataclass
class Services:
    """All services in one: answers by (service, path), asked requests in order."""

    answers: dict[tuple[str, str], Answer] = field(default_factory=dict)
    asked: list[httpx.Request] = field(default_factory=list)
    away: set[str] = field(default_factory=set)

    def tell(self, service: str, path: str, body: Any, status: int = 200, **headers: str) -> None:
        """Answer this path so."""
        kind = "application/problem+json" if status >= 400 else "application/json"
        content = json.dumps(body).encode() if not isinstance(body, bytes) else body
        told = {"content-type": kind, **{name.replace("_", "-"): value for name, value in headers.items()}}
        self.answers[(service, path)] = lambda _: httpx.Response(status, content=content, headers=told)

    def last(self, path: str) -> httpx.Request:
        """The last request for a path."""
        return next(one for one in reversed(self.asked) if one.url.path == path)

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        """One request of the console."""
        service = PORTS[request.url.port or 0]
        self.asked.append(request)
        if service in self.away:
            raise httpx.ConnectError("away")
        found = self.answers.get((service, request.url.path))
        if found is None:
            return httpx.Response(404, json={"code": "not_found", "detail": "没有找到"})
        return found(request)


async def sign_in(browser: httpx.AsyncClient, role: str = "TOWNSHIP_OFFICER") -> None:
    """Enter by a role of the made-up city."""
    answer = await browser.post("/sign-in/sample", data={"role": role, "next": "/"}, headers=OWN_PAGE)
    assert answer.status_code == 303, answer.text
