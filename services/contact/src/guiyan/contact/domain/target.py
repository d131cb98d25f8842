"""The year's target of organised life: agreed with the member, looked at once when the year is over (S-39).

Which parts were met is told part by part; nothing is weighed, added up, or compared.
"""

from dataclasses import dataclass, replace
from datetime import date

from guiyan.contact.domain.steps import Step, require_day
from guiyan.events import Event, derived_id
from guiyan.events.contact import OrgLifeTargetReviewed, OrgLifeTargetSet
from guiyan.ledger import Decider, Draft, Refused
from guiyan.ledger.calendar import moment_of


@dataclass(frozen=True, slots=True)
class Target:
    """What the rules need to know; `agreed` is None before one was set."""

    member_id: str = ""
    year: int = 0
    agreed: tuple[int, int, int] | None = None
    reviewed: bool = False
    last_on: date = date.min


@dataclass(frozen=True, slots=True, kw_only=True)
class Agree(Step):
    """The target of a year is agreed, or agreed anew: meetings, hours of study, reports."""

    member_id: str
    year: int
    meetings: int
    study_hours: int
    reports: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Review(Step):
    """The year is over: which parts were met."""

    meetings_met: bool
    study_met: bool
    reports_met: bool


Command = Agree | Review


def decide(act: Command, target: Target) -> list[Draft]:
    """Agreed before its year ends, at most a year ahead; the same again is no event. Reviewed once, after the year."""
    require_day(act, target.last_on)
    if target.reviewed:
        raise Refused("target_reviewed")
    match act:
        case Agree():
            if act.year not in {act.on.year, act.on.year + 1}:
                raise Refused("target_year", pointer="/year", year=act.on.year)
            if target.agreed == (act.meetings, act.study_hours, act.reports):
                return []
            told = OrgLifeTargetSet(
                member_id=act.member_id,
                year=act.year,
                meetings=act.meetings,
                study_hours=act.study_hours,
                reports=act.reports,
            )
            return [Draft(told, act.on)]
        case Review():
            if target.agreed is None:
                raise Refused("record_not_found", status=404)
            if act.on.year <= target.year:
                raise Refused("target_year_runs", pointer="/occurred_on", year=target.year)
            found = OrgLifeTargetReviewed(
                member_id=target.member_id,
                year=target.year,
                meetings_met=act.meetings_met,
                study_met=act.study_met,
                reports_met=act.reports_met,
            )
            return [Draft(found, act.on)]


def evolve(target: Target, event: Event) -> Target:
    """The target after an event."""
    target = replace(target, last_on=event.occurredon)
    match event.payload:
        case OrgLifeTargetSet() as facts:
            agreed = (facts.meetings, facts.study_hours, facts.reports)
            return replace(target, member_id=facts.member_id, year=facts.year, agreed=agreed)
        case OrgLifeTargetReviewed():
            return replace(target, reviewed=True)
        case _:
            return target


def target_id(member_id: str, year: int) -> str:
    """The id of a member's target of a year: a year has one."""
    return derived_id(moment_of(date(year, 1, 1)), "target", member_id)


TARGET: Decider[Target, Command] = Decider("contact", "target", Target, evolve, decide)
