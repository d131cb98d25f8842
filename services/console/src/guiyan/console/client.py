"""The services' HTTP APIs, asked with the user's own token.

ApiError
├── SignedOut      the token is not taken any more: sign in again
├── Away           the service does not answer, or says that it cannot now (503)
└── ApiProblem     the service says what is wrong (RFC 9457), in the user's language
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Final

import httpx

from guiyan.console.settings import SERVICES, ConsoleSettings
from guiyan.service.language import Language

Parameters = Sequence[tuple[str, str]]
UNAUTHENTICATED: Final = 401
UNAVAILABLE: Final = frozenset({502, 503, 504})
CONNECTIONS: Final = httpx.Limits(max_connections=100, max_keepalive_connections=20)


class ApiError(Exception):
    """A service did not do what it was asked."""


class SignedOut(ApiError):  # noqa: N818 - named for what happened
    """The token is not taken any more."""


class Away(ApiError):  # noqa: N818 - named for what is wrong
    """A service does not answer."""

    def __init__(self, service: str) -> None:
        super().__init__(service)
        self.service = service


@dataclass
class ApiProblem(ApiError):  # noqa: N818 - RFC 9457's word
    """What a service says is wrong; `errors` are those of fields: pointer, code, detail."""

    status: int
    code: str
    detail: str
    errors: list[dict[str, str]] = field(default_factory=list)

    @property
    def said(self) -> list[str]:
        """What is wrong, in words: with each field; else the whole."""
        return [one.get("detail", "") for one in self.errors] or [self.detail]

    @classmethod
    def of(cls, response: httpx.Response) -> ApiProblem:
        """The problem an answer tells; of one that tells none, its status."""
        try:
            body = response.json()
        except ValueError:
            body = {}
        told: dict[str, Any] = body if isinstance(body, dict) else {}
        return cls(
            response.status_code,
            str(told.get("code", "unknown")),
            str(told.get("detail", "")),
            [one for one in told.get("errors", []) if isinstance(one, dict)],
        )


class Clients:
    """One client a service, shared by all requests of this process."""

    def __init__(self, settings: ConsoleSettings, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._export_seconds = settings.export_timeout_seconds
        self._clients = {
            name: httpx.AsyncClient(
                base_url=settings.url(name),
                timeout=settings.api_timeout_seconds,
                limits=CONNECTIONS,
                transport=transport,
                follow_redirects=False,
            )
            for name in SERVICES
        }

    async def close(self) -> None:
        """End all connections."""
        for client in self._clients.values():
            await client.aclose()

    async def send(self, service: str, method: str, path: str, **more: Any) -> httpx.Response:
        """One request; raises Away when there is no answer."""
        try:
            return await self._clients[service].request(method, path, **more)
        except httpx.HTTPError:
            raise Away(service) from None

    @asynccontextmanager
    async def stream(self, service: str, path: str, **more: Any) -> AsyncIterator[httpx.Response]:
        """One answer as it comes, for files; raises Away when there is none."""
        try:
            async with self._clients[service].stream("GET", path, timeout=self._export_seconds, **more) as response:
                yield response
        except httpx.HTTPError:
            raise Away(service) from None


@dataclass(frozen=True, slots=True)
class Api:
    """The services as one user sees them: token, language, and the name of the request in the logs."""

    clients: Clients
    token: str = field(repr=False)
    language: Language
    correlation_id: str

    async def get(self, service: str, path: str, parameters: Parameters = ()) -> dict[str, Any]:
        """A document; raises SignedOut, Away or ApiProblem."""
        found = await self.answer(service, "GET", path, params=list(parameters))
        body: dict[str, Any] = found.json()
        return body

    async def post(
        self, service: str, path: str, body: Mapping[str, Any], *, key: str = "", version: str = ""
    ) -> dict[str, Any]:
        """A command, safe to repeat under its key, meant for a version where one is told."""
        headers = {"Idempotency-Key": key} if key else {}
        if version:
            headers["If-Match"] = f'"{version}"'
        found = await self.answer(service, "POST", path, json=dict(body), headers=headers)
        told: dict[str, Any] = found.json()
        return told

    async def answer(
        self, service: str, method: str, path: str, *, headers: Mapping[str, str] | None = None, **more: Any
    ) -> httpx.Response:
        """An answer that is no error; raises SignedOut, Away or ApiProblem."""
        response = await self.clients.send(service, method, path, headers={**self.headers, **(headers or {})}, **more)
        check(service, response)
        return response

    def of(self, token: str) -> Api:
        """The same with another token of the same user."""
        return replace(self, token=token)

    @property
    def headers(self) -> dict[str, str]:
        """What every request says of who asks."""
        return {
            "Authorization": f"Bearer {self.token}",
            "Accept-Language": self.language,
            "X-Correlation-Id": self.correlation_id,
        }


def check(service: str, response: httpx.Response) -> None:
    """Raise what an answer means that is none."""
    if response.status_code == UNAUTHENTICATED:
        raise SignedOut
    if response.status_code in UNAVAILABLE:
        raise Away(service)
    if response.is_error:
        raise ApiProblem.of(response)
