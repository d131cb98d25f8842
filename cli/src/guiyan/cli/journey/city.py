"""The city as the journey sees it: the services' own doors, the mailbox, and nothing behind them."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from email import message_from_bytes
from pathlib import Path
from typing import Any, TypeVar

import httpx

from guiyan.cli.failures import JourneyFailed
from guiyan.cli.installation import Installation
from guiyan.cli.keys.folder import SERVICES
from guiyan.cli.keys.tokens import issue_token
from guiyan.cli.speech import Sentence
from guiyan.cli.tokens import CITY
from guiyan.cli.up.environment import MAILBOX

WAIT_SECONDS = 60.0
LOOK_SECONDS = 0.1
ROLES = ("CITY_OFFICER", "TOWNSHIP_OFFICER", "BRANCH_SECRETARY")
Document = dict[str, Any]
T = TypeVar("T")


class City:
    """Asks the services over HTTP as a city officer, patient with a service that is just being restarted."""

    def __init__(self, clients: dict[str, httpx.AsyncClient], mailbox: Path) -> None:
        self._clients = clients
        self._mailbox = mailbox

    async def get(self, service: str, path: str, **query: Any) -> Document:
        """A GET's JSON; waits out a restart; raises JourneyFailed for any other refusal."""
        return await self._ask(service, lambda client: client.get(path, params=query))

    async def post(self, service: str, path: str, body: Document | None = None, *, key: str) -> Document:
        """A POST's JSON; the idempotency key makes the repeat after a restart harmless."""
        headers = {"Idempotency-Key": key}
        return await self._ask(service, lambda client: client.post(path, json=body or {}, headers=headers))

    async def all(self, service: str, path: str, **query: Any) -> list[Document]:
        """Every row of a list, page after page."""
        rows: list[Document] = []
        cursor: dict[str, str] = {}
        while True:
            page = await self.get(service, path, limit=500, **query, **cursor)
            rows.extend(page["items"])
            if page["next_cursor"] is None:
                return rows
            cursor = {"cursor": page["next_cursor"]}

    def mails(self, cause: str) -> list[Path]:
        """The mails that one event has caused."""
        files = sorted(self._mailbox.glob("*.eml"))
        return [file for file in files if message_from_bytes(file.read_bytes())["X-Guiyan-Cause"] == cause]

    async def _ask(self, service: str, act: Callable[[httpx.AsyncClient], Awaitable[httpx.Response]]) -> Document:
        deadline = time.monotonic() + WAIT_SECONDS
        while True:
            try:
                answer = await act(self._clients[service])
            except httpx.TransportError:
                answer = None
            if answer is not None and answer.is_success:
                found: Document = answer.json()
                return found
            retryable = answer is None or answer.status_code in {502, 503, 504}
            if not retryable or time.monotonic() > deadline:
                status = answer.status_code if answer is not None else "-"
                raise JourneyFailed(
                    f"{service} answered {status}: {_text(answer)}", f"{service} 返回 {status}:{_text(answer)}"
                )
            await asyncio.sleep(LOOK_SECONDS)


@asynccontextmanager
async def open_city(installation: Installation) -> AsyncIterator[City]:
    """The city of an installation."""
    token = issue_token(installation.keys.path, "journey-officer", ROLES, CITY)
    headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}
    clients = {
        name: httpx.AsyncClient(base_url=installation.service_url(name), headers=headers, timeout=10.0)
        for name in SERVICES
    }
    try:
        yield City(clients, installation.folder / MAILBOX)
    finally:
        for client in clients.values():
            await client.aclose()


async def until(what: Sentence, look: Callable[[], Awaitable[T | None]]) -> T:
    """The first thing that `look` finds; raises JourneyFailed when it finds nothing in time."""
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        found = await look()
        if found is not None:
            return found
        if time.monotonic() > deadline:
            raise JourneyFailed(
                f"{what.en}: nothing came within {WAIT_SECONDS:.0f} s",
                f"{what.zh}:{WAIT_SECONDS:.0f} 秒内没有出现",
            )
        await asyncio.sleep(LOOK_SECONDS)


def _text(answer: httpx.Response | None) -> str:
    if answer is None:
        return "no connection"
    try:
        problem = answer.json()
    except json.JSONDecodeError:
        return answer.text[:200]
    return f"{problem.get('code')}: {problem.get('detail')} {problem.get('errors', '')}"
