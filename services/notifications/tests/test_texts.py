"""What a message said is deleted after its period, or with its recipient; that it was said stays (domain.md §5.3)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
from services.notifications.tests.test_notice_rules import DAY, FAILED, ID, INTENT, SENT, STARTED, UNKNOWN
from services.notifications.tests.town import CITY, NoticeTown, a_town

from guiyan.events import new_id
from guiyan.events.codes import NoticeChannel, Settlement
from guiyan.events.notifications.notice import NoticeSettled, NoticeTextErased
from guiyan.events.registry import DekDestroyed
from guiyan.ledger import Context
from guiyan.ledger.calendar import moment_of
from guiyan.ledger.testing.deciders import Scenario
from guiyan.notifications.channels.mailbox import Mailbox
from guiyan.notifications.channels.port import Message
from guiyan.notifications.domain.notice import NOTICE, Claim, EraseText, Report, Settle, Taken
from guiyan.notifications.projections import Notices
from guiyan.notifications.projections.notices import NOTICES
from guiyan.notifications.texts import Texts
from guiyan.service.twins import START

ERASED = NoticeTextErased()


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[NoticeTown]:
    """A small town in memory, running; mails lie in a folder."""
    async with a_town(tmp_path) as running:
        yield running


def texts(town: NoticeTown) -> Texts:
    """The job that deletes texts."""
    (found,) = [one for one in town.town.composed.jobs if isinstance(one, Texts)]
    return found


async def sent(town: NoticeTown, folder: Path, name: str) -> str:
    """A notice that lies in the folder; gives its id."""
    id_ = await town.queued(name)
    mailbox = Mailbox(folder, "guiyan@localhost", town.town.parts.clock)
    taken = await mailbox.deliver(Message(id_, id_, "张示例", "officer@guiyan.example", "提醒", "您好"))
    for step in (Claim(NoticeChannel.MAILBOX, "mailbox", DAY), Report(taken, DAY)):
        context = Context(new_id(START), "t", CITY, "c", "c")
        await town.town.parts.commands.execute(NOTICE, id_, step, context)
    await town.town.settle()
    return id_


async def document(town: NoticeTown, id_: str) -> dict[str, Any]:
    """A notice as it is kept."""
    await town.town.settle()
    found = await town.town.parts.reads(Notices).get(NOTICES, id_)
    assert found is not None
    return found


async def test_after_its_period_the_text_goes_and_the_fact_stays(town: NoticeTown, tmp_path: Path) -> None:
    """Six months and not a day less; what still waits keeps its text; a second look finds nothing."""
    old, waiting = await sent(town, tmp_path, "old"), await town.queued("waiting")
    file = tmp_path / f"{old}.eml"
    assert file.exists()
    town.world.clock.set(moment_of(date(2026, 9, 10), time(12)))
    assert await texts(town).at_rest()
    town.world.clock.set(moment_of(date(2026, 9, 11), time(12)))
    assert not await texts(town).at_rest()
    assert await texts(town).round() == 1
    row = await document(town, old)
    assert (file.exists(), row["params"], row["text_erased"], row["state"]) == (False, {}, True, "SENT")
    assert (await document(town, waiting))["params"] != {}
    assert await texts(town).at_rest()
    shown = await town.row(old)
    assert [line["event"] for line in shown["changes"]][-1] == "NoticeTextErased"
    assert shown["text_erased"] is True


async def test_who_is_erased_is_told_nothing_and_what_was_told_goes(town: NoticeTown, tmp_path: Path) -> None:
    """At once, not after the period; others keep theirs."""
    person = await town.officer()
    told, waiting = await sent(town, tmp_path, "told"), await town.queued("waiting")
    other = await town.queued("other", to=town.world.id("person", "other"))
    destroyed = DekDestroyed(person_id=person, key_ids=("dk-1",))
    await town.world.happen(town.world.id("erasure"), destroyed)
    for id_, state in ((told, "SENT"), (waiting, "SUPPRESSED")):
        row = await document(town, id_)
        assert (row["params"], row["text_erased"], row["state"]) == ({}, True, state)
    assert (await document(town, waiting))["changes"][-2]["reason"] == "RECIPIENT_ERASED"
    assert not (tmp_path / f"{told}.eml").exists()
    assert (await document(town, other))["params"] != {}


def test_a_text_is_erased_once_and_never_before_it_is_past() -> None:
    """What waits or is in hand needs its text; what was erased cannot be sent again, but settled otherwise."""
    erase = EraseText(DAY)
    Scenario(NOTICE).given(INTENT).when(erase).then_refused("notice_state")
    Scenario(NOTICE).given(INTENT, STARTED).when(erase).then_refused("notice_state")
    Scenario(NOTICE).given(INTENT, STARTED, FAILED).when(erase).then_refused("notice_state")
    Scenario(NOTICE).given(INTENT, STARTED, SENT).when(erase).then(ERASED)
    Scenario(NOTICE).given(INTENT, STARTED, SENT, ERASED).when(erase).then()
    unknown = (INTENT, STARTED, UNKNOWN, ERASED)
    Scenario(NOTICE).given(*unknown).when(Settle(Settlement.NOT_ARRIVED, DAY)).then_refused("notice_text_erased")
    arrived = NoticeSettled(settlement=Settlement.ARRIVED)
    Scenario(NOTICE).given(*unknown).when(Settle(Settlement.ARRIVED, DAY)).then(arrived)
    Scenario(NOTICE).given(INTENT, STARTED).when(Report(Taken(ID), DAY)).then(SENT)
