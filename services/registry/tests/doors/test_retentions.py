"""Retained relations over HTTP: the list of domain.md §6 no. 13, each act, and who may do it (§2.10)."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

from openpyxl import load_workbook
from services.registry.tests.city import FAR, HOME, NEXT, OTHER_TOWN, TOWN
from services.registry.tests.office import Office

from guiyan.service.conformance import Doors, check_a_version_guards, check_answer, check_problem

TOWNSHIP = {"role": "TOWNSHIP_OFFICER", "org": TOWN, "sub": "township"}
ELSEWHERE = {"role": "TOWNSHIP_OFFICER", "org": OTHER_TOWN, "sub": "other"}
PERSON = "019b76da-a800-7000-8000-0000000000f2"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


async def asked(office: Office, member: str, **more: Any) -> str:
    """A graduate asks; gives the address."""
    body = {"member_id": member, "kind": "GRADUATE_UNPLACED", "holding_org": TOWN, "from_on": "2026-06-30", **more}
    made = await office.post("/v1/retentions", body, **TOWNSHIP)
    return f"/v1/retentions/{check_answer(made, 'RetentionRequested', made=True)['id']}"


async def settled(office: Office) -> None:
    """Documents and policies are done."""
    for _ in range(3):
        await office.city.settle()


async def test_from_the_request_to_the_end(office: Office) -> None:
    """R6: asked for, kept with branch and contact person, longer, back; each act answers with its event."""
    member = await office.member(HOME, occurred_on="2026-01-01")
    await settled(office)
    path = await asked(office, member)
    body = {"branch": NEXT, "contact_person_id": PERSON}
    check_problem(await office.post(f"{path}/retain", {**body, "branch": FAR}), 422, "not_a_branch_of_the_holder")
    check_problem(await office.post(f"{path}/retain", {**body, "retain_until": "2028-07-01"}), 422, "retention_length")
    doors = Doors(office.app, office.http, office.headers())
    await check_a_version_guards(doors, f"{path}/retain", body, 1)
    check_problem(await office.post(f"{path}/decline", {}, **TOWNSHIP), 409, "retention_state")
    await settled(office)
    shown = (await office.get(path, **TOWNSHIP)).json()
    assert (shown["state"], shown["days_left"], shown["next_reminder_on"]) == ("RETAINED", 730, "2027-06-30")
    assert (await office.get(f"/v1/members/{member}")).json()["responsible"] == TOWN
    longer = {"retain_until": "2028-12-31", "decision_no": "示〔2028〕1号"}
    check_problem(await office.post(f"{path}/extend", longer, **TOWNSHIP), 422, "retention_extended_early")
    office.city.clock.set(datetime(2028, 1, 2, 2, tzinfo=UTC))
    known = (await office.get(f"{path}?known_at=2026-07-01T15:59:59Z", **TOWNSHIP)).json()
    assert (known["state"], known["days_left"]) == ("RETAINED", 730), "as answered then"
    check_answer(await office.post(f"{path}/extend", longer, **TOWNSHIP), "RetentionExtended")
    check_answer(await office.post(f"{path}/return", {}, **TOWNSHIP), "RetentionEnded")
    await settled(office)
    assert (await office.get(f"/v1/members/{member}")).json()["responsible"] == HOME
    types = [one["type"] for one in (await office.get(f"{path}/history", **TOWNSHIP)).json()["events"]]
    assert types == ["RetentionRequested", "RelationRetained", "RetentionExtended", "RetentionEnded"]
    assert "RelationRetained" in {
        one["type"] for one in (await office.get(f"/v1/members/{member}/history")).json()["events"]
    }
    assert (await office.get(f"{path}?as_of=2026-06-30", **TOWNSHIP)).status_code == 404
    check_problem(await office.get(path, **ELSEWHERE), 404, "not_found")
    for verb, sent in (
        ("retain", body),
        ("extend", longer),
        ("return", {}),
        ("decline", {}),
        ("reveal", {"reason": "AUDIT"}),
    ):
        check_problem(await office.post(f"{path}/{verb}", sent, **ELSEWHERE), 404, "not_found")


async def test_the_list_with_what_is_parked_and_what_is_over(office: Office) -> None:
    """§6 no. 13, P-09: remaining days counted on the day of reading; kinds, ends and overdue narrow it."""
    graduate, abroad = await office.member(HOME, 1), await office.member(HOME, 2)
    await office.member(HOME, 3, relation_holding="PARKED_HUKOU")
    await settled(office)
    await office.post(f"{await asked(office, graduate)}/retain", {"branch": NEXT, "contact_person_id": PERSON})
    await asked(office, abroad, kind="STUDY_ABROAD", country="示例国", relay_person_id=PERSON)
    await settled(office)
    rows = (await office.get("/v1/retentions?sort=retain_until", **TOWNSHIP)).json()["items"]
    assert {row["kind"]: row["days_left"] for row in rows} == {
        "STUDY_ABROAD": None, "GRADUATE_UNPLACED": 730, "PARKED_HUKOU": 731,
    }  # fmt: skip
    parked = (await office.get("/v1/retentions?kind=PARKED_HUKOU", **TOWNSHIP)).json()["items"]
    assert [(row["state"], row["name"]) for row in parked] == [("PARKED", "李*")]
    check_problem(await office.post(f"/v1/retentions/{parked[0]['id']}/return", {}), 404, "not_found")
    assert (await office.get("/v1/retentions?overdue=true", **TOWNSHIP)).json()["items"] == []
    office.city.clock.set(datetime(2028, 7, 1, 16, 0, tzinfo=UTC))
    await settled(office)
    await office.city.due_loop.fire_due()
    await settled(office)
    late = (await office.get("/v1/retentions?overdue=true&ends_within=0", **TOWNSHIP)).json()["items"]
    assert {(row["kind"], row["days_left"], row["overdue"]) for row in late} == {
        ("GRADUATE_UNPLACED", -2, True), ("PARKED_HUKOU", -1, True),
    }  # fmt: skip
    others = (await office.get("/v1/retentions?overdue=false", **TOWNSHIP)).json()["items"]
    assert [row["kind"] for row in others] == ["STUDY_ABROAD"]
    assert (await office.get("/v1/retentions", **ELSEWHERE)).json()["items"] == []
    me = {"role": "MEMBER", "org": HOME, "sub": graduate}
    assert [row["member_id"] for row in (await office.get("/v1/retentions", **me)).json()["items"]] == [graduate]


async def test_where_somebody_is_stands_sealed_and_a_look_is_recorded(office: Office) -> None:
    """§5.2, 8.1.4.11: country, school and contact are no column; whoever looks says why, and that is an event."""
    member = await office.member(HOME)
    await settled(office)
    text = {"country": "示例国", "school": "示例大学"}
    path = await asked(office, member, kind="STUDY_ABROAD", relay_person_id=PERSON, **text)
    await settled(office)
    shown = await office.get(path, **TOWNSHIP)
    assert "示例大学" not in shown.text
    assert shown.json()["has_details"] is True
    assert "示例大学" not in (await office.get(f"{path}/history", **TOWNSHIP)).text
    head = await office.city.ledger.head()
    told = (await office.post(f"{path}/reveal", {"reason": "CONTACT_DUTY"}, **TOWNSHIP)).json()
    assert (told["country"], told["school"], told["contact"]) == ("示例国", "示例大学", None)
    assert await office.city.ledger.head() == head + 1


async def test_the_list_is_printed_as_an_office_knows_it(office: Office) -> None:
    """§6 no. 13: 毕业生/出国保留组织关系台账, with its columns."""
    await office.member(HOME, relation_holding="PARKED_HUKOU")
    await settled(office)
    answer = await office.get("/v1/retentions", accept=XLSX)
    cells = [cell.value for row in load_workbook(io.BytesIO(answer.content)).active.iter_rows() for cell in row]
    wanted = {
        "姓名", "类别", "保留党组织", "起始", "期满", "剩余", "编入支部", "联系人", "最近联系", "境内联系人", "去向",
        "状态",
    }  # fmt: skip
    assert wanted <= set(cells)
    assert "挂靠户籍地" in cells
