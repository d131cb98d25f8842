"""Study activities over HTTP, from the note to the closed record (domain.md §2.12, §6 no. 15)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from services.notifications.tests.study_town import CITY, DAY, FAR, HOME, PLAN, TOWN, StudyTown, a_study_town, at

from guiyan.events.codes import SweepKind
from guiyan.events.registry import (
    DekDestroyed,
    InflowEnded,
    InflowPaired,
    InflowRegistered,
    MembershipRemoved,
    SweepPlanned,
)
from guiyan.events.registry.inflow import InflowText
from guiyan.events.transfers import RelationTransferred
from guiyan.service.auth import Role
from guiyan.service.conformance import check_answer, check_problem
from guiyan.service.printing import PDF_TYPE
from guiyan.service.tables import CSV_TYPE, XLSX_TYPE


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[StudyTown]:
    """A small town in memory, running, on 10 March 2026."""
    async with a_study_town(tmp_path) as running:
        yield running


async def test_from_the_note_to_the_closed_record(town: StudyTown) -> None:
    """Noted, announced, answered, held, attended, closed, judged: the list tells every figure of table 15."""
    one, two, three = [await town.member(name) for name in ("one", "two", "three")]
    guest = await town.guest("guest")
    made = await town.post("activities", PLAN | {"online": True})
    check_answer(made, "StudyActivityDrafted", made=True)
    id_ = made.json()["id"]
    check_answer(await town.post(f"activities/{id_}/announce"), "StudyActivityAnnounced")
    await town.do(f"activities/{id_}/answer", {"answer": "COMING"}, town.as_member(one))
    await town.do(f"activities/{id_}/answer", {"answer": "ONLINE", "member_id": two})
    await town.do(f"activities/{id_}/answer", {"answer": "NOT_COMING", "member_id": three})
    await town.until(DAY)
    await town.do(f"activities/{id_}/hold", {"hours": 2.5})
    for member, mode in ((one, "IN_PERSON"), (two, "ONLINE"), (guest, "IN_PERSON")):
        await town.do(f"activities/{id_}/attend", {"member_id": member, "mode": mode})
    check_answer(await town.post(f"activities/{id_}/record"), "StudyActivityRecorded")
    await town.do(f"activities/{id_}/feedback", {"answer": "USEFUL"}, town.as_member(one))
    row = await town.row(id_)
    assert (row["invited"], row["answered"], row["declined"]) == (4, 2, 1)
    assert (row["online_there"], row["there"], row["guests"], row["hours"]) == (1, 2, 1, 2.5)
    assert (row["announced_on"], row["notice_days"], row["state"]) == ("2026-03-10", 31, "RECORDED")
    assert row["feedback"] == "有用1"
    types = await town.types(id_)
    assert types == [
        "StudyActivityDrafted",
        "StudyActivityAnnounced",
        *["StudyActivityAnswered"] * 3,
        "StudyReminderSent",
        "StudyActivityHeld",
        "StudyActivityRecorded",
        "StudyFeedbackGiven",
    ]


async def test_an_activity_tells_what_can_be_done_next(town: StudyTown) -> None:
    """Its state's own acts, tried on the decider; nothing for who only looks; the public page once it is announced."""
    member = await town.member("one")
    id_ = (await town.post("activities", PLAN | {"public": True})).json()["id"]

    async def told() -> dict[str, Any]:
        await town.town.settle()
        return dict((await town.get(f"activities/{id_}")).json())

    noted = await told()
    assert (noted["acts"], noted["public_page"]) == (["announce", "hold", "change", "cancel"], None)
    await town.post(f"activities/{id_}/announce")
    announced = await told()
    assert announced["acts"] == ["answer", "change", "cancel"]
    assert announced["public_page"].endswith(f"/public/{HOME}")
    auditor = await town.get(f"activities/{id_}", town.town.bearer(Role.AUDITOR, org=CITY, sub="auditor"))
    assert auditor.json()["acts"] == []
    assert "acts" not in (await town.get(f"activities/{id_}", town.as_member(member))).json()
    await town.until(DAY)
    assert "hold" in (await told())["acts"]
    await town.do(f"activities/{id_}/hold")
    assert (await told())["acts"][:3] == ["attend", "withdraw-attendance", "record"]
    await town.post(f"activities/{id_}/record")
    assert {"attend", "record"}.isdisjoint((await told())["acts"])
    assert "reopen" in (await told())["acts"]


async def test_the_list_comes_in_every_form(town: StudyTown) -> None:
    """JSON, CSV, XLSX and PDF of the same rows; the headings of table 15 in its order."""
    await town.announced(kind="LECTURE", lecture_form="CRAFTSMAN", topic="SKILLS")
    listed = (await town.get("activities", town.city, kind="LECTURE")).json()["items"]
    assert [(one["lecture_form"], one["state"]) for one in listed] == [("CRAFTSMAN", "ANNOUNCED")]
    table = await town.get("activities", town.city | {"Accept": CSV_TYPE, "Accept-Language": "zh-CN"})
    heading = table.text.lstrip("\ufeff").splitlines()[0].split(",")
    wanted = [
        "活动",
        "支部",
        "形式",
        "讲授形式",
        "时间",
        "预告日期",
        "通知人数",
        "回复参加",
        "线上",
        "到场",
        "学时",
        "资料寄送",
        "评价",
    ]
    assert [one for one in heading if one in wanted] == wanted
    for kind in (XLSX_TYPE, PDF_TYPE):
        answer = await town.get("activities", town.city | {"Accept": kind})
        assert answer.headers["content-type"].startswith(kind)


async def test_short_notice_needs_its_reason_over_http_as_well(town: StudyTown) -> None:
    """S-25: 422 at the field; with a reason it is told in the list."""
    id_ = await town.noted(starts_at=at(date(2026, 3, 15)))
    late = await town.post(f"activities/{id_}/announce")
    told = check_problem(late, 422, "notice_too_short")
    assert told["errors"][0]["pointer"] == "/short_notice"
    await town.do(f"activities/{id_}/announce", {"short_notice": "HIGHER_ORDER"})
    assert (await town.row(id_))["short_notice"] == "HIGHER_ORDER"


async def test_whom_an_announcement_is_for(town: StudyTown) -> None:
    """The branch's members in good standing and the guests it has taken in; nobody else."""
    await town.member("one")
    gone = await town.member("gone")
    await town.guest("guest")
    await town.member("elsewhere", FAR)
    decision = {"decision_no": "示〔2026〕1号", "decided_on": "2026-03-01", "decided_by": CITY, "ground": "ART31_1"}
    await town.world.happen(gone, MembershipRemoved(member_id=gone, branch=HOME, **decision))
    await town.town.settle()
    assert (await town.row(await town.announced()))["invited"] == 2


async def test_a_guest_from_elsewhere_is_told_and_counted(town: StudyTown) -> None:
    """Somebody of another city whom the branch took in: invited, there as a guest; paired, once; gone, no more."""
    person, record = town.world.id("person", "guest"), town.world.id("inflow", "guest")
    came = InflowRegistered(person_id=person, host_branch=HOME)
    await town.world.happen(record, came, pii=InflowText(name="王示例"))
    await town.town.settle()
    id_ = await town.held()
    assert (await town.row(id_))["invited"] == 1
    data = {"member_id": person, "activity_id": id_, "kind": "THEME_DAY"}
    assert (await town.town.report(TOWN, "AttendanceRecorded", data)).kind == "accepted"
    await town.town.settle()
    (line,) = (await town.get(f"activities/{id_}/attendance")).json()["items"]
    assert (line["name"], line["mode"], line["branch"]) == ("王*", "AT_HOST", None)
    member = await town.member("found", FAR)
    trip = town.world.id("trip", "found")
    await town.world.happen(record, InflowPaired(person_id=person, member_id=member, departure_id=trip))
    await town.town.settle()
    assert (await town.row(await town.announced(starts_at=at(DAY + timedelta(days=20)))))["invited"] == 1
    await town.world.happen(record, InflowEnded(person_id=person))
    await town.town.settle()
    assert (await town.row(await town.announced(starts_at=at(DAY + timedelta(days=21)))))["invited"] == 0


async def test_whose_relation_went_outside_is_not_invited(town: StudyTown) -> None:
    """The branch has the member no more; who went to another branch here is invited there."""
    gone, moved = await town.member("gone"), await town.member("moved")
    for member, to in ((gone, None), (moved, FAR)):
        left = RelationTransferred(member_id=member, from_branch=HOME, to_branch=to, transferred_on="2026-03-10")
        await town.world.happen(town.world.id("transfer", member), left)
    await town.town.settle()
    assert (await town.row(await town.announced()))["invited"] == 0
    other = (await town.do("activities", PLAN | {"branch": FAR}, town.others))["id"]
    await town.do(f"activities/{other}/announce", {}, town.others)
    assert (await town.row(other, town.others))["invited"] == 1


async def test_a_member_sees_what_was_announced_and_speaks_for_himself(town: StudyTown) -> None:
    """Own branch or host; no draft, no history, nobody else's answer; nothing that an office does."""
    one, two = await town.member("one"), await town.member("two")
    guest, far = await town.guest("guest"), await town.member("far", FAR)
    draft, id_ = await town.noted(title="未预告"), await town.announced()
    mine = town.as_member(one)
    assert [row["activity_id"] for row in (await town.get("activities", mine)).json()["items"]] == [id_]
    check_problem(await town.get(f"activities/{draft}", mine), 404, "not_found")
    check_problem(await town.post(f"activities/{draft}/answer", {"answer": "COMING"}, mine), 404, "not_found")
    await town.do(f"activities/{id_}/answer", {"answer": "COMING"}, mine)
    assert (await town.row(id_, mine))["own"]["answer"] == "COMING"
    assert (await town.row(id_, town.as_member(two)))["own"]["answer"] is None
    await town.do(f"activities/{id_}/answer", {"answer": "COMING"}, town.as_member(guest, FAR))
    check_problem(await town.get(f"activities/{id_}", town.as_member(far, FAR)), 404, "not_found")
    other = await town.post(f"activities/{id_}/answer", {"answer": "COMING", "member_id": two}, mine)
    check_problem(other, 422, "member_unknown")
    for path in (f"activities/{id_}/history", f"activities/{id_}/attendance"):
        check_problem(await town.get(path, mine), 403, "forbidden")
    check_problem(await town.post(f"activities/{id_}/cancel", {}, mine), 403, "forbidden")


async def test_offices_act_within_their_scope(town: StudyTown) -> None:
    """A township for its branches; another one finds nothing; no activity of a committee or of another's branch."""
    id_ = await town.announced()
    await town.do(f"activities/{id_}/change", {"place": "示例村新活动室"}, town.township)
    for answer in (
        await town.get(f"activities/{id_}", town.others),
        await town.post(f"activities/{id_}/cancel", {}, town.others),
        await town.get(f"activities/{id_}/attendance", town.others),
    ):
        check_problem(answer, 404, "not_found")
    check_problem(await town.post("activities", PLAN | {"branch": FAR}), 422, "organisation_outside")
    check_problem(await town.post("activities", PLAN | {"branch": TOWN}, town.township), 422, "not_a_branch")
    station = town.town.bearer(Role.STATION_STAFF, org=HOME)
    check_problem(await town.post("activities", PLAN, station), 403, "forbidden")
    stranger = await town.member("far", FAR)
    body = {"answer": "COMING", "member_id": stranger}
    check_problem(await town.post(f"activities/{id_}/answer", body), 422, "member_unknown")
    await town.until(DAY)
    await town.do(f"activities/{id_}/hold")
    check_problem(await town.post(f"activities/{id_}/attend", {"member_id": stranger}), 422, "member_unknown")
    await town.do(f"activities/{id_}/attend", {"member_id": stranger}, town.city)


async def test_an_attendance_is_one_whoever_reports_it(town: StudyTown) -> None:
    """The branch's sheet and the township's report of the same member: one attendance, counted once."""
    one = await town.member("one")
    id_ = await town.held()
    await town.do(f"activities/{id_}/attend", {"member_id": one})
    data = {"member_id": one, "activity_id": id_, "kind": "THEME_DAY"}
    told = await town.town.report(TOWN, "AttendanceRecorded", data)
    assert (told.kind, [len(outcome.events) for outcome in told.outcomes]) == ("accepted", [0])
    await town.town.settle()
    assert (await town.row(id_))["there"] == 1
    await town.do(f"activities/{id_}/withdraw-attendance", {"member_id": one})
    assert (await town.row(id_))["there"] == 0
    assert (await town.town.report(TOWN, "AttendanceRecorded", data)).kind == "accepted"
    await town.town.settle()
    assert (await town.row(id_))["there"] == 1
    await town.do(f"activities/{id_}/record")
    closed = await town.post(f"activities/{id_}/withdraw-attendance", {"member_id": one})
    check_problem(closed, 409, "attendance_closed")
    await town.do(f"activities/{id_}/reopen")
    await town.do(f"activities/{id_}/withdraw-attendance", {"member_id": one})
    assert (await town.do(f"activities/{id_}/record"))["events"]
    assert (await town.row(id_))["there"] == 0


async def test_a_township_reports_attendance_at_an_activity(town: StudyTown) -> None:
    """Not yet held waits; another branch or kind, a closed record are refused with the reason; hours are filled in."""
    one = await town.member("one")
    id_ = await town.announced()
    data = {"member_id": one, "activity_id": id_, "kind": "THEME_DAY"}

    async def reported(**changes: str) -> tuple[str, list[str]]:
        result = await town.town.report(TOWN, "AttendanceRecorded", data | changes)
        return result.kind, [problem.code for problem in result.problems]

    assert await reported() == ("later", ["activity_not_held"])
    assert await reported(activity_id=town.world.id("nowhere")) == ("later", ["activity_not_held"])
    await town.until(DAY)
    await town.do(f"activities/{id_}/hold")
    assert await reported(kind="LECTURE") == ("rejected", ["activity_mismatch"])
    assert await reported(branch=FAR) == ("rejected", ["activity_mismatch"])
    assert await reported(mode="ONLINE") == ("rejected", ["not_online"])
    assert await reported() == ("accepted", [])
    await town.town.settle()
    await town.do(f"activities/{id_}/record")
    two = await town.member("two")
    assert await reported(member_id=two) == ("rejected", ["attendance_closed"])
    cancelled = await town.announced(starts_at=at(DAY + timedelta(days=30)))
    await town.do(f"activities/{cancelled}/cancel")
    assert await reported(activity_id=cancelled) == ("rejected", ["activity_not_held"])


async def test_the_clock_reminds_and_says_what_is_late(town: StudyTown) -> None:
    """Three days before at nine; a draft three days before its last day; a record after seven days."""
    forgotten = await town.noted()
    await town.until(date(2026, 3, 24), 8)
    assert await town.types(forgotten) == ["StudyActivityDrafted"]
    await town.until(date(2026, 3, 24), 10)
    assert await town.types(forgotten) == ["StudyActivityDrafted", "StudyAnnouncementDue"]
    await town.do(f"activities/{forgotten}/announce")
    await town.until(date(2026, 4, 7), 8)
    assert (await town.row(forgotten))["reminded_on"] is None
    await town.until(date(2026, 4, 7), 10)
    assert (await town.row(forgotten))["reminded_on"] == "2026-04-07"
    await town.until(date(2026, 4, 17))
    assert (await town.row(forgotten))["overdue_since"] is None
    await town.until(date(2026, 4, 18))
    assert (await town.row(forgotten))["overdue_since"] == "2026-04-17"
    assert (await town.types(forgotten))[-1] == "StudyRecordOverdue"
    await town.do(f"activities/{forgotten}/hold", {"occurred_on": "2026-04-10"})
    await town.do(f"activities/{forgotten}/record")
    assert (await town.row(forgotten))["overdue_since"] is None


async def test_a_move_takes_its_reminder_along(town: StudyTown) -> None:
    """Reminded once, three days before the day that stands."""
    id_ = await town.announced()
    await town.do(f"activities/{id_}/change", {"starts_at": at(date(2026, 5, 10))})
    await town.until(date(2026, 4, 20))
    assert (await town.row(id_))["reminded_on"] is None
    await town.until(date(2026, 5, 8))
    assert (await town.row(id_))["reminded_on"] == "2026-05-07"


async def test_an_activity_is_tied_to_the_window_at_which_members_come_home(town: StudyTown) -> None:
    """S-28: a sweep of the own tree, on one of its days."""
    sweep = town.world.id("sweep", "may")
    days = dict.fromkeys(("branch_due_on", "township_due_on", "city_due_on"), "2026-05-20")
    planned = SweepPlanned(
        kind=SweepKind.MAY_DAY,
        year=2026,
        number=2,
        root_org=CITY,
        opens_on="2026-04-28",
        closes_on="2026-05-07",
        **days,
    )
    await town.world.happen(sweep, planned)
    await town.town.settle()
    id_ = await town.announced(sweep_id=sweep, starts_at=at(date(2026, 5, 1)))
    assert (await town.row(id_))["sweep_id"] == sweep
    outside = await town.post("activities", PLAN | {"sweep_id": sweep})
    assert check_problem(outside, 422, "outside_sweep")["errors"][0]["pointer"] == "/starts_at"
    unknown = await town.post("activities", PLAN | {"sweep_id": town.world.id("nowhere")})
    check_problem(unknown, 422, "sweep_unknown")


async def test_the_past_of_an_activity_is_told(town: StudyTown) -> None:
    """As of a day: before it was held, announced, noted; who was there counts from the day on."""
    one = await town.member("one")
    id_ = await town.held()
    await town.do(f"activities/{id_}/attend", {"member_id": one})
    assert (await town.row(id_, town.city, as_of="2026-04-09"))["state"] == "ANNOUNCED"
    assert (await town.row(id_, town.city, as_of="2026-04-09"))["there"] == 0
    assert (await town.row(id_, town.city, as_of="2026-04-10"))["there"] == 1
    check_problem(await town.get(f"activities/{id_}", town.city, as_of="2026-03-09"), 404, "not_found")


async def test_whose_key_is_gone_has_no_name_on_the_sheet(town: StudyTown) -> None:
    """Erasure reaches what is shown of a member here as well (domain.md §5.3); the attendance stays a fact."""
    one = await town.member("one")
    id_ = await town.held()
    await town.do(f"activities/{id_}/attend", {"member_id": one})
    await town.world.happen(one, DekDestroyed(person_id=one, key_ids=("dk-1",)))
    await town.town.settle()
    (line,) = (await town.get(f"activities/{id_}/attendance")).json()["items"]
    assert (line["name"], line["mode"]) == (None, "IN_PERSON")


async def test_the_sheet_is_for_signing(town: StudyTown) -> None:
    """Everybody invited, names masked, who answered and was there; what they thought of it is nobody's line."""
    one, guest = await town.member("one"), await town.guest("guest")
    id_ = await town.held()
    await town.do(f"activities/{id_}/attend", {"member_id": guest})
    await town.do(f"activities/{id_}/feedback", {"member_id": guest, "answer": "NOT_USEFUL"})
    rows = {row["member_id"]: row for row in (await town.get(f"activities/{id_}/attendance")).json()["items"]}
    assert {row["name"] for row in rows.values()} == {"李*"}
    assert (rows[guest]["mode"], rows[guest]["branch"], rows[guest]["away"]) == ("AT_HOST", FAR, True)
    assert (rows[one]["mode"], rows[one]["away"]) == (None, False)
    assert "feedback" not in rows[guest]
    paper = await town.get(f"activities/{id_}/attendance", town.keeper | {"Accept": XLSX_TYPE})
    assert paper.headers["content-type"] == XLSX_TYPE
