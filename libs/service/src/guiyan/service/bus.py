"""The bus: one NATS connection per service, with FastStream over it; lost for good means the process ends.

BusError - the server refuses us, or is not there; the message says what to look at.
"""

import asyncio
import contextlib
import os
import ssl
from collections.abc import Callable
from typing import Any, Final, cast

import nats.errors
import structlog
from faststream.nats import NatsBroker
from faststream.nats.security import NatsNKey
from nats.aio.client import Client
from nats.js import JetStreamContext

from guiyan.service.logs import clean_text, exception_text
from guiyan.service.metrics import Metrics
from guiyan.service.settings import Settings

LOST_EXIT_CODE: Final = 70
RECONNECT_SECONDS: Final = 0.5
PING_SECONDS: Final = 10
DRAIN_SECONDS: Final = 5
CONNECT_SECONDS: Final = 2

log = structlog.get_logger("guiyan.bus")


class BusError(Exception):
    """NATS cannot be used as it is set up; the message names address and user."""


def _end_process(code: int) -> None:
    os._exit(code)


class Bus:
    """The connection, its names, and the broker that carries ingest and request/reply."""

    def __init__(
        self, settings: Settings, metrics: Metrics, *, end_process: Callable[[int], None] = _end_process
    ) -> None:
        self._settings = settings
        self._metrics = metrics
        self._end_process = end_process
        self._stopping = False
        self.user = settings.service
        self.prefix = settings.stream_prefix
        self.broker = NatsBroker(
            settings.nats_url.split(","),
            security=NatsNKey.from_file(settings.nats_nkey_seed_file, ssl_context=_tls(settings)),
            name=f"guiyan-{self.user}",
            inbox_prefix=self.inbox_prefix,
            max_reconnect_attempts=-1,
            reconnect_time_wait=cast("int", RECONNECT_SECONDS),  # nats-py takes fractions
            connect_timeout=CONNECT_SECONDS,
            ping_interval=PING_SECONDS,
            drain_timeout=DRAIN_SECONDS,
            error_cb=self._error,
            closed_cb=self._closed,
            disconnected_cb=self._disconnected,
            reconnected_cb=self._reconnected,
            graceful_timeout=settings.drain_seconds,
            logger=None,
            description="Events of township systems, receipts and the service's own control channel",
        )

    @property
    def inbox_prefix(self) -> str:
        """What the answers to this user's requests begin with: its permissions allow no other inbox."""
        return f"_INBOX_{self.user}"

    @property
    def client(self) -> Client:
        """The connection; only after `connect`."""
        client: Client = self.broker.config.broker_config.connection_state.connection
        return client

    @property
    def jetstream(self) -> JetStreamContext:
        """JetStream on that connection."""
        return self.client.jetstream(timeout=CONNECT_SECONDS)

    def subject(self, plain: str) -> str:
        """A subject as it stands on the server."""
        return f"{self.prefix}{plain}"

    def plain(self, subject: str) -> str:
        """A subject of the server without the prefix."""
        return subject.removeprefix(self.prefix)

    def stream(self, name: str) -> str:
        """A stream as it is called on the server."""
        return f"{self.prefix}{name}"

    async def connect(self, *, wait_seconds: float = 60.0) -> None:
        """Connect, waiting for a server that is still starting; raises BusError when it refuses or never comes."""
        deadline = asyncio.get_running_loop().time() + wait_seconds
        told = False
        while True:
            try:
                await asyncio.wait_for(self.broker.connect(), CONNECT_SECONDS * 2)
            except (nats.errors.NoServersError, TimeoutError, OSError) as error:
                if isinstance(error, ssl.SSLError) or asyncio.get_running_loop().time() > deadline:
                    raise BusError(self._why(error)) from None
                if not told:
                    log.warning("waiting for NATS", address=self._address)
                    told = True
                await asyncio.sleep(RECONNECT_SECONDS)
            except Exception as error:  # noqa: BLE001 - drivers raise many kinds here
                raise BusError(self._why(error)) from None
            else:
                return

    @property
    def _address(self) -> str:
        return clean_text(self._settings.nats_url)

    def _why(self, error: BaseException) -> str:
        return (
            f"NATS at {self._address} cannot be used as user {self.user}: {exception_text(error)}."
            " Check GUIYAN_NATS_URL, GUIYAN_NATS_NKEY_SEED_FILE and GUIYAN_NATS_CA_FILE, and that the server is up"
            " and knows the user."
        )

    async def start(self) -> None:
        """Begin to take messages: every subscriber of the broker is connected already."""
        await self.broker.start()

    async def stop(self) -> None:
        """Finish the messages in hand, then close; where the server is away there is nothing to wait for."""
        self._stopping = True
        try:
            await self.broker.stop()
        except (nats.errors.ConnectionReconnectingError, nats.errors.ConnectionClosedError):
            log.warning("stopped while nats was away", address=self._address)
            with contextlib.suppress(OSError):  # what it still has to send goes nowhere
                await self.client.close()

    async def ping(self) -> None:
        """Raise unless the server answers."""
        client = self.client
        if not client.is_connected:
            raise BusError(f"not connected to {self._address}")
        await client.flush(timeout=CONNECT_SECONDS)

    async def _error(self, error: Exception) -> None:
        self._metrics.nats_errors.inc()
        log.warning("nats error", fault=type(error).__name__, detail=clean_text(str(error)))

    async def _disconnected(self) -> None:
        if not self._stopping:
            log.warning("disconnected from nats", address=self._address)

    async def _reconnected(self) -> None:
        self._metrics.nats_reconnects.inc()
        log.info("reconnected to nats", address=self._address)

    async def _closed(self) -> None:
        """Closed for good and not by us: a subscriber would spin on the dead connection, so the process ends."""
        if not self._stopping:
            log.error("the nats connection is closed for good; ending the process so that it is started anew")
            self._end_process(LOST_EXIT_CODE)


def _tls(settings: Settings) -> ssl.SSLContext | None:
    if settings.nats_ca_file is None:
        return None
    return ssl.create_default_context(cafile=str(settings.nats_ca_file))


def headers_of(message: Any) -> dict[str, str]:
    """A message's headers, empty when it has none."""
    return dict(message.headers or {})
