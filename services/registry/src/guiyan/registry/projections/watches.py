"""What no single event tells: the rows of the desk's table that hang on several (§1.2 P-01, P-07, S-10, S-11, §2.6).

A member's page knows the open trip, probation, attendance and what the record lacks; a branch's page counts those of
its members who are away, by who keeps contact with them, and those whose records lack something. What is noted never
has the order of a set: that is another one in every process, and a rebuild would differ from the live documents.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from guiyan.events import Payload
from guiyan.events.codes import DepartureEnd, MembershipStatus, PersonCategory
from guiyan.events.codes import TaskKind as Kind
from guiyan.events.registry import (
    departure,
    duplicate,
    inflow,
    member,
    membership,
    organisation,
    probation,
    sweep,
)
from guiyan.ledger import Document
from guiyan.registry.domain.membership import ENDED, status_after
from guiyan.registry.domain.quality import CORE_FIELDS
from guiyan.registry.projections import attendance, keepers, points
from guiyan.registry.projections.notebook import BY_LINK, Notebook
from guiyan.registry.projections.periods import watch_periods

_OF_TRIPS: Final = (
    Kind.DESTINATION_UNKNOWN, Kind.NO_HOST, Kind.HOST_DECLINED, Kind.HOST_SILENT, Kind.HOST_ANSWER_DUE,
    Kind.RECOGNITION_UNCONFIRMED,
)  # fmt: skip
_OF_DUES: Final = (Kind.DUES_ARREARS, Kind.DUES_REPORTED)
_BY_DECISION, _BY_SUSPENSION = "decision", "suspension"
_ORGANISATION_ENDS: Final = (
    organisation.OrganisationDissolved,
    organisation.OrganisationMerged,
    organisation.OrganisationSplit,
)
EVENTS: Final[tuple[type[Payload], ...]] = (
    departure.DepartureAnnounced,
    departure.MemberLeft,
    departure.DestinationChanged,
    departure.MemberReturned,
    departure.DepartureClosed,
    departure.DepartureReopened,
    inflow.InflowRegistered,
    inflow.InflowGroupAssigned,
    member.MemberRegistered,
    member.MemberImported,
    member.MemberDetailsCorrected,
    member.BranchAssigned,
    member.MemberTransferredOut,
    membership.MembershipSuspended,
    membership.MembershipReinstated,
    membership.MembershipRemoved,
    membership.MembershipEnded,
    membership.MemberJoinedAnew,
    membership.MembershipDecisionAnnulled,
    *_ORGANISATION_ENDS,
    probation.ProbationStarted,
    probation.ProbationConverted,
    probation.ProbationCancelled,
    probation.ProbationQuarterDiscussed,
    probation.ProbationReportGiven,
    duplicate.MembersLinked,
    duplicate.MembersUnlinked,
    sweep.SweepPlanned,
    *points.EVENTS,
    *attendance.EVENTS,
    *keepers.EVENTS,
)


def before_the_table(book: Notebook) -> None:
    """What has to be known before the rows of the table are asked: where, and what is set aside."""
    payload, matter = book.fact.payload, book.fact.aggregate_id
    match payload:
        case departure.DepartureClosed():
            for kind in _OF_TRIPS:
                book.end(kind, payload.member_id, matter, aside=matter)
        case departure.MemberLeft() | departure.DestinationChanged():
            _destination(book, payload, matter)
        case inflow.InflowRegistered() | inflow.InflowGroupAssigned():
            book.page(matter)["org"] = payload.host_branch
        case duplicate.MembersLinked() | duplicate.MembersUnlinked():
            _linked(book, payload)
        case sweep.SweepPlanned():
            book.page(matter)["org"] = payload.root_org


def after_the_table(book: Notebook) -> None:
    """What the rows of the table do not say."""
    payload, matter = book.fact.payload, book.fact.aggregate_id
    if isinstance(payload, departure.DepartureEvent):
        _trip(book, payload, matter)
    elif isinstance(payload, member.MemberRegistered | member.MemberImported | member.MemberDetailsCorrected):
        _record(book, payload)
    elif isinstance(payload, member.BranchAssigned):
        _moved(book, payload)
    elif isinstance(payload, member.MemberTransferredOut):
        _gone(book, payload)
    elif isinstance(payload, membership.MembershipDecision):
        _decided(book, payload)
    elif isinstance(payload, probation.ProbationEvent):
        _probation(book, payload)
    elif isinstance(payload, keepers.POSTS):
        keepers.apply(book, payload)
        _look_at(book, matter)
    elif isinstance(payload, _ORGANISATION_ENDS):
        book.page(matter)["ended"] = True
        _look_at(book, matter)
    else:
        points.apply(book, payload)
        attendance.apply(book, payload)
        keepers.apply(book, payload)
    for one in book.touched():
        _count(book, one)


def _destination(book: Notebook, payload: departure.MemberLeft | departure.DestinationChanged, trip: str) -> None:
    """What is told late of where the member was says nothing of where the member is (§8, P-03)."""
    page, on = book.page(payload.member_id), book.fact.event.occurredon.isoformat()
    told = page.get("dest_told") or {}
    if told.get("trip") == trip and on < told["on"]:
        book.overtaken.add(Kind.DESTINATION_UNKNOWN)
    elif payload.dest_certainty is not None:
        page["dest_told"] = {"trip": trip, "on": on}


def _linked(book: Notebook, payload: duplicate.MembersLinked | duplicate.MembersUnlinked) -> None:
    """One person, one task: a record that is shown with another one has none of its own (§3.6, §6 no. 20)."""
    for id_ in (payload.member_id, payload.other_member_id):
        if isinstance(payload, duplicate.MembersLinked) and id_ != payload.leading_member_id:
            page = book.page(id_)
            page["linked"] = True
            for kind in dict.fromkeys(Kind(one["kind"]) for one in page["situations"]):
                book.end(kind, id_, aside=BY_LINK)
        elif (book.find(id_) or {}).get("linked"):
            book.page(id_)["linked"] = False
            book.resume(id_, BY_LINK)


def _trip(book: Notebook, payload: departure.DepartureEvent, trip: str) -> None:
    page = book.page(payload.member_id)
    match payload:
        case departure.DepartureAnnounced():
            page["announced"] = trip
            book.end(Kind.LEFT_WITHOUT_TELLING, payload.member_id)
        case departure.MemberLeft():
            late = book.fact.event.occurredon.isoformat() < page.get("moved_on", "")
            page |= {"announced": None, "trip": trip, "branch": page.get("branch") if late else payload.branch}
            book.end(Kind.LEFT_WITHOUT_TELLING, payload.member_id)
        case departure.MemberReturned() | departure.DepartureClosed():
            page |= {name: None for name in ("announced", "trip") if page.get(name) == trip}
            if not isinstance(payload, departure.DepartureClosed) or payload.reason != DepartureEnd.TRANSFERRED:
                attendance.home_again(book, payload.member_id)
        case departure.DepartureReopened():
            page["trip" if payload.away_since else "announced"] = trip
            page["branch"] = page.get("branch") or payload.branch
            book.end(Kind.LEFT_WITHOUT_TELLING, payload.member_id)
            book.resume(payload.member_id, trip)
    watch_periods(book, payload.member_id)


def _record(
    book: Notebook, payload: member.MemberRegistered | member.MemberImported | member.MemberDetailsCorrected
) -> None:
    """A page is begun only for somebody whose record lacks something, or who is on probation."""
    known = book.find(payload.member_id)
    entered = not isinstance(payload, member.MemberDetailsCorrected)
    had = CORE_FIELDS if entered else (known or {}).get("lacking", [])
    lacking = [name for name in had if getattr(payload, name, None) is None]
    category = getattr(payload, "person_category", None)
    if known is None and not lacking and category != PersonCategory.PROBATIONARY:
        return
    page = book.page(payload.member_id)
    page["lacking"] = lacking
    if category is not None:
        page["probationary"] = category == PersonCategory.PROBATIONARY
    if isinstance(payload, member.MemberRegistered | member.MemberImported):
        page["branch"] = payload.branch
        page["outside"] = isinstance(payload, member.MemberRegistered) and payload.incoming
    watch_periods(book, payload.member_id)


def _moved(book: Notebook, payload: member.BranchAssigned) -> None:
    """The desk follows the relation; what was noted of attendance at the old branch counts no more at a new one."""
    page = book.page(payload.member_id)
    page |= {"branch": payload.branch, "moved_on": book.fact.event.occurredon.isoformat()}
    if payload.transfer_id is not None:
        book.end(Kind.LEFT_WITHOUT_TELLING, payload.member_id)
        page |= {"attended": [], "outside": False}
        watch_periods(book, payload.member_id)


def _gone(book: Notebook, payload: member.MemberTransferredOut) -> None:
    """Nothing about the member is to be done on a desk here any more; what closes the trip clears the trip's (§2.3)."""
    id_ = payload.member_id
    for kind in dict.fromkeys(Kind(one["kind"]) for one in (book.find(id_) or {}).get("situations", ())):
        if kind not in _OF_TRIPS:
            book.end(kind, id_)
    if book.find(id_) is not None:
        book.page(id_).update(outside=True, attended=[], moved_on=book.fact.event.occurredon.isoformat())
    watch_periods(book, id_)


def _decided(book: Notebook, payload: membership.MembershipDecision) -> None:
    """An ended membership clears the desk of the member; what closes the trip clears the trip's.

    While a membership is suspended no dues are asked for (§2.7); a case that was opened waits for its answer.
    """
    id_, status = payload.member_id, status_after(payload)
    if isinstance(payload, membership.MembershipDecisionAnnulled):
        if book.find(id_) is not None:
            book.page(id_)["ended"] = False
            book.resume(id_, _BY_DECISION)
    elif status in ENDED:
        if book.find(id_) is not None:
            book.page(id_)["ended"] = True
        kinds = dict.fromkeys(Kind(one["kind"]) for one in (book.find(id_) or {}).get("situations", ()))
        for kind in (one for one in kinds if one not in _OF_TRIPS):
            book.end(kind, id_, aside=_BY_DECISION)
    elif isinstance(payload, membership.MemberJoinedAnew):
        book.page(id_).update(ended=False, probationary=True, branch=payload.branch)
    if status == MembershipStatus.NORMAL and not isinstance(payload, membership.MemberJoinedAnew):
        book.resume(id_, _BY_SUSPENSION)
    elif status == MembershipStatus.SUSPENDED:
        for kind in _OF_DUES:
            book.end(kind, id_, aside=_BY_SUSPENSION)
    watch_periods(book, id_)


def _probation(book: Notebook, payload: probation.ProbationEvent) -> None:
    match payload:
        case probation.ProbationStarted():
            book.page(payload.member_id)["probationary"] = True
        case probation.ProbationConverted() | probation.ProbationCancelled():
            if book.find(payload.member_id) is not None:
                book.page(payload.member_id)["probationary"] = False
        case probation.ProbationQuarterDiscussed():
            _reported(book, Kind.PROBATION_AWAY, payload.member_id, payload.quarter)
        case probation.ProbationReportGiven():
            _reported(book, Kind.PROBATION_REPORT, payload.member_id, payload.half_year)
    watch_periods(book, payload.member_id)


def _reported(book: Notebook, kind: Kind, member_id: str, period: str) -> None:
    page = book.page(member_id)
    told: Mapping[str, list[str]] = page.get("told", {})
    page["told"] = {**told, str(kind): [*told.get(str(kind), []), period][-8:]}
    book.end(kind, member_id, period)


def _count(book: Notebook, matter: str) -> None:
    """What a member's page says now of the counts of the branch, and of the branch that had it before."""
    before, after = _share(book.before(matter)), _share(book.page(matter))
    if before == after:
        return
    for (branch, away, lacking, named), sign in ((before, -1), (after, 1)):
        if branch is not None and (away or lacking):
            page = book.page(branch)
            page["away"] = page.get("away", 0) + sign * away
            page["incomplete"] = page.get("incomplete", 0) + sign * lacking
            page["named"] = keepers.counted(page.get("named", {}), named if away else None, sign)
    for branch in dict.fromkeys(one for one in (before[0], after[0]) if one is not None):
        _look_at(book, branch)


def _share(page: Document) -> tuple[str | None, int, int, str | None]:
    there = not any(page.get(name) for name in ("ended", "linked", "outside"))
    away, lacking = int(there and page.get("trip") is not None), int(there and bool(page.get("lacking")))
    return page.get("branch"), away, lacking, page.get("named")


def _look_at(book: Notebook, branch: str) -> None:
    """Whether a branch has members away and nobody who keeps contact, or one who has too many; and what records lack.

    Each stands for some days before it is a task: rosters come before appointments, and are mended after them.
    """
    page: dict[str, Any] = book.find(branch) or {}
    there = not page.get("ended")
    missing = there and page.get("away", 0) > 0 and not page.get("contact")
    many = there and keepers.kept(page) > book.valid.members_per_person
    lacking = there and page.get("incomplete", 0) > 0
    for kind, holds in (
        (Kind.CONTACT_PERSON_MISSING, missing),
        (Kind.CONTACT_PERSON_OVERLOADED, many),
        (Kind.DATA_INCOMPLETE, lacking),
    ):
        if holds:
            wait = book.recorded_on + timedelta(days=book.valid.task_within_days)
            book.begin(kind, branch, since=book.recorded_on, wait_until=wait, org=branch)
        else:
            book.end(kind, branch)
