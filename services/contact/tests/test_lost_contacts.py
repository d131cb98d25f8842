"""Lost contact over the doors: from the watch to the end, with everything that may come between (domain.md §2.7)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from io import BytesIO
from typing import Any, cast
from urllib.parse import parse_qsl

import pytest
from openpyxl import load_workbook
from services.contact.tests.lost_town import MISSED_TWICE, PAPER, LostTown, a_lost_town
from services.contact.tests.town import FAR, HOME, OTHER, TOWN, WISH

from guiyan.contact.projections import lost_people as people
from guiyan.events.codes import SearchMeans
from guiyan.events.notifications import AttendanceRecorded, AttendanceWithdrawn
from guiyan.events.registry import (
    BranchAssigned,
    DekDestroyed,
    DuesPaid,
    DuesPaymentWithdrawn,
    MembershipDecisionAnnulled,
    MembershipEnded,
    MembershipReinstated,
    MembershipRemoved,
)
from guiyan.events.registry.policy import PolicyParameterChanged
from guiyan.events.transfers import TransferWithdrawn
from guiyan.ledger import Fact
from guiyan.ledger.memory.ledger import MemoryLedger
from guiyan.service.auth import Role
from guiyan.service.conformance import Doors, check_a_key_is_one_request, check_a_version_guards

PROPOSALS = {"SuspensionProposed", "ReinstatementProposed", "RemovalProposed"}


@pytest.fixture
async def town() -> AsyncIterator[LostTown]:
    """A small town in memory, running, on 10 February 2026."""
    async with a_lost_town() as running:
        yield running


async def test_from_the_watch_to_the_removal(town: LostTown) -> None:
    """Two quarters missed, searched by every means, confirmed, suspended, two years, removed: each step a person's."""
    member_id, case_id = await town.watched()
    row = await town.case(case_id)
    assert (row["state"], row["missed_in_a_row"], row["since"]) == ("WATCH", 2, "2026-02-10")
    assert (row["waits_for"], row["next_step"], row["next_on"]) == ("BRANCH", "START_SEARCH", "2026-07-14")
    await town.until(date(2026, 7, 20))
    assert await town.types(case_id) == ["LostContactWatchOpened", "LostContactDue"]

    assert (await town.do(case_id, "start-search", town.keeper)).status_code == 200
    await town.try_everything(case_id)
    early = await town.do(case_id, "confirm", town.officer)
    assert (early.status_code, early.json()["code"]) == (422, "silence_too_short")
    await town.until(date(2026, 8, 10))
    lacking = await town.do(case_id, "confirm", town.officer)
    assert (lacking.status_code, lacking.json()["code"]) == (409, "lost_cause_missing")
    assert (await town.do(case_id, "open", cause="MIGRANT_OR_BUSINESS")).status_code == 200
    done = await town.do(case_id, "confirm", town.officer, document_no="示例〔2026〕6号")
    assert [one["type"] for one in done.json()["events"]] == ["LostContactConfirmed"]
    row = await town.case(case_id)
    assert (row["state"], row["confirmed_by"], row["months"]) == ("CONFIRMED_LOST", TOWN, 6)

    assert (await town.do(case_id, "propose-suspension", **PAPER)).status_code == 200
    await town.decide(member_id)
    row = await town.case(case_id)
    assert (row["state"], row["decision_no"]) == ("SUSPENDED", "示例〔2026〕9号")
    assert (row["suspended_on"], row["removal_from"], row["next_on"]) == ("2026-08-10", "2028-08-10", "2028-08-10")
    soon = await town.do(case_id, "propose-removal", **PAPER)
    assert soon.json()["code"] == "removal_proposed_too_early"
    await town.until(date(2029, 1, 5))
    assert (await town.types(case_id)).count("LostContactDue") == 3
    assert (await town.case(case_id))["state"] == "SUSPENDED"
    assert (await town.do(case_id, "propose-removal", **PAPER)).status_code == 200
    await town.decide(member_id, MembershipRemoved)
    row = await town.case(case_id)
    assert (row["state"], row["open"], row["result"]) == ("REMOVED", False, "REMOVED")
    assert [row["waits_for"], row["next_on"]] == [None, None]
    by_system = {one.type for one in await town.events(case_id) if one.actor == "system"}
    assert not by_system & PROPOSALS


async def test_silence_alone_opens_a_watch(town: LostTown) -> None:
    """Five months without a sign; a sign moves the day; one told late moves nothing back (§8)."""
    member_id = await town.member()
    await town.leave(member_id)
    await town.until(date(2026, 6, 20))
    paid = DuesPaid(member_id=member_id, branch=HOME, months=("2026-06",))
    await town.world.happen(town.world.id("dues", member_id), paid, occurred_on=date(2026, 6, 15))
    early = AttendanceRecorded(member_id=member_id, kind="THEME_DAY")
    await town.world.happen(town.world.id("attendance", member_id), early, occurred_on=date(2026, 3, 1))
    duty = f"/v1/duties/{town.duty(member_id, '2026-Q2')}/complete"
    assert (await town.post(duty, {"channel": "PHONE", "occurred_on": "2026-06-18"})).status_code == 200
    await town.until(date(2026, 11, 17))
    assert await town.cases(member_id=member_id) == []
    await town.until(date(2026, 11, 18))
    (row,) = await town.cases(member_id=member_id)
    assert (row["opened_on"], row["since"], row["missed_in_a_row"]) == ("2026-11-18", "2026-06-18", 0)
    assert (row["last_attended_on"], row["last_paid_on"]) == ("2026-03-01", "2026-06-15")


async def test_who_was_spoken_with_is_not_silent(town: LostTown) -> None:
    """An attempt that reached the member is a sign before any answer; in vain or of the host, it is none."""
    member_id = await town.member()
    await town.leave(member_id)
    await town.until(date(2026, 6, 20))
    duty = f"/v1/duties/{town.duty(member_id, '2026-Q2')}/attempt"
    for day, outcome, more in (
        ("2026-06-16", "REACHED", {}),
        ("2026-06-17", "NO_ANSWER", {}),
        ("2026-06-18", "MESSAGE_DELIVERED", {}),
        ("2026-06-19", "REACHED", {"leg": "HOST_ORG"}),
    ):
        body = {"channel": "PHONE", "outcome": outcome, "occurred_on": day, **more}
        done = await town.post(duty, body)
        assert done.status_code == 200, done.text
    await town.until(date(2026, 11, 15))
    assert await town.cases(member_id=member_id) == []
    await town.until(date(2026, 11, 16))
    (row,) = await town.cases(member_id=member_id)
    assert (row["opened_on"], row["since"], row["missed_in_a_row"]) == ("2026-11-16", "2026-06-16", 0)


@pytest.mark.parametrize("sought", [False, True])
async def test_an_attempt_that_reached_ends_a_watch_and_finds_whoever_is_sought(
    town: LostTown,
    sought: bool,  # noqa: FBT001 - pytest gives it
) -> None:
    """By its channel and day, once: the answers recorded afterwards regain nothing again."""
    member_id, case_id = await (town.searching() if sought else town.watched())
    duty = f"/v1/duties/{town.duty(member_id, '2026-Q3')}"
    vain = {"channel": "PHONE", "outcome": "NO_ANSWER"}
    assert (await town.post(f"{duty}/attempt", vain)).status_code == 200
    assert (await town.case(case_id))["regained_channel"] is None
    assert (await town.post(f"{duty}/attempt", {**vain, "outcome": "REACHED"})).status_code == 200
    row = await town.case(case_id)
    assert (row["state"], row["regained_channel"], row["open"]) == ("FOUND", "PHONE", sought)
    assert (await town.post(f"{duty}/complete", {"channel": "VIDEO"})).status_code == 200
    assert (await town.case(case_id))["regained_channel"] == "PHONE"
    assert (await town.types(case_id)).count("ContactRegained") == 1


async def test_how_often_contact_is_due_tells_when_it_is_lost(town: LostTown) -> None:
    """Two missed months are not two quarters; abroad silence is half a year; whoever is exempt is not silent."""
    unknown, abroad, exempt = [await town.member(name) for name in ("unknown", "abroad", "exempt")]
    await town.leave(unknown, dest_certainty="UNKNOWN")
    await town.leave(abroad, range="OVERSEAS")
    await town.leave(exempt)
    await town.until(date(2026, 2, 20))
    for quarter, day in (("2026-Q1", date(2026, 4, 20)), ("2026-Q2", date(2026, 7, 2))):
        body = {"reason": "AT_SEA_OR_FIELD"}
        done = await town.post(f"/v1/duties/{town.duty(exempt, quarter)}/exempt", body, town.officer)
        assert done.status_code == 200, done.text
        await town.until(day)
    opened = {one["member_id"]: one["opened_on"] for one in await town.cases()}
    assert abroad not in opened
    assert exempt not in opened
    await town.until(date(2026, 8, 15))
    opened = {one["member_id"]: one["opened_on"] for one in await town.cases()}
    assert opened == {unknown: "2026-07-10", abroad: "2026-08-10"}


async def test_a_sign_taken_back_uncovers_the_one_before(town: LostTown) -> None:
    """An attendance or a payment recorded in error counts no more, and the silence is as long as it was."""
    member_id, case_id = await town.searching()
    attendance, dues = town.world.id("attendance", member_id), town.world.id("dues", member_id)
    took_part = AttendanceRecorded(member_id=member_id, kind="THEME_DAY")
    await town.world.happen(attendance, took_part, occurred_on=date(2026, 5, 1))
    paid = DuesPaid(member_id=member_id, branch=HOME, months=("2026-06",))
    await town.world.happen(dues, paid, occurred_on=date(2026, 5, 20))
    row = await town.case(case_id)
    assert (row["since"], row["last_attended_on"], row["last_paid_on"]) == ("2026-05-20", "2026-05-01", "2026-05-20")
    payment = (await town.events(dues))[-1].id
    gone = DuesPaymentWithdrawn(
        member_id=member_id, branch=HOME, payment_id=payment, months=("2026-06",), error="WRONG_PERSON"
    )
    await town.world.happen(dues, gone)
    assert (await town.case(case_id))["since"] == "2026-05-01"
    await town.world.happen(attendance, AttendanceWithdrawn(member_id=member_id))
    row = await town.case(case_id)
    assert (row["since"], row["state"], row["last_attended_on"]) == ("2026-02-10", "SEARCHING", None)


async def test_found_by_the_search(town: LostTown) -> None:
    """Found, the outcome is decided with a number; a correction period is told once when it is over."""
    _, case_id = await town.searching()
    done = await town.do(case_id, "search-step", means="HOST_ORG", result="REACHED", channel="VIA_HOST_ORG")
    assert [one["type"] for one in done.json()["events"]] == ["SearchStepDone", "ContactRegained"]
    assert (await town.case(case_id))["waits_for"] == "COMMITTEE"
    decision: dict[str, Any] = {"outcome": "CORRECTION_PERIOD", "decision_no": "示例〔2026〕3号", "months": 6}
    assert (await town.do(case_id, "decide-outcome", **decision)).status_code == 403
    outside = await town.do(case_id, "decide-outcome", town.officer, **decision, decided_by=OTHER)
    assert outside.json()["code"] == "lost_not_the_deciding_organisation"
    assert (await town.do(case_id, "decide-outcome", town.officer, **decision, decided_by=TOWN)).status_code == 200
    assert (await town.case(case_id))["correction_until"] == "2027-01-01"
    await town.until(date(2027, 3, 1))
    assert (await town.types(case_id)).count("LostContactDue") == 1
    resumed = {"outcome": "RESUME", "decision_no": "示例〔2027〕1号"}
    done = await town.do(case_id, "decide-outcome", town.officer, **resumed)
    assert [one["type"] for one in done.json()["events"]] == ["OutcomeDecided", "LostContactClosed"]
    row = await town.case(case_id)
    assert (row["open"], row["result"], row["outcome_no"]) == (False, "RESUMED", "示例〔2027〕1号")


async def test_a_contact_of_the_quarter_ends_a_watch_and_finds_whoever_is_sought(town: LostTown) -> None:
    """What the duty records needs no second entry: a watch is over, a search has found."""
    one, watch = await town.watched("one")
    two = await town.member("two")
    await town.leave(two)
    opened = await town.post("/v1/lost-contacts", {"member_id": two}, town.secretary)
    search = opened.json()["id"]
    assert (await town.do(search, "start-search")).status_code == 200
    for member_id in (one, two):
        duty = f"/v1/duties/{town.duty(member_id, '2026-Q3')}/complete"
        assert (await town.post(duty, {"channel": "VIDEO"})).status_code == 200
    row, other = await town.case(watch), await town.case(search)
    assert (row["open"], row["result"]) == (False, "RESUMED")
    assert (other["state"], other["regained_channel"], other["open"]) == ("FOUND", "VIDEO", True)


@pytest.mark.parametrize(
    ("end", "result"), [("home", "RETURNED"), ("transfer", "TRANSFERRED"), ("dies", "MEMBERSHIP_ENDED")]
)
async def test_a_watch_ends_with_its_cause(town: LostTown, end: str, result: str) -> None:
    """Home again, transferred, no member any more: nothing is left to watch, and the silence counts anew."""
    member_id, case_id = await town.watched()
    if end == "home":
        await town.come_home(member_id)
    elif end == "transfer":
        await town.transfer(member_id)
    else:
        await town.decide(member_id, MembershipEnded, how="DECEASED")
    row = await town.case(case_id)
    assert (row["open"], row["result"]) == (False, result)
    await town.until(date(2028, 1, 1))
    assert len(await town.cases(member_id=member_id)) == 1


async def test_another_trip_home_ends_nothing(town: LostTown) -> None:
    """The end of an earlier trip, told late, says nothing about the one that the member is on."""
    member_id = await town.member()
    await town.leave(member_id, "first")
    await town.come_home(member_id, "first")
    await town.leave(member_id, "second")
    await town.until(MISSED_TWICE)
    (row,) = await town.cases(member_id=member_id)
    await town.come_home(member_id, "first")
    assert (await town.case(row["id"]))["state"] == "WATCH"
    await town.come_home(member_id, "second")
    assert (await town.case(row["id"]))["result"] == "RETURNED"


async def test_suspended_reinstated_annulled(town: LostTown) -> None:
    """The written request, the proposal, registry's decision; a decision annulled puts the case back."""
    member_id, case_id = await town.confirmed()
    suspended = await town.decide(member_id)
    annulled = {"annulled_id": suspended.id, "error": "WRONG_PERSON", "status": "NORMAL"}
    await town.decide(member_id, MembershipDecisionAnnulled, **annulled)
    row = await town.case(case_id)
    assert (row["state"], row["suspended_on"], row["decision_no"]) == ("CONFIRMED_LOST", None, None)
    await town.decide(member_id)
    asked = {"requested_on": "2026-08-10", **PAPER}
    assert (await town.do(case_id, "propose-reinstatement", **asked)).status_code == 200
    await town.decide(member_id, MembershipReinstated)
    row = await town.case(case_id)
    assert (row["state"], row["result"], row["open"]) == ("REINSTATED", "REINSTATED", False)
    await town.until(date(2026, 12, 1))
    assert len(await town.cases(member_id=member_id)) == 1


async def test_at_most_one_case_is_open(town: LostTown) -> None:
    """Twenty officers at once open one; the others are told; after its end there may be a second."""
    member_id = await town.away()
    asked = [town.post("/v1/lost-contacts", {"member_id": member_id}, town.officer) for _ in range(20)]
    answers = await asyncio.gather(*asked)
    assert sorted({one.status_code for one in answers}) == [201, 409]
    assert [one.status_code for one in answers].count(201) == 1
    assert {one.json()["code"] for one in answers if one.status_code == 409} == {"lost_contact_open"}
    (first,) = await town.cases()
    assert (await town.do(first["id"], "close")).status_code == 200
    again = await town.post("/v1/lost-contacts", {"member_id": member_id}, town.officer)
    assert again.status_code == 201
    assert again.json()["id"] != first["id"]


async def test_closed_in_error_it_is_not_opened_again_for_the_same_silence(town: LostTown) -> None:
    """An officer's word stands before the clock's; the next missed quarters open the next."""
    member_id, case_id = await town.watched()
    assert (await town.do(case_id, "close")).status_code == 200
    await town.until(date(2026, 9, 30))
    assert len(await town.cases(member_id=member_id)) == 1
    await town.until(date(2026, 10, 2))
    assert len(await town.cases(member_id=member_id)) == 2


async def test_whoever_was_on_a_roster_is_silent_from_its_day(town: LostTown) -> None:
    """A leaving told late is as silent as its day says; of a roster nothing was recorded here before it (§8)."""
    member_id = await town.away(on=date(2025, 1, 1))
    await town.until(date(2026, 2, 11))
    (row,) = await town.cases(member_id=member_id)
    assert (row["since"], row["opened_on"]) == ("2025-01-01", "2025-06-01")
    (left,) = (one for one in await town.events() if one.type == "MemberLeft")
    for batch, silent in ((None, date(2025, 1, 1)), ("roster", date(2026, 2, 10))):
        fact = Fact(left.model_copy(update={"importbatch": batch}), 1, 0)
        assert people.silent_since(people.changed(people.empty(), fact)) == silent


async def test_each_does_its_part(town: LostTown) -> None:
    """The branch searches, the committee confirms, members have no door; outside the scope nothing is there."""
    member_id, case_id = await town.watched()
    member = town.town.bearer(Role.MEMBER, org=HOME, sub=member_id)
    assert (await town.get("/v1/lost-contacts", member)).status_code == 403
    assert (await town.get(f"/v1/lost-contacts/{case_id}", member)).status_code == 403
    assert (await town.do(case_id, "start-search", member)).status_code == 403
    assert (await town.post("/v1/lost-contacts", {"member_id": member_id}, town.keeper)).status_code == 403
    assert (await town.do(case_id, "confirm")).status_code == 403
    elsewhere = town.town.bearer(Role.TOWNSHIP_OFFICER, org=OTHER, sub="elsewhere")
    assert (await town.do(case_id, "start-search", elsewhere)).status_code == 404
    assert (await town.get(f"/v1/lost-contacts/{case_id}", elsewhere)).status_code == 404
    refused = await town.post("/v1/lost-contacts", {"member_id": member_id}, elsewhere)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/member_id")
    auditor = town.town.bearer(Role.AUDITOR, org=TOWN, sub="auditor")
    assert [one["id"] for one in (await town.get("/v1/lost-contacts", auditor)).json()["items"]] == [case_id]
    branch_officer = town.town.bearer(Role.TOWNSHIP_OFFICER, org=HOME, sub="below")
    await town.do(case_id, "start-search")
    assert (await town.do(case_id, "confirm", branch_officer)).json()["code"] == "lost_committee_confirms"


async def test_a_relay_person_is_a_means_only_while_nominated(town: LostTown) -> None:
    """Nominated: it must be tried. Withdrawn: it is not there (§2.6, §7)."""
    member_id, case_id = await town.searching()
    step = {"means": "RELAY_PERSON", "result": "NOTHING"}
    assert (await town.do(case_id, "search-step", **step)).json()["code"] == "search_means_missing"
    named = {"member_id": member_id, "name": "王示例", "phone": "13912345678", "in_writing": True, **WISH}
    relay = (await town.post("/v1/relay-persons", named)).json()["id"]
    passed = await town.do(case_id, "search-step", means="RELAY_PERSON", result="NOT_APPLICABLE")
    assert passed.json()["code"] == "search_means_applies"
    assert (await town.do(case_id, "search-step", **step)).status_code == 200
    assert (await town.post(f"/v1/relay-persons/{relay}/withdraw", {})).status_code == 200
    assert (await town.do(case_id, "search-step", **step)).json()["code"] == "search_means_missing"
    assert (await town.do(case_id, "regain", channel="VIA_RELAY_PERSON")).json()["code"] == "relay_person_missing"


async def test_what_the_organisation_holds_is_not_passed_over(town: LostTown) -> None:
    """An open phone or address of the member has to be tried."""
    member_id, case_id = await town.searching()
    point = {"member_id": member_id, "kind": "POSTAL", "value": "示例路1号"}
    assert (await town.post("/v1/contact-points", point)).status_code == 201
    for means in ("OWN_CONTACT_POINTS", "REGISTERED_LETTER"):
        passed = await town.do(case_id, "search-step", means=means, result="NOT_APPLICABLE")
        assert passed.json()["code"] == "search_means_applies"


async def test_the_ledger_as_table(town: LostTown) -> None:
    """No. 10 with all its columns, as CSV and XLSX, in words; figures by stage name their lists."""
    await town.away("two")
    _, case_id = await town.confirmed()
    head = await town.world.ledger.head()
    csv = (await town.get("/v1/lost-contacts", town.city | {"Accept": "text/csv"}, after_sequence=head)).text
    wanted = (
        "姓名 支部 最后参加组织生活 最后交费 失联起算 月数 原因 查找措施与日期 阶段 决定文号 停籍日期 两年期满 结果"
    )
    assert set(wanted.split()) <= set(csv.splitlines()[0].lstrip("\ufeff").split(","))
    assert "①外出务工经商" in csv
    assert "挂号信 2026-07-01 无结果" in csv
    assert "转达联系人 2026-07-01 不适用" in csv
    assert "确认失联" in csv
    xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    book = load_workbook(BytesIO((await town.get("/v1/lost-contacts", town.city | {"Accept": xlsx})).content))
    assert "失联党员台账" in str([cell.value for cell in book.active["A"]])
    stages = (await town.get("/v1/lost-contacts/by-stage")).json()
    assert stages["total"] == 2
    for one in stages["stages"]:
        path, _, asked = one["list"].partition("?")
        rows = (await town.get(path, **dict(parse_qsl(asked)))).json()["items"]
        assert len(rows) == one["count"] == (one["state"] in {"CONFIRMED_LOST", "WATCH"})
    assert (await town.get("/v1/lost-contacts", next_on_from="2026-01-01", waits_for="BRANCH", cause="OTHER")).json()[
        "items"
    ] == []
    assert [one["id"] for one in await town.cases(state="CONFIRMED_LOST")] == [case_id]


async def test_the_past_of_a_case(town: LostTown) -> None:
    """On both axes: as of a day, and as far as was recorded by a moment."""
    member_id, case_id = await town.searching()
    known_at = town.world.clock.now().isoformat()
    await town.until(date(2026, 7, 9))
    paid = DuesPaid(member_id=member_id, branch=HOME, months=("2026-04",))
    await town.world.happen(town.world.id("dues", member_id), paid, occurred_on=date(2026, 4, 2))
    await town.do(case_id, "search-step", means="HOST_ORG", result="NOTHING", occurred_on="2026-07-03")
    assert (await town.case(case_id))["since"] == "2026-04-02"
    assert (await town.case(case_id, known_at=known_at))["since"] == "2026-02-10"
    before = await town.case(case_id, as_of="2026-07-02")
    assert (before["state"], before["steps"], before["since"]) == ("SEARCHING", [], "2026-04-02")
    assert len((await town.case(case_id, as_of="2026-07-03"))["steps"]) == 1
    assert (await town.case(case_id, as_of="2026-06-30"))["state"] == "WATCH"
    assert (await town.get(f"/v1/lost-contacts/{case_id}", as_of="2026-06-29")).status_code == 404


async def test_the_case_follows_the_branch_and_forgets_the_name(town: LostTown) -> None:
    """A merger takes the open case along; with the member's key the name is gone from every case (§5.3)."""
    member_id, case_id = await town.watched()
    assert (await town.case(case_id))["name"] == "李*"
    await town.world.happen(member_id, BranchAssigned(member_id=member_id, branch=FAR, from_branch=HOME))
    assert (await town.case(case_id))["branch"] == FAR
    assert (await town.do(case_id, "start-search")).status_code == 404
    await town.world.happen(member_id, DekDestroyed(person_id=member_id, key_ids=("dk-1",)))
    assert (await town.case(case_id))["name"] == ""


async def test_the_months_are_the_offices(town: LostTown) -> None:
    """A document that asks for seven months before confirming is followed from its day (§2.14)."""
    changed = PolicyParameterChanged(
        key="lost.confirm_after", value="7", from_on=date(2026, 7, 1), document_no="示〔2026〕1号"
    )
    _, case_id = await town.watched()
    await town.world.happen("lost-confirm_after", changed)
    await town.town.settle()
    await town.do(case_id, "start-search")
    assert (await town.case(case_id))["next_on"] == "2026-09-10"
    await town.try_everything(case_id)
    await town.do(case_id, "open", cause="OTHER")
    await town.until(date(2026, 8, 20))
    assert (await town.do(case_id, "confirm", town.officer)).json()["code"] == "silence_too_short"


async def test_the_doors_keep_the_contract(town: LostTown) -> None:
    """A key is one request, a version guards, a repeat of an opening opens no second."""
    member_id = await town.away()
    doors = Doors(town.town.app, town.town.http, town.city)
    ledger = cast("MemoryLedger", town.world.ledger)
    other = ("/v1/lost-contacts", {"member_id": member_id, "last_seen_on": "2026-02-01"})
    await check_a_key_is_one_request(doors, "/v1/lost-contacts", {"member_id": member_id}, other, ledger=ledger)
    (row,) = await town.cases()
    path = f"/v1/lost-contacts/{row['id']}"
    await check_a_version_guards(doors, f"{path}/start-search", {}, row["version"])
    for means in SearchMeans:
        words = await town.do(row["id"], "search-step", means=means, result="NOTHING", note="words")
        assert words.status_code == 422
    late = await town.do(row["id"], "search-step", means="HOST_ORG", result="NOTHING", occurred_on="2026-02-11")
    assert late.json()["code"] == "date_in_future"


async def test_no_watch_while_a_transfer_is_open(town: LostTown) -> None:
    """ADR 0022: the clock stands; when the transfer has moved nobody, what was silent for so long is watched."""
    member_id = await town.away()
    transfer_id = await town.ask(member_id)
    await town.until(date(2026, 7, 20))
    assert (await town.row(member_id))["state"] == "PAUSED"
    assert await town.cases(member_id=member_id) == []
    await town.world.happen(transfer_id, TransferWithdrawn(member_id=member_id))
    (opened,) = await town.cases(member_id=member_id)
    assert (opened["state"], opened["opened_on"], opened["missed_in_a_row"]) == ("WATCH", "2026-07-20", 0)


async def test_a_silence_that_is_short_waits_for_its_day(town: LostTown) -> None:
    """The transfer is withdrawn in March: the watch comes in July as ever, once."""
    member_id = await town.away()
    transfer_id = await town.ask(member_id)
    await town.until(date(2026, 3, 20))
    await town.world.happen(transfer_id, TransferWithdrawn(member_id=member_id))
    assert await town.cases(member_id=member_id) == []
    await town.until(date(2026, 7, 20))
    assert len(await town.cases(member_id=member_id)) == 1
