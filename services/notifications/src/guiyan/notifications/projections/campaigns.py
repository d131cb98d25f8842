"""Campaigns as they stand, and who answered one: its notices are in the account of notices, batch by batch (S-35)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time, timedelta
from typing import ClassVar, Final

from guiyan.events.notifications.delivery import (
    CampaignClosed,
    CampaignPlanned,
    CampaignResultNoted,
    CampaignStarted,
)
from guiyan.ledger import Docs, Fact, Index, Key, Projection, Timer
from guiyan.ledger.calendar import Quarter, moment_of
from guiyan.notifications.domain.campaign import CampaignState

CAMPAIGNS: Final = "campaigns"
REPLIES: Final = "campaign_replies"
START: Final = "start_campaign"
CLOSE: Final = "close_campaign"
_CLOSES: Final = time(0, 30)


def reply_id(campaign_id: str, member_id: str) -> str:
    """What a member answered in a campaign."""
    return f"{campaign_id}:{member_id}"


class Campaigns(Projection):
    """Collections `campaigns` (one document each) and `campaign_replies` (one a member who answered)."""

    name: ClassVar[str] = "campaigns"
    version: ClassVar[int] = 1
    handles: ClassVar[frozenset[str]] = frozenset(
        {"CampaignPlanned", "CampaignStarted", "CampaignResultNoted", "CampaignClosed"}
    )
    indexes: ClassVar[tuple[Index, ...]] = (
        Index(CAMPAIGNS, ("state", "starts_at")),
        Index(CAMPAIGNS, ("org_code", "_id")),
        Index(REPLIES, ("campaign_id", "_id")),
    )

    def touches(self, fact: Fact) -> Iterable[Key]:
        """The campaign's own document."""
        return (Key(CAMPAIGNS, fact.aggregate_id),)

    def apply(self, fact: Fact, docs: Docs) -> None:
        """Move the campaign on; its start and its end are timers."""
        id_, on = fact.aggregate_id, fact.event.occurredon.isoformat()
        row = {**(docs.get(CAMPAIGNS, id_) or {}), "version": fact.event.streamversion}
        match fact.payload:
            case CampaignPlanned() as plan:
                starts_at = plan.starts_at or moment_of(plan.starts_on)
                row |= plan.model_dump(mode="json", include={"org_code", "quarter", "template", "starts_on"})
                row |= {"state": str(CampaignState.PLANNED), "starts_at": starts_at, "planned_on": on}
                row |= {
                    "planned_event_id": fact.event.id,
                    "planned_at": fact.event.time,
                    "replied": 0,
                    "closed_on": None,
                }
                docs.schedule(Timer(f"{START}:{id_}", starts_at, START, {}))
                closes_at = moment_of(Quarter.parse(plan.quarter).last_day + timedelta(days=1), _CLOSES)
                docs.schedule(Timer(f"{CLOSE}:{id_}", max(closes_at, starts_at), CLOSE, {"campaign_id": id_}))
            case CampaignStarted() as started:
                row |= {"state": str(CampaignState.STARTED), "recipients": started.recipients}
                docs.cancel(f"{START}:{id_}")
            case CampaignResultNoted() as noted:
                key = reply_id(id_, noted.member_id)
                known = docs.get(REPLIES, key) or {"campaign_id": id_, "member_id": noted.member_id, "answers": []}
                answer = {"result": str(noted.result), "on": on}
                docs.put(REPLIES, key, {**known, "answers": [*known["answers"], answer]})
                row["replied"] += 0 if known["answers"] else 1
            case CampaignClosed():
                row |= {"state": str(CampaignState.CLOSED), "closed_on": on}
                docs.cancel(f"{CLOSE}:{id_}")
        docs.put(CAMPAIGNS, id_, row)
