"""What a lost-contact case answers to each act: events, or Refused (domain.md §2.7).

The system opens a watch, tells that a day has come, and follows what others recorded. It never proposes anything about
a membership: every proposal is a person's, with a document number; every decision is registry's.
"""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any, Final

from guiyan.contact.domain import lost_acts as ask
from guiyan.contact.domain import lost_rules as rules
from guiyan.contact.domain.lost_parameters import (
    LOST_DEFAULTS,
    LostParameters,
    LostParametersOn,
    lost_by_default,
)
from guiyan.contact.domain.lost_state import SEARCHED, SUSPENDED, Case, evolve
from guiyan.contact.domain.lost_steps import due_step
from guiyan.events import Payload
from guiyan.events.codes import (
    ContactChannel,
    FoundOutcome,
    LostEnd,
    LostState,
    MembershipStatus,
    SearchResult,
)
from guiyan.events.contact import lost_contact as told
from guiyan.ledger import Decider, Draft, Refused
from guiyan.ledger.calendar import add_months

Answer = Callable[[Any, Case, LostParameters], list[Payload]]
_BEFORE_SUSPENSION: Final = (LostState.WATCH, *sorted(SEARCHED))


def watch(act: ask.Watch, case: Case, _: LostParameters) -> list[Payload]:
    """– → WATCH; a number is used once."""
    rules.happened(act, None)
    if case.state is not None:
        raise Refused("lost_contact_number_used" if case.ended else "lost_contact_open")
    return [
        told.LostContactWatchOpened(
            member_id=act.member_id,
            branch=act.branch,
            departure_id=act.departure_id,
            missed_in_a_row=act.missed_in_a_row,
            last_seen_on=act.last_seen_on,
        )
    ]


def start_search(act: ask.StartSearch, case: Case, _: LostParameters) -> list[Payload]:
    """WATCH → SEARCHING, by the branch; what was begun before the watch was opened is told as it was."""
    rules.stands_in(case, LostState.WATCH)
    rules.happened(act, act.since)
    return [told.SearchStarted(member_id=case.member_id, branch=act.branch)]


def take_step(act: ask.TakeStep, case: Case, _: LostParameters) -> list[Payload]:
    """One means of the closed list; who is reached by it is found."""
    rules.stands_in(case, LostState.SEARCHING)
    rules.happened(act, case.searching_since)
    rules.channel_with_reached(act)
    rules.means_held(act)
    done = told.SearchStepDone(member_id=case.member_id, means=act.means, result=act.result)
    if act.result is not SearchResult.REACHED or act.channel is None:
        return [done]
    return [done, told.ContactRegained(member_id=case.member_id, channel=act.channel)]


def tell_cause(act: ask.TellCause, case: Case, _: LostParameters) -> list[Payload]:
    """The branch's part of confirming: the cause, once; from now on the departure stands as LOST_CONTACT (§2.2)."""
    rules.stands_in(case, LostState.SEARCHING)
    rules.happened(act, case.searching_since)
    if case.cause_told:
        raise Refused("lost_cause_told")
    return [told.LostContactOpened(member_id=case.member_id, branch=act.branch, since=act.since, cause=act.cause)]


def confirm(act: ask.Confirm, case: Case, parameters: LostParameters) -> list[Payload]:
    """SEARCHING → CONFIRMED_LOST: the basic committee, after six months and every means (Art. 24)."""
    rules.stands_in(case, LostState.SEARCHING)
    rules.happened(act, case.newest_step_on)
    rules.may_be_confirmed(act, case, parameters)
    return [
        told.LostContactConfirmed(
            member_id=case.member_id, since=act.since, confirmed_by=act.confirmed_by, document_no=act.document_no
        )
    ]


def regain(act: ask.Regain, case: Case, _: LostParameters) -> list[Payload]:
    """→ FOUND at any time; a watch is over with it; of somebody suspended it is recorded, and decisions lead on."""
    rules.stands_in(case, *_BEFORE_SUSPENSION, *sorted(SUSPENDED))
    rules.happened(act, act.since)
    if act.channel is ContactChannel.VIA_RELAY_PERSON and not act.relay_person:
        raise Refused("relay_person_missing", pointer="/channel")
    return _regained(case, act.channel)


def _regained(case: Case, channel: ContactChannel) -> list[Payload]:
    found = told.ContactRegained(member_id=case.member_id, channel=channel)
    return [found, _closed(case, LostEnd.RESUMED)] if case.state is LostState.WATCH else [found]


def seen(act: ask.Seen, case: Case, parameters: LostParameters) -> list[Payload]:
    """What others recorded: a sign newer than the search regains contact; older ones only shorten the silence (§8)."""
    if not case.is_open or case.state is None:
        return []
    if case.state is LostState.WATCH:
        return _seen_in_watch(act, case, parameters)
    begun = case.suspended_on if case.state in SUSPENDED else case.searching_since
    fresh = begun is not None and act.on >= begun and case.regained_on is None
    if case.state is LostState.FOUND or not act.in_person or not fresh or act.channel is None:
        return []
    return _regained(case, act.channel)


def _seen_in_watch(act: ask.Seen, case: Case, parameters: LostParameters) -> list[Payload]:
    if act.on >= case.opened_on and act.in_person and act.channel is not None:
        return _regained(case, act.channel)
    if act.on >= case.opened_on:
        return [_closed(case, LostEnd.RESUMED)]
    if case.missed_in_a_row or not _silent(case.last_seen_on, case.opened_on, parameters):
        return []  # two quarters missed, or an officer's word: silence is not why it was opened
    return [] if _silent(act.last_seen_on, act.today, parameters) else [_closed(case, LostEnd.RESUMED)]


def _silent(since: date | None, on: date, parameters: LostParameters) -> bool:
    return since is not None and add_months(since, parameters.watch_after_months) <= on


def propose_suspension(act: ask.ProposeSuspension, case: Case, parameters: LostParameters) -> list[Payload]:
    """CONFIRMED_LOST → SUSPENSION_PROPOSED; not when the member was seen meanwhile."""
    rules.stands_in(case, LostState.CONFIRMED_LOST)
    rules.happened(act, case.confirmed_on)
    rules.full_member(act)
    if act.since is not None:
        rules.silent_long_enough(act.on, act.since, parameters)
    return [told.SuspensionProposed(member_id=case.member_id, **_paper(act))]


def propose_reinstatement(act: ask.ProposeReinstatement, case: Case, parameters: LostParameters) -> list[Payload]:
    """SUSPENDED → REINSTATEMENT_PROPOSED, on the member's written request within two years (Art. 24)."""
    rules.stands_in(case, LostState.SUSPENDED, LostState.REMOVAL_PROPOSED)
    rules.happened(act, case.suspended_on)
    rules.asked_in_time(act.requested_on, act.on, case, parameters)
    paper = {**_paper(act), "requested_on": act.requested_on}
    return [told.ReinstatementProposed(member_id=case.member_id, **paper)]


def propose_removal(act: ask.ProposeRemoval, case: Case, parameters: LostParameters) -> list[Payload]:
    """SUSPENDED → REMOVAL_PROPOSED, by people, two years after the suspension and without contact since (Art. 24)."""
    rules.stands_in(case, LostState.SUSPENDED)
    rules.happened(act, case.suspended_on)
    rules.two_years_suspended(act, case, parameters)
    return [told.RemovalProposed(member_id=case.member_id, **_paper(act))]


def _paper(act: ask.Propose) -> dict[str, Any]:
    return {"proposed_by": act.proposed_by, "document_no": act.document_no}


def decide_outcome(act: ask.DecideOutcome, case: Case, parameters: LostParameters) -> list[Payload]:
    """FOUND → what follows, with a number: RESUME ends the case, what concerns the membership registry records."""
    rules.stands_in(case, LostState.FOUND)
    rules.happened(act, case.regained_on)
    rules.outcome_follows(act, case)
    rules.outcome_fits(act, parameters)
    until = None if act.months is None else add_months(act.on, act.months)
    decided = told.OutcomeDecided(
        member_id=case.member_id,
        outcome=act.outcome,
        decision_no=act.decision_no,
        decided_by=act.decided_by,
        months=act.months,
        until=until,
    )
    return [decided, _closed(case, LostEnd.RESUMED)] if act.outcome is FoundOutcome.RESUME else [decided]


def note_decision(act: ask.NoteDecision, case: Case, _: LostParameters) -> list[Payload]:
    """Registry's decision moves the case on: suspended it waits two years, everything else ends it."""
    if not case.is_open or act.decision_id == case.decision_id:
        return []
    if act.annulled_id is not None and act.annulled_id != case.decision_id:
        return []
    noted = told.LostMembershipNoted(
        member_id=case.member_id,
        status=act.status,
        decision_no=act.decision_no,
        decided_on=act.on,
        decision_id=act.decision_id,
        annulled_id=act.annulled_id,
    )
    how = None if act.annulled_id is not None else _end_by(act.status, case)
    return [noted] if how is None else [noted, _closed(case, how)]


def _end_by(status: MembershipStatus, case: Case) -> LostEnd | None:
    match status:
        case MembershipStatus.SUSPENDED:
            return LostEnd.SUSPENDED if case.state is LostState.FOUND else None
        case MembershipStatus.NORMAL:
            return LostEnd.REINSTATED
        case MembershipStatus.REMOVED:
            return LostEnd.REMOVED
        case _:
            return LostEnd.MEMBERSHIP_ENDED


def end_case(act: ask.EndCase, case: Case, _: LostParameters) -> list[Payload]:
    """Transferred: whoever asked for that is not lost. Home again: a watch is over, a search has found the member.

    A trip that never was leaves nothing to watch; a search that has begun is closed by people.
    """
    if not case.is_open or case.state in SUSPENDED:
        return []
    if act.how is LostEnd.TRANSFERRED or case.state is LostState.WATCH:
        return [_closed(case, act.how)]
    if case.state is LostState.FOUND or act.how is not LostEnd.RETURNED:
        return []
    return _regained(case, ContactChannel.IN_PERSON)


def close_case(act: ask.CloseCase, case: Case, _: LostParameters) -> list[Payload]:
    """Opened in error: only before anything was decided about the membership."""
    rules.stands_in(case, *_BEFORE_SUSPENSION, LostState.FOUND)
    rules.happened(act, None)
    return [_closed(case, LostEnd.OPENED_IN_ERROR)]


def tell_due(act: ask.TellDue, case: Case, _: LostParameters) -> list[Payload]:
    """The clock's part: told once for a day, while the case still waits for just that."""
    if not case.is_open or due_step(case) is not act.step or (act.step, act.due_on) in case.told:
        return []
    return [told.LostContactDue(member_id=case.member_id, branch=act.branch, step=act.step, due_on=act.due_on)]


def _closed(case: Case, how: LostEnd) -> told.LostContactClosed:
    return told.LostContactClosed(member_id=case.member_id, how=how)


ANSWERS: Final[dict[type[ask.LostAct], Answer]] = {
    ask.Watch: watch,
    ask.StartSearch: start_search,
    ask.TakeStep: take_step,
    ask.TellCause: tell_cause,
    ask.Confirm: confirm,
    ask.Regain: regain,
    ask.Seen: seen,
    ask.ProposeSuspension: propose_suspension,
    ask.ProposeReinstatement: propose_reinstatement,
    ask.ProposeRemoval: propose_removal,
    ask.DecideOutcome: decide_outcome,
    ask.NoteDecision: note_decision,
    ask.EndCase: end_case,
    ask.CloseCase: close_case,
    ask.TellDue: tell_due,
}


def decide(act: ask.LostAct, case: Case, parameters: LostParameters = LOST_DEFAULTS) -> list[Draft]:
    """The events of an act on a case, or Refused; what was told late of the time before it, ends it at its opening."""
    on = max(act.on, case.opened_on) if isinstance(act, ask.Seen | ask.EndCase | ask.NoteDecision) else act.on
    return [Draft(payload, on) for payload in ANSWERS[type(act)](act, case, parameters)]


def lost_contact_decider(parameters_on: LostParametersOn = lost_by_default) -> Decider[Case, ask.LostAct]:
    """The decider of cases; each act is decided by the parameters valid on its business date (domain.md §2.14)."""
    return Decider("contact", "lost_contact", Case, evolve, partial(_decide_by, parameters_on))


def _decide_by(parameters_on: LostParametersOn, act: ask.LostAct, case: Case) -> list[Draft]:
    return decide(act, case, parameters_on(act.on))


LOST_CONTACT = lost_contact_decider()
