"""Pulling from JetStream promptly, and without losing what was pulled.

FastStream fills a batch until its time is up, and asks nats-py for the rest with whatever time is left. With less than
a tenth of a millisecond left nats-py asks the server for a negative time, the refusal ends the pull, and the messages
it had are forgotten until ack_wait brings them back (three in a hundred, measured). So this stands between the two.
"""

import asyncio
import contextlib
from typing import Any, Final

import nats.errors
import nats.js.errors
import structlog
from nats.aio.msg import Msg
from nats.js import JetStreamContext

MORE_SECONDS: Final = 0.02
LEAST_SECONDS: Final = 0.05
FAULT_SECONDS: Final = 0.5

log = structlog.get_logger("guiyan.pulling")


class PromptPull:
    """A pull subscription: waits for the first message, takes what else is there at once, and hands that over."""

    def __init__(self, subscription: JetStreamContext.PullSubscription) -> None:
        self._subscription = subscription
        self._handed = False

    def __getattr__(self, name: str) -> Any:
        """Everything else is the subscription's."""
        return getattr(self._subscription, name)

    async def fetch(self, batch: int = 1, timeout: float | None = 5, heartbeat: float | None = None) -> list[Msg]:  # noqa: ASYNC109 - nats-py's signature
        """Up to `batch` messages; raises TimeoutError when none came, and at once after a batch, so that it is used."""
        del heartbeat
        if self._handed:
            self._handed = False
            raise nats.errors.TimeoutError
        found = await self._some(1, max(timeout or LEAST_SECONDS, LEAST_SECONDS))
        if batch > 1:
            with contextlib.suppress(nats.errors.TimeoutError):
                found += await self._some(batch - 1, MORE_SECONDS)
        self._handed = True
        return found

    async def _some(self, batch: int, seconds: float) -> list[Msg]:
        try:
            return await self._subscription.fetch(batch, timeout=seconds)
        except (nats.js.errors.APIError, nats.errors.Error, TimeoutError) as error:
            if isinstance(error, nats.errors.ConnectionClosedError):
                raise
            if not isinstance(error, TimeoutError):
                log.warning("a pull was refused", fault=type(error).__name__)
                await asyncio.sleep(FAULT_SECONDS)
            raise nats.errors.TimeoutError from None


def make_prompt(subscriber: Any) -> None:
    """Let a FastStream pull subscriber pull promptly, from its first pull on."""
    create = subscriber._create_subscription  # noqa: SLF001 - there is no other place between FastStream and nats-py

    async def create_prompt() -> None:
        await create()
        if not isinstance(subscriber.subscription, PromptPull):
            subscriber.subscription = PromptPull(subscriber.subscription)

    subscriber._create_subscription = create_prompt  # noqa: SLF001 - FastStream has no other way in
