"""Probations over HTTP: the list of domain.md §6 no. 11, each act, and who may do it (§2.8)."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

from openpyxl import load_workbook
from services.registry.tests.city import CITY, HOME, OTHER_TOWN, TOWN
from services.registry.tests.office import Office

from guiyan.registry.domain.probation_record import probation_id
from guiyan.service.conformance import Doors, check_a_version_guards, check_answer, check_problem

TOWNSHIP = {"role": "TOWNSHIP_OFFICER", "org": TOWN, "sub": "township"}
SECRETARY = {"role": "BRANCH_SECRETARY", "org": HOME, "sub": "secretary"}
ELSEWHERE = {"role": "TOWNSHIP_OFFICER", "org": OTHER_TOWN, "sub": "other"}
PAPER = {"decision_no": "示组发〔2026〕9号", "decided_on": "2026-06-20", "decided_by": TOWN}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


async def a_probation(office: Office, number: int = 1, joined_on: str = "2025-06-01") -> tuple[str, str]:
    """A probationary member; gives the member's id and the address of the probation."""
    member = await office.member(
        HOME, number, person_category="PROBATIONARY", joined_on=joined_on, occurred_on="2026-01-01"
    )
    for _ in range(3):
        await office.city.settle()
    return member, f"/v1/probations/{probation_id(member, 1)}"


async def steps(office: Office, path: str, vote: str = "CONVERT") -> dict[str, Any]:
    """Every step up to the meeting, each by the branch; gives the last answer."""
    acts: list[tuple[str, dict[str, Any], str]] = [
        ("discuss-quarter", {"quarter": "2026-Q1", "occurred_on": "2026-03-31"}, "ProbationQuarterDiscussed"),
        ("give-report", {"half_year": "2025-H2", "occurred_on": "2026-01-05"}, "ProbationReportGiven"),
        ("apply", {"occurred_on": "2026-05-20"}, "ProbationApplicationReceived"),
        ("give-group-opinion", {"occurred_on": "2026-05-21"}, "ProbationGroupOpinionGiven"),
        ("collect-opinions", {"occurred_on": "2026-05-22"}, "ProbationOpinionsCollected"),
        ("review", {"occurred_on": "2026-05-23"}, "ProbationCommitteeReviewed"),
        ("post-notice", {"occurred_on": "2026-05-24", "until": "2026-05-30"}, "ProbationPublicNoticePosted"),
        ("vote", {"occurred_on": "2026-06-02", "vote": vote, "in_favour": 7}, "ProbationBranchVoted"),
    ]
    for verb, body, event in acts:
        done = check_answer(await office.post(f"{path}/{verb}", body, **SECRETARY), event)
    return done


async def test_from_admission_to_full_member(office: Office) -> None:
    """R8 Art. 32, 33: steps by the branch, the decision above it; the member's record says so from then on."""
    member, path = await a_probation(office)
    done = await steps(office, path)
    check_problem(await office.post(f"{path}/convert", {**PAPER, "decided_by": HOME}), 422, "for_an_organisation_above")
    assert (await office.post(f"{path}/convert", PAPER, **SECRETARY)).status_code == 403
    doors = Doors(office.app, office.http, office.headers())
    await check_a_version_guards(doors, f"{path}/convert", PAPER, done["version"])
    await office.city.settle()
    shown, record = (await office.get(path)).json(), (await office.get(f"/v1/members/{member}")).json()
    assert (shown["state"], shown["full_on"], shown["decision_no"], shown["days_left"]) == (
        "APPROVED_FULL", "2026-06-01", PAPER["decision_no"], None,
    )  # fmt: skip
    assert (record["person_category"], record["full_on"]) == ("FULL", "2026-06-01")
    assert (record["probation_id"], record["probation_state"]) == (shown["id"], "APPROVED_FULL")
    before = (await office.get(f"/v1/members/{member}?as_of=2026-06-19")).json()
    assert (before["person_category"], before["full_on"]) == ("PROBATIONARY", None)
    assert (await office.get(f"{path}?as_of=2026-05-25")).json()["state"] == "PUBLIC_NOTICE"
    types = [one["type"] for one in (await office.get(f"/v1/members/{member}/history")).json()["events"]]
    assert {"ProbationStarted", "ProbationBranchVoted", "ProbationConverted", "MemberConverted"} <= set(types)
    history = (await office.get(f"{path}/history")).json()["events"]
    assert [history[0]["type"], history[-1]["type"]] == ["ProbationStarted", "ProbationConverted"]


async def test_the_list_tells_what_is_left_to_do(office: Office) -> None:
    """§6 no. 11: days left are counted on the day of reading; quarters and reports missing; who is away."""
    member, path = await a_probation(office, 1, "2025-09-15")
    await a_probation(office, 2, "2025-12-20")
    await office.away(member, occurred_on="2025-10-01")
    check_answer(
        await office.post(f"{path}/discuss-quarter", {"quarter": "2025-Q4", "occurred_on": "2025-12-20"}, **SECRETARY),
        "ProbationQuarterDiscussed",
    )
    await office.city.settle()
    rows = (await office.get("/v1/probations?sort=ends_on", **TOWNSHIP)).json()["items"]
    assert [row["ends_on"] for row in rows] == ["2026-09-15", "2026-12-20"]
    first = rows[0]
    assert (first["name"], first["days_left"], first["away"], first["responsible"]) == ("李*", 76, True, HOME)
    assert (first["quarters_missing"], first["reports_missing"]) == (["2026-Q1", "2026-Q2"], ["2026-H1"])
    assert (first["in_last_months"], rows[1]["in_last_months"]) == (True, False)
    assert (rows[1]["reports_missing"], rows[1]["days_left"]) == ([], 172)
    office.city.clock.set(datetime(2026, 9, 15, 16, 0, tzinfo=UTC))
    await office.city.settle()
    assert (await office.get(f"{path}?known_at=2026-07-01T15:59:59Z")).json()["days_left"] == 76, "as answered then"
    await office.city.due_loop.fire_due()
    await office.city.settle()
    late = (await office.get("/v1/probations?overdue=true&away=true&due_within=0", **TOWNSHIP)).json()["items"]
    assert [(row["days_left"], row["state"], row["application_overdue"]) for row in late] == [
        (-1, "APPLICATION_DUE", True)
    ]
    assert (await office.get("/v1/probations?due_within=10", **ELSEWHERE)).json()["items"] == []
    check_problem(await office.get("/v1/probations?due_within=x"), 422, "invalid")
    check_problem(await office.get(path, **ELSEWHERE), 404, "not_found")
    me = {"role": "MEMBER", "org": HOME, "sub": member}
    assert [row["member_id"] for row in (await office.get("/v1/probations", **me)).json()["items"]] == [member]


async def test_the_list_is_printed_as_an_office_knows_it(office: Office) -> None:
    """§6 no. 11: 预备党员管理表, with its columns."""
    await a_probation(office)
    answer = await office.get("/v1/probations", accept=XLSX)
    cells = [cell.value for row in load_workbook(io.BytesIO(answer.content)).active.iter_rows() for cell in row]
    wanted = {
        "姓名", "支部", "接收日期", "预备期满", "剩余天数", "季度讨论", "半年汇报", "申请日期", "公示至", "支部大会",
        "审批", "延长(月)", "延长次数", "是否在外", "责任方",
    }  # fmt: skip
    assert wanted <= set(cells)
    assert any("预备党员管理表" in str(cell) for cell in cells)


async def test_extended_cancelled_taken_back(office: Office) -> None:
    """R8 Art. 32: once; cancelled, the membership ends with it; §2.11: an error is annulled, newest first."""
    member, path = await a_probation(office)
    await steps(office, path, "EXTEND")
    check_problem(await office.post(f"{path}/extend", {**PAPER, "months": 5}, **TOWNSHIP), 422, "extension_length")
    extended = check_answer(
        await office.post(f"{path}/extend", {**PAPER, "months": 6}, **TOWNSHIP), "ProbationExtended"
    )
    body = {**PAPER, "annulled_id": extended["events"][0]["id"], "error": "WRONG_DECISION"}
    check_answer(await office.post(f"{path}/annul-decision", body, **TOWNSHIP), "ProbationDecisionAnnulled")
    check_problem(await office.post(f"{path}/cancel", PAPER, **TOWNSHIP), 409, "vote_was_otherwise")
    check_answer(
        await office.post(f"{path}/vote", {"vote": "CANCEL", "occurred_on": "2026-06-20"}, **SECRETARY),
        "ProbationBranchVoted",
    )
    cancelled = check_answer(await office.post(f"{path}/cancel", PAPER, **TOWNSHIP), "ProbationCancelled")
    await office.city.settle()
    record = (await office.get(f"/v1/members/{member}")).json()
    assert record["membership_status"] == "PROBATION_CANCELLED"
    again = {**body, "annulled_id": cancelled["events"][0]["id"]}
    key = {"key": "annul-once", **TOWNSHIP}
    for _ in range(2):
        check_answer(await office.post(f"{path}/annul-decision", again, **key), "ProbationDecisionAnnulled")
    await office.city.settle()
    record = (await office.get(f"/v1/members/{member}")).json()
    assert (record["membership_status"], record["probation_state"]) == ("NORMAL", "BRANCH_VOTED")


async def test_nobody_elsewhere_acts_on_it(office: Office) -> None:
    """§5: what lies outside the scope is 404, at every act; no id that could be anybody's too."""
    _, path = await a_probation(office)
    acts: dict[str, dict[str, Any]] = {
        "discuss-quarter": {"quarter": "2026-Q1"}, "give-report": {"half_year": "2025-H2"}, "apply": {},
        "give-group-opinion": {}, "collect-opinions": {}, "review": {}, "post-notice": {"until": "2026-07-30"},
        "vote": {"vote": "CONVERT"}, "convert": PAPER, "extend": {**PAPER, "months": 6}, "cancel": PAPER,
        "annul-decision": {**PAPER, "annulled_id": probation_id(path.rpartition("/")[2], 1), "error": "WRONG_PERSON"},
        "hand-over": {"to_org": TOWN},
    }  # fmt: skip
    for verb, body in acts.items():
        check_problem(await office.post(f"{path}/{verb}", body, **ELSEWHERE), 404, "not_found")
        check_problem(await office.post(f"/v1/probations/nobody/{verb}", body), 404, "not_found")


async def test_who_lacks_the_power_does_not_decide(office: Office) -> None:
    """R1 Art. 25, R8 Art. 33: where some above the branch have the power, they decide, or the top of the tree."""
    await office.post(f"/v1/organisations/{CITY}/correct", {"is_basic_committee": True, "may_approve_probation": True})
    _, path = await a_probation(office)
    await steps(office, path)
    check_problem(await office.post(f"{path}/convert", PAPER), 422, "for_an_organisation_above")
    await office.post(f"/v1/organisations/{TOWN}/correct", {"is_basic_committee": True, "may_approve_probation": True})
    check_answer(await office.post(f"{path}/convert", PAPER, **TOWNSHIP), "ProbationConverted")
