"""What a duty answers to each act: events, or Refused. One small function an act, named as in domain.md §2.6."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from guiyan.contact.domain import commands as ask
from guiyan.contact.domain import rules
from guiyan.contact.domain.parameters import DEFAULTS, Parameters, ParametersOn, by_default
from guiyan.contact.domain.state import Duty, evolve
from guiyan.events import Payload
from guiyan.events.codes import ContactExemption, ContactLeg, ContactPause, ContactState
from guiyan.events.contact import (
    ContactAttempted,
    ContactClosed,
    ContactCompleted,
    ContactEscalated,
    ContactExempted,
    ContactMissed,
    ContactPaused,
    ContactPlanned,
    ContactReassigned,
    ContactReminderSent,
    ContactResumed,
    ContactStopped,
    HostOrgContacted,
)
from guiyan.ledger import Decider, Draft, Refused

Answer = Callable[[Any, Duty, Parameters], list[Payload]]


def plan(act: ask.Plan, duty: Duty, _: Parameters) -> list[Payload]:
    """– → PLANNED; again after STOPPED, when the member is due again in the same window. Else nothing happens.

    So it is after another leaving, and on the same trip when the membership or the trip stands again (§2.11).
    While a transfer is open, or the host keeps contact by agreement, on to PAUSED in the same commit.
    """
    if duty.state not in {None, ContactState.STOPPED}:
        return []
    begun = ContactPlanned(
        member_id=act.member_id,
        quarter=act.quarter,
        departure_id=act.departure_id,
        branch=act.branch,
        contact_person_id=act.contact_person_id,
        host_branch=act.host_branch,
        opens_on=act.opens_on,
        closes_on=act.closes_on,
        cycle_from=act.cycle_from,
        away_since=act.away_since,
        told_late_on=act.told_late_on,
    )
    if act.open_transfer is None and not act.agreed:
        return [begun]
    return [begun, _paused(act.member_id, act.quarter, act.open_transfer)]


def _paused(member_id: str, quarter: str, transfer_id: str | None) -> ContactPaused:
    reason = ContactPause.HOSTED_BY_AGREEMENT if transfer_id is None else ContactPause.TRANSFER_OPEN
    return ContactPaused(member_id=member_id, quarter=quarter, reason=reason, transfer_id=transfer_id)


def attempt(act: ask.Attempt, duty: Duty, _: Parameters) -> list[Payload]:
    """PLANNED → ATTEMPTED."""
    rules.planned(duty)
    rules.leg_open(duty, act.leg)
    if act.of_host:
        rules.by_agreement(act.on, duty)
    rules.inside_quarter(act, duty)
    return [
        ContactAttempted(
            member_id=duty.member_id,
            quarter=duty.quarter,
            channel=act.channel,
            outcome=act.outcome,
            leg=act.leg,
            contact_point_id=act.contact_point_id,
        )
    ]


def complete(act: ask.Complete, duty: Duty, _: Parameters) -> list[Payload]:
    """→ REACHED: the member answered (leg MEMBER), also when that is told after the duty was called missed."""
    rules.recordable(duty)
    if act.of_host:
        rules.by_agreement(act.on, duty)
    rules.inside_quarter(act, duty)
    rules.month_with_paid_to(act.dues, act.dues_paid_to, act.on)
    return [
        ContactCompleted(
            member_id=duty.member_id,
            quarter=duty.quarter,
            branch=duty.branch,
            channel=act.channel,
            work=act.work,
            org_life=act.org_life,
            dues=act.dues,
            dues_paid_to=act.dues_paid_to,
            wishes=act.wishes,
        )
    ]


def contact_host(act: ask.ContactHost, duty: Duty, _: Parameters) -> list[Payload]:
    """→ PARTIAL while the member has not been reached (leg HOST_ORG); once a quarter."""
    rules.planned(duty)
    rules.leg_open(duty, ContactLeg.HOST_ORG)
    if duty.host_contacted:
        raise Refused("host_already_contacted")
    if act.host_branch is not None and act.host_branch == duty.branch:
        raise Refused("host_is_origin", pointer="/host_branch")
    rules.inside_quarter(act, duty)
    rules.month_with_paid_to(act.dues, act.dues_paid_to, act.on)
    return [
        HostOrgContacted(
            member_id=duty.member_id,
            quarter=duty.quarter,
            channel=act.channel,
            attendance=act.attendance,
            dues=act.dues,
            dues_paid_to=act.dues_paid_to,
            host_branch=act.host_branch or duty.host_branch,
        )
    ]


def remind(act: ask.Remind, duty: Duty, _: Parameters) -> list[Payload]:
    """The contact person is to be reminded, once for each of the days."""
    rules.still_open(duty)
    if act.day in duty.reminded:
        return []
    return [
        ContactReminderSent(
            member_id=duty.member_id,
            quarter=duty.quarter,
            branch=duty.branch,
            contact_person_id=duty.contact_person_id,
            day=act.day,
            days_left=max((duty.closes_on - act.on).days, 0),
        )
    ]


def miss(act: ask.Miss, duty: Duty, parameters: Parameters) -> list[Payload]:
    """→ MISSED within the quarter, after enough attempts."""
    rules.still_open(duty)
    rules.inside_quarter(act, duty)
    rules.after_attempts(act, duty)
    rules.tried_enough(duty.tries, parameters)
    return [_missed(duty, act.missed_before)]


def end(act: ask.End, duty: Duty, _: Parameters) -> list[Payload]:
    """→ MISSED at the quarter's end."""
    rules.still_open(duty)
    return [_missed(duty, act.missed_before)]


def _missed(duty: Duty, missed_before: int) -> ContactMissed:
    """A quarter in which the member was spoken with ends a row of missed ones: only the answers were not recorded."""
    return ContactMissed(
        member_id=duty.member_id,
        quarter=duty.quarter,
        branch=duty.branch,
        contact_person_id=duty.contact_person_id,
        departure_id=duty.departure_id,
        attempts=len(duty.tries),
        missed_in_a_row=0 if duty.was_reached else missed_before + 1,
    )


def escalate(act: ask.Escalate, duty: Duty, _: Parameters) -> list[Payload]:
    """MISSED → ESCALATED, once."""
    rules.planned(duty)
    if duty.state is not ContactState.MISSED:
        raise Refused("duty_not_missed", state=duty.state or "-")
    return [
        ContactEscalated(
            member_id=duty.member_id,
            quarter=duty.quarter,
            branch=duty.branch,
            level=act.level,
            to_org=act.to_org,
            missed_in_a_row=act.missed_in_a_row,
        )
    ]


def reassign(act: ask.Reassign, duty: Duty, _: Parameters) -> list[Payload]:
    """The duty follows the branch and its contact person; nothing happens when it has them already."""
    rules.unsettled(duty)
    if (duty.branch, duty.contact_person_id) == (act.branch, act.contact_person_id):
        return []
    return [
        ContactReassigned(
            member_id=duty.member_id,
            quarter=duty.quarter,
            branch=act.branch,
            from_person_id=duty.contact_person_id,
            contact_person_id=act.contact_person_id,
        )
    ]


def pause(act: ask.Pause, duty: Duty, _: Parameters) -> list[Payload]:
    """→ PAUSED while a transfer is open, or the host keeps contact; another cause keeps it so (ADR 0022)."""
    rules.unsettled(duty)
    if duty.state is ContactState.PAUSED and duty.paused_by == act.transfer_id:
        return []
    return [_paused(duty.member_id, duty.quarter, act.transfer_id)]


def agree(act: ask.Agree, duty: Duty, _: Parameters) -> list[Payload]:
    """→ PAUSED: the branch at the destination has accepted the member, and keeps contact by agreement (§2.5).

    The clock stands from the day of record, whichever day is told, so that each day counts once (ADR 0022).
    """
    rules.still_open(duty)
    rules.inside_quarter(act, duty)
    if act.host_branch is None:
        raise Refused("no_host")
    return [_paused(duty.member_id, duty.quarter, None)]


def end_agreement(act: ask.EndAgreement, duty: Duty, parameters: Parameters) -> list[Payload]:
    """PAUSED by agreement → as it was, from the day of record; whatever else has stopped the clock ends by itself."""
    rules.unsettled(duty)
    rules.inside_quarter(act, duty)
    if duty.state is not ContactState.PAUSED or duty.paused_by is not None:
        raise Refused("not_by_agreement")
    return resume(ask.Resume(on=act.today, today=act.today), duty, parameters)


def exempt(act: ask.Exempt, duty: Duty, _: Parameters) -> list[Payload]:
    """→ EXEMPTED for a coded reason, by a person; it neither counts as missed nor breaks a row of missed ones."""
    rules.unsettled(duty)
    rules.inside_quarter(act, duty)
    if act.reason in BY_THEMSELVES:
        raise Refused("exempted_by_itself", pointer="/reason")
    return [_exempted(duty, act.reason)]


def settle_agreed(act: ask.SettleAgreed, duty: Duty, _: Parameters) -> list[Payload]:
    """PAUSED by agreement → EXEMPTED when the next window has begun; else nothing happens."""
    del act
    rules.unsettled(duty)
    if duty.state is not ContactState.PAUSED or duty.paused_by is not None:
        return []
    return [_exempted(duty, ContactExemption.HOSTED_BY_AGREEMENT)]


def _exempted(duty: Duty, reason: ContactExemption) -> ContactExempted:
    return ContactExempted(member_id=duty.member_id, quarter=duty.quarter, branch=duty.branch, reason=reason)


BY_THEMSELVES: Final = frozenset({ContactExemption.TRANSFER_OPEN, ContactExemption.HOSTED_BY_AGREEMENT})
"""Reasons that follow from the clock's having stood still; nobody says them."""


def resume(act: ask.Resume, duty: Duty, _: Parameters) -> list[Payload]:
    """PAUSED → as it was, with the days that were left; EXEMPTED when the clock stood still all its quarter.

    Nothing happens where the clock runs, or where another transfer is the cause.
    """
    rules.unsettled(duty)
    if duty.is_open or act.transfer_id not in {None, duty.paused_by}:
        return []
    if rules.stood_still_all_quarter(duty, act.on):
        by_host = duty.paused_by is None
        reason = ContactExemption.HOSTED_BY_AGREEMENT if by_host else ContactExemption.TRANSFER_OPEN
        return [_exempted(duty, reason)]
    closes_on = rules.last_day_after_pause(duty, act.on)
    return [ContactResumed(member_id=duty.member_id, quarter=duty.quarter, closes_on=closes_on)]


def stop(act: ask.Stop, duty: Duty, _: Parameters) -> list[Payload]:
    """→ STOPPED; a duty of another trip is left alone."""
    rules.unsettled(duty)
    if act.departure_id not in {None, duty.departure_id}:
        raise Refused("other_departure")
    return [
        ContactStopped(
            member_id=duty.member_id,
            quarter=duty.quarter,
            branch=duty.branch,
            reason=act.reason,
            transfer_id=act.transfer_id,
        )
    ]


def close(act: ask.Close, duty: Duty, _: Parameters) -> list[Payload]:
    """MISSED or ESCALATED → CLOSED, by a person."""
    del act
    rules.planned(duty)
    if duty.state not in {ContactState.MISSED, ContactState.ESCALATED}:
        raise Refused("duty_not_missed", state=duty.state or "-")
    return [ContactClosed(member_id=duty.member_id, quarter=duty.quarter)]


ANSWERS: Final[dict[type[ask.Act], Answer]] = {
    ask.Plan: plan,
    ask.Attempt: attempt,
    ask.Complete: complete,
    ask.ContactHost: contact_host,
    ask.Remind: remind,
    ask.Miss: miss,
    ask.End: end,
    ask.Escalate: escalate,
    ask.Reassign: reassign,
    ask.Pause: pause,
    ask.Resume: resume,
    ask.Agree: agree,
    ask.EndAgreement: end_agreement,
    ask.Exempt: exempt,
    ask.SettleAgreed: settle_agreed,
    ask.Stop: stop,
    ask.Close: close,
}


def decide(act: ask.Act, duty: Duty, parameters: Parameters = DEFAULTS) -> list[Draft]:
    """The events of an act on a duty, or Refused; an agreement stops and starts the clock on the day of record."""
    on = act.today if isinstance(act, ask.Agree | ask.EndAgreement) else act.on
    return [Draft(payload, on) for payload in ANSWERS[type(act)](act, duty, parameters)]


def duty_decider(parameters_on: ParametersOn = by_default) -> Decider[Duty, ask.Act]:
    """The decider of duties; each act is decided by the parameters valid on its business date (domain.md §2.14)."""
    return Decider("contact", "duty", Duty, evolve, partial(_decide_by, parameters_on))


def _decide_by(parameters_on: ParametersOn, act: ask.Act, duty: Duty) -> list[Draft]:
    return decide(act, duty, parameters_on(act.on))


DUTY = duty_decider()
