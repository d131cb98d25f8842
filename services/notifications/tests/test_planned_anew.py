"""A message is asked once more as it leaves: whether its hours are over, whether its channel was refused (ADR 0034)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final, cast

import pytest
from aiolimiter import AsyncLimiter
from services.notifications.tests.sending import Scripted, a_sender, at_work, becomes, in_story, story
from services.notifications.tests.town import NoticeTown, a_town

from guiyan.events.codes import NoticeChannel
from guiyan.ledger.calendar import moment_of
from guiyan.notifications.channels.pool import Member, Pools
from guiyan.notifications.channels.port import Provider
from guiyan.notifications.domain.editions import STANDING
from guiyan.notifications.domain.notice import Deferred
from guiyan.notifications.handing import STALE_SECONDS
from guiyan.notifications.planning import Planner
from guiyan.notifications.projections import Preferences
from guiyan.notifications.sender import Sender
from guiyan.service.testing import until

TUESDAY, SATURDAY = date(2026, 3, 10), date(2026, 3, 14)
EMAIL, SMS = NoticeChannel.EMAIL, NoticeChannel.SMS
OFFICE: Final = "contact_missed_to_contact_person"
URGENT: Final = "contact_escalated_to_secretary"
TO_MEMBER: Final = "dues_to_member"
OF_NO_TABLE: Final = "by_hand"


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment by the clock in Shanghai."""
    return moment_of(day, time(hour, minute))


class BySms(Scripted):
    """A provider of short messages."""

    channel = SMS


class SlowRate:
    """A rate that lets nobody through until it is told so, and long after it was asked."""

    def __init__(self) -> None:
        self.waited, self.goes_on = asyncio.Event(), asyncio.Event()

    def has_capacity(self) -> bool:
        """It says so, and is slow all the same."""
        return True

    async def acquire(self) -> None:
        """Wait, and more than a moment."""
        self.waited.set()
        await self.goes_on.wait()
        await asyncio.sleep(1.1 * STALE_SECONDS)


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[NoticeTown]:
    """A small town in memory, Tuesday 10 March 2026, 10:00; its sender is the test's own."""
    async with a_town(tmp_path) as running:
        reads = running.town.parts.reads(Preferences)
        running.planner = Planner(running.addresses, (EMAIL, SMS), running.town.parts.rulebook, reads)
        yield running


def by_both(town: NoticeTown, mail: Provider, sms: Provider) -> Sender:
    """A sender with a provider a channel."""
    return a_sender(town, mail, sms)


async def both_ways(town: NoticeTown) -> str:
    """Somebody with a mail address and a phone."""
    return await town.officer(phone="14000000001")


async def say(town: NoticeTown, who: str, verb: str, channel: NoticeChannel) -> None:
    """The person refuses a channel, or lifts that."""
    body = {"channel": str(channel)}
    answer = await town.town.http.post(f"/v1/preferences/{who}/{verb}", json=body, headers=town.city)
    assert answer.status_code == 200, answer.text
    await town.town.settle()


@pytest.mark.parametrize(
    ("rule", "now", "leaves"),
    [
        (OFFICE, at(TUESDAY, 20, 59), None),
        (OFFICE, at(TUESDAY, 21), at(date(2026, 3, 11), 9)),
        (OFFICE, at(SATURDAY, 12), at(date(2026, 3, 16), 9)),
        (URGENT, at(SATURDAY, 12), None),
        (URGENT, at(SATURDAY, 22), at(date(2026, 3, 15), 9)),
        (TO_MEMBER, at(SATURDAY, 12), None),
        (TO_MEMBER, at(TUESDAY, 23), at(date(2026, 3, 11), 9)),
        (OF_NO_TABLE, at(SATURDAY, 23), None),
    ],
)
async def test_what_was_queued_in_hours_and_leaves_later_waits_for_the_next_opening(
    town: NoticeTown, rule: str, now: datetime, leaves: datetime | None
) -> None:
    """A backlog at closing time: it says that it waits and until when; what goes at any hour goes."""
    id_, channel = await town.queued(rule=rule), Scripted()
    await town.town.advance_to(now)
    sender = a_sender(town, channel)
    async with at_work(sender):
        if leaves is not None:
            await until(lambda: in_story(town, id_, "NoticeReplanned"))
            await until(sender.at_rest)
            row = await town.row(id_)
            assert (row["state"], row["attempts"], row["changes"][-1]["reason"]) == ("QUEUED", 0, "OUT_OF_HOURS")
            assert channel.handed == []
            await town.town.advance_to(leaves - timedelta(minutes=1))
            await until(sender.at_rest)
            assert channel.handed == []
            assert await town.town.due.next_due_at() == leaves, "a manual clock stops there"
            await town.town.advance_to(leaves)
        row = await becomes(town, id_, "SENT")
    assert story(row) == [
        "NoticeQueued",
        *["NoticeReplanned"] * (leaves is not None),
        "NoticeSendStarted",
        "NoticeSent",
    ]
    assert len(channel.handed) == 1


async def test_what_waited_for_a_provider_is_not_sent_at_night(town: NoticeTown) -> None:
    """All providers down in the evening and back at night: whoever waited unclaimed hears in the morning."""
    await town.town.advance_to(at(TUESDAY, 20, 50))
    person = await town.officer()
    ids = [await town.queued(f"a{number}", to=person) for number in range(5)]
    channel = Scripted(*[Deferred("421")] * 5)
    sender = a_sender(town, channel)
    async with at_work(sender):

        async def suspended() -> bool:
            return bool(await town.notices.suspended())

        await until(suspended)
        late = await town.queued("late", to=person)
        await until(sender.at_rest)
        await town.town.advance_to(at(TUESDAY, 23))
        await until(lambda: in_story(town, late, "NoticeReplanned"))
        await until(sender.at_rest)
        assert len(channel.handed) == 5, "nothing at night"
        await town.town.advance_to(at(date(2026, 3, 11), 9))
        for id_ in (*ids, late):
            await becomes(town, id_, "SENT")


async def test_what_waited_for_a_providers_rate_is_not_sent_at_night(town: NoticeTown) -> None:
    """A slow rate at closing time: hours are asked once more after the wait, and nobody is claimed in vain."""
    id_, channel = await town.queued(rule=OFFICE), Scripted()
    await town.town.advance_to(at(TUESDAY, 20, 59))
    waits = SlowRate()
    member = Member(channel, 100, cast("AsyncLimiter", waits))
    sender = a_sender(town, pools=Pools(member))
    async with at_work(sender):
        await waits.waited.wait()
        await town.town.advance_to(at(TUESDAY, 21))
        waits.goes_on.set()
        await until(lambda: in_story(town, id_, "NoticeReplanned"))
        await until(sender.at_rest)
        row = await town.row(id_)
        assert (row["state"], row["attempts"], channel.handed) == ("QUEUED", 0, [])
        await town.town.advance_to(at(date(2026, 3, 11), 9))
        await becomes(town, id_, "SENT")


async def test_a_refused_channel_gives_way_to_the_next_while_it_waits(town: NoticeTown) -> None:
    """Refused between queueing and leaving: it moves to the channel that is left, says why, and leaves once."""
    mail, sms = Scripted(name="mail"), BySms(name="sms")
    who = await both_ways(town)
    id_ = await town.queued(to=who, channel=EMAIL, template_version=STANDING["contact_missed"])
    await say(town, who, "refuse", EMAIL)
    async with at_work(by_both(town, mail, sms)):
        row = await becomes(town, id_, "SENT")
    assert story(row) == ["NoticeQueued", "NoticeReplanned", "NoticeSendStarted", "NoticeSent"]
    assert (row["channel"], row["changes"][1]["reason"]) == ("SMS", "CHANNEL_REFUSED")
    assert ([one.reference for one in sms.handed], mail.handed) == ([id_], [])
    assert sms.handed[0].to_address == "14000000001"


async def test_where_no_channel_is_left_it_says_so(town: NoticeTown) -> None:
    """Every channel refused while it waited: suppressed with that reason, handed to nobody."""
    mail, sms = Scripted(name="mail"), BySms(name="sms")
    who = await both_ways(town)
    id_ = await town.queued(to=who, channel=EMAIL)
    await say(town, who, "refuse", EMAIL)
    await say(town, who, "refuse", SMS)
    async with at_work(by_both(town, mail, sms)):
        row = await becomes(town, id_, "SUPPRESSED")
    assert row["changes"][-1]["reason"] == "DO_NOT_CONTACT"
    assert (mail.handed, sms.handed) == ([], [])


async def test_while_the_address_book_is_behind_nobody_is_without_another_channel(
    town: NoticeTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A phone that is not known yet may be there in a moment: the notice waits for the book."""
    mail, sms, asked = Scripted(name="mail"), BySms(name="sms"), list[int]()
    who = await town.officer()

    async def behind(sequence: int) -> bool:
        asked.append(sequence)
        return False

    async def twice() -> bool:
        return len(asked) > 1

    monkeypatch.setattr(town.addresses, "knows", behind)
    id_ = await town.queued(to=who, channel=EMAIL, template_version=STANDING["contact_missed"])
    await say(town, who, "refuse", EMAIL)
    async with at_work(by_both(town, mail, sms)):
        await until(twice)
        assert (await town.row(id_))["state"] == "QUEUED"
        await both_ways(town)
        await becomes(town, id_, "SENT")
    assert (len(sms.handed), mail.handed) == (1, [])


async def test_refused_at_night_it_moves_and_waits_at_once(town: NoticeTown) -> None:
    """One step says both: the channel from now on, and the morning."""
    mail, sms = Scripted(name="mail"), BySms(name="sms")
    who = await both_ways(town)
    id_ = await town.queued(to=who, channel=EMAIL, template_version=STANDING["contact_missed"])
    await say(town, who, "refuse", EMAIL)
    await town.town.advance_to(at(TUESDAY, 22))
    async with at_work(by_both(town, mail, sms)):
        await until(lambda: in_story(town, id_, "NoticeReplanned"))
        row = await town.row(id_)
        assert (row["state"], row["channel"]) == ("QUEUED", "SMS")
        await town.town.advance_to(at(date(2026, 3, 11), 9))
        row = await becomes(town, id_, "SENT")
    assert story(row).count("NoticeReplanned") == 1
    assert (len(sms.handed), mail.handed) == (1, [])


async def test_the_account_follows_to_the_other_channel(town: NoticeTown) -> None:
    """The batch of the day counts it where it leaves, and nowhere twice."""
    who = await both_ways(town)
    id_ = await town.queued(to=who, channel=EMAIL, template_version=STANDING["contact_missed"])
    await say(town, who, "refuse", EMAIL)
    async with at_work(by_both(town, Scripted(name="mail"), BySms(name="sms"))):
        await becomes(town, id_, "SENT")
    answer: dict[str, Any] = (await town.town.http.get("/v1/notice-batches", headers=town.city)).json()
    counted = {one["channel"]: one["due"] for one in answer["items"] if one["due"]}
    assert counted == {"SMS": 1}
