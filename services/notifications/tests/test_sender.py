"""The sender over the twins: what becomes of a notice by each answer of a channel, and by none (ADR 0010)."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from services.notifications.tests.sending import Gated, Scripted, a_sender, at_work, becomes, in_story, story
from services.notifications.tests.town import NoticeTown, a_town

from guiyan.events.codes import NoticeFailure
from guiyan.ledger import FenceLost, LedgerUnavailable
from guiyan.ledger.grouping import Grouped
from guiyan.notifications.channels.pool import Pool
from guiyan.notifications.domain.notice import Deferred, Lost, Report, Returned
from guiyan.notifications.handing import STALE_SECONDS, Gate
from guiyan.notifications.line import AT_ONCE, HANDS
from guiyan.service.testing import until


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[NoticeTown]:
    """A small town in memory, running."""
    async with a_town(tmp_path) as running:
        yield running


async def test_what_the_provider_takes_is_sent(town: NoticeTown) -> None:
    """Claimed, handed over once under the notice's own id, and written down."""
    id_, channel = await town.queued(), Scripted()
    sender = a_sender(town, channel)
    async with at_work(sender):
        row = await becomes(town, id_, "SENT")
        assert await sender.at_rest()
    assert story(row) == ["NoticeQueued", "NoticeSendStarted", "NoticeSent"]
    (message,) = channel.handed
    assert (message.reference, message.to_address) == (id_, "officer@guiyan.example")
    assert id_ in message.body


async def test_what_is_refused_for_good_is_not_tried_again(town: NoticeTown) -> None:
    """A bounce ends it, with its reason and the provider's status."""
    id_, channel = await town.queued(), Scripted(Returned(NoticeFailure.REFUSED_BY_PROVIDER, "550"))
    async with at_work(a_sender(town, channel)):
        row = await becomes(town, id_, "BOUNCED")
    assert row["changes"][-1]["reason"] == "REFUSED_BY_PROVIDER"
    assert len(channel.handed) == 1


async def test_what_is_refused_for_now_is_tried_again_when_its_time_comes(town: NoticeTown) -> None:
    """Not before the pause is over by the office's clock; then once more."""
    id_, channel = await town.queued(), Scripted(Deferred("451"))
    sender = a_sender(town, channel)
    async with at_work(sender):
        await until(lambda: in_story(town, id_, "NoticeAttemptFailed"))
        assert await sender.at_rest(), "until its time comes there is nothing to do"
        await town.town.advance(minutes=2)
        row = await becomes(town, id_, "SENT")
    assert (row["attempts"], len(channel.handed)) == (2, 2)


async def test_attempts_are_used_up_some_day(town: NoticeTown) -> None:
    """The last refusal makes it failed, with that reason, and a person sees it."""
    id_, channel = await town.queued(), Scripted(*[Deferred("451")] * 9)
    async with at_work(a_sender(town, channel, attempts_most=2)):
        await until(lambda: in_story(town, id_, "NoticeAttemptFailed"))
        await town.town.advance(hours=1)
        row = await becomes(town, id_, "FAILED")
    assert row["changes"][-1]["reason"] == "RETRIES_USED_UP"
    assert len(channel.handed) == 2


async def test_an_unknown_outcome_waits_for_a_person(town: NoticeTown) -> None:
    """The channel cannot tell: nothing is handed over again until somebody says that it did not arrive."""
    id_, channel = await town.queued(), Scripted(Lost())
    sender = a_sender(town, channel)
    async with at_work(sender):
        await becomes(town, id_, "UNKNOWN")
        assert await sender.at_rest()
        assert len(channel.handed) == 1
        settled = await town.town.http.post(
            f"/v1/notices/{id_}/resolve", json={"settlement": "NOT_ARRIVED"}, headers=town.city
        )
        assert settled.status_code == 200, settled.text
        row = await becomes(town, id_, "SENT")
    assert (row["attempts"], len(channel.handed)) == (2, 2)


async def test_a_slow_notice_holds_up_no_other(town: NoticeTown) -> None:
    """One is in hand for as long as its provider likes; the others go meanwhile, not in step with it."""
    person = await town.officer()
    ids = sorted([await town.queued(f"n{number}", to=person) for number in range(3 * AT_ONCE)])
    channel = Gated(ids[0])
    async with at_work(a_sender(town, channel)):
        for id_ in ids[1:]:
            await becomes(town, id_, "SENT")
        assert (await town.row(ids[0]))["state"] == "SENDING"
        channel.opened.set()
        await becomes(town, ids[0], "SENT")
    assert Counter(one.reference for one in channel.handed) == Counter(ids), "each once"


async def test_no_more_are_claimed_than_may_be_in_hand(town: NoticeTown) -> None:
    """Others are written meanwhile and wait unclaimed; what they say is asked once more after a long wait."""
    person = await town.officer()
    ids = sorted([await town.queued(f"n{number}", to=person) for number in range(HANDS * AT_ONCE)])
    channel = Gated(*ids[:AT_ONCE])
    asked: Counter[str] = Counter()
    sender = a_sender(town, channel)
    plan_anew = town.planner.plan_anew

    async def counted(rule: str, recipient: str, *more: Any) -> Any:
        asked[rule] += 1
        return await plan_anew(rule, recipient, *more)

    town.planner.plan_anew = counted  # type: ignore[method-assign] # counted, and passed on
    async with at_work(sender):
        await until(lambda: _claimed(town, ids[:AT_ONCE]))
        await until(lambda: _all_asked(asked, len(ids)))
        await asyncio.sleep(STALE_SECONDS + 0.1)
        assert {(await town.row(id_))["state"] for id_ in ids[AT_ONCE:]} == {"QUEUED"}
        before = asked.total()
        channel.opened.set()
        for id_ in ids:
            await becomes(town, id_, "SENT")
    assert (before, asked.total()) == (len(ids), len(ids) + AT_ONCE)
    assert Counter(one.reference for one in channel.handed) == Counter(ids), "each once"


async def _all_asked(asked: Counter[str], count: int) -> bool:
    return asked.total() == count


async def _claimed(town: NoticeTown, ids: list[str]) -> bool:
    return {(await town.row(id_))["state"] for id_ in ids} == {"SENDING"}


async def test_no_more_are_begun_once_one_finds_the_lease_lost(town: NoticeTown) -> None:
    """What ends one sender's work ends all of it, each after what it has in hand."""
    person = await town.officer()
    ids = [await town.queued(f"n{number}", to=person) for number in range(3 * AT_ONCE)]
    sender = a_sender(town, Scripted())
    begun: list[str] = []

    async def lost(_pool: Pool, notice: dict[str, Any], _shown: int, _gate: Gate) -> int:
        begun.append(notice["_id"])
        await asyncio.sleep(0)
        raise FenceLost("another sender took over")

    sender._handing.send = lost  # type: ignore[method-assign, assignment] # put in its place for this test alone
    with pytest.raises(FenceLost):
        await sender._lead(await sender._leases.try_acquire("sender") or 0)
    assert len(begun) == HANDS * AT_ONCE < len(ids)


async def test_a_process_that_dies_with_a_notice_in_hand_never_sends_it_twice(town: NoticeTown) -> None:
    """Killed between claim and answer: the next process calls the outcome unknown and hands nothing over."""
    id_, first, second = await town.queued(), Scripted(stuck=True), Scripted()
    async with at_work(a_sender(town, first, owner="first")) as (task,):
        await until(lambda: _handed(first))
        task.cancel()
    assert (await town.row(id_))["state"] == "SENDING"
    async with at_work(a_sender(town, second, owner="second", settle_seconds=0.3)):
        row = await becomes(town, id_, "UNKNOWN")
    assert story(row) == ["NoticeQueued", "NoticeSendStarted", "NoticeOutcomeUnknown"]
    assert (len(first.handed), second.handed) == (1, [])


async def test_where_a_repeat_is_harmless_the_next_process_hands_it_over_again(town: NoticeTown) -> None:
    """A channel that knows the reference makes one message of two: nobody has to be asked."""
    id_, first, second = await town.queued(), Scripted(stuck=True), Scripted(repeatable=True)
    async with at_work(a_sender(town, first, owner="first")) as (task,):
        await until(lambda: _handed(first))
        task.cancel()
    async with at_work(a_sender(town, second, owner="second")):
        row = await becomes(town, id_, "SENT")
    assert [one.reference for one in (*first.handed, *second.handed)] == [id_, id_]
    assert row["attempts"] == 1


async def test_an_answer_is_written_down_however_long_the_ledger_is_away(town: NoticeTown) -> None:
    """The message is out: its result is tried again until it stands, and the message is not."""
    id_, channel = await town.queued(), Scripted()
    parts = town.town.parts
    commands = Forgetful(Grouped(parts.ledger, parts.commands), 3)
    async with at_work(a_sender(town, channel, commands=commands)):
        await becomes(town, id_, "SENT")
    assert (commands.times_away, len(channel.handed)) == (0, 1)


async def test_two_replicas_send_each_notice_once(town: NoticeTown) -> None:
    """One holds the lease, the other stands by; every notice leaves once."""
    person = await town.officer()
    ids = [await town.queued(str(number), person) for number in range(12)]
    one, other = Scripted(), Scripted()
    async with at_work(a_sender(town, one, owner="a"), a_sender(town, other, owner="b")):
        for id_ in ids:
            await becomes(town, id_, "SENT")
    assert Counter(message.reference for message in (*one.handed, *other.handed)) == Counter(ids)
    assert not one.handed or not other.handed


async def test_who_cannot_be_reached_is_told_so(town: NoticeTown) -> None:
    """Without an address nothing is claimed: the notice is suppressed, with the reason."""
    id_, channel = await town.queued(to=await town.officer("nobody", email=None)), Scripted()
    async with at_work(a_sender(town, channel)):
        row = await becomes(town, id_, "SUPPRESSED")
    assert row["changes"][-1]["reason"] == row["reason"] == "NO_CONTACT_POINT"
    listed = await town.town.http.get("/v1/notices?reason=NO_CONTACT_POINT", headers=town.city)
    assert [(one["id"], one["reason"]) for one in listed.json()["items"]] == [(id_, "NO_CONTACT_POINT")]
    assert not channel.handed


async def test_while_the_address_book_is_behind_nobody_is_called_unreachable(
    town: NoticeTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A service that begins builds its documents one by one: somebody who is not there yet is waited for."""
    absent, behind, asked = town.world.id("person", "late"), {"is": True}, list[int]()
    knows = town.addresses.knows

    async def slow(sequence: int) -> bool:
        asked.append(sequence)
        return not behind["is"] and await knows(sequence)

    async def twice() -> bool:
        return len(asked) > 1

    monkeypatch.setattr(town.addresses, "knows", slow)
    id_, channel = await town.queued(to=absent), Scripted()
    async with at_work(a_sender(town, channel)):
        await until(twice)
        assert (await town.row(id_))["state"] == "QUEUED"
        await town.officer("late")
        await becomes(town, id_, "SENT")
        behind["is"] = False
        nobody = await town.queued("none", to=town.world.id("person", "none"))
        await becomes(town, nobody, "SUPPRESSED")


async def test_while_the_documents_are_built_for_the_first_time_nothing_is_sent(
    town: NoticeTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Documents are there one by one and say nothing yet: neither sent nor called unreachable before they are whole."""
    absent, built, looked = town.world.id("person", "late"), {"is": False}, list[int]()
    applied = town.notices.applied

    async def building(sequence: int, wait_seconds: float) -> int:
        looked.append(sequence)
        return await applied(sequence, wait_seconds) if built["is"] else 0

    async def often() -> bool:
        return len(looked) > 5

    monkeypatch.setattr(town.notices, "applied", building)
    id_, other, channel = await town.queued(), await town.queued("late", to=absent), Scripted()
    async with at_work(a_sender(town, channel)):
        await until(often)
        assert {(await town.row(one))["state"] for one in (id_, other)} == {"QUEUED"}
        await town.officer("late")
        built["is"] = True
        await becomes(town, id_, "SENT")
        await becomes(town, other, "SENT")


async def test_a_fault_in_one_notice_holds_up_no_other(town: NoticeTown) -> None:
    """A template that is not there any more, a channel that breaks: those behind it are sent all the same."""
    person = await town.officer()
    faulty = [await town.queued(f"a{number}", person, template="gone") for number in range(9)]
    sound, channel = await town.queued("z", person), Scripted()
    async with at_work(a_sender(town, channel)):
        await becomes(town, sound, "SENT")
    assert {(await town.row(id_))["state"] for id_ in faulty} == {"QUEUED"}
    assert [one.reference for one in channel.handed] == [sound]


async def test_a_channel_that_breaks_leaves_an_unknown_outcome(town: NoticeTown) -> None:
    """It may have delivered before it broke: the claim stands, and after a while the outcome is unknown."""
    id_, channel = await town.queued(), Scripted(RuntimeError("a fault of the channel"))
    async with at_work(a_sender(town, channel, settle_seconds=0.3)):
        await becomes(town, id_, "UNKNOWN")
    assert len(channel.handed) == 1


class Forgetful:
    """The write path, with a ledger that is away when results are to be written, so many times."""

    def __init__(self, commands: Grouped, times_away: int) -> None:
        self._commands = commands
        self.times_away = times_away

    async def execute(self, decider: Any, id_: str, command: Any, context: Any, known: Any = None) -> Any:
        """Write, unless it is a result and the ledger is away."""
        if isinstance(command, Report) and self.times_away:
            self.times_away -= 1
            raise LedgerUnavailable("away, says the test")
        return await self._commands.execute(decider, id_, command, context, known)


async def _handed(channel: Scripted) -> bool:
    return bool(channel.handed)
