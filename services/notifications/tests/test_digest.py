"""One message a recipient and day: what waits leaves together at its hour, what is urgent alone (ADR 0037, S-25)."""

from __future__ import annotations

import asyncio
import os
import re
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime, time, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from services.notifications.tests.test_accounts import get
from services.notifications.tests.test_both_sides import Sides, keeper, rows, secretary
from services.notifications.tests.town import CITY, FAR, HOME, OTHER, PARENTS, TOWN, a_town

from guiyan.events import Event, Payload, contact, new_id, registry
from guiyan.events.codes import (
    ContactChannel,
    ContactPointKind,
    EscalationLevel,
    HostRefusal,
    NoticeChannel,
    NoticeFailure,
)
from guiyan.events.contact.contact_point import ContactPointText
from guiyan.events.registry.post import PersonText
from guiyan.ledger import SHANGHAI, Context
from guiyan.ledger.calendar import moment_of
from guiyan.ledger.memory.database import MemoryDatabase
from guiyan.notifications.app import BLUEPRINT
from guiyan.notifications.domain.notice import NOTICE, Arrived, Claim, Command, Lost, Receive, Report, Returned, Taken
from guiyan.notifications.domain.revealing import revealing
from guiyan.notifications.gathering import Gathering
from guiyan.notifications.policies.intents import Intents
from guiyan.notifications.projections import Notices
from guiyan.notifications.projections.notices import NOTICES
from guiyan.notifications.settings import NotificationsSettings
from guiyan.notifications.texts import Texts
from guiyan.service.twins import START, World, on_twins

DAY: Final = date(2026, 3, 10)
NUMBER: Final = re.compile(r"^   任务编号:(\S+)$", re.MULTILINE)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment by the clock in Shanghai."""
    return moment_of(day, time(hour, minute))


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Sides]:
    """A small town in memory, all posts filled, its city wants digests; Tuesday 10 March 2026, 10:05."""
    async with a_town(tmp_path / "mailbox") as running:
        sides = Sides(running.town, tmp_path / "mailbox")
        await sides.everybody()
        await daily(sides)
        await sides.town.advance_to(at(DAY, 10, 5))
        yield sides


async def daily(town: Sides, value: str = "true") -> None:
    """The city decides for offices."""
    changed = registry.PolicyParameterChanged(
        key="notice.digest_daily", value=value, from_on="2026-03-01", document_no="伊示组发〔2026〕9号"
    )
    await town.world.happen(town.world.id("parameter"), changed)
    await town.town.settle()


def missed(town: Sides, quarter: str = "2026-Q1") -> contact.ContactMissed:
    """A duty ended without a contact: its contact person is told, by no certain day."""
    trip = town.world.id("trip")
    return contact.ContactMissed(
        member_id=town.member, quarter=quarter, branch=HOME, departure_id=trip, attempts=0, missed_in_a_row=1
    )


def reached(town: Sides) -> contact.ContactCompleted:
    """The member was reached after all."""
    return contact.ContactCompleted(member_id=town.member, quarter="2026-Q1", branch=HOME, channel=ContactChannel.PHONE)


def escalated(town: Sides) -> contact.ContactEscalated:
    """A missed contact is passed up to the branch's secretary."""
    return contact.ContactEscalated(
        member_id=town.member, quarter="2025-Q4", branch=HOME, level=EscalationLevel.BRANCH_SECRETARY, to_org=HOME,
        missed_in_a_row=1,
    )  # fmt: skip


async def duty(town: Sides, name: str, *payloads: Payload) -> str:
    """Something happens to a duty; gives its id."""
    id_ = town.world.id("duty", name)
    await town.world.happen(id_, *(payloads or (missed(town),)))
    return id_


def gathering(town: Sides) -> Gathering:
    """The job that makes digests."""
    (found,) = [one for one in town.town.composed.jobs if isinstance(one, Gathering)]
    return found


async def gather(town: Sides) -> None:
    """Let it do what is due by now."""
    await town.town.settle()
    job = gathering(town)
    async with asyncio.timeout(20):
        while not await job.at_rest():
            await job.look()
    await town.town.settle()


async def pass_to(town: Sides, moment: datetime) -> None:
    """The clock goes on and stops where a timer is due; there digests are made and messages sent."""
    await town.town.settle()
    while (due_at := await town.town.due.next_due_at()) is not None and due_at <= moment:
        await town.town.advance_to(due_at)
        await gather(town)
        await town.sent()
    await town.town.advance_to(moment)
    await gather(town)
    await town.sent()


def texts_of(mail: EmailMessage) -> str:
    """What a mail says."""
    return str(mail.get_content())


async def mails(town: Sides) -> list[tuple[str, str, str]]:
    """All there are: to whom, subject, text."""
    return [(to, str(mail["Subject"]), texts_of(mail)) for to, mail in await town.sent()]


async def states(town: Sides) -> Counter[tuple[str, str]]:
    """How many notices stand in which state, by rule."""
    return Counter((one["rule"], one["state"]) for one in await rows(town))


async def account(town: Sides, day: date = DAY) -> dict[str, Any]:
    """The account of a day, counted twice."""
    found = await get(town, "/v1/notices/reconciliation", day=day.isoformat(), recount="true")
    assert {name: found[name] for name in found["recount"]} == found["recount"]
    assert found["difference"] == 0
    return dict(found)


async def do(town: Sides, id_: str, *steps: Command) -> None:
    """What a sender does with a notice."""
    for step in steps:
        await town.town.parts.commands.execute(NOTICE, id_, step, Context(new_id(START), "t", CITY, "c", "c"))
    await town.town.settle()


async def a_digest(town: Sides, *names: str) -> tuple[str, list[str]]:
    """Digest of so many missed contacts, not sent yet: its id and those of its duties."""
    duties = [await duty(town, name) for name in names or ("one", "two")]
    await town.town.advance_to(at(DAY + timedelta(days=1), 10))
    await gather(town)
    (digest,) = await rows(town, rule="digest")
    return digest["id"], duties


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
    bounced = [event.payload for event in await _events(town) if event.type == "NoticeBounced"]
    assert Counter(getattr(one, "contact_point_id", None) for one in bounced) == {point: 1, None: 2}
    assert (await account(town))["bounced"] == 2


async def _events(town: Sides) -> list[Event]:
    """Everything that stands in the ledger."""
    head, found = await town.world.ledger.head(), []
    async for commits in town.world.ledger.follow(0):
        found += [event for commit in commits for event in commit.events]
        if commits and commits[-1].sequence >= head:
            break
    return found


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


# -- a week, killed now and then ------------------------------------------------------------------------------------
@asynccontextmanager
async def a_life(world: World, database: MemoryDatabase, folder: Path) -> AsyncIterator[Sides]:
    """The service from where the one before it died, until it dies as by SIGKILL."""
    chosen = NotificationsSettings.model_construct(mailbox=folder, providers_file=None)
    async with on_twins(BLUEPRINT, chosen, world, database=database) as running:
        await running.settle()
        yield Sides(running, folder)


EXAMPLES: Final = int(os.environ.get("GUIYAN_DIGEST_WEEKS", "8"))
ACTS: Final = st.lists(
    st.tuples(
        st.sampled_from(["missed", "missed", "reached", "escalated", "wish", "kill", "gather", "send", "hours"]),
        st.integers(0, 30),
    ),
    min_size=5,
    max_size=14,
)


@pytest.mark.timeout(900)
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow],
)
@given(acts=ACTS)
async def test_a_week_of_digests_killed_anywhere_tells_each_matter_once(acts: list[tuple[str, int]]) -> None:
    """In any order of arrivals, settlements, wishes and kills: nothing twice, nothing forgotten, every account at 0."""
    with tempfile.TemporaryDirectory() as folder:
        world, database, book = World(), MemoryDatabase(), Path(folder) / "mailbox"
        await world.organise(PARENTS, basic=(TOWN, OTHER))
        async with a_life(world, database, book) as town:
            await town.everybody()
            await daily(town)
        waiting = [("missed", 0), ("missed", 1), *acts, ("hours", 24 * 7)]
        while waiting:
            async with a_life(world, database, book) as town:
                while waiting:
                    act, number = waiting.pop(0)
                    if act == "kill":
                        break
                    await _do(town, act, number)
        async with a_life(world, database, book) as town:
            await _do(town, "hours", 24 * 4)
            await _adds_up(town)


async def _do(town: Sides, act: str, number: int) -> None:
    """One act on one of three duties; some are cut off before anything follows from them."""
    name = str(number % 3)
    match act:
        case "missed":
            await duty(town, name)
        case "reached":
            await duty(town, name, reached(town))
        case "escalated":
            await duty(town, name, escalated(town))
        case "wish":
            digest = (None, "DAILY", "AT_ONCE")[number % 3]
            body = {"channel": "EMAIL", "language": "zh-CN", "digest": digest}
            who = town.world.id("person", HOME, "keeper")
            await town.town.http.post(f"/v1/preferences/{who}/set", json=body, headers=town.city)
        case "gather":
            await gathering(town).look()
        case "send":
            await town.sent()
        case _:
            await pass_to(town, town.world.clock.now() + timedelta(hours=number))


async def _adds_up(town: Sides) -> None:
    """Each cause has one notice with one end, each SENT one stands in one mail, no mail is there twice."""
    found = await rows(town, limit="500")
    assert {one["state"] for one in found} <= {"SENT", "SUPPRESSED"}
    events = await _events(town)
    causes = [event.id for event in events if event.type in {"ContactMissed", "ContactEscalated"}]
    intents = [one for one in found if one["rule"] != "digest"]
    assert sorted(one["cause_event_id"] for one in intents) == sorted(causes)
    there = [(str(mail["Message-ID"]), texts_of(mail)) for _, mail in await town.sent()]
    assert len({id_ for id_, _ in there}) == len(there)
    alone = [one for one in found if one["state"] == "SENT" and one["digest_id"] is None]
    assert len(there) == len(alone)
    told = Counter(
        number for _, text in there if "今日事项" in text or NUMBER.search(text) for number in NUMBER.findall(text)
    )
    in_digests = [one["id"] for one in intents if one["state"] == "SENT" and one["digest_id"] is not None]
    documents = {one["_id"]: one for one in await town.town.parts.reads(Notices).find(NOTICES, {})}
    assert told == Counter(documents[one]["params"]["duty"] for one in in_digests)
    for one in await rows(town, rule="digest"):
        for change in (await town.row(one["id"]))["changes"]:
            if change["event"] == "NoticeSendStarted":
                assert 9 <= datetime.fromisoformat(change["at"]).astimezone(SHANGHAI).hour < 21
    day = DAY
    while day <= town.world.clock.now().astimezone(SHANGHAI).date():
        assert (await account(town, day))["pending"] == 0
        day += timedelta(days=1)
