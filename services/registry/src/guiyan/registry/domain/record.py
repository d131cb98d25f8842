"""A member's record now: what its events make of it (domain.md §3.4)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from guiyan.events import Event, is_id, time_of
from guiyan.events.registry.member import (
    BranchAssigned,
    MemberCodeChange,
    MemberCore,
    MemberDetailsCorrected,
    MemberImported,
    MemberRegistered,
    MemberTransferredOut,
)
from guiyan.events.registry.membership import MembershipDecision
from guiyan.ledger import Refused
from guiyan.registry.domain.kinds import may_hold_relations
from guiyan.registry.domain.membership import ENDED, Standing, Stop, decided
from guiyan.registry.domain.organisation import Organisation, require_active


@dataclass(frozen=True, slots=True)
class Member:
    """One member's record now, without personal text; `core` is None while there is none.

    `placed_at` is the record time of what put the member into the present branch: the entry, a transfer, a decision;
    `placings` are all of these as recorded, each the business date and the branch.
    `standing` are the decisions on the membership that stand, newest last; `correction_until` the last day of a period
    to set one's conduct right (R1 Art. 30). `outsides` are the times in which the relation was with an organisation
    outside: such a record is not of a member of any branch here, and `branch` is who had the relation last, or the
    organisation that expects it.
    """

    id: str = ""
    core: MemberCore | None = None
    registered_on: date | None = None
    id_index: str | None = None
    mobile_index: str | None = None
    row_hash: str | None = None
    transfers: frozenset[str] = frozenset()
    placed_at: datetime | None = None
    placings: tuple[tuple[date, str], ...] = ()
    standing: tuple[Standing, ...] = ()
    correction_until: date | None = None
    outsides: tuple[Stop, ...] = ()

    @property
    def outside(self) -> bool:
        """Whether the relation is with an organisation outside now: gone there, or not yet come from there (§2.3)."""
        return bool(self.outsides) and self.outsides[-1].until is None

    @property
    def branch(self) -> str:
        """The branch that holds the formal relation."""
        return self.core.branch if self.core else ""

    def branch_on(self, day: date) -> str:
        """The branch that held the relation on a business date; the first known one for the days before the entry."""
        first = self.placings[0][1] if self.placings else self.branch
        return next((branch for on, branch in reversed(self.placings) if on <= day), first)

    @property
    def ended(self) -> bool:
        """The membership came to an end; only joining anew leads on (R1 Art. 24)."""
        return self.core is not None and self.core.membership_status in ENDED


def require_known(state: Member) -> MemberCore:
    """The record, when there is one."""
    if state.core is None:
        raise Refused("member_unknown", status=404)
    return state.core


def require_not_ended(state: Member) -> MemberCore:
    """The record of somebody whose membership has not ended (R1 Art. 24), wherever the relation is."""
    core = require_known(state)
    if state.ended:
        raise Refused("membership_ended")
    return core


def require_member(state: Member) -> MemberCore:
    """The record of a member of a branch here: not ended, and the relation is not outside (§2.1, §2.3)."""
    core = require_not_ended(state)
    if state.outside:
        raise Refused("relation_outside")
    return core


def require_formal_branch(branch: Organisation) -> None:
    """A formal relation is with an active branch, not with a committee, a group or a mobile branch (R1 Art. 32)."""
    require_active(branch, pointer="/branch")
    if branch.kind is None or not may_hold_relations(branch.kind):
        raise Refused("no_branch", pointer="/branch", kind=branch.kind or "-")


def changed_codes(facts: MemberDetailsCorrected) -> dict[str, object]:
    """The codes that a correction names."""
    return {name: value for name in MemberCodeChange.model_fields if (value := getattr(facts, name)) is not None}


def _told_at(event: Event, facts: BranchAssigned | MemberTransferredOut) -> datetime:
    """When the move was told: of a transfer, by the event that caused this one (its id says when); else just now."""
    if facts.transfer_id is None or not is_id(event.causationid):
        return event.time
    return time_of(event.causationid)


def evolve(state: Member, event: Event) -> Member:
    """The record after one more event; types that change nothing here leave it as it is."""
    match event.payload:
        case MemberRegistered() | MemberImported() as facts:
            return Member(
                id=facts.member_id,
                core=MemberCore.model_validate(facts.model_dump(include=set(MemberCore.model_fields))),
                registered_on=event.occurredon,
                id_index=facts.id_index,
                mobile_index=facts.mobile_index,
                row_hash=facts.row_hash if isinstance(facts, MemberImported) else None,
                placed_at=event.time,
                placings=((event.occurredon, facts.branch),),
                outsides=(Stop(None, None),) if isinstance(facts, MemberRegistered) and facts.incoming else (),
            )
        case MemberDetailsCorrected() as facts if state.core is not None:
            return replace(
                state,
                core=state.core.model_copy(update=changed_codes(facts)),
                id_index=facts.id_index or state.id_index,
                mobile_index=facts.mobile_index or state.mobile_index,
                row_hash=facts.row_hash or state.row_hash,
            )
        case BranchAssigned() as facts if state.core is not None:
            return replace(
                state,
                core=state.core.model_copy(update={"branch": facts.branch, "group": facts.group}),
                transfers=state.transfers | ({facts.transfer_id} if facts.transfer_id else frozenset()),
                placed_at=_told_at(event, facts),
                placings=(*state.placings, (event.occurredon, facts.branch)),
                outsides=state.outsides if facts.transfer_id is None else _inside(state, event.occurredon),
            )
        case MemberTransferredOut() as facts if state.core is not None:
            return replace(
                state,
                transfers=state.transfers | {facts.transfer_id},
                placed_at=_told_at(event, facts),
                outsides=(*_inside(state, event.occurredon), Stop(event.occurredon, None)),
            )
        case MembershipDecision() if state.core is not None:
            return _decided(state, state.core, event)
        case _:
            return state


def _inside(state: Member, on: date) -> tuple[Stop, ...]:
    """The times outside, the last of them over since a day."""
    if not state.outside:
        return state.outsides
    *before, last = state.outsides
    return (*before, replace(last, until=on))


def _decided(state: Member, core: MemberCore, event: Event) -> Member:
    now = {**dict(core), "correction_until": state.correction_until}
    standing, changes = decided(state.standing, now, event)
    of_core = {name: value for name, value in changes.items() if name in MemberCore.model_fields}
    until = changes.get("correction_until", state.correction_until)
    after = core.model_copy(update=of_core)
    moved = ((event.occurredon, after.branch),) * (after.branch != core.branch)
    placings = (*state.placings, *moved)
    return replace(state, core=after, standing=standing, correction_until=until, placings=placings)
