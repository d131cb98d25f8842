"""Who looked: every time masked text was shown or printed is a row; a member sees those of the own record (no. 22)."""

from __future__ import annotations

import csv
import io

from services.registry.tests.city import FAR, HOME, OTHER_TOWN, TOWN, id_number
from services.registry.tests.elsewhere import Elsewhere
from services.registry.tests.office import Office

from guiyan.events.contact import ContactPointAdded, ContactPointRevealed
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
