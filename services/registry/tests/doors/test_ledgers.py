"""The outflow and inflow ledgers with the columns an office keeps (domain.md §6 nos. 2 and 3), as list and as paper."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from services.registry.tests.city import HOME, NEXT, CityOfTests
from services.registry.tests.elsewhere import Elsewhere
from services.registry.tests.office import Office

from guiyan.events.contact import ContactAttempted, ContactCompleted
from guiyan.events.notifications import AttendanceRecorded, AttendanceWithdrawn
from guiyan.events.transfers.certificate import (
    CertificateAnnualCheckDone,
    CertificateCheckDue,
    CertificateDispatched,
    CertificateHostEntryAdded,
    CertificateIssued,
    CertificateReturnedForCheck,
)
from guiyan.service.tables import XLSX_TYPE


def words(text: str) -> list[str]:
    """Headings as they stand in a row."""
    return text.split()


OUTFLOW = words(
    "序号 姓名 性别 身份证号 人员类别 入党日期 所在支部 外出日期 外出原因 流向(省/市/县) 去向确定度 现从业 流入单位 "
    "流入党组织 活动证号 支部联系人 联系人电话 本人手机 最近联系 党费交至 组织关系状态 状态 备注"
)
INFLOW = words(
    "序号 姓名 性别 人员类别 流入日期 流入原因 原组织关系所在党组织 原党组织联系人 原党组织电话 现居住/工作地(县级) "
    "现单位(岗位) 活动证号 编入支部 编入小组 支部联系人 参加活动次数 党费交至(本地) 具备转接条件日期 状态 备注"
)


async def paper(office: Office, path: str) -> list[list[Any]]:
    """The printed part of a list, from the headings on."""
    answer = await office.get(path, accept=XLSX_TYPE)
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    last = sheet[sheet.print_area.replace("$", "").split("!")[1]][0][-1].column
    return [[cell.value for cell in line[:last]] for line in sheet.iter_rows(min_row=2)]


@pytest.fixture
def elsewhere(city: CityOfTests) -> Elsewhere:
    """Other services."""
    return Elsewhere(city)


async def test_the_outflow_ledger_has_every_column(office: Office, elsewhere: Elsewhere) -> None:
    """No. 2: codes and places in words; contact, certificate and contact person by the events of those who know."""
    named = {"name": "王示例", "phone": "13900001234"}
    person = {"person": named, "occurred_on": "2026-06-01"}
    assert (await office.post(f"/v1/organisations/{HOME}/appoint-contact-person", person)).status_code == 200
    member = await office.member(HOME, mobile="13912345678", sex="1", joined_on="2010-07-01", occurred_on="2026-05-01")
    trip = await office.away(member, dest_area_code="440306", occupation_code="0253", dest_unit_kind="PRIVATE")
    duty = {"member_id": member, "quarter": "2026-Q2", "channel": "PHONE"}
    await elsewhere.tell(ContactCompleted, "2026-06-20", **duty, branch=HOME)
    await elsewhere.tell(ContactCompleted, "2026-06-10", **duty, branch=HOME)
    await elsewhere.tell(ContactAttempted, "2026-06-25", **duty, outcome="NO_ANSWER")
    issued = {"member_id": member, "branch": HOME, "certificate_no": "654002-2026-0001", "check_due_on": "2027-06-02"}
    certificate = await elsewhere.tell(CertificateIssued, "2026-06-02", **issued)
    await office.city.settle()
    row = (await office.get(f"/v1/departures/{trip['id']}")).json()
    assert (row["dest_area"], row["dest_area_code"], row["occupation"]) == (
        "广东省深圳市宝安区", "440306", "非公有制工勤技能人员",
    )  # fmt: skip
    assert (row["contacted_on"], row["certificate_no"]) == ("2026-06-20", "654002-2026-0001")
    assert (row["contact_person"], row["contact_phone"], row["mobile"]) == ("王*", "139****1234", "139****5678")
    headings, line = await paper(office, "/v1/departures")
    assert headings == OUTFLOW
    told = dict(zip(headings, line, strict=True))
    assert told["所在支部"] == HOME  # the short name that the tests' branches have
    assert (told["外出原因"], told["流入单位"], told["状态"], told["组织关系状态"]) == (
        "务工",
        "私营",
        "外出中",
        "正常",
    )
    for kind, day, facts in (
        (CertificateDispatched, "2026-06-03", {"how": "IN_PERSON"}),
        (CertificateHostEntryAdded, "2026-06-10", {"arrived_on": "2026-06-09"}),
        (CertificateCheckDue, "2026-06-25", {"due_on": "2026-06-25"}),
        (CertificateAnnualCheckDone, "2026-06-26", {"checked_by": HOME, "next_due_on": "2027-06-26"}),
    ):
        await elsewhere.tell(kind, day, certificate, member_id=member, **facts)
        await office.city.settle()
        assert (await office.get(f"/v1/departures/{trip['id']}")).json()["certificate_no"] == "654002-2026-0001", kind
    await elsewhere.tell(CertificateReturnedForCheck, "2026-06-28", certificate, member_id=member, branch=HOME)
    await office.city.settle()
    assert (await office.get(f"/v1/departures/{trip['id']}")).json()["certificate_no"] is None
    events = (await office.get(f"/v1/members/{member}/history")).json()["events"]
    assert {"ContactCompleted", "CertificateIssued"} <= {one["type"] for one in events}
    past = (await office.get(f"/v1/departures/{trip['id']}?as_of=2026-06-15")).json()
    assert (past["contacted_on"], past["certificate_no"]) == ("2026-06-10", "654002-2026-0001")


async def test_the_inflow_ledger_has_every_column(office: Office, elsewhere: Elsewhere) -> None:
    """No. 3: activities at this host since the arrival, dues paid here, and when the relation has to follow."""
    member = await office.member(HOME)
    await office.away(member)
    guest = {
        "host_branch": NEXT,
        "name": "李示例",
        "id_no": None,
        "reason": "MIGRANT_WORK",
        "occurred_on": "2026-06-05",
    }
    body = {**guest, "origin_title": "甘肃省示例县示例镇党委", "origin_phone": "13800009999"}
    made = await office.post("/v1/inflows", {key: value for key, value in body.items() if value is not None})
    assert made.status_code == 201, made.text
    record = made.json()["id"]
    await office.city.settle()
    (document,) = await office.city.tools.inflows.find("inflows", {"_id": record})
    person = document["person_id"]
    study = {"member_id": person, "kind": "LECTURE"}
    await elsewhere.tell(AttendanceRecorded, "2026-06-10", **study, branch=NEXT)
    wrong = await elsewhere.tell(AttendanceRecorded, "2026-06-11", **study, branch=NEXT)
    await elsewhere.tell(AttendanceRecorded, "2026-06-12", **study, branch=HOME)
    await elsewhere.tell(AttendanceRecorded, "2026-06-04", **study, branch=NEXT)
    await office.city.settle()
    row = (await office.get(f"/v1/inflows/{record}")).json()
    assert (row["attended"], row["attended_on"], row["transfer_from"]) == (2, "2026-06-11", "2026-12-05")
    assert (row["origin_title"], row["origin_phone"], row["here_area"]) == (
        "甘肃省示例县示例镇党委", "138****9999", "新疆维吾尔自治区伊犁哈萨克自治州伊宁市",
    )  # fmt: skip
    await elsewhere.tell(AttendanceWithdrawn, "2026-06-11", wrong, member_id=person)
    await office.city.settle()
    assert (await office.get(f"/v1/inflows/{record}")).json()["attended"] == 1
    assert (await office.get(f"/v1/inflows/{record}?as_of=2026-06-11")).json()["attended"] == 1
    headings, line = await paper(office, "/v1/inflows")
    assert headings == INFLOW
    assert (line[0], line[1], line[12], line[18]) == (1, "李*", NEXT, "在册")
