"""The bus: waits for a server that starts, says why it is refused, and ends the process when it is lost for good."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

import nkeys
import pytest
from nats.aio.client import Client

from guiyan.service.bus import LOST_EXIT_CODE, Bus, BusError
from guiyan.service.metrics import Metrics
from guiyan.service.settings import Settings
from guiyan.service.testing import until


class RegistrySettings(Settings):
    """Settings of a user that exists."""

    service: ClassVar[str] = "registry"


Load = Callable[..., RegistrySettings]


@pytest.fixture
def load(service_environment: Callable[[str], dict[str, str]]) -> Load:
    """Settings with changes."""

    def loaded(**changes: str) -> RegistrySettings:
        return RegistrySettings.load(service_environment("registry") | changes)

    return loaded


async def test_an_unknown_key_is_told_with_what_to_check(load: Load, tmp_path: Path) -> None:
    """The server refuses an unknown user at once: one sentence names the address, the user and the settings."""
    seed = tmp_path / "seed.nk"
    seed.write_bytes(nkeys.encode_seed(b"0" * 32, nkeys.PREFIX_BYTE_USER))
    bus = Bus(load(GUIYAN_NATS_NKEY_SEED_FILE=str(seed)), Metrics())
    with pytest.raises(BusError, match="GUIYAN_NATS_NKEY_SEED_FILE"):
        await bus.connect(wait_seconds=1)


async def test_a_server_that_never_comes_is_told(load: Load) -> None:
    """Waiting has an end."""
    bus = Bus(load(GUIYAN_NATS_URL="nats://127.0.0.1:1"), Metrics())
    with pytest.raises(BusError, match="registry"):
        await bus.connect(wait_seconds=0.1)


async def test_a_connection_closed_for_good_ends_the_process(load: Load) -> None:
    """A dead connection would make every subscriber spin: the process ends with its own exit code."""
    codes: list[int] = []
    bus = Bus(load(), Metrics(), end_process=codes.append)
    await bus.connect()
    await bus.client.close()
    assert codes == [LOST_EXIT_CODE]


async def test_a_connection_closed_by_us_does_not(load: Load) -> None:
    """Stopping is no loss."""
    codes: list[int] = []
    bus = Bus(load(), Metrics(), end_process=codes.append)
    await bus.connect()
    await bus.ping()
    await bus.stop()
    assert codes == []


async def test_a_forbidden_publish_is_counted(load: Load, admin: Client) -> None:
    """The server tells a permission violation only to the error callback: it is a metric."""
    metrics = Metrics()
    bus = Bus(load(), metrics)
    await bus.connect()
    try:
        await bus.client.publish("evt.contact.duty.x", b"forged")
        await bus.client.flush()

        async def counted() -> bool:
            return bool(metrics.registry.get_sample_value("guiyan_nats_errors_total"))

        await until(counted, seconds=5)
    finally:
        await bus.stop()


async def test_ping_fails_without_a_server(load: Load) -> None:
    """`/readyz` learns from it that NATS is away."""
    bus = Bus(load(), Metrics(), end_process=lambda _code: None)
    await bus.connect()
    await bus.client.close()
    with pytest.raises(BusError):
        await asyncio.wait_for(bus.ping(), 3)
