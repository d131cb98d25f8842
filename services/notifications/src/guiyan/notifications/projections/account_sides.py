"""What an event that calls for telling somebody leaves out, as the account of notices knows it by itself.

A transfer's sides, a member's branch, the branch of a study activity: folded here once more, so that the account does
not ask the documents that whoever queues notices has asked.
"""

from __future__ import annotations

from typing import Final

from guiyan.events import transfers
from guiyan.events.contact.duty import DutyEvent
from guiyan.events.notifications import study
from guiyan.events.notifications.study import ActivityEvent, ActivityPlan
from guiyan.events.registry.member import BranchAssigned, MemberImported, MemberRegistered
from guiyan.ledger import Docs, Fact
from guiyan.notifications.domain.matters import Known
from guiyan.notifications.projections.sides import SIDES, Sides

BRANCHES: Final = "account_branches"
ACTIVITIES: Final = "account_activities"
_SIDES: Final = Sides()
_MEMBERS: Final = frozenset({"MemberRegistered", "MemberImported", "BranchAssigned", "RelationTransferred"})
HANDLES: Final = Sides.handles | _MEMBERS | {"StudyActivityDrafted", "StudyActivityAnnounced", "StudyActivityChanged"}


def apply(fact: Fact, docs: Docs) -> None:
    """Keep what the fact says of sides, branches and activities."""
    if fact.type in Sides.handles:
        _SIDES.apply(fact, docs)
    match fact.payload:
        case MemberRegistered() | MemberImported() | BranchAssigned() as told:
            docs.put(BRANCHES, fact.aggregate_id, {"branch": told.branch})
        case transfers.RelationTransferred() as moved if moved.to_branch is not None:
            docs.put(BRANCHES, moved.member_id, {"branch": moved.to_branch})
        case ActivityPlan() as plan:
            announced = isinstance(plan, study.StudyActivityAnnounced)
            _activity(fact, docs, branch=plan.branch, announced=announced)
        case _:
            pass


def _activity(fact: Fact, docs: Docs, *, branch: str, announced: bool) -> None:
    known = docs.get(ACTIVITIES, fact.aggregate_id) or {"announced_on": None}
    on = fact.event.occurredon.isoformat() if announced else known["announced_on"]
    docs.put(ACTIVITIES, fact.aggregate_id, {"branch": branch, "announced_on": on, "starts_on": ""})


def known(fact: Fact, docs: Docs) -> Known:
    """What is known of the matter of a fact; a contact duty's says all."""
    if isinstance(fact.payload, DutyEvent):
        return Known()
    if isinstance(fact.payload, ActivityEvent):
        empty = {"branch": None, "announced_on": None, "starts_on": ""}
        return Known(activity=docs.get(ACTIVITIES, fact.aggregate_id) or empty)
    member = fact.event.data.get("member_id")
    branch = docs.get(BRANCHES, str(member)) or {"branch": None}
    sides = docs.get(SIDES, fact.aggregate_id) or {}
    return Known(sides, branch["branch"], named=sides.get("org"))
