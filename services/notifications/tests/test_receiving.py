"""What providers say afterwards finds its notice: at once, after a restart, before the documents know it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from services.notifications.tests.sending import Scripted, a_sender, at_work, becomes, story
from services.notifications.tests.town import NoticeTown, a_town

from guiyan.events.codes import NoticeFailure
from guiyan.ledger import LedgerUnavailable
from guiyan.notifications import receiving as module
from guiyan.notifications.channels.receipts import Receipt
from guiyan.notifications.domain.notice import Arrived, Returned, Taken
from guiyan.notifications.receiving import Receiving
from guiyan.service.testing import until

REFERENCE = "r-77"
ARRIVED = Receipt("scripted", Arrived(), provider_reference=REFERENCE)


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[NoticeTown]:
    """A small town in memory, running."""
    async with a_town(tmp_path) as running:
        yield running


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """A minute of trying again passes in a moment."""
    monkeypatch.setattr(module, "PAUSES_SECONDS", (0.02,) * 20)


async def sent(town: NoticeTown, reference: str = REFERENCE) -> str:
    """A notice that the provider took under a reference."""
    id_ = await town.queued()
    async with at_work(a_sender(town, Scripted(Taken(reference)))):
        await becomes(town, id_, "SENT")
    return id_


def receiving(town: NoticeTown, commands: Any = None) -> Receiving:
    """What receives, as after a restart: it remembers nothing."""
    return Receiving(commands or town.town.parts.commands, town.world.clock, town.notices)


async def test_a_receipt_finds_its_notice_by_the_providers_reference(town: NoticeTown) -> None:
    """Also after a restart; the second one changes nothing."""
    id_, here = await sent(town), receiving(town)
    await here.told(ARRIVED)
    await here.told(ARRIVED)
    row = await becomes(town, id_, "DELIVERED")
    assert story(row)[-2:] == ["NoticeSent", "NoticeDelivered"]


async def test_another_providers_reference_is_another(town: NoticeTown) -> None:
    """Two providers may count alike: the receipt of one does not speak for the other."""
    id_, here = await sent(town), receiving(town)
    with structlog.testing.capture_logs() as logs:
        await here.told(Receipt("other", Arrived(), provider_reference=REFERENCE))
        await until(lambda: _logged(logs, "receipt_unmatched"))
    assert (await town.row(id_))["state"] == "SENT"


async def test_what_came_back_is_bounced_with_its_reason(town: NoticeTown) -> None:
    """A dead number; told by the notice's own id where the provider knows that."""
    id_ = await sent(town)
    told = Returned(NoticeFailure.ADDRESS_INVALID, "001")
    await receiving(town).told(Receipt("scripted", told, notice_id=id_))
    row = await becomes(town, id_, "BOUNCED")
    assert row["changes"][-1]["reason"] == "ADDRESS_INVALID"


async def test_a_receipt_may_be_faster_than_the_answer(town: NoticeTown) -> None:
    """It comes while the notice is in hand: tried again until its reference is known, and then both stand."""
    id_, here = await town.queued(), receiving(town)

    class Fast(Scripted):
        async def deliver(self, message: Any) -> Any:
            await here.told(ARRIVED)
            return await super().deliver(message)

    async with at_work(a_sender(town, Fast(Taken(REFERENCE)))):
        await becomes(town, id_, "DELIVERED")


async def test_an_outage_of_the_ledger_costs_no_receipt(town: NoticeTown) -> None:
    """It is tried again until it stands."""
    id_ = await sent(town)
    commands = _Away(town.town.parts.commands)
    await receiving(town, commands).told(ARRIVED)
    await becomes(town, id_, "DELIVERED")
    assert commands.left == 0


class _Away:
    """The write path, away twice."""

    def __init__(self, commands: Any) -> None:
        self._commands = commands
        self.left = 2

    async def execute(self, *args: Any) -> Any:
        """Write, unless it is away."""
        if self.left:
            self.left -= 1
            raise LedgerUnavailable("away, says the test")
        return await self._commands.execute(*args)


async def _logged(logs: list[Any], event: str) -> bool:
    return any(one["event"] == event for one in logs)
