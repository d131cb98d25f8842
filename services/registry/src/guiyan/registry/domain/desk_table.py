"""The desk as one table: which event raises which task, on whose desk, until when, and which events overtake it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, Final

from guiyan.events import Event
from guiyan.events.codes import DestCertainty, LostStep, RelationHolding
from guiyan.events.codes import TaskKind as Kind
from guiyan.events.contact import lost_contact
from guiyan.events.registry import correction, departure, dues, duplicate, inflow, member, probation, retention, sweep
from guiyan.events.transfers.transfer import RelationTransferred
from guiyan.registry.domain.correction import asked_for
from guiyan.registry.domain.dates import months_after
from guiyan.registry.domain.desk import Detector, Matter, On, Place, each
from guiyan.registry.domain.desk_certificates import CERTIFICATE_ROWS
from guiyan.registry.domain.desk_transfers import TRANSFER_ROWS
from guiyan.registry.domain.parameters import Parameters


def _unknown(facts: Any, _: Parameters) -> bool:
    return bool(facts.dest_certainty == DestCertainty.UNKNOWN)


def _told(facts: Any, _: Parameters) -> bool:
    return facts.dest_certainty in {DestCertainty.FIXED, DestCertainty.CHANGING}


def _parked(facts: Any, _: Parameters) -> bool:
    return bool(facts.relation_holding == RelationHolding.PARKED_HUKOU)


def _parked_no_more(facts: Any, _: Parameters) -> bool:
    return facts.relation_holding not in {None, RelationHolding.PARKED_HUKOU}


def _in_arrears(facts: Any, valid: Parameters) -> bool:
    return bool(valid.arrears_months <= facts.months_in_arrears < valid.selfleft_threshold_months)


def _few_left(facts: Any, valid: Parameters) -> bool:
    return bool(facts.months_in_arrears < valid.arrears_months)


def _by_transfer(facts: Any, _: Parameters) -> bool:
    return facts.transfer_id is not None


def _without_host(since: date, valid: Parameters) -> date:
    return since + timedelta(days=valid.no_host_days)


def _parked_until(since: date, valid: Parameters) -> date:
    return months_after(since, valid.parked_months)


def _ends_on(facts: Any) -> date:
    return facts.ends_on if isinstance(facts, probation.ProbationReminded) else facts.due_on


def _retained_until(facts: Any) -> date:
    return facts.retain_until if isinstance(facts, retention.RetentionReminded) else facts.due_on


def _host_branch(event: Event) -> str | None:
    return getattr(event.payload, "host_branch", None)


def _told_org(event: Event) -> str | None:
    return getattr(event.payload, "to_org", None)


def _branch(event: Event) -> str | None:
    return getattr(event.payload, "branch", None)


def _above(event: Event) -> str | None:
    return getattr(event.payload, "above", None)


def _township(event: Event) -> str | None:
    return getattr(event.payload, "township", None)


def _asking_org(event: Event) -> str | None:
    facts = event.payload
    return asked_for(event, facts) if isinstance(facts, correction.CorrectionRequested) else None


def _for_the_branch(facts: Any, _: Parameters) -> bool:
    return facts.step in {LostStep.START_SEARCH, LostStep.MAY_PROPOSE_REMOVAL}


def _for_the_committee(facts: Any, _: Parameters) -> bool:
    return facts.step in {LostStep.MAY_CONFIRM, LostStep.CORRECTION_OVER}


_HOME: Final = each(departure.MemberReturned, departure.DepartureClosed)
_ANSWERED: Final = each(departure.HostAccepted, departure.HostDeclined, departure.HostEnded, departure.HostReportedIn)
_APPLIED: Final = each(
    probation.ProbationApplicationReceived,
    probation.ProbationConverted,
    probation.ProbationExtended,
    probation.ProbationCancelled,
    probation.ProbationClosed,
    probation.ProbationDatesCorrected,
)
_SEARCH_OVER: Final = each(
    lost_contact.ContactRegained,
    lost_contact.LostMembershipNoted,
    lost_contact.LostContactClosed,
)
_SWEEP_MOVED_ON: Final = (sweep.SweepExtended, sweep.SweepCityClosed, sweep.SweepCancelled)

TABLE: Final[tuple[Detector, ...]] = (
    # -- trips (§1.2, §2.2) -------------------------------------------------------------------------------------------
    Detector(
        Kind.DESTINATION_UNKNOWN,
        "P-03",
        ("询问并登记去向", "Ask where the member is, and record it"),
        begins=(On(departure.MemberLeft, _unknown), On(departure.DestinationChanged, _unknown)),
        ends=(On(departure.DestinationChanged, _told), *_HOME),
        per_record=True,
    ),
    Detector(
        Kind.NO_HOST,
        "P-04",
        ("联系流入地党组织,办理纳入", "Find a host branch that takes the member in"),
        begins=each(departure.MemberLeft, departure.HostDeclined, departure.HostEnded),
        ends=(*each(departure.HostReportedIn), *_HOME),
        per_record=True,
        wait=_without_host,
    ),
    Detector(
        Kind.HOST_DECLINED,
        "§2.2, R1 Art. 25",
        ("了解原因,另行联系流入地", "See why, and turn to the host again or to another"),
        begins=each(departure.HostDeclined),
        ends=(*each(departure.HostReportedIn), *_HOME),
        per_record=True,
    ),
    Detector(
        Kind.HOST_SILENT,
        "§2.2",
        ("向流入地党组织催复", "Remind the host branch"),
        begins=each(departure.HostAnswerOverdue),
        ends=(*_ANSWERED, *_HOME),
        per_record=True,
    ),
    Detector(
        Kind.HOST_ANSWER_DUE,
        "§2.2",
        ("答复报到:纳入或说明原因", "Answer: take the member in, or say why not"),
        begins=each(departure.HostAnswerOverdue),
        ends=(*_ANSWERED, *_HOME),
        per_record=True,
        place=Place.NAMED,
        named=_host_branch,
    ),
    Detector(
        Kind.RECOGNITION_UNCONFIRMED,
        "§2.2, R2",
        ("确认流动党员身份", "Confirm that the member is a mobile member"),
        begins=each(departure.MobileMemberRecognised),
        ends=(*each(departure.MobileMemberConfirmed), *_HOME),
        per_record=True,
    ),
    # -- probation (§2.8) ---------------------------------------------------------------------------------------------
    Detector(
        Kind.APPLICATION_DUE,
        "P-08",
        ("提醒本人提出转正申请", "Remind the member to apply for conversion"),
        begins=(On(probation.ProbationReminded), On(probation.ProbationApplicationOverdue, again=True)),
        ends=_APPLIED,
        due=_ends_on,
    ),
    Detector(
        Kind.PROBATION_ESCALATED,
        "§2.8",
        ("督促支部处理逾期转正", "See that the branch deals with the overdue conversion"),
        begins=each(probation.ProbationEscalated),
        ends=_APPLIED,
        place=Place.NAMED,
        named=_told_org,
    ),
    Detector(
        Kind.PROBATION_UNDECIDED,
        "§2.8, R8",
        ("审批支部大会的转正决议", "Decide on what the branch meeting resolved"),
        begins=each(probation.ProbationDecisionOverdue),
        ends=each(
            probation.ProbationConverted,
            probation.ProbationExtended,
            probation.ProbationCancelled,
            probation.ProbationClosed,
            probation.ProbationDatesCorrected,
        ),
        place=Place.COMMITTEE,
        named=_told_org,
    ),
    Detector(
        Kind.PROBATION_AWAY,
        "P-07: probationary and away, no discussion in a quarter that is over",
        ("支部讨论在外预备党员", "Discuss the probationary member in the branch"),
        per_record=True,
    ),
    Detector(
        Kind.PROBATION_REPORT,
        "P-07: probationary and away, no report in a half year that is over",
        ("请本人书面汇报", "Ask the member for the written report"),
        per_record=True,
    ),
    # -- the relation (§2.10) -----------------------------------------------------------------------------------------
    Detector(
        Kind.PARKED_RELATION,
        "P-09, R1 Art. 34",
        ("核实去向,转接组织关系", "See where the member is, and transfer the relation"),
        begins=tuple(
            On(one, _parked) for one in (member.MemberRegistered, member.MemberImported, member.MemberDetailsCorrected)
        ),
        ends=(
            On(member.MemberDetailsCorrected, _parked_no_more),
            On(RelationTransferred),
            On(member.BranchAssigned, _by_transfer),
        ),
        wait=_parked_until,
    ),
    Detector(
        Kind.RETENTION_DUE,
        "P-09, §2.10",
        ("决定转出或延长保留", "Decide: transfer the relation, or keep it longer"),
        begins=(On(retention.RetentionReminded), On(retention.RetentionOverdue, again=True)),
        ends=each(retention.RetentionExtended, retention.RetentionEnded),
        per_record=True,
        due=_retained_until,
    ),
    *CERTIFICATE_ROWS,
    *TRANSFER_ROWS,
    # -- dues (§2.9) --------------------------------------------------------------------------------------------------
    Detector(
        Kind.DUES_ARREARS,
        "§2.9",
        ("提醒交纳党费", "Remind the member of the dues"),
        begins=(On(dues.DuesArrearsNoted, _in_arrears),),
        ends=(On(dues.DuesArrearsReduced, _few_left), *each(dues.SixMonthCaseOpened)),
    ),
    Detector(
        Kind.DUES_REPORTED,
        "§2.9, local rule",
        ("督促支部与本人联系,核实原因", "See that the branch talks with the member and learns the reason"),
        begins=each(dues.DuesReportedUpward),
        ends=(On(dues.DuesArrearsReduced, _few_left), *each(dues.SixMonthCaseOpened)),
        place=Place.NAMED,
        named=_told_org,
    ),
    Detector(
        Kind.DUES_CASE,
        "§2.9, R1 Art. 31(6)",
        ("支部大会先问有无正当理由", "The branch meeting asks first for a good reason"),
        begins=each(dues.SixMonthCaseOpened),
        ends=each(dues.SixMonthCaseDecided),
    ),
    # -- life of the branch -------------------------------------------------------------------------------------------
    Detector(
        Kind.LEFT_WITHOUT_TELLING,
        "P-01: attended before, not for two months, though the branch met, and no trip is known",
        ("联系本人,核实是否外出", "Reach the member: gone away without telling?"),
    ),
    Detector(
        Kind.CONTACT_PERSON_MISSING,
        "S-11: members are away and the branch has no contact person",
        ("指定支部联系人", "Appoint a contact person"),
        matter=Matter.ORGANISATION,
        place=Place.NAMED,
    ),
    Detector(
        Kind.CONTACT_PERSON_OVERLOADED,
        "§2.6: the branch's contact person has more members away than one should serve",
        ("为部分在外党员另行指定联系人", "Name others for some of the members away"),
        matter=Matter.ORGANISATION,
        place=Place.NAMED,
    ),
    Detector(
        Kind.DATA_INCOMPLETE,
        "S-10: records of the branch lack core fields",
        ("补全党员信息", "Complete the records"),
        matter=Matter.ORGANISATION,
        place=Place.NAMED,
    ),
    Detector(
        Kind.SWEEP_OVERDUE,
        "§2.12",
        ("上报摸底排查表", "Hand in the sheet of the sweep"),
        begins=each(sweep.SweepBranchOverdue),
        ends=each(sweep.SweepBranchSubmitted, sweep.SweepBranchAccepted, sweep.SweepBranchLeftOut),
        matter=Matter.RECORD,
        place=Place.NAMED,
        named=_branch,
    ),
    Detector(
        Kind.SWEEP_CHECK_OVERDUE,
        "§2.12",
        ("审核各支部排查表", "Check the sheets of the branches"),
        begins=each(sweep.SweepTownshipOverdue),
        ends=each(sweep.SweepTownshipChecked, *_SWEEP_MOVED_ON),
        matter=Matter.RECORD,
        place=Place.NAMED,
        named=_township,
        per_org=True,
    ),
    Detector(
        Kind.SWEEP_CLOSE_OVERDUE,
        "§2.12",
        ("汇总办结摸底排查", "Close the sweep"),
        begins=each(sweep.SweepCityOverdue),
        ends=each(*_SWEEP_MOVED_ON),
        matter=Matter.RECORD,
        place=Place.NAMED,
    ),
    # -- keeping contact (§2.6, §2.7) ---------------------------------------------------------------------------------
    Detector(
        Kind.CONTACT_POINT_CLOSED,
        "P-10: a number was wrong or came back, others are left",
        ("向本人核实新号码", "Ask the member for the new number"),
    ),
    Detector(
        Kind.UNREACHABLE,
        "P-10: none of the member's numbers and addresses is left open",
        ("补充可用联系方式", "Find a way to reach the member, and record it"),
    ),
    Detector(
        Kind.LOST_WATCH,
        "P-02, §2.7",
        ("督促支部开始查找", "See that the branch begins to search"),
        begins=each(lost_contact.LostContactWatchOpened),
        ends=(*each(lost_contact.SearchStarted), *_SEARCH_OVER),
        per_record=True,
        place=Place.ABOVE,
        named=_branch,
    ),
    Detector(
        Kind.LOST_STEP_DUE,
        "§2.7: the search, or after two years the question of removal",
        ("按失联规定办理下一步", "Take the next step of the lost-contact case"),
        begins=(On(lost_contact.LostContactDue, _for_the_branch, again=True),),
        ends=(
            *each(lost_contact.SearchStarted, lost_contact.RemovalProposed, lost_contact.ReinstatementProposed),
            *_SEARCH_OVER,
        ),
        per_record=True,
    ),
    Detector(
        Kind.LOST_DECISION_DUE,
        "§2.7: may be confirmed, or the correction period is over",
        ("党委研究失联情况", "The committee looks at the lost-contact case"),
        begins=(On(lost_contact.LostContactDue, _for_the_committee, again=True),),
        ends=(*each(lost_contact.LostContactConfirmed, lost_contact.OutcomeDecided), *_SEARCH_OVER),
        per_record=True,
        place=Place.ABOVE,
        named=_branch,
    ),
    # -- records that people decide on (§3.6, §2.2) -------------------------------------------------------------------
    Detector(
        Kind.CORRECTION_ASKED,
        "§3.6",
        ("审核更正申请", "Answer the request for a correction"),
        begins=each(correction.CorrectionRequested),
        ends=each(correction.CorrectionApproved, correction.CorrectionRejected),
        matter=Matter.RECORD,
        place=Place.ABOVE,
        named=_asking_org,
    ),
    Detector(
        Kind.DUPLICATE_FLAGGED,
        "§3.6",
        ("核定是否同一人", "Decide: one person or two"),
        begins=each(duplicate.DuplicateFlagged, duplicate.MembersUnlinked),
        ends=each(duplicate.DuplicateConfirmed, duplicate.DuplicateDismissed),
        matter=Matter.RECORD,
        place=Place.COMMITTEE,
        named=_above,
    ),
    Detector(
        Kind.INFLOW_UNPAIRED,
        "§2.2",
        ("跟进原组织答复并配对", "Follow up the origin's answer, and pair the record"),
        begins=each(inflow.InflowOriginAsked),
        ends=each(inflow.InflowPaired, inflow.InflowEnded),
        matter=Matter.RECORD,
        place=Place.NAMED,
    ),
)

ROWS: Final[Mapping[Kind, Detector]] = MappingProxyType({one.kind: one for one in TABLE})
"""The rows by their kind."""


def _index() -> dict[str, tuple[Detector, ...]]:
    found: dict[str, tuple[Detector, ...]] = {}
    for row in TABLE:
        for name in dict.fromkeys(one.event.type_name() for one in (*row.ends, *row.begins)):
            found[name] = (*found.get(name, ()), row)
    return found


BY_EVENT: Final[Mapping[str, tuple[Detector, ...]]] = MappingProxyType(_index())
"""The rows that an event bears on."""
