"""One message a recipient and day: what waits leaves together at its hour, what is urgent alone (ADR 0037, S-25)."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from services.notifications.tests.digesting import (
    DAY,
    NUMBER,
    a_digest,
    account,
    at,
    daily,
    do,
    duty,
    escalated,
    events_of,
    gather,
    gathering,
    mails,
    missed,
    pass_to,
    reached,
    states,
)
from services.notifications.tests.test_accounts import get
from services.notifications.tests.test_both_sides import Sides, keeper, rows, secretary
from services.notifications.tests.town import CITY, FAR, HOME, a_town

from guiyan.events import contact, registry
from guiyan.events.codes import (
    ContactPointKind,
    HostRefusal,
    NoticeChannel,
    NoticeFailure,
)
from guiyan.events.contact.contact_point import ContactPointText
from guiyan.events.registry.post import PersonText
from guiyan.notifications.domain.notice import Arrived, Claim, Lost, Receive, Report, Returned, Taken
from guiyan.notifications.domain.revealing import revealing
from guiyan.notifications.policies.intents import Intents
from guiyan.notifications.projections import Notices
from guiyan.notifications.projections.notices import NOTICES
from guiyan.notifications.texts import Texts


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Sides]:
    """A small town in memory, all posts filled, its city wants digests; Tuesday 10 March 2026, 10:05."""
    async with a_town(tmp_path / "mailbox") as running:
        sides = Sides(running.town, tmp_path / "mailbox")
        await sides.everybody()
        await daily(sides)
        await sides.town.advance_to(at(DAY, 10, 5))
        yield sides


async def test_a_day_is_one_message_by_kind_and_what_is_passed_up_leaves_at_once(town: Sides) -> None:
    """Each matter once in the words of its own message; the escalation has gone long before."""
    duties = [await duty(town, name) for name in ("one", "two")]
    await duty(town, "up", escalated(town))
    declined = registry.HostDeclined(member_id=town.member, host_branch=FAR, reason=next(iter(HostRefusal)))
    await town.world.happen(town.world.id("departure"), declined)
    await pass_to(town, at(DAY, 18))
    assert [(to, subject.partition(" / ")[2].partition(":")[0]) for to, subject, _ in await mails(town)] == [
        (secretary(HOME), "Contact duty escalated")
    ]
    assert (await states(town))["contact_missed_to_contact_person", "HELD"] == 2
    assert (await account(town))["pending"] == 3
    await pass_to(town, at(DAY + timedelta(days=1), 9, 59))
    assert len(await mails(town)) == 1
    await pass_to(town, at(DAY + timedelta(days=1), 10))
    ((to, subject, text),) = [one for one in await mails(town) if one[0] == keeper(HOME)]
    assert (to, subject) == (keeper(HOME), "今日事项:3项 / Today: 3 matters")
    assert sorted(NUMBER.findall(text)) == sorted(duties)
    zh, _, en = text.partition("Hello,")
    for part, kinds in (
        (zh, ("【联系任务到期未完成】2项", "【流入地未接纳】1项")),
        (en, ("ended without a contact] 2",)),
    ):
        assert all(kind in part for kind in kinds), part
    assert [line for line in zh.split("\n") if re.match(r"\d\. ", line)] == [
        "1. 未联系提醒:2026年第一季度", "2. 未联系提醒:2026年第一季度", "3. 对方未接纳"
    ]  # fmt: skip
    assert zh.count("您好") == 1
    assert set(await states(town)) == {
        ("contact_missed_to_contact_person", "SENT"), ("host_declined_to_branch", "SENT"), ("digest", "SENT"),
        ("contact_escalated_to_secretary", "SENT"),
    }  # fmt: skip
    figures = await account(town)
    assert (figures["due"], figures["sent"], figures["pending"]) == (4, 4, 0)
    assert (await account(town, DAY + timedelta(days=1)))["due"] == 0, "a digest is no intent"
    (digest,) = await rows(town, rule="digest")
    entries = await rows(town, digest_id=digest["id"])
    assert sorted((await town.row(digest["id"]))["entries"]) == sorted(one["id"] for one in entries)
    listed = await get(town, "/v1/intents", day=DAY.isoformat(), template="contact_missed")
    assert {one["digest_id"] for one in listed["items"]} == {digest["id"]}


async def test_what_runs_out_before_the_digest_leaves_alone(town: Sides) -> None:
    """A deadline of today or of the digest's own day does not wait for its hour."""
    for name, left in (("today", 0), ("tomorrow", 1), ("later", 2)):
        near = contact.ContactReminderSent(
            member_id=town.member, quarter="2026-Q1", branch=HOME, day=85, days_left=left
        )
        await duty(town, name, near)
    assert [subject.partition(" / ")[2] for _, subject, _ in await mails(town)] == ["Contact duty due: 2026-Q1"] * 2
    assert (await states(town))["duty_due_to_contact_person", "HELD"] == 1


async def test_each_at_once_unless_city_or_recipient_wants_a_digest(town: Sides) -> None:
    """The recipient's word goes before the city's, both ways; the door says what was chosen."""
    who, path = town.world.id("person", HOME, "keeper"), "/v1/preferences/{}/set"
    wish = {"channel": "EMAIL", "language": "zh-CN"}

    async def say(digest: str | None) -> None:
        answer = await town.town.http.post(path.format(who), json={**wish, "digest": digest}, headers=town.city)
        assert answer.status_code == 200, answer.text
        await town.town.settle()
        assert (await get(town, f"/v1/preferences/{who}"))["digest"] == digest

    for number, (city, digest, held) in enumerate(
        [("true", "AT_ONCE", 0), ("true", None, 1), ("false", None, 0), ("false", "DAILY", 1)]
    ):
        await daily(town, city)
        await say(digest)
        before = (await states(town))["contact_missed_to_contact_person", "HELD"]
        await duty(town, str(number))
        await town.town.settle()
        assert (await states(town))["contact_missed_to_contact_person", "HELD"] - before == held, (city, digest)
    answer = await town.town.http.post(path.format(who), json={**wish, "digest": "WEEKLY"}, headers=town.city)
    assert answer.status_code == 422


async def test_a_members_messages_are_gathered_only_where_the_member_wants_that(town: Sides) -> None:
    """A member's digest knows no working days, as no message of a member does."""
    own = contact.ContactPointAdded(point_id=town.world.id("point"), member_id=town.member, kind=ContactPointKind.EMAIL)
    await town.world.happen(town.world.id("point"), own, pii=ContactPointText(value="own@guiyan.example"))
    reminded = registry.DuesReminded(member_id=town.member, months_in_arrears=1)
    await town.world.happen(town.world.id("dues", "one"), reminded)
    assert [to for to, _, _ in await mails(town)] == ["own"]
    body = {"channel": "EMAIL", "language": "en", "digest": "DAILY"}
    answer = await town.town.http.post(f"/v1/preferences/{town.member}/set", json=body, headers=town.city)
    assert answer.status_code == 200, answer.text
    await pass_to(town, at(date(2026, 3, 13), 12))
    await town.world.happen(town.world.id("dues", "two"), reminded)
    await pass_to(town, at(date(2026, 3, 14), 10))  # a Saturday
    (digest,) = await rows(town, rule="digest_to_member")
    assert (digest["state"], digest["org_code"], digest["member_id"]) == ("SENT", HOME, town.member)
    assert (await mails(town))[-1][:2] == ("own", "Today: 1 matter")


async def test_what_is_over_before_it_leaves_is_left_out_and_says_so(town: Sides) -> None:
    """Reached in the morning: not in the mail; its notice is suppressed with the reason, the others are sent."""
    one, two = [await duty(town, name) for name in ("one", "two")]
    await town.town.advance_to(at(DAY + timedelta(days=1), 10))
    await gather(town)
    await duty(town, "one", reached(town))  # between its making and its leaving
    (_, subject, text), *rest = await mails(town)
    assert (rest, subject, NUMBER.findall(text)) == ([], "今日事项:1项 / Today: 1 matter", [two])
    assert one not in text
    (digest,) = await rows(town, rule="digest")
    shown = await town.row(digest["id"])
    (left,) = shown["left_out"]
    assert (await town.row(left))["changes"][-1]["reason"] == "NO_LONGER_NEEDED"
    assert [change["event"] for change in shown["changes"]] == [
        "NoticeQueued", "NoticeEntriesLeftOut", "NoticeSendStarted", "NoticeSent"
    ]  # fmt: skip
    figures = await account(town)
    assert (figures["due"], figures["sent"], figures["suppressed"]) == (2, 1, 1)


async def test_a_digest_of_nothing_is_not_sent(town: Sides) -> None:
    """All of it is over: no message, and each notice names the reason."""
    for name in ("one", "two"):
        await duty(town, name)
        await duty(town, name, reached(town))
    await pass_to(town, at(DAY + timedelta(days=1), 12))
    assert await mails(town) == []
    assert set(await states(town)) == {("contact_missed_to_contact_person", "SUPPRESSED"), ("digest", "SUPPRESSED")}
    assert (await account(town))["suppressed"] == 2


async def test_by_sms_it_is_one_that_counts_and_reveals_nothing(town: Sides) -> None:
    """Whoever holds the number now learns that something waits, how much, and whom to call (§1.4)."""
    digest, _ = await a_digest(town)
    document = await town.town.parts.reads(Notices).get(NOTICES, digest)
    assert document is not None
    for channel in (NoticeChannel.SMS, NoticeChannel.CHAT):
        for language, said in ((None, "您好,有2项工作需要您处理。请致电办公室联系。"), ("en", "Hello, 2 things need")):
            entries = await town.notices.entries_of(document)
            written = await town.wordings.written({**document, "language": language}, channel, entries)
            assert written.body.startswith(said)
            assert not revealing(written.body)
            assert not any(entry["params"]["duty"] in written.body for entry in entries)


async def test_whatever_becomes_of_the_digest_becomes_of_each_notice(town: Sides) -> None:
    """Nobody can tell: UNKNOWN, all of it; a person settles it at any entry; sent again it arrives, then comes back."""
    digest, _ = await a_digest(town)
    smtp = Claim(NoticeChannel.EMAIL, "smtp", DAY)
    await do(town, digest, smtp, Report(Lost(), DAY))
    assert (await states(town))["contact_missed_to_contact_person", "UNKNOWN"] == 2
    assert (await account(town))["unknown"] == 2
    (entry, _) = await rows(town, digest_id=digest)
    path, said = f"/v1/notices/{entry['id']}/resolve", {"settlement": "NOT_ARRIVED"}
    answer = await town.town.http.post(path, json=said, headers=town.city)
    assert (answer.status_code, answer.json()["id"]) == (200, digest)
    assert (await states(town))["contact_missed_to_contact_person", "GATHERED"] == 2
    await do(town, digest, smtp, Report(Taken("r-1"), DAY))
    await do(town, digest, Receive("smtp", Arrived(), DAY, "r-1"))
    assert (await account(town))["delivered"] == 2
    assert await town.notices.find_by_reference("smtp", "r-1") == await town.notices.get(digest)


async def test_a_digest_that_comes_back_closes_its_number_once(town: Sides) -> None:
    """The entries came back too; the contact point is named by the digest alone."""
    digest, _ = await a_digest(town)
    point = town.world.id("point")
    returned = Report(Returned(NoticeFailure.ADDRESS_INVALID, "550"), DAY)
    await do(town, digest, Claim(NoticeChannel.SMS, "smpp", DAY, point), returned)
    assert (await states(town))["contact_missed_to_contact_person", "BOUNCED"] == 2
    bounced = [event.payload for event in await events_of(town) if event.type == "NoticeBounced"]
    assert Counter(getattr(one, "contact_point_id", None) for one in bounced) == {point: 1, None: 2}
    assert (await account(town))["bounced"] == 2


async def test_an_entry_without_words_is_told_by_its_number(town: Sides, monkeypatch: pytest.MonkeyPatch) -> None:
    """A version that cannot be filled holds up nobody: the others say theirs, this one what it is and its number."""
    _, duties = await a_digest(town)
    find = town.wordings.find_edition

    async def fails(template: str, version: int) -> Any:
        return None if template == "contact_missed" else await find(template, version)

    monkeypatch.setattr(town.wordings, "find_edition", fails)
    ((_, _, text),) = await mails(town)
    assert "联系任务到期未完成" in text
    assert all(one in text for one in duties)


async def test_who_is_erased_hears_nothing_and_the_text_goes(town: Sides) -> None:
    """What waits for its digest is called off, one that is gathered with it; no text is left of either."""
    digest, _ = await a_digest(town)
    await duty(town, "later")
    await town.town.settle()
    who = town.world.id("person", HOME, "keeper")
    await town.world.happen(town.world.id("erasure"), registry.DekDestroyed(person_id=who, key_ids=("dk-1",)))
    await town.town.settle()
    assert {state for _, state in await states(town)} == {"SUPPRESSED"}
    assert {one["text_erased"] for one in await rows(town)} == {True}
    changes = (await town.row(digest))["changes"]
    assert [one["reason"] for one in changes if one["event"] == "NoticeSuppressed"] == ["RECIPIENT_ERASED"]
    await pass_to(town, at(DAY + timedelta(days=3), 12))
    assert await mails(town) == []


async def test_an_entrys_text_is_kept_as_long_as_its_digests(town: Sides) -> None:
    """Six months after it left (§5.3): the digest's text goes, and with it what its entries said."""
    await duty(town, "one")
    await pass_to(town, at(DAY + timedelta(days=1), 10))
    (texts,) = [one for one in town.town.composed.jobs if isinstance(one, Texts)]
    for day, erased in ((date(2026, 9, 11), False), (date(2026, 9, 12), True)):
        await town.town.advance_to(at(day, 12))
        while await texts.round():
            pass
        await town.town.settle()
        assert {one["text_erased"] for one in await rows(town)} == {erased}


async def test_what_is_queued_late_is_in_it_and_what_comes_later_still_is_told(
    town: Sides, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its hour comes while notices are still being queued: it waits for them; a straggler has a digest of its own."""
    going = asyncio.Event()
    react = Intents.react

    async def slow(self: Intents, fact: Any) -> Any:
        await going.wait()
        return await react(self, fact)

    first = await duty(town, "one")
    await town.town.settle()
    monkeypatch.setattr(Intents, "react", slow)
    second = await duty(town, "two")
    town.world.clock.set(at(DAY + timedelta(days=1), 10))
    job = gathering(town)
    for _ in range(3):
        await job.look()
    assert await rows_now(town, rule="digest") == []
    going.set()
    await town.town.settle()
    monkeypatch.setattr(Intents, "react", react)
    await gather(town)
    ((_, _, text),) = await mails(town)
    assert sorted(NUMBER.findall(text)) == sorted([first, second])
    town.world.clock.set(at(DAY, 23))
    third = await duty(town, "three")
    town.world.clock.set(at(DAY + timedelta(days=1), 10, 1))
    await gather(town)
    assert [NUMBER.findall(text) for _, _, text in await mails(town)][-1] == [third]


async def rows_now(town: Sides, **asked: str) -> list[dict[str, Any]]:
    """The list as it stands, without waiting for policies."""
    found = await town.town.http.get("/v1/notices", params=asked, headers=town.city)
    return list(found.json()["items"])


async def test_whoever_has_very_much_gets_several_and_whoever_serves_twice_gets_one(
    town: Sides, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A digest has a limit; one of several branches is on behalf of what is above all of them."""
    monkeypatch.setattr("guiyan.notifications.gathering.ENTRIES_MOST", 2)
    monkeypatch.setattr("guiyan.notifications.gathering.PAGE", 4)
    who = town.world.id("person", HOME, "keeper")
    text = PersonText(name="张示例", email=f"keeper.{HOME}@guiyan.example")
    await town.world.happen(FAR, registry.ContactPersonAppointed(org_code=FAR, person_id=who), pii=text)
    for number in range(3):
        await duty(town, str(number))
    far = missed(town).model_copy(update={"branch": FAR})
    await duty(town, "far", far)
    await pass_to(town, at(DAY + timedelta(days=1), 10))
    digests = await rows(town, rule="digest")
    assert {one["state"] for one in digests} == {"SENT"}
    told = [number for _, _, text in await mails(town) for number in NUMBER.findall(text)]
    assert len(told) == len(set(told)) == 4
    assert CITY in {one["org_code"] for one in digests} <= {HOME, CITY}
