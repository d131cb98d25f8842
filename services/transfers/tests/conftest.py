"""What the tests of transfers share."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from services.transfers.tests.town import TransferTown, a_town


@pytest.fixture
async def town() -> AsyncIterator[TransferTown]:
    """A small town in memory, running."""
    async with a_town() as running:
        yield running
