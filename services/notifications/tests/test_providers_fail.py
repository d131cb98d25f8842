"""A provider that fails: another takes over, it comes back by one message, or it is asked (ADR 0010, 0028)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from services.notifications.tests.sending import Answer, Gated, Scripted, a_sender, at_work, becomes, in_story, story
from services.notifications.tests.town import NoticeTown, a_town

from guiyan.notifications.channels.pool import Member, Pools
from guiyan.notifications.channels.port import Outcome
from guiyan.notifications.domain.notice import Deferred, Lost, Taken
from guiyan.notifications.doubts import ASKS_MOST
from guiyan.notifications.line import AT_ONCE
from guiyan.service.testing import until


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[NoticeTown]:
    """A small town in memory, running."""
    async with a_town(tmp_path) as running:
        yield running


async def test_what_one_provider_could_not_take_another_gets_at_once(town: NoticeTown) -> None:
    """The retry goes elsewhere without a pause, and the claims name who had it when."""
    id_ = await town.queued()
    down, up = Scripted(*[Deferred("no_connection")] * 9, name="down"), Scripted(name="up")
    pools = Pools(Member(down, weight=100), Member(up))
    async with at_work(a_sender(town, pools=pools)):
        row = await becomes(town, id_, "SENT")
    assert (row["attempts"], len(down.handed), len(up.handed)) == (2, 1, 1)
    history = (await town.town.http.get(f"/v1/notices/{id_}/history", headers=town.city)).json()
    told = [one["data"]["provider"] for one in history["events"] if one["type"] == "NoticeSendStarted"]
    assert told == ["down", "up"]


async def test_a_provider_that_fails_is_suspended_and_comes_back(town: NoticeTown) -> None:
    """After so many failures its share goes to the other; after its pause one message tries it; both are told."""
    person = await town.officer()
    ids = [await town.queued(f"n{number}", to=person) for number in range(3 * AT_ONCE)]
    shaky, sound = Scripted(*[Deferred("421")] * 5, name="shaky"), Scripted(name="sound")
    pools = Pools(Member(shaky, weight=100), Member(sound))
    async with at_work(a_sender(town, pools=pools)):
        for id_ in ids:
            await becomes(town, id_, "SENT")
        assert len(shaky.handed) < len(ids), "it was left alone"
        assert await town.notices.suspended() == ["shaky"]
        before = len(shaky.handed)
        await town.town.advance(minutes=2)
        more = [await town.queued(f"m{number}", to=person) for number in range(30)]
        for id_ in more:
            await becomes(town, id_, "SENT")
        await until(lambda: _nobody_suspended(town))
    assert len(shaky.handed) > before, "it was tried again"


async def test_while_no_provider_works_notices_wait_unclaimed(town: NoticeTown) -> None:
    """The only provider is suspended: nothing uses up attempts, and the office's clock is not held up."""
    person = await town.officer()
    first = [await town.queued(f"a{number}", to=person) for number in range(5)]
    channel = Scripted(*[Deferred("421")] * 5)
    sender = a_sender(town, channel)
    async with at_work(sender):
        await until(lambda: _suspended(town))
        late = await town.queued("late", to=person)
        assert await sender.at_rest()
        assert (await town.row(late))["attempts"] == 0
        await town.town.advance(minutes=2)
        for id_ in (*first, late):
            await becomes(town, id_, "SENT")


class Answering(Scripted):
    """A provider that can be asked: `knows` is what became of a reference."""

    answers = True

    def __init__(self, *answers: Answer, knows: Outcome | None = None) -> None:
        super().__init__(*answers)
        self.knows = knows or Lost()
        self.asked: list[str] = []

    async def ask(self, reference: str) -> Outcome:
        """Say what became of it."""
        self.asked.append(reference)
        return self.knows


async def test_an_unknown_outcome_is_asked_back(town: NoticeTown) -> None:
    """Nobody knows whether it was taken, so the provider is asked: what it took is sent."""
    id_, channel = await town.queued(), Answering(Lost(), knows=Taken("r-9"))
    async with at_work(a_sender(town, channel, settle_seconds=0.2)):
        row = await becomes(town, id_, "SENT")
    assert story(row) == ["NoticeQueued", "NoticeSendStarted", "NoticeSent"]
    assert (len(channel.asked), len(channel.handed)) == (1, 1)


async def test_what_was_twice_not_there_is_sent_again(town: NoticeTown) -> None:
    """Asked twice, never there: it is handed over again, after the pause of a failure."""
    id_, channel = await town.queued(), Answering(Lost(), knows=Deferred("not_there"))
    async with at_work(a_sender(town, channel, settle_seconds=0.1)):
        await until(lambda: in_story(town, id_, "NoticeAttemptFailed"))
        assert (len(channel.asked), len(channel.handed)) == (2, 1)
        await town.town.advance(minutes=2)
        row = await becomes(town, id_, "SENT")
    assert "NoticeOutcomeUnknown" not in story(row)
    assert len(channel.handed) == 2


async def test_an_open_outcome_is_left_alone_from_the_end_of_its_hand_over(town: NoticeTown) -> None:
    """However long it was in hand: what was sent may still be on its way, so the time does not run before."""
    id_, channel = await town.queued(), Gated(town.world.id("notice", "one"))
    sender, seen = a_sender(town, channel), list[bool]()
    found = sender._handing.found

    def watched(claimed: Any) -> None:
        found(claimed)
        if claimed:
            seen.append(id_ in sender._handing._doubts)

    sender._handing.found = watched  # type: ignore[method-assign] # put in its place for this test alone

    async def looked() -> bool:
        return len(seen) > 2

    async with at_work(sender):
        await until(looked)
        assert not any(seen), channel.opened.set()
        channel.opened.set()
        await becomes(town, id_, "SENT")


async def test_a_question_without_an_answer_ends_as_unknown(town: NoticeTown) -> None:
    """Asked so many times in vain: a person decides, nothing is sent again."""
    id_, channel = await town.queued(), Answering(Lost())
    async with at_work(a_sender(town, channel, settle_seconds=0.05)):
        await becomes(town, id_, "UNKNOWN")
    assert (len(channel.asked), len(channel.handed)) == (ASKS_MOST, 1)


async def _suspended(town: NoticeTown) -> bool:
    return bool(await town.notices.suspended())


async def _nobody_suspended(town: NoticeTown) -> bool:
    return not await town.notices.suspended()
