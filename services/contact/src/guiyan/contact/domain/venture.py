"""Return-home entrepreneurship: interest, plan, started; support given; ended (S-44)."""

from dataclasses import dataclass, replace
from datetime import date

from guiyan.contact.domain.steps import Step, require_day, require_new
from guiyan.events import Event
from guiyan.events.codes import EntrepreneurshipStage, SupportKind
from guiyan.events.contact import (
    EntrepreneurshipEnded,
    EntrepreneurshipInterestRecorded,
    EntrepreneurshipStageReached,
    EntrepreneurshipSupportGiven,
)
from guiyan.ledger import Decider, Draft, Refused

STAGES = tuple(EntrepreneurshipStage)


@dataclass(frozen=True, slots=True)
class Venture:
    """What the rules need to know; `stage` is None before the interest was recorded."""

    member_id: str = ""
    stage: EntrepreneurshipStage | None = None
    ended: bool = False
    last_on: date = date.min


@dataclass(frozen=True, slots=True, kw_only=True)
class Interest(Step):
    """The member would like to start something at home."""

    member_id: str
    org_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach(Step):
    """The venture came to a new stage."""

    stage: EntrepreneurshipStage


@dataclass(frozen=True, slots=True, kw_only=True)
class Support(Step):
    """Support was given."""

    support: SupportKind
    by_org: str


@dataclass(frozen=True, slots=True, kw_only=True)
class End(Step):
    """The record is closed; whether the venture had started is known from its stages."""


Command = Interest | Reach | Support | End


def decide(act: Command, venture: Venture) -> list[Draft]:
    """The events of an act on one venture, or Refused: stages go forward only, an ended record stays as it is."""
    require_day(act, venture.last_on)
    if isinstance(act, Interest):
        require_new(venture.stage)
        return [Draft(EntrepreneurshipInterestRecorded(member_id=act.member_id, org_code=act.org_code), act.on)]
    if venture.stage is None:
        raise Refused("record_not_found", status=404)
    if venture.ended:
        raise Refused("venture_ended")
    match act:
        case Reach():
            if STAGES.index(act.stage) <= STAGES.index(venture.stage):
                raise Refused("stage_not_new", pointer="/stage", stage=venture.stage)
            return [Draft(EntrepreneurshipStageReached(member_id=venture.member_id, stage=act.stage), act.on)]
        case Support():
            given = EntrepreneurshipSupportGiven(member_id=venture.member_id, support=act.support, by_org=act.by_org)
            return [Draft(given, act.on)]
        case End():
            started = venture.stage is EntrepreneurshipStage.STARTED
            return [Draft(EntrepreneurshipEnded(member_id=venture.member_id, started=started), act.on)]


def evolve(venture: Venture, event: Event) -> Venture:
    """The venture after an event."""
    venture = replace(venture, last_on=event.occurredon)
    match event.payload:
        case EntrepreneurshipInterestRecorded() as facts:
            return replace(venture, member_id=facts.member_id, stage=EntrepreneurshipStage.INTEREST)
        case EntrepreneurshipStageReached() as facts:
            return replace(venture, stage=facts.stage)
        case EntrepreneurshipEnded():
            return replace(venture, ended=True)
        case _:
            return venture


VENTURE: Decider[Venture, Command] = Decider("contact", "entrepreneurship", Venture, evolve, decide)
