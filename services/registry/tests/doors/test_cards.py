"""Printing registration cards over HTTP: an act of its own, counted, for those who may reveal (S-09, no. 8, §5.2)."""

from __future__ import annotations

import io
from typing import Any

import pytest
from pypdf import PdfReader
from services.registry.tests.city import FAR, HOME, NEXT, TOWN, id_number
from services.registry.tests.elsewhere import Elsewhere
from services.registry.tests.office import Office

from guiyan.events.contact import ContactCompleted
from guiyan.events.transfers.certificate import CertificateIssued

FILING = {"reason": "FILING"}


def pages(answer: Any) -> list[str]:
    """The text of each page of a PDF answer."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    found = PdfReader(io.BytesIO(answer.content)).pages
    return ["".join(page.extract_text().replace("\u200b", "").split()) for page in found]


async def prints_of(office: Office, member: str) -> list[dict[str, Any]]:
    """The prints of a member's card, from the member's history."""
    await office.city.settle()
    events = (await office.get(f"/v1/members/{member}/history")).json()["events"]
    return [one for one in events if one["type"] == "CardPrinted"]


async def test_a_card_tells_all_that_the_ledgers_know(office: Office) -> None:
    """Own facts and text, the trip in words, what other services told, the contact person with the phone."""
    elsewhere = Elsewhere(office.city)
    person = {"person": {"name": "王示例", "phone": "13900001234"}}
    named = await office.post(
        f"/v1/organisations/{HOME}/appoint-contact-person", {**person, "occurred_on": "2026-01-02"}
    )
    assert named.status_code == 200, named.text
    address = {"home_address": "示例路1号", "mobile": "13912345678", "education_code": "21"}
    member = await office.member(HOME, occurred_on="2026-05-01", **address)
    await office.away(
        member, dest_area_code="440306", dest_address="西乡街道*5*号", dest_unit_name="示例厂", range="CROSS_PROVINCE"
    )
    await office.post(f"/v1/members/{member}/pay-dues", {"months": ["2026-05"], "occurred_on": "2026-06-10"})
    told = {"member_id": member, "branch": HOME}
    await elsewhere.tell(ContactCompleted, "2026-06-20", quarter="2026-Q2", channel="PHONE", **told)
    number = {"certificate_no": "654002-2026-0001", "check_due_on": "2027-06-02"}
    await elsewhere.tell(CertificateIssued, "2026-06-02", **told, **number)
    await office.city.settle()
    (page,) = pages(await office.post(f"/v1/members/{member}/card", FILING))
    for one in (
        "李示例", id_number(1), "13912345678", "示例路1号", "本科毕业", f"示例党组织{HOME}", "2026年6月1日", "务工",
        "广东省深圳市宝安区", "西乡街道*5*号", "示例厂", "王示例", "13900001234", "2026年5月", "2026年6月20日",
        "654002-2026-0001", f"编号{member}", "第1次打印", "用途归档",
    ):  # fmt: skip
        assert one in page, one


async def test_each_print_is_recorded_and_counted(office: Office) -> None:
    """Who, when, why and what was shown in full, before the paper is made; the file view tells how often."""
    member = await office.member(HOME)
    trip = (await office.away(member))["id"]
    path = f"/v1/members/{member}/card"
    first = await office.post(path, FILING)
    again = await office.post(path, {"reason": "SIGNATURE"}, sub="officer-2")
    assert ("第1次打印" in pages(first)[0], "第2次打印" in pages(again)[0]) == (True, True)
    assert (first.headers["guiyan-print-count"], again.headers["guiyan-print-count"]) == ("1", "2")
    one, two = await prints_of(office, member)
    assert (one["actor"], two["actor"]) == ("officer-1", "officer-2")
    assert (two["data"]["print_count"], two["data"]["reason"]) == (2, "SIGNATURE")
    assert two["data"]["departure_id"] == trip
    assert {"name", "id_no", "mobile", "home_address", "contact_phone"} <= set(two["data"]["fields"])
    file = (await office.get(f"/v1/members/{member}/file")).json()
    assert file["card_prints"] == {"number": 2, "last_on": "2026-07-01"}


async def test_a_repeat_under_the_same_key_is_one_print(office: Office) -> None:
    """Sent twice because an answer was lost: the same paper, counted once."""
    member = await office.member(HOME)
    path = f"/v1/members/{member}/card"
    first, again = [await office.post(path, FILING, key="k-1") for _ in range(2)]
    assert first.content == again.content
    assert len(await prints_of(office, member)) == 1


@pytest.mark.parametrize("role", ["MEMBER", "OPS", "SYS_ADMIN", "SEC_ADMIN", "AUDIT_ADMIN"])
async def test_who_may_not_reveal_may_not_print(office: Office, role: str) -> None:
    """403, and nothing is recorded."""
    member = await office.member(HOME)
    assert (await office.post(f"/v1/members/{member}/card", FILING, role=role)).status_code == 403
    assert await prints_of(office, member) == []


async def test_another_branch_prints_nothing(office: Office) -> None:
    """Outside the scope is 404, alone and among others; then none of them is recorded."""
    own, other = await office.member(HOME, 1), await office.member(FAR, 2)
    await office.city.settle()
    who = {"role": "TOWNSHIP_OFFICER", "org": TOWN}
    assert (await office.post(f"/v1/members/{other}/card", FILING, **who)).status_code == 404
    several = {**FILING, "member_ids": [own, other]}
    assert (await office.post("/v1/members/print-cards", several, **who)).status_code == 404
    assert (await prints_of(office, own), await prints_of(office, other)) == ([], [])


@pytest.mark.parametrize("body", [{}, {"reason": "CURIOUS"}, {"reason": "FILING", "name": "李"}])
async def test_a_print_needs_its_reason(office: Office, body: dict[str, Any]) -> None:
    """A reason of the list, and nothing else."""
    member = await office.member(HOME)
    assert (await office.post(f"/v1/members/{member}/card", body)).status_code == 422


async def test_several_cards_are_one_file(office: Office) -> None:
    """A page each, in the order asked for, each counted in its own record; named twice is printed once."""
    ids = [await office.member(branch, number) for number, branch in enumerate((HOME, NEXT, FAR), 1)]
    await office.post(f"/v1/members/{ids[1]}/card", FILING)
    answer = await office.post("/v1/members/print-cards", {**FILING, "member_ids": [*reversed(ids), ids[0]]}, key="k-9")
    found = pages(answer)
    assert [one for one, page in zip(reversed(ids), found, strict=True) if f"编号{one}" in page] == ids[::-1]
    assert answer.headers["guiyan-print-count"] == "1, 2, 1"
    assert [len(await prints_of(office, one)) for one in ids] == [1, 2, 1]


async def test_the_last_trip_stays_on_the_card_and_an_error_does_not(office: Office) -> None:
    """Home again: the card tells the trip with the day of return; a sign that the font lacks is told in a header."""
    member = await office.member(HOME, name="李𪚥")
    trip = (await office.away(member, dest_area_code="440306"))["id"]
    await office.post(f"/v1/departures/{trip}/return", {"occurred_on": "2026-06-20"})
    answer = await office.post(f"/v1/members/{member}/card", FILING)
    (page,) = pages(answer)
    assert ("2026年6月20日" in page, "已返回" in page, "广东省深圳市宝安区" in page) == (True, True, True)
    assert answer.headers["guiyan-unprintable"] == "true"
