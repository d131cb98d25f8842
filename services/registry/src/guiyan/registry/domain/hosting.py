"""The host's side of a trip: reporting in, the host's answer and its limit, the end of hosting (domain.md §2.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from guiyan.events import Payload
from guiyan.events.codes import FlowState, HostRefusal
from guiyan.events.registry.departure import HostAccepted, HostAnswerOverdue, HostDeclined, HostEnded, HostReportedIn
from guiyan.ledger import Draft, Refused
from guiyan.registry.domain.dates import Occasion, require_happened
from guiyan.registry.domain.organisation import Organisation, require_active
from guiyan.registry.domain.parameters import DEFAULTS, Parameters
from guiyan.registry.domain.trip import OPEN, Departure, require_state

WAITING = frozenset({FlowState.AWAY, FlowState.MOBILE})


@dataclass(frozen=True, slots=True)
class ReportInAtHost:
    """The member reports to a branch at the destination (R3).

    `formal_branch` is where the relation is now, `host` the state of the host where this installation knows it.
    """

    host_branch: str
    when: Occasion
    inflow_id: str | None = None
    formal_branch: str | None = None
    host: Organisation | None = None


@dataclass(frozen=True, slots=True)
class AcceptAsHost:
    """The host branch takes the member in; the origin stays responsible (R1 Art. 32)."""

    when: Occasion
    host_contact_id: str | None = None


@dataclass(frozen=True, slots=True)
class DeclineAsHost:
    """The host branch does not, for a coded cause (R1 Art. 25)."""

    reason: HostRefusal
    when: Occasion


@dataclass(frozen=True, slots=True)
class EndHosting:
    """The member takes part at the host branch no more; the trip goes on."""

    when: Occasion


@dataclass(frozen=True, slots=True)
class RemindHost:
    """The timer of the host's limit; says for which reporting in it was set."""

    reported_in_on: date
    due_on: date


@dataclass(frozen=True, slots=True)
class FollowHost:
    """The host branch was merged, split or is the member's own by now: `to_branch` takes its place, None: nothing.

    `formal_branch` is where the relation is.
    """

    from_branch: str
    to_branch: str | None
    formal_branch: str
    when: Occasion


HostCommand = ReportInAtHost | AcceptAsHost | DeclineAsHost | EndHosting


def answer_due(reported_in_on: date, parameters: Parameters = DEFAULTS) -> date:
    """The day from which the host's answer is overdue: the one after the last of its limit."""
    return reported_in_on + timedelta(days=parameters.host_answer_within_days + 1)


def _report_in(command: ReportInAtHost, state: Departure) -> Sequence[Draft]:
    """On arrival; after a refusal the member may report in again, there or elsewhere, but not on a day before it.

    What is told late about an earlier host does not take the place of the one of now (§8).
    """
    require_state(state, WAITING | {FlowState.HOST_DECLINED})
    if state.reported_in_on is not None and state.host_branch == command.host_branch:
        return []
    require_happened(command.when, not_before=state.with_hosts_until)
    if command.host_branch == (command.formal_branch or state.branch):
        raise Refused("host_is_origin", pointer="/host_branch")
    if command.host is not None and command.host.created_on is not None:
        require_active(command.host, pointer="/host_branch")
    facts = HostReportedIn(member_id=state.member_id, host_branch=command.host_branch, inflow_id=command.inflow_id)
    return [Draft(facts, command.when.occurred_on)]


def require_reported_in(state: Departure, when: Occasion) -> str:
    """A host answers only whom it has met, and not before that day (domain.md §2.2)."""
    require_state(state, WAITING)
    if state.host_branch is None or state.reported_in_on is None:
        raise Refused("not_reported_in")
    require_happened(when, not_before=state.reported_in_on)
    return state.host_branch


def _accept(command: AcceptAsHost, state: Departure) -> Sequence[Draft]:
    host = require_reported_in(state, command.when)
    facts = HostAccepted(member_id=state.member_id, host_branch=host, host_contact_id=command.host_contact_id)
    return [Draft(facts, command.when.occurred_on)]


def _decline(command: DeclineAsHost, state: Departure) -> Sequence[Draft]:
    host = require_reported_in(state, command.when)
    facts = HostDeclined(member_id=state.member_id, host_branch=host, reason=command.reason)
    return [Draft(facts, command.when.occurred_on)]


def _end_hosting(command: EndHosting, state: Departure) -> Sequence[Draft]:
    """HOSTED → AWAY or MOBILE, whichever the trip is without a host."""
    require_state(state, frozenset({FlowState.HOSTED}))
    require_happened(command.when, not_before=state.hosted_since)
    return [Draft(HostEnded(member_id=state.member_id, host_branch=state.host_branch or ""), command.when.occurred_on)]


def remind_host(command: RemindHost, state: Departure) -> Sequence[Draft]:
    """No answer within the limit: both sides are told once; a timer that was overtaken changes nothing."""
    waits = state.state in WAITING and state.host_branch is not None
    if not waits or state.reported_in_on != command.reported_in_on or state.host_overdue_on is not None:
        return []
    days = (command.due_on - command.reported_in_on).days
    facts = HostAnswerOverdue(member_id=state.member_id, host_branch=state.host_branch or "", after_days=days)
    return [Draft(facts, command.due_on)]


def follow_host(command: FollowHost, state: Departure) -> Sequence[Draft]:
    """What was with the old host is so with its successor, as of that day; the own branch is no host (§2.2, §2.13).

    A member taken in stays so. One who waits for an answer waits for the successor's, for which the limit runs anew,
    unless it was overdue: then it still is. A repeat changes nothing.
    """
    if state.state not in OPEN or state.host_branch != command.from_branch or state.reported_in_on is None:
        return []
    first = state.hosted_since or state.host_overdue_on or state.reported_in_on
    on, to, member_id = max(command.when.occurred_on, first), command.to_branch, state.member_id
    if to is None or to == command.formal_branch:
        return [Draft(HostEnded(member_id=member_id, host_branch=command.from_branch), on)]
    if to == command.from_branch:
        return []
    drafts: list[Payload] = [HostReportedIn(member_id=member_id, host_branch=to)]
    if state.hosted_since is not None:
        drafts.append(HostAccepted(member_id=member_id, host_branch=to))
    elif state.host_overdue_on is not None:
        days = (on - state.reported_in_on).days
        drafts.append(HostAnswerOverdue(member_id=member_id, host_branch=to, after_days=days))
    return [Draft(one, on) for one in drafts]


def decide_hosting(command: HostCommand, state: Departure) -> Sequence[Draft]:
    """The events of a command of the host's side; raises Refused."""
    match command:
        case ReportInAtHost():
            return _report_in(command, state)
        case AcceptAsHost():
            return _accept(command, state)
        case DeclineAsHost():
            return _decline(command, state)
        case EndHosting():
            return _end_hosting(command, state)
