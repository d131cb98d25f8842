"""The account of a day as the office reads it: due is delivered + sent + … , each figure opens its list (ADR 0033)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import date, time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from services.notifications.tests.town import CITY, FAR, HOME, OTHER, TOWN, NoticeTown, a_town

from guiyan.events import EVENT_TYPES, Payload, new_id
from guiyan.events.codes import ChangeType, NoticeChannel, NoticeFailure, TransferChannel
from guiyan.events.contact.duty import ContactMissed
from guiyan.events.registry import SecretaryAppointed
from guiyan.events.registry.post import PersonText
from guiyan.events.samples import sample_event
from guiyan.events.transfers import LetterReminderSent, TransferRequested
from guiyan.ledger import Call, Context, Fact
from guiyan.ledger.calendar import moment_of
from guiyan.notifications.domain.notice import NOTICE, Arrived, Claim, Receive, Report, Returned, Taken
from guiyan.notifications.domain.reconciliation import RECONCILIATION, reconciliation_id
from guiyan.notifications.domain.rules import RULES
from guiyan.notifications.policies.intents import Intents
from guiyan.notifications.projections import Accounts
from guiyan.notifications.projections.accounts import INTENTS, NOT_QUEUED
from guiyan.service.auth import Role
from guiyan.service.twins import START

TODAY = date(2026, 3, 10)
TOMORROW = date(2026, 3, 11)


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[NoticeTown]:
    """A small town in memory, running; nobody sends but the tests."""
    async with a_town(tmp_path) as running:
        yield running


async def get(town: NoticeTown, path: str, headers: dict[str, str] | None = None, **query: Any) -> Any:
    """A read that has to succeed."""
    await town.town.settle()
    found = await town.town.http.get(path, params=query, headers=headers or town.city)
    assert found.status_code == 200, found.text
    return found.json()


async def missed(town: NoticeTown, name: str, branch: str = HOME) -> str:
    """A contact was missed in a branch; gives the id of the notice that comes of it, or nothing where none does."""
    cause = ContactMissed(
        member_id=town.world.id("member", name),
        branch=branch,
        quarter="2026-Q1",
        departure_id=town.world.id("trip", name),
        attempts=0,
        missed_in_a_row=1,
    )
    await town.world.happen(town.world.id("duty", name), cause)
    found = await get(town, "/v1/intents", member_id=town.world.id("member", name))
    (one,) = found["items"]
    return str(one["id"])


async def send(town: NoticeTown, id_: str, *steps: Any) -> None:
    """Claim a notice and report on it."""
    for step in (Claim(NoticeChannel.EMAIL, "smtp", TODAY), *steps):
        context = Context(new_id(START), "t", CITY, "c", "c")
        await town.town.parts.commands.execute(NOTICE, id_, step, context)
    await town.town.settle()


async def told(town: NoticeTown, day: date = TODAY, org: str = HOME) -> list[dict[str, Any]]:
    """What the account of a day and branch was told as, oldest first."""
    await town.town.settle()
    subject = RECONCILIATION.subject(reconciliation_id(day.isoformat(), org))
    history = await town.world.ledger.read(subject)
    return [event.data for event in history.events]


async def count(town: NoticeTown, address: str, headers: dict[str, str] | None = None) -> int:
    """How many rows a figure's list has."""
    where = urlsplit(address)
    found = await town.town.http.get(where.path, params=parse_qsl(where.query), headers=headers or town.city)
    assert found.status_code == 200, found.text
    return len(found.json()["items"])


async def test_the_day_adds_up_and_every_figure_opens_its_list(town: NoticeTown) -> None:
    """By day, by batch and by organisation the same notices; a branch without anybody to tell says why."""
    await town.officer()
    sent, back, waiting = [await missed(town, name) for name in ("sent", "back", "waiting")]
    gap = await missed(town, "gap", FAR)
    await send(town, sent, Report(Taken("r-1"), TODAY))
    await send(town, back, Report(Returned(NoticeFailure.ADDRESS_INVALID), TODAY))
    day = await get(town, "/v1/notices/reconciliation", day=TODAY.isoformat(), recount="true")
    assert (day["due"], day["sent"], day["bounced"], day["pending"], day["suppressed"]) == (4, 1, 1, 1, 1)
    assert (day["difference"], day["lost"], day["reasons"]) == (0, 0, {"NO_CONTACT_POINT": 1})
    assert {name: day[name] for name in day["recount"]} == day["recount"]
    rows = (await get(town, "/v1/notice-accounts"))["items"]
    assert [(one["org_code"], one["due"], one["failed"], one["because"]) for one in rows] == [
        (FAR, 1, 0, "无可用联系方式 1"),
        (HOME, 3, 1, None),
    ]
    assert await count(town, rows[1]["list"]) == 3
    report = await get(town, "/v1/notice-accounts/report", period="2026-03")
    assert {one["org_code"]: one["figures"]["due"]["value"] for one in report["rows"]} == {TOWN: 3, OTHER: 1}
    for one in (*report["rows"], report["total"]):
        for name, figure in one["figures"].items():
            if name != "delivery_rate":
                assert await count(town, figure["list"]) == figure["value"], name
    assert report["total"]["figures"]["failed"]["value"] == 1
    batches = (await get(town, "/v1/notice-batches", org_code=HOME))["items"]
    assert [
        (one["batch"], one["channel"], one["due"], one["succeeded"], one["failed"], one["pending"], one["receipts"])
        for one in batches
    ] == [("2026-03-10", "MAILBOX", 1, 0, 0, 1, 0), ("2026-03-10", "EMAIL", 2, 1, 1, 0, 0)]
    (one,) = (await get(town, "/v1/intents", state="QUEUED"))["items"]
    assert one["id"] == waiting
    (one,) = (await get(town, "/v1/intents", reason="NO_CONTACT_POINT"))["items"]
    assert one["id"] == gap


@pytest.mark.parametrize("path", ["intents", "notice-accounts", "notice-accounts/report", "notice-batches"])
async def test_each_is_a_file_that_one_can_hand_in(town: NoticeTown, path: str) -> None:
    """CSV and XLSX of the same rows; codes stand as words, and an officer of elsewhere finds none of them."""
    await missed(town, "one")
    for kind in ("text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"):
        answer = await town.town.http.get(f"/v1/{path}", headers={**town.city, "Accept": kind})
        assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, kind)
    lines = (await town.town.http.get(f"/v1/{path}", headers={**town.city, "Accept": "text/csv"})).text.splitlines()
    assert len(lines) > 1
    others = town.town.bearer(Role.TOWNSHIP_OFFICER, org=OTHER, sub="others")
    mine = await get(town, f"/v1/{path}", others)
    figures = mine.get("total", {"figures": {"due": {"value": 0}}})["figures"]
    assert not mine.get("items")
    assert figures["due"]["value"] == 0


async def test_the_night_after_tells_the_day_and_a_late_receipt_corrects_it(town: NoticeTown) -> None:
    """Once after the day's end; again the night after a receipt came, for the day that its notice was due."""
    await town.officer()
    id_ = await missed(town, "one")
    await send(town, id_, Report(Taken("r-1"), TODAY))
    await town.town.advance_to(moment_of(TOMORROW, time(8)))
    (first,) = await told(town)
    assert (first["day"], first["due"], first["sent"], first["delivered"]) == ("2026-03-10", 1, 1, 0)
    await town.town.advance_to(moment_of(date(2026, 3, 20), time(8)))
    assert len(await told(town)) == 1
    context = Context(new_id(START), "t", CITY, "c", "c")
    receipt = Receive("smtp", Arrived(), date(2026, 3, 20), "r-1")
    await town.town.parts.commands.execute(NOTICE, id_, receipt, context)
    await town.town.advance_to(moment_of(date(2026, 3, 21), time(8)))
    _, second = await told(town)
    assert (second["day"], second["due"], second["sent"], second["delivered"]) == ("2026-03-10", 1, 0, 1)
    (row,) = (await get(town, "/v1/notice-accounts", reconciled="true"))["items"]
    assert (row["day"], row["delivered"], row["reconciled_on"]) == ("2026-03-10", 1, "2026-03-21")
    assert await told(town, date(2026, 3, 20)) == []


async def test_an_intent_that_was_lost_is_an_alarm_until_it_is_there(
    town: NoticeTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who queues notices stumbles: the day says so, the metric counts it, the list names the event it came from."""
    await town.officer()
    react = Intents.react

    async def forgets(_: Intents, fact: Fact) -> Sequence[Call]:
        return ()

    monkeypatch.setattr(Intents, "react", forgets)
    intent = await missed(town, "lost")
    monkeypatch.setattr(Intents, "react", react)
    await missed(town, "found")
    watch = town.town.composed.jobs[1]
    await watch.look()  # type: ignore[attr-defined] # the job that reconciles
    lost = town.town.parts.metrics.registry.get_sample_value
    assert lost("guiyan_notices_lost") == 0, "the day is not over: it may still come"
    await town.town.advance_to(moment_of(TOMORROW, time(8)))
    (first,) = await told(town)
    assert (first["due"], first["pending"], first["lost"]) == (2, 1, 1)
    await watch.look()  # type: ignore[attr-defined] # the job that reconciles
    assert lost("guiyan_notices_lost") == 1
    day = await get(town, "/v1/notices/reconciliation", day=TODAY.isoformat())
    assert (day["due"], day["difference"]) == (2, 1)
    (row,) = (await get(town, "/v1/notice-accounts", lost_from=1))["items"]
    assert (row["org_code"], row["lost"]) == (HOME, 1)
    (one,) = (await get(town, "/v1/intents", state="NOT_QUEUED"))["items"]
    assert (one["id"], one["id"]) == (intent, f"{one['cause_event_id']}:contact_missed_to_contact_person")


async def test_the_same_person_is_told_once_and_the_notice_answers_both_rules(town: NoticeTown) -> None:
    """Contact person and secretary may be one: two rules call, one notice answers both, and nothing is lost."""
    person = await town.officer()
    text = PersonText(name="张示例", email="officer@guiyan.example")
    await town.world.happen(TOWN, SecretaryAppointed(org_code=TOWN, person_id=person), pii=text)
    asked = TransferRequested(
        member_id=town.world.id("member"),
        from_branch=HOME,
        from_committee=OTHER,
        to_committee=TOWN,
        channel=TransferChannel.PAPER,
        change_type=ChangeType.OUT_INSIDE,
        to_title="示例县委组织部",
        dues_paid_to="2026-03",
    )
    near = LetterReminderSent(member_id=town.world.id("member"), day_offset=-3, expires_on=TOMORROW)
    await town.world.happen(town.world.id("transfer"), asked, near)
    (one,) = (await get(town, "/v1/intents"))["items"]
    assert (one["rule"], one["state"]) == ("letter_due_to_origin", "QUEUED")
    day = await get(town, "/v1/notices/reconciliation", day=TODAY.isoformat())
    assert (day["due"], day["pending"], day["lost"]) == (1, 1, 0)


async def test_whatever_a_rule_is_about_leaves_no_difference(town: NoticeTown) -> None:
    """A sample of every event that tells somebody, with nobody in any post: account and policy agree on each."""
    ids = {"activity": town.world.id("activity"), "organisation": HOME}
    for type_ in ("StudyActivityDrafted", *RULES):
        payload = _sample(type_)
        await town.world.happen(ids.get(payload.aggregate, town.world.id(type_)), payload)
    await town.town.settle()
    accounts = town.town.parts.reads(Accounts)
    assert await accounts.find(INTENTS, {"state": NOT_QUEUED}) == []
    causes = {one["cause_event_id"] for one in await accounts.find(INTENTS, {})}
    assert len(causes) > len(RULES) * 0.9, "but for those about a side that is not here"


def _sample(type_: str) -> Payload:
    payload = EVENT_TYPES[type_].model_validate(sample_event(EVENT_TYPES[type_])["data"])
    return payload.model_copy(update={"pii": None}) if "pii" in type(payload).model_fields else payload
