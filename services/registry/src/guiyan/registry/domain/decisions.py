"""Decisions on a membership: each by an organisation above, on a paper, on a day (domain.md §2.7, §2.11; R1 Art. 24).

What ended stays ended: from there only joining anew leads on (R1 Art. 24). A decision that was recorded where it does
not belong is taken back by an annulment of the record, which is neither a decision of anybody nor a reinstatement.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from guiyan.events import Payload
from guiyan.events.codes import MembershipEnd, MembershipStatus, PersonCategory, RemovalGround, SuspensionGround
from guiyan.events.registry.member import BranchAssigned, MemberCore
from guiyan.events.registry.membership import (
    CorrectionPeriodEnded,
    CorrectionPeriodSet,
    MemberConverted,
    MemberJoinedAnew,
    MembershipDecision,
    MembershipDecisionAnnulled,
    MembershipEnded,
    MembershipReinstated,
    MembershipRemoved,
    MembershipSuspended,
)
from guiyan.ledger import Draft, Refused
from guiyan.registry.domain.dates import Occasion, months_after, require_happened
from guiyan.registry.domain.organisation import Organisation
from guiyan.registry.domain.parameters import DEFAULTS, Parameters
from guiyan.registry.domain.record import Member, require_formal_branch, require_known, require_member

LEFT_OR_LOST = frozenset({RemovalGround.ART24_LOST, RemovalGround.ART31_6})


@dataclass(frozen=True, slots=True)
class RecordDecision:
    """Record what an organisation decided; `deciders` are the member's branch and all above it, `when` its day."""

    facts: MembershipDecision
    deciders: tuple[str, ...]
    when: Occasion
    parameters: Parameters = DEFAULTS


@dataclass(frozen=True, slots=True)
class JoinAnew:
    """Somebody whose membership had ended was admitted anew, by a branch whose state is `branch`."""

    facts: MemberJoinedAnew
    branch: Organisation
    deciders: tuple[str, ...]
    when: Occasion


@dataclass(frozen=True, slots=True)
class AnnulDecision:
    """Take the newest standing decision out of this record; `facts.status` is filled in here.

    `branch` is where the relation goes on: where the decision found it or its successor, and since when it is there.
    """

    facts: MembershipDecisionAnnulled
    deciders: tuple[str, ...]
    when: Occasion
    branch: str
    since: date | None = None


DecisionCommand = RecordDecision | JoinAnew | AnnulDecision


def reinstatement_until(suspended_on: date, parameters: Parameters = DEFAULTS) -> date:
    """The last day of a request for reinstatement: two years after the suspension (R1 Art. 24)."""
    return months_after(suspended_on, parameters.reinstate_request_within_months)


def removal_from(suspended_on: date, parameters: Parameters = DEFAULTS) -> date:
    """The first day on which somebody suspended may be removed as lost: after two more years (R1 Art. 24)."""
    return months_after(suspended_on, parameters.lost_remove_after_suspension_months)


def suspended_on(core: MemberCore, state: Member) -> date:
    """When the two years begin: the decision's day; of a roster that tells none, the day of its import."""
    day = core.status_since or state.registered_on
    assert day is not None  # noqa: S101 - every record was registered on a day
    return day


def require_decider(command: DecisionCommand) -> None:
    """A decision on a member is its branch's or an organisation's above it (R1 Art. 24, 31)."""
    if command.facts.decided_by not in command.deciders:
        raise Refused("not_the_deciding_organisation", pointer="/decided_by")


def require_day(command: DecisionCommand, core: MemberCore, state: Member) -> None:
    """Decided in the past, after joining, and not before the decision that stands (domain.md §8)."""
    last = state.standing[-1].decided_on if state.standing else core.status_since
    known = [day for day in (core.joined_on, last) if day is not None]
    require_happened(command.when, not_before=max(known, default=None), pointer="/decided_on")


def require_full(core: MemberCore) -> None:
    """Of a probationary member the status is cancelled, not suspended or removed (domain.md §2.7, R9)."""
    if core.person_category == PersonCategory.PROBATIONARY:
        raise Refused("probation_is_cancelled")


def require_status(core: MemberCore, *allowed: MembershipStatus) -> None:
    """The membership stands in one of these."""
    if core.membership_status not in allowed:
        raise Refused("membership_status", standing=core.membership_status)


def _suspend(facts: MembershipSuspended, core: MemberCore, command: RecordDecision) -> None:
    """Lost for six months and all searching failed, or abroad for good or over five years (R1 Art. 24)."""
    require_status(core, MembershipStatus.NORMAL)
    require_full(core)
    limits = {
        SuspensionGround.LOST_CONTACT: command.parameters.lost_confirm_after_months,
        SuspensionGround.ABROAD_OVER_LIMIT: command.parameters.abroad_suspend_after_months,
    }
    months = limits.get(facts.ground)
    if months is None:
        return
    if facts.since is None:
        raise Refused("since_missing", pointer="/since")
    earliest = months_after(facts.since, months)
    if facts.decided_on < earliest:
        raise Refused("suspension_too_early", pointer="/decided_on", months=months, earliest=earliest.isoformat())


def _reinstate(facts: MembershipReinstated, core: MemberCore, state: Member, parameters: Parameters) -> None:
    """On written request within two years of the suspension; what ended is never reinstated (R1 Art. 24)."""
    require_status(core, MembershipStatus.SUSPENDED)
    if facts.requested_on > facts.decided_on:
        raise Refused("request_after_decision", pointer="/requested_on")
    if core.status_since is None:
        return
    if facts.requested_on < core.status_since:
        raise Refused("too_early", pointer="/requested_on", earliest=core.status_since.isoformat())
    until = reinstatement_until(suspended_on(core, state), parameters)
    if facts.requested_on > until:
        raise Refused("reinstatement_too_late", pointer="/requested_on", until=until.isoformat())


def _remove(facts: MembershipRemoved, core: MemberCore, state: Member, parameters: Parameters) -> None:
    """Lost: after two years of suspension only; who is suspended left by conduct no earlier either (R1 Art. 24)."""
    require_full(core)
    if facts.ground == RemovalGround.ART24_LOST:
        require_status(core, MembershipStatus.SUSPENDED)
    if facts.ground in LEFT_OR_LOST and core.membership_status == MembershipStatus.SUSPENDED:
        earliest = removal_from(suspended_on(core, state), parameters)
        if facts.decided_on < earliest:
            raise Refused("removal_too_early", pointer="/decided_on", earliest=earliest.isoformat())


def require_probationary(core: MemberCore, pointer: str | None = None) -> None:
    """Converted or cancelled is who is on probation (R8 Art. 32)."""
    if core.person_category != PersonCategory.PROBATIONARY:
        raise Refused("not_on_probation", pointer=pointer)


def _end(facts: MembershipEnded, core: MemberCore, above: tuple[str, ...]) -> None:
    """Cancelled is a probation, expelled a full member; withdraw and die may both (domain.md §2.11).

    A probation is cancelled above the branch (R8 Art. 32).
    """
    if facts.how == MembershipEnd.PROBATION_CANCELLED:
        require_probationary(core, "/how")
        if facts.decided_by not in above:
            raise Refused("for_an_organisation_above", pointer="/decided_by")
    if facts.how == MembershipEnd.EXPELLED:
        require_full(core)


def _set_period(facts: CorrectionPeriodSet, core: MemberCore, state: Member, parameters: Parameters) -> None:
    """At most one year, one at a time (R1 Art. 30)."""
    require_status(core, MembershipStatus.NORMAL)
    require_full(core)
    if state.correction_until is not None:
        raise Refused("correction_period_open", until=state.correction_until.isoformat())
    if not 1 <= facts.months <= parameters.correction_max_months:
        raise Refused("correction_period_length", pointer="/months", months=parameters.correction_max_months)


def _record(command: RecordDecision, state: Member) -> Sequence[Draft]:
    core = require_member(state)
    require_decider(command)
    require_day(command, core, state)
    match command.facts:
        case MembershipSuspended() as facts:
            _suspend(facts, core, command)
        case MembershipReinstated() as facts:
            _reinstate(facts, core, state, command.parameters)
        case MembershipRemoved() as facts:
            _remove(facts, core, state, command.parameters)
        case MembershipEnded() as facts:
            _end(facts, core, command.deciders[1:])
        case MemberConverted():
            require_status(core, MembershipStatus.NORMAL)
            require_probationary(core)
        case CorrectionPeriodSet() as facts:
            _set_period(facts, core, state, command.parameters)
        case CorrectionPeriodEnded() if state.correction_until is None:
            raise Refused("no_correction_period")
    return [Draft(command.facts, command.when.occurred_on)]


def _join_anew(command: JoinAnew, state: Member) -> Sequence[Draft]:
    """After an end, and only then: a new probation from the day of the meeting that admitted (R1 Art. 24)."""
    core = require_known(state)
    if not state.ended or core.membership_status == MembershipStatus.DECEASED:
        raise Refused("membership_status", standing=core.membership_status)
    require_decider(command)
    require_day(command, core, state)
    require_formal_branch(command.branch)
    facts, on = command.facts, command.when.occurred_on
    if facts.joined_on > facts.decided_on or (core.status_since and facts.joined_on < core.status_since):
        raise Refused("joined_outside", pointer="/joined_on")
    events: list[Payload] = [facts]
    if facts.branch != core.branch:
        place = {"from_branch": core.branch, "branch": facts.branch, "document_no": facts.decision_no}
        events.append(BranchAssigned.model_validate({"member_id": state.id, **place}))
    return [Draft(one, on) for one in events]


def _annul(command: AnnulDecision, state: Member) -> Sequence[Draft]:
    """The newest that stands; it counts from that decision's own day, as if it had never been in this record."""
    if not state.standing or state.standing[-1].event_id != command.facts.annulled_id:
        raise Refused("not_the_last_decision", pointer="/annulled_id")
    require_decider(command)
    last = state.standing[-1]
    require_happened(command.when, not_before=last.decided_on, pointer="/decided_on")
    core = require_known(state)
    status = last.before.get("membership_status", core.membership_status)
    drafts = [Draft(command.facts.model_copy(update={"status": status}), last.decided_on)]
    if command.branch != core.branch:
        place = {"from_branch": core.branch, "branch": command.branch, "document_no": command.facts.decision_no}
        moved = BranchAssigned.model_validate({"member_id": state.id, **place})
        drafts.append(Draft(moved, max(command.since or last.decided_on, last.decided_on)))
    return drafts


def decide_membership(command: DecisionCommand, state: Member) -> Sequence[Draft]:
    """The events of a decision on one member; raises Refused."""
    match command:
        case RecordDecision():
            return _record(command, state)
        case JoinAnew():
            return _join_anew(command, state)
        case AnnulDecision():
            return _annul(command, state)
