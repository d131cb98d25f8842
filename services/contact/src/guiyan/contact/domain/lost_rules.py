"""The guards of a lost-contact case (domain.md §2.7, R1 Art. 24): each one function that passes or raises Refused."""

from collections.abc import Iterable
from datetime import date
from typing import Final

from guiyan.contact.domain.happened import require_happened
from guiyan.contact.domain.lost_acts import Confirm, DecideOutcome, LostAct, Propose, TakeStep
from guiyan.contact.domain.lost_parameters import LostParameters
from guiyan.contact.domain.lost_state import Case, SearchStep
from guiyan.events.codes import ContactChannel, FoundOutcome, LostState, SearchMeans, SearchResult
from guiyan.ledger import Refused
from guiyan.ledger.calendar import add_months

FAILED = frozenset({SearchResult.NOTHING, SearchResult.NOT_APPLICABLE})
"""Results after which nothing is left to be waited for or tried by that means."""

FOLLOWS: Final = {
    FoundOutcome.CORRECTION_PERIOD: frozenset(FoundOutcome) - {FoundOutcome.CORRECTION_PERIOD},
    FoundOutcome.PERSUADE_TO_LEAVE: frozenset({FoundOutcome.REMOVED}),
}
"""Which outcome may still be decided after one; after every other, none."""


def opened(case: Case) -> None:
    """An act needs a case."""
    if case.state is None:
        raise Refused("lost_contact_not_found", status=404)


def still_open(case: Case) -> None:
    """What is closed stays closed."""
    opened(case)
    if not case.is_open:
        raise Refused("lost_contact_closed", how=case.ended or "-")


def stands_in(case: Case, *states: LostState) -> None:
    """The case is open and in one of these states."""
    still_open(case)
    if case.state not in states:
        wanted = tuple(str(state) for state in states)
        raise Refused("lost_contact_state", state=case.state or "-", wanted=", ".join(wanted))


def happened(act: LostAct, not_before: date | None) -> None:
    """Not in the future, and not before what it follows."""
    require_happened(act.on, act.today)
    if not_before is not None and act.on < not_before:
        raise Refused("date_before_last", pointer="/occurred_on", earliest=not_before.isoformat())


def means_held(act: TakeStep) -> None:
    """A means is tried when the organisation has it, and called not applicable when it has not: never left out."""
    if act.result is SearchResult.NOT_APPLICABLE and act.held is True:
        raise Refused("search_means_applies", pointer="/result")
    if act.result is not SearchResult.NOT_APPLICABLE and act.held is False:
        raise Refused("search_means_missing", pointer="/means")


def channel_with_reached(act: TakeStep) -> None:
    """REACHED comes with its channel, and no other result does; a relay person's word comes by that means alone."""
    if (act.result is SearchResult.REACHED) != (act.channel is not None):
        raise Refused("search_channel_mismatch", pointer="/channel")
    if act.channel is ContactChannel.VIA_RELAY_PERSON and act.means is not SearchMeans.RELAY_PERSON:
        raise Refused("relay_person_missing", pointer="/channel")


def newest(steps: Iterable[SearchStep], means: SearchMeans) -> SearchStep | None:
    """The newest step of a means, by its business date; of one day the one told last (§8)."""
    return max((one for one in steps if one.means is means), key=lambda one: (one.on, one.place), default=None)


def open_means(case: Case) -> tuple[SearchMeans, ...]:
    """The means of the closed list that have not failed yet.

    One that gave a new contact point has failed when the member's own contact points were tried again afterwards.
    """
    own = newest(case.steps, SearchMeans.OWN_CONTACT_POINTS)
    return tuple(means for means in SearchMeans if not _failed(newest(case.steps, means), own))


def _failed(step: SearchStep | None, own: SearchStep | None) -> bool:
    if step is None:
        return False
    if step.result in FAILED:
        return True
    tried_again = own is not None and own.on >= step.on and own.place > step.place and own.result in FAILED
    return step.result is SearchResult.NEW_CONTACT_POINT and tried_again


def every_means_failed(case: Case) -> None:
    """All of the closed list was tried, without result (Art. 24); what is only called not applicable is no search."""
    left = open_means(case)
    if left:
        raise Refused("search_not_over", means=", ".join(str(one) for one in left))
    last = [newest(case.steps, means) for means in SearchMeans]
    if all(step is None or step.result is SearchResult.NOT_APPLICABLE for step in last):
        raise Refused("search_never_made")


def silent_long_enough(on: date, since: date, parameters: LostParameters) -> None:
    """At least six months since the member was last seen (Art. 24)."""
    earliest = add_months(since, parameters.confirm_after_months)
    if on < earliest:
        raise Refused(
            "silence_too_short",
            pointer="/occurred_on",
            months=parameters.confirm_after_months,
            since=since.isoformat(),
            earliest=earliest.isoformat(),
        )


def may_be_confirmed(act: Confirm, case: Case, parameters: LostParameters) -> None:
    """Six months, every means, and the branch has told the cause: branch and basic committee (§2.7)."""
    silent_long_enough(act.on, act.since, parameters)
    every_means_failed(case)
    if not case.cause_told:
        raise Refused("lost_cause_missing")


def full_member(act: Propose) -> None:
    """Of a probationary member the status is cancelled, not suspended or removed (§2.7, R9)."""
    if act.probationary:
        raise Refused("lost_probation_is_cancelled")


def two_years_suspended(act: Propose, case: Case, parameters: LostParameters) -> None:
    """Removal not before two more years without contact (Art. 24)."""
    assert case.suspended_on is not None  # noqa: S101 - the state says so
    earliest = add_months(case.suspended_on, parameters.remove_after_months)
    if act.on < earliest:
        raise Refused("removal_proposed_too_early", pointer="/occurred_on", earliest=earliest.isoformat())
    seen = max((day for day in (act.since, case.regained_on) if day is not None), default=None)
    if seen is not None and seen > case.suspended_on:
        raise Refused("seen_since_suspension", seen_on=seen.isoformat())


def asked_in_time(requested_on: date, on: date, case: Case, parameters: LostParameters) -> None:
    """The written request lies within two years of the suspension (Art. 24)."""
    assert case.suspended_on is not None  # noqa: S101 - the state says so
    until = add_months(case.suspended_on, parameters.reinstate_within_months)
    if not case.suspended_on <= requested_on <= min(until, on):
        first, last = case.suspended_on.isoformat(), min(until, on).isoformat()
        raise Refused("request_outside_period", pointer="/requested_on", first=first, last=last)


def outcome_follows(act: DecideOutcome, case: Case) -> None:
    """One outcome; after a correction period, or a refusal to leave, the next one that the rules know (Art. 30)."""
    if case.outcome is not None and act.outcome not in FOLLOWS.get(case.outcome, frozenset()):
        raise Refused("lost_outcome_decided", pointer="/outcome", outcome=case.outcome)


def outcome_fits(act: DecideOutcome, parameters: LostParameters) -> None:
    """A correction period has its months, at most a year (Art. 30); a probation is ended, never a full membership."""
    period = act.outcome is FoundOutcome.CORRECTION_PERIOD
    if period != (act.months is not None):
        raise Refused("correction_months", pointer="/months", months=parameters.correction_max_months)
    if act.months is not None and not 1 <= act.months <= parameters.correction_max_months:
        raise Refused("correction_months", pointer="/months", months=parameters.correction_max_months)
    ends_probation = act.outcome is FoundOutcome.PROBATION_ENDED
    if act.outcome is not FoundOutcome.RESUME and act.probationary != ends_probation:
        raise Refused("outcome_and_category", pointer="/outcome")
