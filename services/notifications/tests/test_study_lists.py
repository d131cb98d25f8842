"""Hours of study, topics, and what was sent: lists and figures from what was recorded (R1 Art. 20, P-06, S-26)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
from services.notifications.tests.study_town import CITY, FAR, HOME, TOWN, StudyTown, a_study_town, at

from guiyan.events.contact import OrgLifeTargetSet
from guiyan.service.conformance import check_answer, check_problem
from guiyan.service.tables import XLSX_TYPE


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[StudyTown]:
    """A small town in memory, running, on 10 March 2026."""
    async with a_study_town(tmp_path) as running:
        yield running


async def test_hours_are_counted_by_member_and_year(town: StudyTown) -> None:
    """Of all activities and of what townships report, at the host as well; against the year's aim."""
    one, two = await town.member("one"), await town.member("two")
    id_ = await town.held(hours=3.5)
    await town.do(f"activities/{id_}/attend", {"member_id": one})
    reported = {"member_id": one, "kind": "LECTURE", "mode": "AT_HOST", "hours": 2.0, "branch": FAR}
    await town.town.report(TOWN, "AttendanceRecorded", reported, occurredon="2026-02-01")
    await town.town.report(TOWN, "AttendanceRecorded", reported, occurredon="2025-12-31")
    agreed = OrgLifeTargetSet(member_id=two, year=2026, meetings=4, study_hours=16, reports=1)
    await town.world.happen(town.world.id("target", "two"), agreed)
    await town.town.settle()
    rows = {row["member_id"]: row for row in (await town.get("study-hours")).json()["items"]}
    first, second = rows[one], rows[two]
    assert (first["hours"], first["aim"], first["left"], first["times"]) == (5.5, 32, 26.5, 2)
    assert (first["in_person"], first["at_host"]) == (1, 1)
    assert (second["hours"], second["aim"], second["left"]) == (0.0, 16, 16)
    before = {row["member_id"]: row for row in (await town.get("study-hours", year="2025")).json()["items"]}
    assert before[one]["hours"] == 2.0
    await town.do(f"activities/{id_}/withdraw-attendance", {"member_id": one})
    rows = {row["member_id"]: row for row in (await town.get("study-hours")).json()["items"]}
    assert (rows[one]["hours"], rows[one]["in_person"]) == (2.0, 0)


async def test_who_is_behind_is_asked_for(town: StudyTown) -> None:
    """Fewer hours than the rule asks, or none; the list prints, and orders nobody by hours."""
    one, two = await town.member("one"), await town.member("two")
    for number in range(4):
        id_ = await town.noted(hours=8.0, starts_at=at(date(2026, 3, 10)), title=f"第{number}次")
        await town.do(f"activities/{id_}/hold")
        await town.do(f"activities/{id_}/attend", {"member_id": one})
    behind = (await town.get("study-hours", behind="true")).json()["items"]
    assert [row["member_id"] for row in behind] == [two]
    assert (await town.get("study-hours", town.keeper | {"Accept": XLSX_TYPE})).status_code == 200
    check_problem(await town.get("study-hours", sort="hours"), 422, "invalid")


async def test_hours_are_seen_by_the_branch_and_by_the_member(town: StudyTown) -> None:
    """A member sees the own line; another township nobody's."""
    one = await town.member("one")
    await town.member("two")
    assert [row["member_id"] for row in (await town.get("study-hours", town.as_member(one))).json()["items"]] == [one]
    assert (await town.get("study-hours", town.others)).json()["items"] == []
    assert len((await town.get("study-hours", town.city, under=HOME)).json()["items"]) == 2


async def test_the_share_of_skills_is_told_by_organisation(town: StudyTown) -> None:
    """P-06: one of three activities held was on a skill; each figure opens the list of just these."""
    for topic, kind in (("SKILLS", "SKILLS_TRAINING"), ("THEORY", "LECTURE"), ("POLICY", "THEME_DAY")):
        id_ = await town.noted(topic=topic, kind=kind, starts_at=at(date(2026, 3, 10)))
        await town.do(f"activities/{id_}/hold")
    await town.announced()
    table = (await town.get("activities/figures", town.city)).json()
    figures = table["total"]["figures"]
    assert {name: figures[name]["value"] for name in ("announced", "held", "lectures", "topic_theory", "skills")} == {
        "announced": 1,
        "held": 3,
        "lectures": 1,
        "topic_theory": 1,
        "skills": 1,
    }
    assert figures["skills_share"]["value"] == 0.3333
    assert [row["org_code"] for row in table["rows"] if row["figures"]["held"]["value"]] == [TOWN]
    for name in ("held", "skills", "topic_policy", "announced"):
        listed = await town.town.http.get(figures[name]["list"], headers=town.city)
        assert len(listed.json()["items"]) == figures[name]["value"], name
    assert (await town.get("activities/figures", town.city, period="2025")).json()["total"]["figures"]["held"][
        "value"
    ] == 0
    check_problem(await town.get("activities/figures", town.others, under=CITY), 404, "not_found")
    check_problem(await town.get("activities/figures", town.as_member(town.world.id("x"))), 403, "forbidden")


async def test_material_is_sent_arrives_or_comes_back(town: StudyTown) -> None:
    """S-26: with its activity; the list of activities counts it; the member sees the own."""
    one, two = await town.member("one"), await town.member("two")
    far = await town.member("far", FAR)
    id_ = await town.announced()
    made = await town.post("materials", {"member_id": one, "activity_id": id_, "tracking_no": "XA00000000042"})
    check_answer(made, "MaterialDispatched", made=True)
    other = (await town.do("materials", {"member_id": two, "activity_id": id_, "by_post": False}))["id"]
    first = made.json()["id"]
    check_answer(await town.post(f"materials/{first}/receive"), "MaterialReceived")
    check_answer(await town.post(f"materials/{other}/return"), "MaterialCameBack")
    check_problem(await town.post(f"materials/{other}/receive"), 409, "material_wrong_state")
    row = await town.row(id_)
    assert (row["sent"], row["came_back"]) == (2, 1)
    listed = (await town.get("materials", activity_id=id_)).json()["items"]
    assert {(one["state"], one["name"]) for one in listed} == {("RECEIVED", "李*"), ("CAME_BACK", "李*")}
    own = (await town.get("materials", town.as_member(one))).json()["items"]
    assert [row["material_id"] for row in own] == [first]
    check_problem(await town.get(f"materials/{first}", town.as_member(two)), 404, "not_found")
    check_problem(await town.get(f"materials/{first}", town.others), 404, "not_found")
    check_problem(await town.post(f"materials/{first}/return", {}, town.others), 404, "not_found")
    check_problem(await town.post("materials", {"member_id": far}), 422, "member_unknown")
    types = (await town.get(f"materials/{first}/history")).json()["events"]
    assert [event["type"] for event in types] == ["MaterialDispatched", "MaterialReceived"]
    await town.town.advance(days=2)
    late = (await town.do("materials", {"member_id": one}))["id"]
    await town.do(f"materials/{late}/return")
    check_problem(await town.get(f"materials/{late}", as_of="2026-03-11"), 404, "not_found")
    assert (await town.get(f"materials/{late}", as_of="2026-03-12")).json()["state"] == "CAME_BACK"
