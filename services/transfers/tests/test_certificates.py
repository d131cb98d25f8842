"""Activity certificates over HTTP: the path, both sides, the register, and what ends them (domain.md §2.4, §6)."""

from __future__ import annotations

from typing import Any

import pytest
from services.transfers.tests.town import CITY, FAR, HOME, NEXT, TOWN, TransferTown

from guiyan.events.codes import DepartureSource, DestCertainty, FlowReason
from guiyan.events.registry import (
    BranchAssigned,
    HostAccepted,
    HostEnded,
    HostReportedIn,
    MemberLeft,
    MemberReturned,
    MembershipEnded,
    MembershipSuspended,
)
from guiyan.service.auth import Role
from guiyan.transfers.certificate_queries import LIST

DECIDED = {"branch": HOME, "decision_no": "示例〔2026〕1号", "decided_on": "2026-03-10", "decided_by": TOWN}
STEPS = ("number", "seal", "issue")


async def left(town: TransferTown, member_id: str, trip: str = "trip", **facts: Any) -> str:
    """The member is away, the place changing; gives the trip's id."""
    id_ = town.world.id(trip, member_id)
    told: dict[str, Any] = {
        "member_id": member_id,
        "branch": HOME,
        "source": DepartureSource.SWEEP,
        "reason": FlowReason.MIGRANT_WORK,
        "dest_certainty": DestCertainty.CHANGING,
        "dest_area_code": "440306",
    }
    await town.world.happen(id_, MemberLeft(**(told | facts)))
    return id_


async def home(town: TransferTown, member_id: str, trip: str, *, handed_in: bool | None = None) -> None:
    """The member is home again."""
    await town.world.happen(trip, MemberReturned(member_id=member_id, branch=HOME, certificate_handed_in=handed_in))
    await town.town.settle()


async def asked(town: TransferTown, member_id: str, **more: Any) -> str:
    """The id of a certificate that the branch asked for."""
    made = await town.post("/v1/certificates", {"member_id": member_id, **more}, town.secretary)
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


async def issued(town: TransferTown, member_id: str) -> str:
    """The id of a certificate that was handed out."""
    id_ = await asked(town, member_id)
    for verb, who in zip(STEPS, (town.city, town.origin, town.secretary), strict=True):
        await act(town, id_, verb, who=who)
    await town.town.settle()
    return id_


async def act(town: TransferTown, id_: str, verb: str, body: Any = None, who: Any = None) -> dict[str, Any]:
    """An act that is done."""
    done = await town.post(f"/v1/certificates/{id_}/{verb}", body, who or town.secretary)
    assert done.status_code in {200, 201}, done.text
    return dict(done.json())


async def refused(town: TransferTown, path: str, body: Any = None, who: Any = None) -> tuple[int, str]:
    """Status and code of an act that is not done."""
    answer = await town.post(path, body, who or town.secretary)
    return answer.status_code, answer.json()["code"]


async def shown(town: TransferTown, id_: str, who: Any = None) -> dict[str, Any]:
    """The certificate now."""
    await town.town.settle()
    found = await town.get(f"/v1/certificates/{id_}", who)
    assert found.status_code == 200, found.text
    return dict(found.json())


async def test_from_request_to_the_day_it_is_handed_in(town: TransferTown) -> None:
    """Asked, numbered, sealed, issued, posted, written in by the host, checked, handed in; and all of it is shown."""
    member_id = await town.member()
    trip = await left(town, member_id)
    id_ = await asked(town, member_id)
    await act(town, id_, "number", who=town.city)
    await act(town, id_, "seal", who=town.origin)
    await act(town, id_, "issue")
    await act(town, id_, "dispatch", {"how": "POST", "tracking_no": "XA00000000042"})
    entry = {"arrived_on": "2026-03-10", "host_branch": "110101001001"}
    await act(town, id_, "add-host-entry", entry)
    await act(town, id_, "add-activities", {"activities": 3, "host_branch": "110101001001"})
    await act(town, id_, "add-dues", {"months": ["2026-02", "2026-03"], "host_branch": "110101001001"})
    await act(town, id_, "check")
    row = await shown(town, id_)
    assert (row["number"], row["state"], row["name"], row["branch"]) == ("654002-2026-0001", "CHECKED", "李*", HOME)
    assert (row["place"], row["away_from"], row["ground"]) == ("广东省深圳市宝安区", "2026-03-10", "PLACE_OR_TIME_OPEN")
    assert (row["dispatched_how"], row["tracking_no"], row["checked_by"]) == ("POST", "XA00000000042", HOME)
    assert (row["issuer"], row["sealed_by"], row["departure_id"]) == (CITY, TOWN, trip)
    (written,) = row["entries"]
    assert (written["activities"], written["months"]) == (3, ["2026-02", "2026-03"])
    assert row["checks"] == [{"on": "2026-03-10", "by": HOME}]
    assert await refused(town, f"/v1/certificates/{id_}/return") == (409, "certificate_still_away")
    await home(town, member_id, trip)
    await act(town, id_, "return")
    row = await shown(town, id_)
    assert (row["state"], row["returned_on"], row["open"]) == ("RETURNED", "2026-03-10", False)
    assert await town.town.due.next_due_at() is None


async def test_only_for_who_is_away_and_not_being_transferred(town: TransferTown) -> None:
    """Not at home, not while a transfer is open, one at a time; each refusal says what to do (S-16, R5)."""
    member_id = await town.member()
    body = {"member_id": member_id}
    assert await refused(town, "/v1/certificates", body) == (409, "certificate_not_away")
    await left(town, member_id)
    transfer = await town.requested(member_id)
    assert await refused(town, "/v1/certificates", body) == (409, "certificate_transfer_open")
    await town.post(f"/v1/transfers/{transfer}/withdraw", {}, town.secretary)
    await asked(town, member_id)
    assert await refused(town, "/v1/certificates", body) == (409, "certificate_already_open")
    stranger = town.town.bearer(Role.BRANCH_SECRETARY, org=FAR)
    assert await refused(town, "/v1/certificates", body, stranger) == (422, "invalid")


async def test_a_fixed_place_for_long_means_transfer(town: TransferTown) -> None:
    """R1 Art. 25; beyond it only for a coded reason (R13), and a short absence at a fixed place by its own ground."""
    member_id = await town.member()
    await left(town, member_id, dest_certainty=DestCertainty.FIXED, expected_return="2027-03-10")
    body: dict[str, Any] = {"member_id": member_id}
    assert await refused(town, "/v1/certificates", body) == (422, "certificate_must_transfer")
    body |= {"ground": "TRANSFER_NOT_POSSIBLE"}
    assert await refused(town, "/v1/certificates", body) == (422, "certificate_obstacle_mismatch")
    id_ = await asked(town, member_id, ground="TRANSFER_NOT_POSSIBLE", obstacle="NO_ORGANISATION_THERE")
    row = await shown(town, id_)
    assert (row["ground"], row["obstacle"]) == ("TRANSFER_NOT_POSSIBLE", "NO_ORGANISATION_THERE")


async def test_none_is_handed_out_while_the_relation_may_move(town: TransferTown) -> None:
    """One of the two, never both (S-16): neither issued nor given nor posted while a transfer is open."""
    member_id = await town.member()
    await left(town, member_id)
    id_ = await issued(town, member_id)
    transfer = await town.requested(member_id)
    path, body = f"/v1/certificates/{id_}/dispatch", {"how": "IN_PERSON"}
    assert await refused(town, path, body) == (409, "certificate_transfer_open")
    await town.post(f"/v1/transfers/{transfer}/withdraw", {}, town.secretary)
    await act(town, id_, "dispatch", body)


async def test_handed_in_by_the_days_of_the_trip(town: TransferTown) -> None:
    """Away is between leaving and coming home: told late it counts by its own day."""
    member_id = await town.member()
    trip = await left(town, member_id)
    id_ = await issued(town, member_id)
    await town.town.advance(days=10)
    await home(town, member_id, trip)
    early = {"occurred_on": "2026-03-19"}
    assert await refused(town, f"/v1/certificates/{id_}/return", early) == (409, "certificate_still_away")
    await act(town, id_, "return", {"occurred_on": "2026-03-20"})


async def test_each_act_is_of_one_office(town: TransferTown) -> None:
    """The county numbers, the basic committee seals, the branch issues; strangers find nothing (404), others 403."""
    member_id = await town.member()
    await left(town, member_id)
    id_ = await asked(town, member_id)
    path = f"/v1/certificates/{id_}"
    assert (await refused(town, f"{path}/number", who=town.origin))[0] == 403
    await act(town, id_, "number", who=town.city)
    assert (await refused(town, f"{path}/seal"))[0] == 403, "a branch has no seal of the committee"
    assert await refused(town, f"{path}/seal", who=town.receiver) == (404, "not_found")
    await act(town, id_, "seal", who=town.origin)
    for verb, body in (("issue", None), ("void", {"reason": "SPOILT"}), ("report-lost", None)):
        assert await refused(town, f"{path}/{verb}", body, town.receiver) == (404, "not_found")
    own = town.town.bearer(Role.MEMBER, org=HOME, sub=member_id)
    await act(town, id_, "issue")
    assert (await shown(town, id_, own))["state"] == "ISSUED"
    assert (await refused(town, f"{path}/check", who=own))[0] == 403
    await act(town, id_, "report-lost", who=own)


async def test_the_host_writes_on_a_certificate_of_another_branch(town: TransferTown) -> None:
    """R4: the branch that the member reported in at sees it, writes its entries and may check; nothing else."""
    member_id = await town.member()
    trip = await left(town, member_id)
    id_ = await issued(town, member_id)
    host = town.town.bearer(Role.BRANCH_SECRETARY, org=FAR, sub="host")
    path = f"/v1/certificates/{id_}"
    entry = {"arrived_on": "2026-03-10"}
    assert await refused(town, f"{path}/add-host-entry", entry, host) == (404, "not_found")
    await town.world.happen(trip, HostReportedIn(member_id=member_id, host_branch=FAR))
    await town.town.settle()
    other = {**entry, "host_branch": NEXT}
    assert await refused(town, f"{path}/add-host-entry", other, host) == (403, "wrong_side")
    await act(town, id_, "add-host-entry", entry, host)
    await act(town, id_, "add-activities", {"activities": 2}, host)
    await act(town, id_, "check", who=host)
    row = await shown(town, id_, host)
    assert (row["host_branch"], row["checked_by"], row["entries"][0]["host_branch"]) == (FAR, FAR, FAR)
    assert (row["name"], row["branch"]) == ("李*", HOME), "the formal branch stays what it was"
    for verb in ("return", "issue", "dispatch"):
        body = {"how": "IN_PERSON"} if verb == "dispatch" else None
        assert await refused(town, f"{path}/{verb}", body, host) == (403, "wrong_side")
    await town.world.happen(trip, HostAccepted(member_id=member_id, host_branch=FAR))
    await town.world.happen(trip, HostEnded(member_id=member_id, host_branch=FAR))
    await town.town.settle()
    await act(town, id_, "add-dues", {"months": ["2026-03"]}, host)
    await town.town.settle()
    items = (await town.get("/v1/certificates", host)).json()["items"]
    assert [(one["id"], one["trip_host"], one["dues_paid_at_host_to"]) for one in items] == [(id_, None, "2026-03")]


async def test_a_lost_one_is_replaced_under_a_number_of_its_own(town: TransferTown) -> None:
    """LOST → REPLACED: the old one is void, the new one asked for in the same act, on the same ground."""
    member_id = await town.member()
    await left(town, member_id)
    old = await issued(town, member_id)
    assert await refused(town, f"/v1/certificates/{old}/replace") == (409, "certificate_wrong_state")
    await act(town, old, "report-lost")
    assert await refused(town, "/v1/certificates", {"member_id": member_id}) == (409, "certificate_is_lost")
    new = (await act(town, old, "replace"))["id"]
    for verb, who in zip(STEPS, (town.city, town.origin, town.secretary), strict=True):
        await act(town, new, verb, who=who)
    before, after = await shown(town, old), await shown(town, new)
    assert (before["state"], before["number"], before["replaced_by"]) == ("REPLACED", "654002-2026-0001", new)
    assert (after["state"], after["number"], after["replaces"]) == ("ISSUED", "654002-2026-0002", old)
    assert after["ground"] == before["ground"]


async def test_a_completed_transfer_retires_it(town: TransferTown) -> None:
    """S-16: asking for a transfer is fine while it is in use; when the relation has moved it is retired."""
    member_id = await town.member()
    await left(town, member_id)
    id_ = await issued(town, member_id)
    transfer = await town.issued(member_id=member_id)
    assert (await shown(town, id_))["state"] == "ISSUED", "until the receiver has accepted"
    done = await town.post(f"/v1/transfers/{transfer}/receive", {"to_branch": FAR}, town.receiver)
    assert done.status_code == 200, done.text
    row = await shown(town, id_)
    assert (row["state"], row["transfer_id"], row["open"]) == ("RETIRED", transfer, False)
    assert row["branch"] == HOME, "what has ended stays where it was"
    await town.world.happen(member_id, BranchAssigned(member_id=member_id, from_branch=HOME, branch=FAR))
    events = (await town.get(f"/v1/certificates/{id_}/history")).json()["events"]
    assert [one["type"] for one in events].count("CertificateRetired") == 1


@pytest.mark.parametrize("how", ["suspended", "ended"])
async def test_a_membership_that_stops_voids_it(town: TransferTown, how: str) -> None:
    """Nobody shows a certificate of a membership that is suspended or has ended; none is given either."""
    member_id = await town.member()
    await left(town, member_id)
    id_ = await issued(town, member_id)
    told = {"member_id": member_id, **DECIDED}
    decision = (
        MembershipEnded.model_validate({**told, "how": "DECEASED"})
        if how == "ended"
        else MembershipSuspended.model_validate({**told, "ground": "LOST_CONTACT"})
    )
    await town.world.happen(member_id, decision)
    row = await shown(town, id_)
    assert (row["state"], row["void_reason"]) == ("VOIDED", "MEMBERSHIP_CHANGED")
    assert await refused(town, "/v1/certificates", {"member_id": member_id}) == (409, f"membership_{how}")
    assert await town.town.due.next_due_at() is None


async def test_home_again_it_is_handed_in_within_thirty_days(town: TransferTown) -> None:
    """cert.return_within: said once on the day after; who leaves again keeps it; who hands it in is done."""
    member_id = await town.member()
    trip = await left(town, member_id)
    id_ = await issued(town, member_id)
    await home(town, member_id, trip)
    row = await shown(town, id_)
    assert (row["return_due_on"], row["state"]) == ("2026-04-09", "ISSUED")
    assert await town.town.advance(days=30) == 0
    assert await town.town.advance(days=1) == 1
    listed = (await town.get("/v1/certificates", return_overdue="true")).json()["items"]
    assert [(one["id"], one["return_overdue_on"]) for one in listed] == [(id_, "2026-04-09")]
    second = await left(town, member_id, "second")
    row = await shown(town, id_)
    assert (row["return_due_on"], row["return_overdue_on"], row["state"]) == (None, None, "ISSUED")
    await home(town, member_id, second, handed_in=True)
    row = await shown(town, id_)
    assert (row["state"], row["returned_on"]) == ("RETURNED", "2026-04-10")
    events = (await town.get(f"/v1/certificates/{id_}/history")).json()["events"]
    assert [one["type"] for one in events].count("CertificateReturnOverdue") == 1
    assert await town.town.due.next_due_at() is None


async def test_the_yearly_check_is_due_and_said_once(town: TransferTown) -> None:
    """cert.check_every: due twelve months later, on the day; done, it is due twelve months after that."""
    member_id = await town.member()
    await left(town, member_id)
    id_ = await issued(town, member_id)
    await town.town.advance(days=364)
    assert (await shown(town, id_))["state"] == "ISSUED"
    await town.town.advance(days=1)
    row = await shown(town, id_)
    assert (row["state"], row["check_due_on"]) == ("CHECK_DUE", "2027-03-10")
    await act(town, id_, "check", {"occurred_on": "2027-03-01"})
    row = await shown(town, id_)
    assert (row["state"], row["check_due_on"], row["checked_on"]) == ("CHECKED", "2028-03-01", "2027-03-01")
    before = (await town.get(f"/v1/certificates/{id_}", as_of="2026-03-10")).json()
    assert (before["state"], before["check_due_on"], before["checks"]) == ("ISSUED", "2027-03-10", [])
    assert (await town.get(f"/v1/certificates/{id_}", as_of="2026-03-09")).status_code == 404


async def test_a_step_that_nobody_takes_is_overdue(town: TransferTown) -> None:
    """cert.step_within: ten working days for each step before it is handed out; said once, of who has to act."""
    member_id = await town.member()
    await left(town, member_id)
    id_ = await asked(town, member_id)
    await town.town.settle()
    await town.town.advance(days=15)
    row = await shown(town, id_)
    assert (row["overdue_step"], row["overdue_since"]) == ("NUMBERING", "2026-03-24")
    await act(town, id_, "number", who=town.city)
    await town.town.settle()
    await town.town.advance(days=20)
    events = (await town.get(f"/v1/certificates/{id_}/history")).json()["events"]
    late = [one["data"] for one in events if one["type"] == "CertificateStepOverdue"]
    assert [(one["step"], one["responsible_org"]) for one in late] == [("NUMBERING", CITY), ("SEALING", TOWN)]


async def test_the_register_as_a_file(town: TransferTown) -> None:
    """活动证登记表 as CSV and XLSX: on paper just the columns of §6 no. 9, words for codes, names masked."""
    member_id = await town.member()
    await left(town, member_id)
    await issued(town, member_id)
    headers = {**town.city, "Accept": "text/csv", "Accept-Language": "zh-CN"}
    found = (await town.town.http.get("/v1/certificates", headers=headers)).text
    heading, line = found.lstrip("\ufeff").splitlines()
    columns = heading.split(",")
    told = dict(zip(columns, line.split(","), strict=True))
    words = tuple(told[name] for name in ("姓名", "外出原因", "地点", "时间", "状态"))
    assert words == ("李*", "务工", "广东省深圳市宝安区", "2026-03-10 至", "已发放")
    asked_for = "证号 姓名 支部 发证日期 发放方式 外出原因 地点 时间 年审日期 年审支部 交回日期 状态"
    assert [one.zh for one in LIST.columns if one.is_printed] == asked_for.split()
    xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    answer = await town.town.http.get("/v1/certificates", headers={**headers, "Accept": xlsx})
    assert answer.headers["content-type"] == xlsx
    assert answer.content.startswith(b"PK")


async def test_lists_are_narrowed_and_never_wider_than_the_scope(town: TransferTown) -> None:
    """By state, branch and number; another township sees nothing of it."""
    member_id = await town.member()
    await left(town, member_id)
    id_ = await issued(town, member_id)
    for query in ({"state": "ISSUED"}, {"branch": HOME}, {"number": "654002-2026-0001"}, {"open": "true"}):
        assert [one["id"] for one in (await town.get("/v1/certificates", **query)).json()["items"]] == [id_]
    assert (await town.get("/v1/certificates", state="LOST")).json()["items"] == []
    assert (await town.get("/v1/certificates", town.receiver)).json()["items"] == []
    assert (await town.get(f"/v1/certificates/{id_}", town.receiver)).status_code == 404


async def test_one_already_asked_for_is_not_issued_while_the_relation_may_move(town: TransferTown) -> None:
    """Certificate and transfer exclude each other (S-16): it is not handed out, and retired when the relation moves."""
    member_id = await town.member()
    trip = await left(town, member_id)
    id_ = await asked(town, member_id)
    await act(town, id_, "number", who=town.city)
    await act(town, id_, "seal", who=town.origin)
    transfer = await town.requested(member_id)
    path = f"/v1/certificates/{id_}/issue"
    assert await refused(town, path) == (409, "certificate_transfer_open")
    await town.post(f"/v1/transfers/{transfer}/withdraw", {}, town.secretary)
    await home(town, member_id, trip)
    assert await refused(town, path) == (409, "certificate_not_away")
