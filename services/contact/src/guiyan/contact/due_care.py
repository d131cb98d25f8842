"""What the clock does for care: says that a visit is due, and that no report has come."""

from collections.abc import Mapping, Sequence
from datetime import date

from guiyan.contact.domain.aid import AID, Remind
from guiyan.contact.domain.report import REPORT, SayOverdue, overdue_id
from guiyan.contact.projections import care_timers as timers
from guiyan.contact.projections import people
from guiyan.contact.projections.care import MEMBERS, member_of
from guiyan.events.codes import AidOccasion
from guiyan.ledger import Call, Timer, business_date
from guiyan.ledger.due import Handler
from guiyan.service.reads import Reads


class DueCare:
    """The handlers of the timers of care."""

    def __init__(self, care: Reads) -> None:
        self._care = care

    def handlers(self) -> Mapping[str, Handler]:
        """By the timer's kind."""
        return {timers.VISIT: self.visit, timers.REPORT: self.report}

    def visit(self, timer: Timer) -> Sequence[Call]:
        """The time before the Spring Festival, or before 1 July, has begun."""
        today, data = business_date(timer.due_at), timer.data
        act = Remind(
            on=today,
            today=today,
            occasion=AidOccasion(data["occasion"]),
            due_on=date.fromisoformat(data["due_on"]),
            since=date.fromisoformat(data["since"]),
        )
        return [Call(AID, data["case_id"], act)]

    async def report(self, timer: Timer) -> Sequence[Call]:
        """The day by which a report was due is over, and the member is still away without one."""
        member_id, due_on = timer.data["member_id"], timer.data["due_on"]
        member = member_of(await self._care.get(MEMBERS, member_id))
        if not people.is_due(member) or member["report_due"] != due_on:
            return []
        today, due = business_date(timer.due_at), date.fromisoformat(due_on)
        act = SayOverdue(on=today, today=today, member_id=member_id, branch=member["branch"], due_on=due)
        return [Call(REPORT, overdue_id(member_id, due), act)]
