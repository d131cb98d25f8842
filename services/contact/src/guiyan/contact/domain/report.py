"""Reports given (S-04): the fact that one was given, in which form and to whom; never its content."""

from dataclasses import dataclass
from datetime import date

from guiyan.events import Event
from guiyan.events.codes import ReportForm
from guiyan.events.contact import ReportGiven
from guiyan.ledger import Decider, Draft, Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Give:
    """The member gave a report."""

    on: date
    today: date
    member_id: str
    form: ReportForm | None
    to_org: str | None


def evolve(given: bool, event: Event) -> bool:  # noqa: FBT001 - the whole state is whether it was given
    """Whether it was given."""
    return given or isinstance(event.payload, ReportGiven)


def decide(act: Give, given: bool) -> list[Draft]:  # noqa: FBT001 - as above
    """One report is given once, on a day that has come."""
    if given:
        raise Refused("report_exists")
    if act.on > act.today:
        raise Refused("date_in_future", pointer="/occurred_on", today=act.today.isoformat())
    return [Draft(ReportGiven(member_id=act.member_id, form=act.form, to_org=act.to_org), act.on)]


REPORT: Decider[bool, Give] = Decider("contact", "report", bool, evolve, decide)
