"""A campaign: one message a member away, in a quarter; whoever answers is noted, and it ends with its sums (S-35).

PLANNED → STARTED (all its notices are queued) → CLOSED.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Final

from guiyan.events import Event, derived_id
from guiyan.events.codes import CampaignResult
from guiyan.events.notifications.delivery import (
    CampaignClosed,
    CampaignPlanned,
    CampaignResultNoted,
    CampaignStarted,
)
from guiyan.ledger import Decider, Draft, Refused
from guiyan.ledger.calendar import Quarter

_NO_TIME: Final = datetime(1970, 1, 1, tzinfo=UTC)
ANSWERS: Final = frozenset({CampaignResult.REPLIED, CampaignResult.CALLED_BACK})
"""What people note; everything else the notices tell by themselves."""


class CampaignState(StrEnum):
    """Where a campaign stands."""

    PLANNED = "PLANNED"
    STARTED = "STARTED"
    CLOSED = "CLOSED"


@dataclass(frozen=True, slots=True)
class Campaign:
    """What decides over the next step; `state` is None before it was planned."""

    state: CampaignState | None = None
    noted: frozenset[tuple[str, CampaignResult]] = frozenset()


@dataclass(frozen=True, slots=True)
class Plan:
    """An officer plans one; `today` may not be after its first day."""

    facts: CampaignPlanned
    today: date


@dataclass(frozen=True, slots=True)
class Start:
    """The notices of all its members are queued."""

    recipients: int
    on: date


@dataclass(frozen=True, slots=True)
class Note:
    """A member replied or called back."""

    facts: CampaignResultNoted
    on: date
    today: date


@dataclass(frozen=True, slots=True)
class Close:
    """It is over, with what it came to."""

    sums: CampaignClosed
    on: date


Command = Plan | Start | Note | Close


def campaign_id(org_code: str, quarter: str, template: str) -> str:
    """One campaign an organisation, quarter and template."""
    return derived_id(_NO_TIME, "campaign", org_code, quarter, template)


def campaign_notice_id(planned_event_id: str, planned_at: datetime, member_id: str) -> str:
    """The one notice of a member in a campaign, however often its queueing begins anew."""
    return derived_id(planned_at, "notice", planned_event_id, "campaign", member_id)


def decide(command: Command, campaign: Campaign) -> Sequence[Draft]:
    """The events of a command; a repeat of what is already so gives none."""
    match command:
        case Plan(facts, today):
            if campaign.state is not None:
                raise Refused("campaign_exists", status=409)
            if facts.starts_on < today:
                raise Refused("campaign_in_the_past", pointer="/starts_on")
            quarter = Quarter.parse(facts.quarter)
            if not quarter.first_day <= facts.starts_on <= quarter.last_day:
                first, last = quarter.first_day.isoformat(), quarter.last_day.isoformat()
                raise Refused("campaign_outside_quarter", pointer="/starts_on", first=first, last=last)
            return [Draft(facts, today)]
        case Start(recipients, on):
            _require(campaign, CampaignState.PLANNED)
            return [Draft(CampaignStarted(recipients=recipients), on)]
        case Note(facts, on, today):
            _require(campaign, CampaignState.STARTED, CampaignState.CLOSED)
            if on > today:
                raise Refused("in_the_future", pointer="/occurred_on")
            return [] if (facts.member_id, facts.result) in campaign.noted else [Draft(facts, on)]
        case Close(sums, on):
            _require(campaign, CampaignState.STARTED)
            return [Draft(sums, on)]


def _require(campaign: Campaign, *states: CampaignState) -> None:
    if campaign.state is None:
        raise Refused("campaign_unknown", status=404)
    if campaign.state not in states:
        raise Refused("campaign_wrong_state", state=campaign.state)


def evolve(campaign: Campaign, event: Event) -> Campaign:
    """The state after one more event."""
    match event.payload:
        case CampaignPlanned():
            return replace(campaign, state=CampaignState.PLANNED)
        case CampaignStarted():
            return replace(campaign, state=CampaignState.STARTED)
        case CampaignResultNoted() as told:
            return replace(campaign, noted=campaign.noted | {(told.member_id, told.result)})
        case CampaignClosed():
            return replace(campaign, state=CampaignState.CLOSED)
        case _:
            return campaign


CAMPAIGN: Final = Decider("notifications", "campaign", Campaign, evolve, decide)
