"""Requests at a fixed pace, whatever the answers take: a slow answer delays no later request.

A request's time runs from the moment it was due, so that a stalled server shows in every request that had to wait.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

OK = range(200, 300)
Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Ask = Callable[[int], Awaitable[int]]


@dataclass
class Reading:
    """What came of the requests: the time of each in milliseconds, and how many failed, by status."""

    millis: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many there were."""
        return sum(self.statuses.values())

    @property
    def failed(self) -> int:
        """How many were not answered with success; 0 stands for no answer at all."""
        return sum(count for status, count in self.statuses.items() if status not in OK)

    def note(self, status: int, millis: float) -> None:
        """One answer."""
        self.statuses[status] = self.statuses.get(status, 0) + 1
        self.millis.append(millis)

    def add(self, other: Reading) -> None:
        """Those of another window too."""
        self.millis += other.millis
        for status, count in other.statuses.items():
            self.statuses[status] = self.statuses.get(status, 0) + count


class Door:
    """A small HTTP/1.1 client over kept connections: a full one would take more of the two cores than the service."""

    def __init__(self, port: int, token: str) -> None:
        self._port = port
        self._head = f"Host: 127.0.0.1\r\nAuthorization: Bearer {token}\r\nAccept: application/json\r\n"
        self._free: list[Connection] = []
        self._all: list[Connection] = []

    @classmethod
    @asynccontextmanager
    async def open(cls, port: int, token: str) -> AsyncIterator[Door]:
        """At a service on this machine; its connections are closed at the end."""
        door = cls(port, token)
        try:
            yield door
        finally:
            for _, writer in door._all:
                writer.close()

    async def get(self, path: str) -> int:
        """The status of a GET; 0 when there was no answer."""
        return (await self.ask(path))[0]

    async def post(self, path: str, body: dict[str, Any]) -> int:
        """The status of a POST."""
        return (await self.ask(path, body))[0]

    async def ask(self, path: str, body: dict[str, Any] | None = None) -> tuple[int, bytes]:
        """Status and body of a GET, or of a POST where there is something to send."""
        if body is None:
            return await self._send(f"GET {path} HTTP/1.1\r\n{self._head}\r\n".encode())
        content = json.dumps(body).encode()
        head = f"POST {path} HTTP/1.1\r\n{self._head}Content-Type: application/json\r\nContent-Length: {len(content)}"
        return await self._send(f"{head}\r\n\r\n".encode() + content)

    async def _send(self, request: bytes) -> tuple[int, bytes]:
        try:
            connection = self._free.pop() if self._free else await self._connect()
            reader, writer = connection
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            lines = head.decode("latin-1").lower().split("\r\n")
            length = next(int(one.partition(":")[2]) for one in lines if one.startswith("content-length:"))
            content = await reader.readexactly(length)
        except (OSError, EOFError, StopIteration):
            return 0, b""
        self._free.append(connection)
        return int(lines[0].split()[1]), content

    async def _connect(self) -> Connection:
        connection = await asyncio.open_connection("127.0.0.1", self._port)
        self._all.append(connection)
        return connection


async def at_pace(
    per_second: float, ask: Ask, stop: asyncio.Event | None = None, seconds: float = float("inf"), first: int = 0
) -> Reading:
    """Ask `per_second` times a second, for so long or until stopped; then wait for the last answers."""
    reading, under_way, began = Reading(), set[asyncio.Task[None]](), time.perf_counter()

    async def one(number: int, due: float) -> None:
        status = await ask(first + number)
        reading.note(status, (time.perf_counter() - due) * 1_000)

    number = 0
    while not (stop is not None and stop.is_set()) and (number / per_second) < seconds:
        due = began + number / per_second
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        task = asyncio.create_task(one(number, due))
        under_way.add(task)
        task.add_done_callback(under_way.discard)
        number += 1
    if under_way:
        await asyncio.gather(*under_way)
    return reading
