"""Transfers over HTTP: the path from request to receipt, who may do what, and what is told when it may not be."""

import asyncio
import csv
import io
from datetime import UTC, datetime

import openpyxl
import pytest
from pypdf import PdfReader
from services.transfers.tests.town import CITY, FAR, HOME, NEXT, OTHER, TOWN, TransferTown

from guiyan.events.registry import (
    BranchAssigned,
    DuesPaid,
    DuesPaymentWithdrawn,
    MembershipDecisionAnnulled,
    MembershipEnded,
)
from guiyan.service.auth import Role
from guiyan.service.printing import PDF_TYPE
from guiyan.service.tables import CSV_TYPE, XLSX_TYPE


async def test_from_request_to_receipt(town: TransferTown) -> None:
    """Request, approve, issue, receive with a branch, receipt, archive: each answers with its events."""
    id_ = await town.requested()
    seen = []
    for verb, who, body in (
        ("approve", town.secretary, None),
        ("issue", town.origin, {"valid_days": 60}),
        ("hand-over", town.origin, {"how": "CONFIDENTIAL_POST"}),
        ("receive", town.receiver, {"to_branch": FAR}),
        ("receipt", town.receiver, None),
        ("archive", town.origin, None),
    ):
        done = await town.post(f"/v1/transfers/{id_}/{verb}", body, who)
        assert done.status_code == 200, done.text
        seen += [event["type"] for event in done.json()["events"]]
    assert seen == [
        "TransferApprovedByBranch",
        "IntroductionLetterIssued",
        "LetterHandedOver",
        "TransferReceived",
        "AssignedToBranch",
        "RelationTransferred",
        "ReceiptReturned",
        "ReceiptPastedOnStub",
    ]
    row = (await town.get(f"/v1/transfers/{id_}", after_sequence=done.json()["sequence"])).json()
    assert (row["state"], row["number"], row["to_branch"], row["name"]) == ("ARCHIVED", "2026-001", FAR, "李*")
    assert (row["from_committee"], row["to_committee"], row["responsible_branch"]) == (TOWN, OTHER, FAR)


async def test_two_hundred_requests_at_once_leave_one_transfer(town: TransferTown) -> None:
    """One accepted, 199 clear 409s (≤ 1 open transfer per member, §8)."""
    body = {"member_id": await town.member(), "to_committee": OTHER, "dues_paid_to": "2026-02"}
    answers = await asyncio.gather(*(town.post("/v1/transfers", body) for _ in range(200)))
    codes = [one.status_code for one in answers]
    assert (codes.count(201), codes.count(409)) == (1, 199)
    assert {one.json()["code"] for one in answers if one.status_code == 409} == {"transfer_already_open"}


async def test_the_same_request_twice_is_one_transfer(town: TransferTown) -> None:
    """Idempotency-Key makes a retry safe."""
    body = {"member_id": await town.member(), "to_committee": OTHER, "dues_paid_to": "2026-02"}
    first, second = [await town.post("/v1/transfers", body, **{"Idempotency-Key": "k1"}) for _ in range(2)]
    assert first.json() == second.json()


async def test_the_dues_month_comes_from_the_register_when_it_is_not_told(town: TransferTown) -> None:
    """Dues paid-to month known (§2.3): told, or paid and not withdrawn; else the request is refused."""
    member_id = await town.member()
    body = {"member_id": member_id, "to_branch": FAR}
    refused = await town.post("/v1/transfers", body)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/dues_paid_to")
    await town.world.happen(member_id, DuesPaid(member_id=member_id, branch=HOME, months=("2026-01", "2026-02")))
    wrong = {"payment_id": member_id, "months": ("2026-03",), "error": "WRONG_PERSON", "paid_to": "2026-02"}
    await town.world.happen(member_id, DuesPaid(member_id=member_id, branch=HOME, months=("2026-03",)))
    await town.world.happen(
        member_id, DuesPaymentWithdrawn.model_validate({"member_id": member_id, "branch": HOME, **wrong})
    )
    made = await town.post("/v1/transfers", body)
    assert made.status_code == 201
    row = (await town.get(f"/v1/transfers/{made.json()['id']}", after_sequence=made.json()["sequence"])).json()
    assert (row["dues_paid_to"], row["to_committee"]) == ("2026-02", OTHER)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"to_committee": "999999999999"}, "/to_committee"),
        ({"to_branch": HOME}, "/to_branch"),
        ({"to_branch": HOME, "to_committee": OTHER}, "/to_branch"),
        ({}, "/to_committee"),
        ({"to_branch": FAR, "channel": "INTERNAL"}, "/channel"),
        ({"to_committee": OTHER, "dues_paid_to": "2026-13"}, "/dues_paid_to"),
        ({"to_committee": OTHER, "occurred_on": "2026-03-11"}, "/occurred_on"),
        ({"to_committee": OTHER, "nation": "x"}, "/nation"),
    ],
)
async def test_a_faulty_request_is_told_by_field(town: TransferTown, body: dict[str, str], pointer: str) -> None:
    """What is wrong with a request is told with its pointer, and nothing is written."""
    asked = {"member_id": await town.member(), "dues_paid_to": "2026-02"} | body
    before = await town.world.ledger.head()
    refused = await town.post("/v1/transfers", asked)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer)
    assert await town.world.ledger.head() == before


async def test_inside_one_committee_the_committee_receives_without_a_letter(town: TransferTown) -> None:
    """INTERNAL: request, agree, receive (§2.3, local practice)."""
    body = {"member_id": await town.member(), "to_branch": NEXT, "channel": "INTERNAL", "dues_paid_to": "2026-02"}
    id_ = (await town.post("/v1/transfers", body)).json()["id"]
    await town.post(f"/v1/transfers/{id_}/approve", headers=town.secretary)
    assert (await town.post(f"/v1/transfers/{id_}/issue")).json()["code"] == "internal_needs_no_letter"
    done = await town.post(f"/v1/transfers/{id_}/receive")
    assert [event["type"] for event in done.json()["events"]][-1] == "RelationTransferred"


async def test_each_act_belongs_to_one_side(town: TransferTown) -> None:
    """The receiver does not issue, the origin does not receive; both see the transfer (403, not 404)."""
    id_ = await town.requested()
    assert (await town.post(f"/v1/transfers/{id_}/approve", headers=town.receiver)).json()["code"] == "wrong_side"
    await town.post(f"/v1/transfers/{id_}/approve", headers=town.secretary)
    assert (await town.post(f"/v1/transfers/{id_}/issue", headers=town.receiver)).status_code == 403
    await town.post(f"/v1/transfers/{id_}/issue")
    assert (await town.post(f"/v1/transfers/{id_}/receive")).status_code == 403
    returned = await town.post(f"/v1/transfers/{id_}/return", {"reason": "NOT_ARRIVED"}, town.receiver)
    assert returned.status_code == 200


async def test_a_branch_secretary_issues_no_letter(town: TransferTown) -> None:
    """Committees issue letters (R1 Art. 25); the role is told, not the record."""
    id_ = await town.requested()
    assert (await town.post(f"/v1/transfers/{id_}/issue", headers=town.secretary)).status_code == 403


async def test_what_lies_outside_the_scope_is_not_there(town: TransferTown) -> None:
    """404, not 403: in the list, alone, in its history, and for every act."""
    id_ = await town.requested()
    await town.town.settle()
    stranger = town.town.bearer(Role.TOWNSHIP_OFFICER, org="654002003000")
    assert (await town.get("/v1/transfers", stranger)).json()["items"] == []
    assert (await town.get(f"/v1/transfers/{id_}", stranger)).status_code == 404
    assert (await town.get(f"/v1/transfers/{id_}/history", stranger)).status_code == 404
    assert (await town.post(f"/v1/transfers/{id_}/cancel", {"reason": "ENTERED_IN_ERROR"}, stranger)).status_code == 404


async def test_administrators_and_operators_see_no_transfers(town: TransferTown) -> None:
    """OPS and the three administrators see no member data (domain.md §5.2)."""
    for role in (Role.OPS, Role.SYS_ADMIN, Role.SEC_ADMIN, Role.AUDIT_ADMIN):
        assert (await town.get("/v1/transfers", town.town.bearer(role, org=CITY))).status_code == 403


async def test_an_auditor_reads_and_decides_nothing(town: TransferTown) -> None:
    """AUDITOR reads all, decides nothing."""
    id_ = await town.requested()
    await town.town.settle()
    auditor = town.town.bearer(Role.AUDITOR, org=CITY)
    assert (await town.get(f"/v1/transfers/{id_}", auditor)).status_code == 200
    assert (await town.post(f"/v1/transfers/{id_}/approve", headers=auditor)).status_code == 403


async def test_a_member_asks_for_and_withdraws_the_own_transfer_only(town: TransferTown) -> None:
    """MEMBER: own record only; other people's are not there."""
    one, other = await town.member("one"), await town.member("other")
    me = town.town.bearer(Role.MEMBER, org=HOME, sub=one)
    body = {"to_committee": OTHER, "dues_paid_to": "2026-02"}
    assert (await town.post("/v1/transfers", body | {"member_id": other}, me)).status_code == 422
    made = await town.post("/v1/transfers", body | {"member_id": one}, me)
    assert made.status_code == 201
    theirs = await town.requested(other)
    await town.town.settle()
    assert [row["member_id"] for row in (await town.get("/v1/transfers", me)).json()["items"]] == [one]
    assert (await town.post(f"/v1/transfers/{theirs}/withdraw", headers=me)).status_code == 404
    assert (await town.post(f"/v1/transfers/{made.json()['id']}/withdraw", headers=me)).status_code == 200


async def test_a_change_for_another_version_is_a_conflict(town: TransferTown) -> None:
    """If-Match guards every act, the letter too."""
    id_ = await town.requested()
    refused = await town.post(f"/v1/transfers/{id_}/approve", headers=town.secretary, **{"If-Match": '"5"'})
    assert (refused.status_code, refused.json()["code"]) == (409, "version_conflict")
    await town.post(f"/v1/transfers/{id_}/approve", headers=town.secretary, **{"If-Match": '"1"'})
    assert (await town.post(f"/v1/transfers/{id_}/issue", **{"If-Match": '"1"'})).status_code == 409
    assert (await town.post(f"/v1/transfers/{id_}/issue", **{"If-Match": '"2"'})).status_code == 200


async def test_letters_issued_at_once_are_numbered_without_gap_or_double(town: TransferTown) -> None:
    """Serial per issuer and year under concurrency (R4)."""
    ids = []
    for number in range(50):
        id_ = await town.requested(await town.member(f"m{number}"))
        await town.post(f"/v1/transfers/{id_}/approve", headers=town.secretary)
        ids.append(id_)
    await asyncio.gather(*(town.post(f"/v1/transfers/{id_}/issue") for id_ in ids))
    await town.town.settle()
    rows = (await town.get("/v1/transfers", issued_on="2026-03-10", limit=100)).json()["items"]
    assert sorted(row["number"] for row in rows) == [f"2026-{n:03d}" for n in range(1, 51)]


async def test_an_unanswered_letter_expires_the_day_after_its_last(town: TransferTown) -> None:
    """LetterExpired fires by timer, on its own day, and makes room for another request."""
    id_ = await town.issued()
    assert await town.town.advance(days=29) == 2, "ten and three days before the last day both sides are reminded"
    row = (await town.get(f"/v1/transfers/{id_}")).json()
    assert (row["state"], row["expires_on"], row["days_left"]) == ("ISSUED", "2026-04-09", 1)
    assert row["reminded_on"] == "2026-04-06"
    assert await town.town.advance(days=2) == 2, "and on it; the day after it has expired"
    row = (await town.get(f"/v1/transfers/{id_}")).json()
    assert (row["state"], row["open"]) == ("EXPIRED", False)
    known = (await town.get(f"/v1/transfers/{id_}", known_at="2026-04-08T15:59:59Z")).json()
    assert (known["state"], known["days_left"]) == ("ISSUED", 1), "as answered then"
    history = (await town.get(f"/v1/transfers/{id_}/history")).json()["events"]
    assert (history[-1]["type"], history[-1]["occurredon"]) == ("LetterExpired", "2026-04-10")
    assert await town.town.advance(days=30) == 2, "a week after, and when nobody has decided in time"
    row = (await town.get(f"/v1/transfers/{id_}")).json()
    assert (row["reminded_on"], row["overdue_step"]) == ("2026-04-16", "DECISION")
    assert await town.requested(row["member_id"], dues_paid_to="2026-05") != id_
    await town.town.settle()
    row = (await town.get(f"/v1/transfers/{id_}")).json()
    assert (row["state"], row["cancel_reason"]) == ("CANCELLED", "ASKED_ANEW")


async def test_every_transfer_ends_or_has_a_due_timer(town: TransferTown) -> None:
    """Once received the letter's timers are gone and the receipt's runs; once archived nothing is left."""
    id_ = await town.issued()
    await town.town.settle()
    assert await town.town.due.next_due_at() is not None
    await town.post(f"/v1/transfers/{id_}/receive", {"to_branch": FAR}, town.receiver)
    await town.town.settle()
    assert await town.town.due.next_due_at() == datetime(2026, 4, 10, 16, tzinfo=UTC)
    assert await town.town.advance(days=40) == 1
    row = (await town.get(f"/v1/transfers/{id_}")).json()
    assert row["receipt_overdue_on"] == "2026-04-10"
    await town.post(f"/v1/transfers/{id_}/receipt", {}, town.receiver)
    await town.post(f"/v1/transfers/{id_}/archive", {}, town.origin)
    await town.town.settle()
    assert await town.town.due.next_due_at() is None


async def test_a_step_that_nobody_takes_is_overdue(town: TransferTown) -> None:
    """§2.3: five working days for the branch, ten for the others; said once, on the day after, of who has to act."""
    id_ = await town.requested()
    await town.town.settle()
    assert await town.town.advance(days=8) == 1
    row = (await town.get(f"/v1/transfers/{id_}")).json()
    assert (row["overdue_step"], row["overdue_since"]) == ("BRANCH_APPROVAL", "2026-03-17")
    listed = (await town.get("/v1/transfers", overdue_step="BRANCH_APPROVAL")).json()["items"]
    assert [one["id"] for one in listed] == [id_]
    await town.post(f"/v1/transfers/{id_}/approve", headers=town.secretary)
    await town.town.settle()
    row = (await town.get(f"/v1/transfers/{id_}")).json()
    assert (row["overdue_step"], row["state"]) == (None, "BRANCH_APPROVED")
    events = (await town.get(f"/v1/transfers/{id_}/history")).json()["events"]
    assert [one["type"] for one in events].count("TransferStepOverdue") == 1


async def test_returned_and_set_right(town: TransferTown) -> None:
    """RETURNED → SUBMITTED: the old letter is void in the book, the new one has the next number (§2.3)."""
    id_ = await town.issued()
    await town.post(f"/v1/transfers/{id_}/return", {"reason": "WRONG_RECEIVER"}, town.receiver)
    right = await town.post(f"/v1/transfers/{id_}/resubmit", {"to_branch": FAR}, town.secretary)
    assert [one["type"] for one in right.json()["events"]] == ["LetterVoided", "TransferResubmitted"], right.text
    for verb, who in (("approve", town.secretary), ("issue", town.origin)):
        assert (await town.post(f"/v1/transfers/{id_}/{verb}", headers=who)).status_code == 200
    await town.town.settle()
    row = (await town.get(f"/v1/transfers/{id_}")).json()
    assert (row["number"], row["state"], row["return_reason"], row["to_branch"]) == ("2026-002", "ISSUED", None, FAR)


async def test_set_right_to_a_receiver_outside(town: TransferTown) -> None:
    """A title alone is a receiver without a system here, as in a request: the branch of before is none of its own."""
    id_ = await town.issued(to_branch=FAR)
    await town.post(f"/v1/transfers/{id_}/return", {"reason": "WRONG_RECEIVER"}, town.receiver)
    inside = {"to_title": "示例省示例县委组织部", "channel": "INTERNAL"}
    refused = await town.post(f"/v1/transfers/{id_}/resubmit", inside, town.secretary)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/to_committee")
    right = await town.post(f"/v1/transfers/{id_}/resubmit", {"to_title": "示例省示例县委组织部"}, town.secretary)
    assert right.status_code == 200, right.text
    await town.town.settle()
    row = (await town.get(f"/v1/transfers/{id_}")).json()
    told = (row["to_title"], row["to_committee"], row["to_branch"], row["outside"])
    assert told == ("示例省示例县委组织部", None, None, True)


@pytest.mark.parametrize(
    ("body", "branch", "code"),
    [
        ({"dues_paid_to": "2026-03"}, FAR, None),
        ({"to_committee": OTHER}, FAR, None),
        ({"to_branch": NEXT}, NEXT, None),
        ({"channel": "INTERNAL"}, FAR, "not_one_committee"),
    ],
)
async def test_the_receiver_stays_or_is_named_anew(
    town: TransferTown, body: dict[str, str], branch: str, code: str | None
) -> None:
    """Who names none keeps the receiver; a branch brings its committee; INTERNAL stays inside one committee."""
    id_ = await town.issued(to_branch=FAR)
    await town.post(f"/v1/transfers/{id_}/return", {"reason": "FORM_FAULTY"}, town.receiver)
    again = await town.post(f"/v1/transfers/{id_}/resubmit", body, town.secretary)
    assert again.json().get("code") == code
    await town.town.settle()
    assert (await town.get(f"/v1/transfers/{id_}")).json()["to_branch"] == branch


async def test_an_online_transfer_falls_back_to_paper(town: TransferTown) -> None:
    """§2.3: what failed online goes on by letter, approved already; inside one committee there is none."""
    id_ = await town.issued(channel="ONLINE_PROVINCE")
    done = await town.post(f"/v1/transfers/{id_}/change-channel", {})
    assert [one["type"] for one in done.json()["events"]] == ["LetterVoided", "TransferChannelChanged"], done.text
    again = await town.post(f"/v1/transfers/{id_}/change-channel", {})
    assert (again.status_code, again.json()["code"]) == (422, "no_other_channel")
    assert (await town.post(f"/v1/transfers/{id_}/issue")).status_code == 200
    await town.town.settle()
    row = (await town.get(f"/v1/transfers/{id_}")).json()
    assert (row["channel"], row["state"], row["number"]) == ("PAPER", "ISSUED", "2026-002")


async def test_a_lost_letter_is_issued_anew(town: TransferTown) -> None:
    """LETTER_LOST → REISSUED: void, next number, certified by the branch; the receiver takes in the new one."""
    id_ = await town.issued()
    await town.post(f"/v1/transfers/{id_}/report-lost", headers=town.secretary)
    foreign = await town.post(f"/v1/transfers/{id_}/reissue", {"certified_by": NEXT})
    assert (foreign.status_code, foreign.json()["code"]) == (422, "certified_by_the_branch")
    done = await town.post(f"/v1/transfers/{id_}/reissue", {"certified_by": HOME, "proof": "示证1号"})
    assert [one["type"] for one in done.json()["events"]] == ["LetterVoided", "LetterReissued"], done.text
    await town.town.settle()
    row = (await town.get(f"/v1/transfers/{id_}")).json()
    assert (row["state"], row["number"], row["letter_void"]) == ("REISSUED", "2026-002", False)
    moved = await town.post(f"/v1/transfers/{id_}/receive", {"to_branch": FAR}, town.receiver)
    assert moved.json()["events"][-1]["type"] == "RelationTransferred"


async def test_a_receiver_outside_answers_on_paper(town: TransferTown) -> None:
    """§2.3: named by title alone; the origin records the receipt, late as well, and keeps it on the stub."""
    body = {"member_id": await town.member(), "to_title": "示例省示例县委组织部", "dues_paid_to": "2026-02"}
    made = await town.post("/v1/transfers", body)
    assert made.status_code == 201, made.text
    id_ = made.json()["id"]
    for verb, who in (("approve", town.secretary), ("issue", town.origin), ("hand-over", town.origin)):
        assert (await town.post(f"/v1/transfers/{id_}/{verb}", headers=who)).status_code == 200
    await town.town.settle()
    await town.town.advance(days=45)
    assert (await town.get(f"/v1/transfers/{id_}")).json()["state"] == "EXPIRED"
    late = await town.post(
        f"/v1/transfers/{id_}/record-receipt", {"received_on": "2026-04-10", "receipt_on": "2026-04-10"}
    )
    assert (late.status_code, late.json()["code"]) == (422, "received_outside_validity")
    right = {"received_on": "2026-04-01", "receipt_on": "2026-04-02"}
    done = await town.post(f"/v1/transfers/{id_}/record-receipt", right)
    types = [one["type"] for one in done.json()["events"]]
    assert types == ["TransferReceived", "RelationTransferred", "ReceiptReturned"], done.text
    assert (await town.post(f"/v1/transfers/{id_}/archive")).status_code == 200
    await town.town.settle()
    row = (await town.get(f"/v1/transfers/{id_}")).json()
    assert (row["state"], row["transferred_on"], row["outside"]) == ("ARCHIVED", "2026-04-01", True)
    assert await town.town.due.next_due_at() is None


async def test_the_next_transfer_begins_where_the_last_one_ended(town: TransferTown) -> None:
    """After RelationTransferred the member's branch is the receiver's, also before the registry has answered."""
    id_ = await town.issued()
    done = await town.post(f"/v1/transfers/{id_}/receive", {"to_branch": FAR}, town.receiver)
    member_id = (await town.get(f"/v1/transfers/{id_}", after_sequence=done.json()["sequence"])).json()["member_id"]
    back = {"member_id": member_id, "to_branch": HOME, "dues_paid_to": "2026-02"}
    assert (await town.post("/v1/transfers", back)).status_code == 422, "the origin's officer has no such member now"
    made = await town.post("/v1/transfers", back, town.receiver)
    row = (await town.get(f"/v1/transfers/{made.json()['id']}", after_sequence=made.json()["sequence"])).json()
    assert (row["from_branch"], row["from_committee"]) == (FAR, OTHER)
    await town.world.happen(member_id, BranchAssigned(member_id=member_id, from_branch=HOME, branch=FAR))


async def test_both_time_axes(town: TransferTown) -> None:
    """`as_of` and `known_at` give the transfer as it was; before the request it was not."""
    id_ = await town.requested(occurred_on="2026-03-02")
    await town.post(f"/v1/transfers/{id_}/approve", {"occurred_on": "2026-03-05"}, town.secretary)
    await town.town.settle()
    assert (await town.get(f"/v1/transfers/{id_}", as_of="2026-03-04")).json()["state"] == "SUBMITTED"
    assert (await town.get(f"/v1/transfers/{id_}", as_of="2026-03-05")).json()["state"] == "BRANCH_APPROVED"
    assert (await town.get(f"/v1/transfers/{id_}", as_of="2026-03-01")).status_code == 404
    assert (await town.get(f"/v1/transfers/{id_}", known_at="2026-03-09T00:00:00Z")).status_code == 404


async def test_the_words_of_a_return_are_sealed(town: TransferTown) -> None:
    """What the receiver wrote in words stands nowhere in clear: not in the ledger, the list or the history."""
    id_ = await town.issued()
    await town.post(f"/v1/transfers/{id_}/return", {"reason": "OTHER_WITH_TEXT", "text": "秘密说明"}, town.receiver)
    await town.town.settle()
    history = await town.get(f"/v1/transfers/{id_}/history")
    assert history.json()["events"][-1]["data"]["pii"] == {"sealed": True}
    assert "秘密说明" not in history.text
    assert all("秘密说明".encode() not in message.body for message in town.world.ledger.log.messages)  # type: ignore[attr-defined] # the twin's ledger has it


async def test_the_list_as_a_spreadsheet(town: TransferTown) -> None:
    """The transfer ledger of §6 no. 4 as CSV, labels in the caller's language, names masked."""
    await town.requested()
    await town.town.settle()
    found = await town.town.http.get(
        "/v1/transfers", headers={**town.city, "Accept": "text/csv", "Accept-Language": "zh-CN"}
    )
    assert "转出支部" in found.text
    assert "已申请" in found.text
    assert "李示例" not in found.text


async def test_the_end_of_a_membership_cancels_the_open_transfer(town: TransferTown) -> None:
    """Nothing is left to move: MEMBERSHIP_CHANGED."""
    id_ = await town.issued()
    await town.town.settle()
    member_id = (await town.get(f"/v1/transfers/{id_}")).json()["member_id"]
    ended = MembershipEnded(
        member_id=member_id,
        branch=HOME,
        decision_no="示例〔2026〕1号",
        decided_on="2026-03-10",
        decided_by=TOWN,
        how="DECEASED",
    )
    await town.world.happen(member_id, ended)
    await town.town.settle()
    row = (await town.get(f"/v1/transfers/{id_}")).json()
    assert (row["state"], row["cancel_reason"]) == ("CANCELLED", "MEMBERSHIP_CHANGED")
    assert (await town.post("/v1/transfers", {"member_id": member_id, "to_branch": FAR})).status_code == 409
    told = ended.model_dump(include={"member_id", "branch", "decision_no", "decided_on", "decided_by"})
    wrong = {"annulled_id": member_id, "error": "WRONG_PERSON", "status": "NORMAL"}
    await town.world.happen(member_id, MembershipDecisionAnnulled.model_validate({**told, **wrong}))
    await town.town.settle()
    assert await town.requested(member_id), "the decision was somebody else's"


NO_4 = (
    "编号", "姓名", "类别", "渠道", "变动类别", "转出支部", "转出党委", "转入抬头", "转入支部", "开具日期",
    "有效期(天)", "到期日", "党费交至", "接收日期", "回执日期", "剩余天数", "状态", "退回原因", "经办人",
)  # fmt: skip
"""组织关系转接台账, as domain.md §6 has it."""


@pytest.mark.parametrize("kind", [CSV_TYPE, XLSX_TYPE, PDF_TYPE])
async def test_the_ledger_is_the_offices_form(town: TransferTown, kind: str) -> None:
    """Every column of no. 4, in its order, in every file; days left by today, the officer and not the clock."""
    id_ = await town.issued()
    await town.town.advance(days=21)
    listed = await town.get("/v1/transfers", headers=town.city | {"Accept": kind})
    day = {"issued": "2026-03-10", "expires": "2026-04-09"}
    if kind == PDF_TYPE:
        (page,) = PdfReader(io.BytesIO(listed.content)).pages
        text = "".join(page.extract_text().replace("\u200b", "").split())
        assert f"序号{''.join(NO_4)}备注" in text
        assert f"12026-001李*正式党员纸质介绍信转往省内{HOME}{TOWN}示例党组织{OTHER}" in text
        assert f"{day['issued']}30{day['expires']}2026-02" in text
        assert "9转出党委已开具/已发起origin" in text
        return
    if kind == CSV_TYPE:
        head, row = csv.reader(io.StringIO(listed.content.decode("utf-8-sig")))
    else:
        sheet = openpyxl.load_workbook(io.BytesIO(listed.content)).active
        assert sheet is not None
        head, row = ([str(cell.value or "") for cell in line] for line in (sheet[2], sheet[3]))
        assert head[: len(NO_4) + 2] == ["序号", *NO_4, "备注"]
    told = dict(zip(head, row, strict=True))
    assert [name for name in head if name in NO_4] == list(NO_4)
    assert [told[name] for name in ("编号", "姓名", "类别", "渠道", "剩余天数", "状态", "经办人")] == [
        "2026-001", "李*", "正式党员", "纸质介绍信", "9", "转出党委已开具/已发起", "origin",
    ]  # fmt: skip
    assert (told["开具日期"][:10], told["到期日"][:10]) == tuple(day.values())
    row_now = (await town.get(f"/v1/transfers/{id_}")).json()
    assert (row_now["reminded_on"], row_now["handled_by"]) == ("2026-03-30", "origin")
