"""The file view of a member: one page for all that is known, masked, all events in order (S-08, S-09, no. 8)."""

from __future__ import annotations

from services.registry.tests.city import FAR, HOME, id_number
from services.registry.tests.elsewhere import Elsewhere
from services.registry.tests.office import Office

from guiyan.events.contact import (
    ContactCompleted,
    ContactPointAdded,
    ContactPointVerified,
    HomeVisitReported,
    ReportGiven,
)
from guiyan.events.transfers.certificate import CertificateIssued


async def test_a_file_tells_all_that_is_known(office: Office) -> None:
    """Card, contact points, trips in words, certificate, dues, honours, corrections, and every event."""
    elsewhere = Elsewhere(office.city)
    member = await office.member(HOME, mobile="13912345678", occurred_on="2026-05-01")
    await office.away(member, dest_area_code="440306")
    await office.post(f"/v1/members/{member}/pay-dues", {"months": ["2026-05"], "occurred_on": "2026-06-10"})
    await office.post("/v1/commendations", {"member_id": member, "kind": "OUTSTANDING_MEMBER", "year": 2026})
    await office.post("/v1/corrections", {"member_id": member, "reason": "WRONG_ENTRY", "education_code": "21"})
    await elsewhere.tell(
        ContactCompleted, "2026-06-20", member_id=member, quarter="2026-Q2", channel="PHONE", branch=HOME
    )
    await elsewhere.tell(HomeVisitReported, "2026-02-18", member_id=member, branch=HOME)
    await elsewhere.tell(ReportGiven, "2026-06-21", member_id=member, form="WRITTEN")
    number = {"certificate_no": "654002-2026-0001", "check_due_on": "2027-06-02"}
    await elsewhere.tell(CertificateIssued, "2026-06-02", member_id=member, branch=HOME, **number)
    point = await elsewhere.tell(ContactPointAdded, "2026-06-03", point_id=member, member_id=member, kind="MOBILE")
    await elsewhere.tell(ContactPointVerified, "2026-06-04", point, point_id=member, member_id=member, how="TALKED")
    answer = await office.get(f"/v1/members/{member}/file")
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["card"]["name"], told["card"]["mobile"]) == ("李*", "139****5678")
    assert id_number(1) not in answer.text
    assert [one["dest_area"] for one in told["trips"]] == ["广东省深圳市宝安区"]
    assert [one["number"] for one in told["certificates"]] == ["654002-2026-0001"]
    assert [(one["kind"], one["verified_on"]) for one in told["contact_points"]] == [("MOBILE", "2026-06-04")]
    assert told["contacts"]["contacted_on"] == "2026-06-20"
    assert (told["activities"]["reported_on"], told["activities"]["home_reported_on"]) == ("2026-06-21", "2026-02-18")
    types = [one["type"] for one in told["events"]]
    assert {
        "MemberRegistered",
        "MemberLeft",
        "DuesPaid",
        "ContactCompleted",
        "CertificateIssued",
        "HomeVisitReported",
    } <= set(types)
    assert not {"ethnicity", "religion"} & set(told["card"])


async def test_a_file_is_shown_in_the_scope_only(office: Office) -> None:
    """404 for another branch, the own file for a member."""
    member = await office.member(HOME)
    await office.city.settle()
    path = f"/v1/members/{member}/file"
    assert (await office.get(path, role="BRANCH_SECRETARY", org=FAR)).status_code == 404
    assert (await office.get(path, role="MEMBER", org=HOME, sub=member)).status_code == 200
    assert (await office.get(path, role="MEMBER", org=HOME, sub="somebody")).status_code == 404
