"""Each row of the desk's table at work: what lays it on whose desk, and what takes it off (domain.md §6 no. 1)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from services.registry.tests.city import CITY, FAR, HOME, OTHER_TOWN, TOWN, CityOfTests
from services.registry.tests.commands.test_departures import come_home, leave, transfer
from services.registry.tests.commands.test_desk import an_id, at, desk, tell
from services.registry.tests.elsewhere import Elsewhere

from guiyan.events import Payload, transfers
from guiyan.events.codes import (
    DuplicateRule,
    LostStep,
    MembershipEnd,
    MembershipStatus,
    RecordError,
    RemovalGround,
    SuspensionGround,
    SweepKind,
)
from guiyan.events.contact import ContactPersonAssigned, ContactPersonUnassigned
from guiyan.events.contact.contact_point import (
    ContactPointAdded,
    ContactPointChanged,
    ContactPointClosed,
    ContactPointEvent,
    ContactPointVerified,
)
from guiyan.events.contact.lost_contact import (
    LostContactClosed,
    LostContactConfirmed,
    LostContactDue,
    LostContactEvent,
    LostContactWatchOpened,
    SearchStarted,
)
from guiyan.events.registry.dues import (
    DuesArrearsNoted,
    DuesArrearsReduced,
    DuesReportedUpward,
    SixMonthCaseOpened,
)
from guiyan.events.registry.duplicate import (
    DuplicateConfirmed,
    DuplicateDismissed,
    DuplicateFlagged,
    MembersLinked,
    MembersUnlinked,
)
from guiyan.events.registry.member import MemberDetailsCorrected
from guiyan.events.registry.membership import (
    MembershipDecisionAnnulled,
    MembershipEnded,
    MembershipReinstated,
    MembershipRemoved,
    MembershipSuspended,
)
from guiyan.events.registry.policy import PolicyParameterChanged
from guiyan.events.registry.post import ContactPersonAppointed, ContactPersonReleased, ContactPersonReplaced
from guiyan.events.registry.probation import (
    ProbationApplicationReceived,
    ProbationConverted,
    ProbationDecisionOverdue,
    ProbationEscalated,
)
from guiyan.events.registry.sweep import (
    SweepBranchLeftOut,
    SweepBranchOverdue,
    SweepCityClosed,
    SweepCityOverdue,
    SweepCounts,
    SweepExtended,
    SweepPlanned,
    SweepTownshipChecked,
    SweepTownshipOverdue,
)
from guiyan.events.transfers.certificate import (
    CertificateAnnualCheckDone,
    CertificateCheckDue,
    CertificateRetired,
    CertificateReturnOverdue,
    CertificateSealed,
    CertificateStepOverdue,
)
from guiyan.registry.commands import departures

TODAY = date(2026, 7, 1)


def paper(member: str, decision_no: str) -> dict[str, Any]:
    """What every decision on a membership tells."""
    told = {"decision_no": decision_no, "decided_on": TODAY, "decided_by": TOWN}
    return {"member_id": member, "branch": HOME, **told}


async def test_a_decision_three_months_late_lies_with_who_decides(city: CityOfTests) -> None:
    """§2.8, R8: the committee over the branch has it on its desk until it has decided; told to nobody, the top."""
    member, other = (await city.register()).id, (await city.register()).id
    await tell(city, "probation", member, ProbationDecisionOverdue(member_id=member, due_on=TODAY, to_org=TOWN))
    await tell(city, "probation", other, ProbationDecisionOverdue(member_id=other, due_on=TODAY))
    assert await desk(city, kind="PROBATION_UNDECIDED") == [
        ("PROBATION_UNDECIDED", CITY),
        ("PROBATION_UNDECIDED", TOWN),
    ]
    facts = {"full_on": TODAY, "decision_no": "组复〔2026〕1号", "decided_by": TOWN}
    await tell(city, "probation", member, ProbationConverted.model_validate({"member_id": member, **facts}))
    assert await desk(city, kind="PROBATION_UNDECIDED") == [("PROBATION_UNDECIDED", CITY)]


async def test_nobody_applied_for_thirty_days(city: CityOfTests) -> None:
    """§2.8: the organisation above sees to it until the application is there."""
    member = (await city.register()).id
    await tell(city, "probation", member, ProbationEscalated(member_id=member, to_org=TOWN))
    assert await desk(city) == [("PROBATION_ESCALATED", TOWN)]
    await tell(city, "probation", member, ProbationApplicationReceived(member_id=member, branch=HOME))
    assert await desk(city) == []


async def test_what_was_reported_upward_lies_there(city: CityOfTests) -> None:
    """§2.9: until fewer months than the limit are left, or a case of the branch meeting is made of it."""
    paid, unpaid = (await city.register()).id, (await city.register()).id
    for member in (paid, unpaid):
        await tell(city, "dues", member, DuesReportedUpward(member_id=member, to_org=TOWN))
    assert await desk(city) == [("DUES_REPORTED", TOWN)] * 2
    await tell(city, "dues", paid, DuesArrearsReduced(member_id=paid, branch=HOME, months_in_arrears=0))
    assert await desk(city) == [("DUES_REPORTED", TOWN)]
    await tell(city, "dues", unpaid, SixMonthCaseOpened(member_id=unpaid, branch=HOME, since=date(2026, 1, 1)))
    assert await desk(city) == [("DUES_CASE", HOME)]


async def test_no_dues_are_asked_for_while_suspended(city: CityOfTests) -> None:
    """§2.7, §2.9: suspension takes the arrears off the desks, reinstatement and annulment bring them back."""
    member = (await city.register()).id
    await tell(city, "dues", member, DuesArrearsNoted(member_id=member, branch=HOME, months_in_arrears=4))
    await tell(city, "dues", member, DuesReportedUpward(member_id=member, to_org=TOWN))
    owed = [("DUES_ARREARS", HOME), ("DUES_REPORTED", TOWN)]
    assert await desk(city) == owed
    decided = paper(member, "组〔2026〕2号")
    suspended = MembershipSuspended.model_validate({**decided, "ground": SuspensionGround.LOST_CONTACT})
    await tell(city, "member", member, suspended)
    assert await desk(city) == []
    await tell(city, "member", member, MembershipReinstated.model_validate({**decided, "requested_on": TODAY}))
    assert await desk(city) == owed
    await tell(city, "member", member, suspended)
    removed = MembershipRemoved.model_validate({**decided, "ground": RemovalGround.ART24_LOST})
    await tell(city, "member", member, removed)
    annulled = {**decided, "annulled_id": an_id("removed"), "error": RecordError.WRONG_PERSON}
    still = MembershipDecisionAnnulled.model_validate({**annulled, "status": MembershipStatus.SUSPENDED})
    await tell(city, "member", member, still)
    assert await desk(city) == [], "the removal is taken back, the suspension before it stands"
    good = MembershipDecisionAnnulled.model_validate({**annulled, "status": MembershipStatus.NORMAL})
    await tell(city, "member", member, good)
    assert await desk(city) == owed


async def test_an_ended_membership_clears_the_desk(city: CityOfTests) -> None:
    """§2.11: nothing is asked of who is no member; a decision taken back brings back what was there."""
    member = (await city.register()).id
    await tell(city, "dues", member, SixMonthCaseOpened(member_id=member, branch=HOME, since=date(2026, 1, 1)))
    decided = paper(member, "组〔2026〕3号")
    ended = MembershipEnded.model_validate({**decided, "how": MembershipEnd.DECEASED})
    await tell(city, "member", member, ended)
    assert await desk(city) == []
    annulled = {**decided, "annulled_id": an_id("ended"), "error": RecordError.WRONG_PERSON}
    back = MembershipDecisionAnnulled.model_validate({**annulled, "status": MembershipStatus.NORMAL})
    await tell(city, "member", member, back)
    assert await desk(city) == [("DUES_CASE", HOME)]


async def test_late_sweeps_lie_with_township_and_city(city: CityOfTests) -> None:
    """§2.12: each township its own task, and the sweep's own organisation one; more time or the end takes them off."""
    sweep = an_id("late sweep")
    days = dict.fromkeys(("opens_on", "closes_on", "branch_due_on", "township_due_on", "city_due_on"), TODAY)
    planned = {"kind": SweepKind.AD_HOC, "year": 2026, "number": 1, "root_org": CITY, **days}
    await tell(city, "sweep", sweep, SweepPlanned.model_validate(planned))
    for township in (TOWN, OTHER_TOWN):
        await tell(city, "sweep", sweep, SweepTownshipOverdue(township=township, due_on=TODAY))
    await tell(city, "sweep", sweep, SweepCityOverdue(due_on=TODAY))
    late = [("SWEEP_CHECK_OVERDUE", TOWN), ("SWEEP_CHECK_OVERDUE", OTHER_TOWN), ("SWEEP_CLOSE_OVERDUE", CITY)]
    assert await desk(city) == late
    (task,) = await city.tools.desk.find("tasks", {"kind": "SWEEP_CLOSE_OVERDUE"})
    assert task["about_id"] == sweep
    counts = dict.fromkeys(SweepCounts.model_fields, 0)
    checked = SweepTownshipChecked.model_validate({"township": TOWN, **counts})
    await tell(city, "sweep", sweep, checked)
    assert await desk(city) == late[1:]
    longer = {name: day for name, day in days.items() if name != "opens_on"} | {"document_no": "组〔2026〕4号"}
    await tell(city, "sweep", sweep, SweepExtended.model_validate(longer))
    assert await desk(city) == []
    await tell(city, "sweep", sweep, SweepTownshipOverdue(township=OTHER_TOWN, due_on=TODAY))
    assert await desk(city) == late[1:2], "the new day has passed as well: another occasion"
    await tell(city, "sweep", sweep, SweepCityClosed.model_validate(counts))
    assert await desk(city) == []


async def test_a_sheet_left_out_is_no_task_any_more(city: CityOfTests) -> None:
    """§2.12: the township went on without it, so nothing is to be handed in."""
    sheet, sweep = an_id("sheet left out"), an_id("sweep")
    await tell(city, "sweep_sheet", sheet, SweepBranchOverdue(sweep_id=sweep, branch=FAR, due_on=TODAY))
    assert await desk(city) == [("SWEEP_OVERDUE", FAR)]
    counts = dict.fromkeys(SweepCounts.model_fields, 0)
    left_out = SweepBranchLeftOut.model_validate({"sweep_id": sweep, "branch": FAR, **counts})
    await tell(city, "sweep_sheet", sheet, left_out)
    assert await desk(city) == []


async def test_a_pair_lies_with_who_sees_both(city: CityOfTests) -> None:
    """§3.6: with the committee over both records; unlinked again it is to be decided again."""
    one, two = sorted([(await city.register()).id, (await city.register()).id])
    pair, both = an_id("pair"), {"member_id": one, "other_member_id": two}
    flagged = DuplicateFlagged.model_validate({**both, "rule": DuplicateRule.SAME_ID_NUMBER, "above": TOWN})
    await tell(city, "duplicate", pair, flagged)
    assert await desk(city) == [("DUPLICATE_FLAGGED", TOWN)]
    await tell(city, "duplicate", pair, DuplicateConfirmed.model_validate(both))
    assert await desk(city) == []
    await tell(city, "duplicate", pair, MembersUnlinked.model_validate(both))
    assert await desk(city) == [("DUPLICATE_FLAGGED", TOWN)]
    await tell(city, "duplicate", pair, DuplicateDismissed.model_validate(both))
    assert await desk(city) == []


async def test_who_is_away_for_six_months_is_to_be_confirmed(city: CityOfTests) -> None:
    """§2.2, R2: the branch confirms whom the clock recognised."""
    trip = (await leave(city, (await city.register()).id, dest_certainty="FIXED")).id
    await at(city, datetime(2026, 12, 31, 16, tzinfo=UTC))
    assert ("RECOGNITION_UNCONFIRMED", HOME) in await desk(city)
    await departures.confirm_recognition(city.tools, city.asker(), trip, date(2027, 1, 1))
    assert await desk(city, kind="RECOGNITION_UNCONFIRMED") == []


async def test_records_that_lack_something_are_the_branchs_task(city: CityOfTests) -> None:
    """S-10: after two weeks one task a branch, not one a record; when the last is complete it is taken off."""
    one, two = (await city.register()).id, (await city.register()).id
    await at(city, datetime(2026, 7, 14, 15, 59, tzinfo=UTC))
    assert await desk(city, kind="DATA_INCOMPLETE") == []
    await at(city, datetime(2026, 7, 14, 16, tzinfo=UTC))
    assert await desk(city, kind="DATA_INCOMPLETE") == [("DATA_INCOMPLETE", HOME)]
    facts = {"joined_on": date(2010, 7, 1), "education_code": "21", "mobile_index": "0" * 64}
    for member in (one, two):
        assert await desk(city, kind="DATA_INCOMPLETE") == [("DATA_INCOMPLETE", HOME)]
        await tell(city, "member", member, MemberDetailsCorrected.model_validate({"member_id": member, **facts}))
    assert await desk(city, kind="DATA_INCOMPLETE") == []


async def test_one_person_has_one_task(city: CityOfTests) -> None:
    """§3.6, §6 no. 20: a record shown with another one has no tasks of its own until it stands alone again."""
    one, two = sorted([(await city.register()).id, (await city.register()).id])
    for member in (one, two):
        await leave(city, member)
    assert await desk(city) == [("DESTINATION_UNKNOWN", HOME)] * 2
    pair, both = an_id("linked pair"), {"member_id": one, "other_member_id": two}
    await tell(city, "duplicate", pair, MembersLinked.model_validate({**both, "leading_member_id": one}))
    assert await desk(city) == [("DESTINATION_UNKNOWN", HOME)]
    await tell(city, "dues", two, DuesArrearsNoted(member_id=two, branch=HOME, months_in_arrears=4))
    await at(city, datetime(2026, 8, 30, 16, tzinfo=UTC))
    assert await desk(city, member_id=two) == [], "neither what begins meanwhile nor what the clock brings"
    assert await desk(city, member_id=one) == [("DESTINATION_UNKNOWN", HOME), ("NO_HOST", HOME)]
    await tell(city, "duplicate", pair, MembersUnlinked.model_validate(both))
    both_of = [("DESTINATION_UNKNOWN", HOME), ("DUES_ARREARS", HOME), ("NO_HOST", HOME)]
    assert await desk(city, member_id=two) == both_of


async def test_what_is_told_late_neither_begins_nor_ends_what_is_so_today(city: CityOfTests) -> None:
    """P-03, §8: the desk asks for the destination of now; an older telling says nothing of it."""
    member = (await city.register()).id
    trip = (await leave(city, member, on=date(2026, 3, 1), dest_certainty="FIXED")).id

    async def told(on: date, certainty: str) -> int:
        codes = departures.Told({"dest_certainty": certainty}, None, on)
        await departures.change_destination(city.tools, city.asker(), trip, codes)
        return len(await desk(city, kind="DESTINATION_UNKNOWN"))

    assert await told(date(2026, 5, 1), "FIXED") == 0
    assert await told(date(2026, 4, 1), "UNKNOWN") == 0
    assert await told(date(2026, 6, 1), "UNKNOWN") == 1
    assert await told(date(2026, 5, 15), "FIXED") == 1
    assert await told(date(2026, 6, 1), "CHANGING") == 0


async def test_a_leaving_told_late_lies_with_the_branch_of_now(city: CityOfTests) -> None:
    """S-11, §8: left from one branch, moved to another, told last: the branch of now needs a contact person."""
    member = (await city.register(HOME, occurred_on=date(2026, 1, 5))).id
    await transfer(city, member, FAR, date(2026, 4, 5))
    await leave(city, member, on=date(2026, 3, 1))
    await at(city, datetime(2026, 7, 15, 16, tzinfo=UTC))
    assert await desk(city, kind="CONTACT_PERSON_MISSING") == [("CONTACT_PERSON_MISSING", FAR)]


async def test_certificates_lie_with_whoever_has_to_act(city: CityOfTests) -> None:
    """§2.4: yearly check and late hand-in with the branch, a late step with whoever takes it; until it is done."""
    member = (await city.register()).id
    told: dict[str, Any] = {"member_id": member}
    late = {"step": "SEALING", "responsible_org": TOWN, "due_on": TODAY, "working_days": 10}
    kinds = CertificateStepOverdue.model_validate({**told, **late})
    paper_id = an_id("certificate")
    await tell(city, "certificate", paper_id, kinds)
    assert await desk(city) == [("CERTIFICATE_STEP", TOWN)]
    sealed = CertificateSealed.model_validate({**told, "sealed_by": TOWN})
    await tell(city, "certificate", paper_id, sealed)
    assert await desk(city) == []
    check = CertificateCheckDue.model_validate({**told, "due_on": TODAY})
    home = CertificateReturnOverdue.model_validate({**told, "due_on": TODAY})
    await tell(city, "certificate", paper_id, check, home)
    assert await desk(city) == [("CERTIFICATE_CHECK", HOME), ("CERTIFICATE_RETURN", HOME)]
    done = CertificateAnnualCheckDone.model_validate({**told, "checked_by": HOME, "next_due_on": date(2027, 7, 1)})
    await tell(city, "certificate", paper_id, done)
    assert await desk(city) == [("CERTIFICATE_RETURN", HOME)]
    await leave(city, member)
    assert ("CERTIFICATE_RETURN", HOME) not in await desk(city), "away again, the member keeps it"
    await tell(city, "certificate", paper_id, home)
    assert ("CERTIFICATE_RETURN", HOME) in await desk(city), "the next coming home is another occasion"
    ended = CertificateRetired.model_validate({**told, "transfer_id": an_id("transfer")})
    await tell(city, "certificate", paper_id, ended)
    assert [kind for kind, _ in await desk(city) if kind.startswith("CERTIFICATE")] == []


async def test_a_number_that_failed_and_nobody_reachable(city: CityOfTests) -> None:
    """P-10: a wrong number is asked for while others are left; with the last one gone the member is unreachable."""
    member = (await city.register()).id
    first, second, third = (an_id(name) for name in ("first", "second", "third"))

    async def point(id_: str, event: type[ContactPointEvent], **facts: Any) -> None:
        told = {"point_id": id_, "member_id": member, **facts}
        await tell(city, "contact_point", id_, event.model_validate(told))

    await point(first, ContactPointAdded, kind="MOBILE")
    await point(second, ContactPointAdded, kind="MOBILE")
    await point(first, ContactPointClosed, reason="WRONG_NUMBER")
    assert await desk(city) == [("CONTACT_POINT_CLOSED", HOME)]
    await point(second, ContactPointClosed, reason="BY_WISH")
    assert await desk(city) == [("UNREACHABLE", HOME)]
    await point(third, ContactPointAdded, kind="EMAIL")
    assert await desk(city) == []
    await point(third, ContactPointVerified, how="TALKED")
    await point(third, ContactPointClosed, reason="BOUNCED")
    assert await desk(city) == [("UNREACHABLE", HOME)]
    await point(third, ContactPointChanged)
    assert await desk(city) == []


async def test_a_lost_contact_lies_with_whoever_acts_next(city: CityOfTests) -> None:
    """§2.7: the watch with the township, the search with the branch, confirming with the committee."""
    member, case = (await city.register()).id, an_id("case")

    async def told(payload: LostContactEvent) -> list[tuple[str, str]]:
        await tell(city, "lost_contact", case, payload)
        return await desk(city)

    def due(step: LostStep) -> LostContactDue:
        return LostContactDue(member_id=member, branch=HOME, step=step, due_on=TODAY)

    watch = LostContactWatchOpened(member_id=member, branch=HOME, missed_in_a_row=2)
    assert await told(watch) == [("LOST_WATCH", TOWN)]
    both = await told(due(LostStep.START_SEARCH))
    assert both == [("LOST_STEP_DUE", HOME), ("LOST_WATCH", TOWN)]
    assert await told(SearchStarted(member_id=member, branch=HOME)) == []
    assert await told(due(LostStep.MAY_CONFIRM)) == [("LOST_DECISION_DUE", TOWN)]
    confirmed = LostContactConfirmed(member_id=member, since=date(2026, 1, 1), confirmed_by=TOWN)
    assert await told(confirmed) == []
    assert await told(due(LostStep.MAY_PROPOSE_REMOVAL)) == [("LOST_STEP_DUE", HOME)]
    assert await told(LostContactClosed(member_id=member, how="REMOVED")) == []


async def test_a_suggested_transfer_is_a_task_until_somebody_answers(city: CityOfTests) -> None:
    """S-12: on the branch's desk; off it when it is asked for, dismissed or cleared - and when the relation moved."""
    elsewhere = Elsewhere(city)
    facts = {"channel": "PAPER", "change_type": "OUT_INSIDE", "to_title": "示例", "dues_paid_to": "2026-05"}
    asked = {**facts, "from_branch": HOME, "from_committee": TOWN}
    answers: tuple[tuple[type[Payload], dict[str, Any]], ...] = (
        (transfers.TransferRequested, asked),
        (transfers.TransferSuggestionDismissed, {"departure_id": an_id("trip"), "obstacle": "NOT_SETTLED"}),
        (transfers.TransferSuggestionCleared, {"departure_id": an_id("trip"), "reason": "CAME_HOME"}),
        (transfers.RelationTransferred, {"transferred_on": "2026-07-01"}),
    )
    for kind, more in answers:
        member = (await city.register(HOME, joined_on=date(2010, 7, 1), education_code="21", mobile="13812345678")).id
        told = {"member_id": member, "departure_id": an_id("trip"), "branch": HOME}
        id_ = await elsewhere.tell(transfers.TransferSuggested, "2026-07-01", **told)
        assert await desk(city) == [("TRANSFER_SUGGESTED", HOME)], kind
        await elsewhere.tell(kind, "2026-07-01", id_, member_id=member, **more)
        assert await desk(city) == [], kind


async def test_a_late_transfer_lies_with_whoever_has_to_act(city: CityOfTests) -> None:
    """§2.3: nobody acts on it, so it is on a desk until it has gone on or ended; the next late step is another task."""
    elsewhere = Elsewhere(city)
    told = {"member_id": (await city.register(HOME, occurred_on=date(2026, 1, 5))).id}
    ends: tuple[tuple[type[Payload], dict[str, Any]], ...] = (
        (transfers.TransferApprovedByBranch, {"from_branch": HOME}),
        (transfers.TransferReturned, {"by_side": "ORIGIN", "by_org": HOME, "reason": "FORM_FAULTY"}),
        (transfers.TransferReceived, {"to_committee": TOWN}),
        (transfers.TransferWithdrawn, {}),
        (transfers.TransferCancelled, {"reason": "ASKED_ANEW"}),
    )
    late = {"step": "RECEIVE", "responsible_org": TOWN, "due_on": "2026-07-01", "working_days": 10}
    other = await elsewhere.tell(transfers.TransferStepOverdue, "2026-07-02", **told, **late)
    for kind, facts in ends:
        id_ = await elsewhere.tell(transfers.TransferStepOverdue, "2026-07-02", **told, **late)
        assert await desk(city) == [("TRANSFER_STEP", TOWN)] * 2, kind
        await elsewhere.tell(kind, "2026-07-02", id_, **told, **facts)
        assert await desk(city) == [("TRANSFER_STEP", TOWN)], kind
        await elsewhere.tell(transfers.TransferStepOverdue, "2026-07-02", id_, **told, **(late | {"step": "NEXT"}))
        assert await desk(city) == [("TRANSFER_STEP", TOWN)] * 2, kind
        await elsewhere.tell(transfers.TransferCancelled, "2026-07-02", id_, **told, reason="ASKED_ANEW")
    await elsewhere.tell(transfers.TransferCancelled, "2026-07-02", other, **told, reason="ASKED_ANEW")
    assert await desk(city) == []


async def test_a_late_receipt_lies_with_the_receiver(city: CityOfTests) -> None:
    """R4: it is owed by the receiving committee, whatever else the member's transfers wait for."""
    elsewhere = Elsewhere(city)
    told = {"member_id": (await city.register(HOME, occurred_on=date(2026, 1, 5))).id}
    late = {"due_on": "2026-07-01", "after_days": 30, "responsible_org": OTHER_TOWN}
    id_ = await elsewhere.tell(transfers.ReceiptOverdue, "2026-07-02", **told, **late)
    assert await desk(city) == [("TRANSFER_RECEIPT", OTHER_TOWN)]
    await elsewhere.tell(transfers.ReceiptReturned, "2026-07-03", id_, **told, receipt_on="2026-07-03")
    assert await desk(city) == []


async def test_a_contact_person_has_few_members(city: CityOfTests) -> None:
    """§2.6: too many for two weeks is a task; somebody named for one of them, or a return, takes it off the desk."""
    few = PolicyParameterChanged(
        key="contact.members_per_person", value="2", from_on=date(2026, 1, 1), document_no="示〔2026〕1号"
    )
    await tell(city, few.aggregate, "contact-members_per_person", few)
    keeper, other = an_id("keeper"), an_id("other")
    await tell(city, "organisation", HOME, ContactPersonAppointed(org_code=HOME, person_id=keeper))
    trips = {(id_ := (await city.register()).id): (await leave(city, id_, dest_certainty="FIXED")).id for _ in "123"}
    one, two, three = trips
    kind = "CONTACT_PERSON_OVERLOADED"
    assert await desk(city, kind=kind) == []
    await at(city, datetime(2026, 7, 14, 16, tzinfo=UTC))
    assert await desk(city, kind=kind) == [(kind, HOME)]

    async def name(member: str, person: str | None) -> list[tuple[str, str]]:
        named = {"member_id": member, "branch": HOME, "person_id": person or other}
        payload = ContactPersonAssigned(**named) if person else ContactPersonUnassigned(**named, still_needed=True)
        await tell(city, "assignment", member, payload)
        await at(city, city.clock.now() + timedelta(days=15))
        return await desk(city, kind=kind)

    assert await name(one, keeper) == [(kind, HOME)], "named or not, the contact person has three"
    assert await name(one, other) == []
    assert await name(one, None) == [(kind, HOME)]
    assert await name(two, other) == []
    await come_home(city, trips[two], city.clock.today())
    await leave(city, two, dest_certainty="FIXED", on=city.clock.today())
    assert await name(three, other) == []
    replaced = ContactPersonReplaced(org_code=HOME, from_person_id=keeper, person_id=other)
    await tell(city, "organisation", HOME, replaced)
    await at(city, city.clock.now() + timedelta(days=15))
    assert await desk(city, kind=kind) == [(kind, HOME)], "the successor has all three"
    await tell(city, "organisation", HOME, ContactPersonReleased(org_code=HOME, person_id=other))
    assert await desk(city, kind=kind) == [], "whoever is missing is another task"
