"""Who looked: every time masked text was shown or printed is a row; a member sees those of the own record (no. 22)."""

from __future__ import annotations

import csv
import io

import pytest
from services.registry.tests.city import BORN, FAR, HOME, OTHER_TOWN, TOWN, id_number
from services.registry.tests.elsewhere import Elsewhere
from services.registry.tests.office import Office

from guiyan.events.contact import ContactPointAdded, ContactPointRevealed
from guiyan.events.registry import DekDestroyed, ProcessingRestricted
from guiyan.service.conformance import check_problem

ASKED = {"fields": ["name", "mobile"], "reason": "CONTACT_DUTY"}


def me(member: str, org: str = HOME) -> dict[str, str]:
    """The member, signed in."""
    return {"role": "MEMBER", "org": org, "sub": member}


async def test_every_look_is_a_row(office: Office) -> None:
    """Shown fields, a printed card, a contact point shown by contact: who, for whom, what, why; newest first."""
    member, other = await office.member(HOME, mobile="13912345678"), await office.member(FAR, 2)
    shown = await office.post(f"/v1/members/{member}/reveal", ASKED, sub="officer-7")
    assert shown.json()["mobile"] == "+8613912345678"
    office.city.clock.set(office.city.clock.now().replace(hour=3))
    assert (await office.post(f"/v1/members/{member}/card", {"reason": "FILING"})).status_code == 200
    office.city.clock.set(office.city.clock.now().replace(hour=4))
    elsewhere = Elsewhere(office.city)
    point = await elsewhere.tell(ContactPointAdded, "2026-06-03", point_id=member, member_id=member, kind="MOBILE")
    await elsewhere.tell(
        ContactPointRevealed, "2026-07-01", point, point_id=member, member_id=member, reason="CONTACT_DUTY"
    )
    await office.post(f"/v1/members/{other}/reveal", ASKED, role="TOWNSHIP_OFFICER", org=OTHER_TOWN, sub="officer-9")
    await office.city.settle()
    rows = (await office.get(f"/v1/accesses?member_id={member}", role="AUDITOR")).json()["items"]
    assert [one["act"] for one in rows] == ["POINT_REVEALED", "PRINTED", "REVEALED"]
    assert (rows[2]["actor"], rows[2]["fields"], rows[2]["reason"]) == ("officer-7", ["name", "mobile"], "CONTACT_DUTY")
    assert "name" in rows[1]["fields"]
    town = (await office.get("/v1/accesses", role="AUDITOR", org=OTHER_TOWN)).json()["items"]
    assert [one["actor"] for one in town] == ["officer-9"]
    assert (await office.get("/v1/accesses", role="AUDITOR", org=TOWN)).json()["items"] == []
    sheet = await office.get("/v1/accesses?act=REVEALED", role="AUDITOR", accept="text/csv")
    assert len(list(csv.reader(io.StringIO(sheet.text)))) == 3
    assert "姓名、手机号" in sheet.text
    assert "联系党员" in sheet.text


async def test_who_may_ask_who_looked(office: Office) -> None:
    """The auditor, and the member about the own record; an officer, or an administrator, is told nothing."""
    member, other = await office.member(HOME), await office.member(HOME, 2)
    for one in (member, other):
        await office.post(f"/v1/members/{one}/reveal", ASKED)
    await office.city.settle()
    own = (await office.get("/v1/accesses", **me(member))).json()["items"]
    assert [(one["member_id"], one["reason"]) for one in own] == [(member, "CONTACT_DUTY")]
    for role in ("CITY_OFFICER", "SYS_ADMIN", "AUDIT_ADMIN", "OPS"):
        check_problem(await office.get("/v1/accesses", role=role), 403, "forbidden")


async def test_a_member_sees_the_own_record_in_full(office: Office) -> None:
    """Recorded as every look is; nobody else's, wherever the account's organisation stands."""
    member, other = await office.member(HOME, mobile="13912345678"), await office.member(HOME, 2)
    asked = {"fields": ["id_no", "mobile"], "reason": "MEMBER_ASKED"}
    told = (await office.post(f"/v1/members/{member}/reveal", asked, **me(member))).json()
    assert told == {"id": member, "id_no": id_number(1), "mobile": "+8613912345678"}
    for path in (f"/v1/members/{other}/reveal", "/v1/members/019b76da-a800-7000-8000-000000000001/reveal"):
        check_problem(await office.post(path, asked, **me(member, "654002000000")), 404, "not_found")
    await office.city.settle()
    rows = (await office.get("/v1/accesses", **me(member))).json()["items"]
    assert [(one["actor"], one["reason"]) for one in rows] == [(member, "MEMBER_ASKED")]
    assert (await office.get("/v1/accesses", **me(other))).json()["items"] == []


async def test_a_member_takes_a_copy(office: Office) -> None:
    """All that registry keeps, in clear, as a file (PIPL Art. 45); by the member, or by an office that is asked."""
    member, other = await office.member(HOME, mobile="13912345678"), await office.member(HOME, 2)
    await office.away(member)
    await office.city.settle()
    copy = await office.post(f"/v1/members/{member}/copy", **me(member, FAR))  # wherever the account was opened
    assert copy.headers["content-disposition"] == 'attachment; filename="copy.json"'
    told = copy.json()
    assert (told["text"]["name"], told["text"]["id_no"], told["text"]["mobile"]) == (
        "李示例",
        id_number(1),
        "+8613912345678",
    )
    assert len(told["trips"]) == 1
    assert {one["type"] for one in told["events"]} >= {"MemberRegistered", "MemberLeft"}
    check_problem(await office.post(f"/v1/members/{other}/copy", **me(member)), 404, "not_found")
    check_problem(await office.post(f"/v1/members/{member}/copy", role="BRANCH_CONTACT", org=HOME), 403, "forbidden")
    gone = await office.post(f"/v1/members/{member}/copy", role="TOWNSHIP_OFFICER", org=OTHER_TOWN)
    check_problem(gone, 404, "not_found")
    assert (await office.post(f"/v1/members/{member}/copy", role="TOWNSHIP_OFFICER", org=TOWN)).status_code == 200
    await office.city.settle()
    rows = (await office.get("/v1/accesses", role="AUDITOR")).json()["items"]
    assert [(one["member_id"], one["reason"]) for one in rows] == [(member, "MEMBER_ASKED")] * 2


async def looked_at(office: Office) -> tuple[str, dict[str, tuple[str, object]]]:
    """A member with a correction, a twin record and a retention; and every way in which an office sees the text."""
    member = await office.member(HOME, id_no=id_number(1, BORN))
    await office.member(HOME, id_no=id_number(2, BORN))
    wrong = {"member_id": member, "why": "WRONG_AT_ENTRY", "name": "王示例"}
    correction = (await office.post("/v1/corrections", wrong)).json()
    abroad = {"member_id": member, "kind": "STUDY_ABROAD", "holding_org": TOWN, "from_on": "2026-06-30"}
    more = {"country": "示例国", "relay_person_id": "019b76da-a800-7000-8000-0000000000aa"}
    retention = (await office.post("/v1/retentions", {**abroad, **more})).json()
    for _ in range(2):  # what was entered, and what the policies make of it
        await office.city.settle()
    (pair,) = (await office.get("/v1/duplicates")).json()["items"]
    why = {"reason": "AUDIT"}
    return member, {
        "reveal": (f"/v1/members/{member}/reveal", ASKED),
        "card": (f"/v1/members/{member}/card", {"reason": "FILING"}),
        "cards": ("/v1/members/print-cards", {"reason": "FILING", "member_ids": [member]}),
        "copy": (f"/v1/members/{member}/copy", {}),
        "correction": (f"/v1/corrections/{correction['id']}/compare", why),
        "pair": (f"/v1/duplicates/{pair['id']}/compare", why),
        "retention": (f"/v1/retentions/{retention['id']}/reveal", why),
    }


@pytest.mark.parametrize("erased", [False, True])
async def test_nothing_is_shown_of_whom_processing_has_stopped_for(office: Office, erased: bool) -> None:  # noqa: FBT001 - a parameter of the table
    """PIPL Art. 47: by no door, on no paper, and no look is recorded; the member still gets a copy (Art. 45)."""
    member, ways = await looked_at(office)
    elsewhere = Elsewhere(office.city)
    for path, body in ways.values():
        assert (await office.post(path, body)).status_code == 200, path
    erasure = await elsewhere.tell(ProcessingRestricted, "2026-07-01", person_id=member)
    if erased:
        await elsewhere.tell(DekDestroyed, "2026-07-01", erasure, person_id=member, key_ids=("dk-1",))
    head = await office.city.ledger.head()
    answers = {name: await office.post(path, body) for name, (path, body) in ways.items()}
    code = "personal_data_erased" if erased else "processing_restricted"
    assert {name: (one.status_code, one.json()["code"]) for name, one in answers.items()} == dict.fromkeys(
        ways, (409, code)
    )
    assert await office.city.ledger.head() == head
    other = await office.member(HOME, 3)
    assert (await office.post(f"/v1/members/{other}/reveal", ASKED)).status_code == 200
    own = await office.post(f"/v1/members/{member}/copy", **me(member))
    assert own.json()["text"]["id_no"] == id_number(1, BORN)
