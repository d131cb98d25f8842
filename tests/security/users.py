"""Users of the NATS server as the security tests see them: what they may do, and what the server told them."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from nats.aio.client import Client
from nats.errors import NoRespondersError
from nats.errors import TimeoutError as NatsTimeoutError

SILENCE_SECONDS = 0.3


@dataclass
class User:
    """A connected NATS user and the violations the server told it of."""

    client: Client
    violations: list[str] = field(default_factory=list)

    async def try_publish(self, subject: str, reply: str = "") -> None:
        """Publishes without waiting for an answer, and waits until the server has seen it."""
        await self.client.publish(subject, b"forged", reply=reply)
        await self.client.flush()

    async def is_refused(self, subject: str, body: Any = "") -> bool:
        """Whether the server tells of a violation when this user publishes to `subject`; True, or the test fails."""
        data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        await self.client.publish(subject, data, reply=self.client.new_inbox())
        await self.client.flush()
        await eventually(lambda: self._told("publish to", subject))
        return True

    async def _told(self, act: str, subject: str) -> bool:
        return any(f'permissions violation for {act} "{subject.lower()}"' in told for told in self.violations)

    async def is_deaf_to(self, subject: str) -> bool:
        """Whether the server tells of a violation when this user subscribes; True, or the test fails."""
        await self.client.subscribe(subject)
        await self.client.flush()
        await eventually(lambda: self._told("subscription to", subject))
        return True

    async def answer(self, subject: str, body: Any = "") -> Any:
        """The JSON answer to a request; None when there is none, "nobody" when no responder exists."""
        data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        try:
            reply = await self.client.request(subject, data, timeout=SILENCE_SECONDS)
        except NoRespondersError:
            return "nobody"
        except NatsTimeoutError:
            return None
        return json.loads(reply.data) if reply.data else dict(reply.headers or {})


Login = Callable[[str], Awaitable[User]]
Counts = Callable[[], Awaitable[dict[str, int]]]


async def eventually(condition: Callable[[], Awaitable[bool]], seconds: float = 5.0) -> None:
    """Waits until `condition()` holds; fails after `seconds`."""
    deadline = asyncio.get_running_loop().time() + seconds
    while not await condition():
        assert asyncio.get_running_loop().time() < deadline, "the condition did not come true"
        await asyncio.sleep(0.01)
