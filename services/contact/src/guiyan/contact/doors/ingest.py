"""What township systems report, each type as the act it means (contract.md §4)."""

from collections.abc import Mapping
from typing import Any, Final, cast

from guiyan.contact.domain import commands as ask
from guiyan.contact.domain.report import Give
from guiyan.contact.domain.wish import WrittenWish
from guiyan.contact.doors import host_acts
from guiyan.contact.office import Office
from guiyan.events.ingest import (
    ContactAttemptedReport,
    ContactCompletedReport,
    ContactPointAddedReport,
    HostOrgContactedReport,
    MemberReport,
    ReportGivenReport,
)
from guiyan.service.ingest_event import IngestEvent, IngestResult
from guiyan.service.ingest_handling import IngestHandler
from guiyan.service.problems import FieldProblem, NotFound

UNKNOWN_MEMBER: Final = FieldProblem("/data", "member_not_found")
NO_DUTY: Final = FieldProblem("/data", "duty_not_found")


class Reports:
    """Handlers of reported events; a sender acts for its own organisation and what lies below it.

    What names a member or duty not known here is asked again in a moment: it may still be on its way.
    """

    def __init__(self, office: Office) -> None:
        self._office = office

    def handlers(self) -> Mapping[str, IngestHandler]:
        """The handler of each type."""
        return {
            "ContactPointAdded": self.point_added,
            "ContactAttempted": self.attempted,
            "ContactCompleted": self.completed,
            "HostOrgContacted": self.host_contacted,
            "ReportGiven": self.report_given,
        }

    async def point_added(self, event: IngestEvent) -> IngestResult:
        """A way to reach the member became known."""
        report = cast("ContactPointAddedReport", event.report)
        member_id = await self._member(report, event)
        if member_id is None:
            return IngestResult.later(UNKNOWN_MEMBER)
        outcome = await self._office.add_point(
            event.new_id("contact_point"),
            event.context(),
            member_id=member_id,
            kind=report.kind,
            value=report.value,
            source=report.source,
            valid_from=report.valid_from,
            wish=WrittenWish(report.wish_document_no, report.wish_on),
            on=event.occurred_on,
        )
        return IngestResult.accepted(outcome)

    async def attempted(self, event: IngestEvent) -> IngestResult:
        """Somebody tried to reach the member or the host."""
        report = cast("ContactAttemptedReport", event.report)
        act = ask.Attempt(
            **self._when(event),
            channel=report.channel,
            outcome=report.outcome,
            leg=report.leg,
            contact_point_id=report.contact_point_id,
        )
        return await self._on_duty(report, report.quarter, act, event)

    async def completed(self, event: IngestEvent) -> IngestResult:
        """The member was reached."""
        report = cast("ContactCompletedReport", event.report)
        act = ask.Complete(
            **self._when(event),
            channel=report.channel,
            work=report.work,
            org_life=report.org_life,
            dues=report.dues,
            dues_paid_to=report.dues_paid_to,
            wishes=report.wishes,
        )
        return await self._on_duty(report, report.quarter, act, event)

    async def host_contacted(self, event: IngestEvent) -> IngestResult:
        """The organisation at the destination was reached."""
        report = cast("HostOrgContactedReport", event.report)
        act = ask.ContactHost(
            **self._when(event),
            channel=report.channel,
            attendance=report.attendance,
            dues=report.dues,
            dues_paid_to=report.dues_paid_to,
            host_branch=report.host_branch,
        )
        return await self._on_duty(report, report.quarter, act, event)

    async def report_given(self, event: IngestEvent) -> IngestResult:
        """The member gave a report; only that it was given."""
        report = cast("ReportGivenReport", event.report)
        member_id = await self._member(report, event)
        if member_id is None:
            return IngestResult.later(UNKNOWN_MEMBER)
        act = Give(**self._when(event), member_id=member_id, form=report.form, to_org=report.to_org or event.org)
        return IngestResult.accepted(await self._office.give_report(event.new_id("report"), act, event.context()))

    async def _on_duty(
        self, report: MemberReport, quarter: str | None, act: ask.Act, event: IngestEvent
    ) -> IngestResult:
        """An act on the member's duty: of the origin's side, or of the host's as far as it goes (S-38)."""
        member_id = await self._member(report, event, as_host=True)
        if member_id is None:
            return IngestResult.later(UNKNOWN_MEMBER)
        id_ = await self._office.desk.find_duty(member_id, event.occurred_on, quarter)
        if id_ is None:
            return IngestResult.later(NO_DUTY)
        scope = await self._office.desk.directory.scope(event.org)
        try:
            return IngestResult.accepted(await host_acts.act(scope, self._office, id_, act, event.context()))
        except NotFound:
            return IngestResult.later(NO_DUTY)

    async def _member(self, report: MemberReport, event: IngestEvent, *, as_host: bool = False) -> str | None:
        """The member a report names, when the sender may report on them: of its own, or whom it has taken in."""
        member_id = report.member_id
        if member_id is None and report.id_no is not None:
            member_id = await self._office.find_member(report.id_no)
        person = None if member_id is None else await self._office.find_person(member_id)
        scope = await self._office.desk.directory.scope(event.org)
        host = person["away"]["host_branch"] if as_host and person is not None and person["away"] else None
        return member_id if person is not None and scope.covers(person["branch"], host) else None

    def _when(self, event: IngestEvent) -> dict[str, Any]:
        return self._office.desk.when(event.occurred_on)
