"""What township systems report, each type as the command it means (contract.md §4)."""

from collections.abc import Awaitable, Callable, Mapping
from typing import cast

from guiyan.events.codes import DuesPayer
from guiyan.events.ingest import (
    DuesPaidReport,
    HostReportedInReport,
    MemberRegisteredReport,
    MemberReport,
    MemberReturnedReport,
)
from guiyan.events.registry.departure import DestinationText
from guiyan.events.registry.member import MemberText
from guiyan.ledger import Outcome
from guiyan.registry.commands import departures, members, trips
from guiyan.registry.commands.departures import Told
from guiyan.registry.commands.tools import Asker, Tools
from guiyan.service.directory import Directory
from guiyan.service.ingest_event import IngestEvent, IngestResult, Unreadable
from guiyan.service.ingest_handling import IngestHandler
from guiyan.service.problems import FieldProblem, NotFound

Act = Callable[[Tools, Asker, IngestEvent], Awaitable[Outcome]]


class UnknownMember(Exception):  # noqa: N818 - what the report names
    """The report names nobody whom its sender may report on."""

    def __init__(self, pointer: str) -> None:
        super().__init__("a report names an unknown member")
        self.pointer = pointer


def ingest_handlers(tools: Tools, directory: Directory) -> Mapping[str, IngestHandler]:
    """The handler of each type that registry answers; they let a sender act within its own organisation and below."""
    return {type_: _handler(tools, directory, act) for type_, act in ACTS.items()}


def _handler(tools: Tools, directory: Directory, act: Act) -> IngestHandler:
    async def handle(event: IngestEvent) -> IngestResult:
        asker = Asker.of_township(event, await directory.scope(event.org))
        try:
            return IngestResult.accepted(await act(tools, asker, event))
        except UnknownMember as unknown:
            # Final: members are found by reservation and ledger, so nothing that was accepted is unknown here.
            return IngestResult.rejected(FieldProblem(unknown.pointer, "member_not_found"))
        except NotFound:
            return IngestResult.rejected(FieldProblem("/data", "not_found"))

    return handle


async def member_of(tools: Tools, asker: Asker, event: IngestEvent) -> str:
    """The member a report names, by id or by ID number; raises UnknownMember for nobody, and for others' members."""
    report = cast("MemberReport", event.report)
    pointer = "/data/member_id" if report.member_id else "/data/id_no"
    member_id = report.member_id
    if member_id is None:
        number = members.read_id_number(report.id_no, tools.clock.today())
        member_id = await tools.identities.find(number.value)
    if member_id is None:
        raise UnknownMember(pointer)
    try:
        await members.get_member(tools, asker, member_id)
    except NotFound:
        raise UnknownMember(pointer) from None
    return member_id


def _told(event: IngestEvent) -> Told:
    """Codes, words and date of a report; a code that was not sent is not told."""
    sent = event.report.model_fields_set
    codes = {name: value for name, value in event.report.facts().items() if name in sent or name == "source"}
    return Told(codes, cast("DestinationText | None", event.report.personal()), event.occurred_on)


async def member_registered(tools: Tools, asker: Asker, event: IngestEvent) -> Outcome:
    """A member entered by the township."""
    report = cast("MemberRegisteredReport", event.report)
    text = cast("MemberText | None", report.personal())
    if text is None:
        raise Unreadable([FieldProblem("/data", "missing")], event.id)
    codes = {name: value for name, value in report.facts().items() if name not in {"membership_status", "status_since"}}
    return await members.register_member(tools, asker, members.NewMember(codes, text, event.occurred_on))


async def departure_announced(tools: Tools, asker: Asker, event: IngestEvent) -> Outcome:
    """A member is about to leave."""
    return await departures.announce_departure(tools, asker, await member_of(tools, asker, event), _told(event))


async def member_left(tools: Tools, asker: Asker, event: IngestEvent) -> Outcome:
    """A member has left."""
    return await departures.record_leaving(tools, asker, await member_of(tools, asker, event), _told(event))


async def destination_changed(tools: Tools, asker: Asker, event: IngestEvent) -> Outcome:
    """A member told another destination."""
    trip = await trips.get_trip(tools, asker, await member_of(tools, asker, event), event.occurred_on)
    return await departures.change_destination(tools, asker, trip, _told(event))


async def host_reported_in(tools: Tools, asker: Asker, event: IngestEvent) -> Outcome:
    """A member reported to a branch at the destination."""
    report = cast("HostReportedInReport", event.report)
    trip = await trips.get_trip(tools, asker, await member_of(tools, asker, event), event.occurred_on)
    return await departures.report_in(tools, asker, trip, report.host_branch, event.occurred_on)


async def member_returned(tools: Tools, asker: Asker, event: IngestEvent) -> Outcome:
    """A member came home."""
    report = cast("MemberReturnedReport", event.report)
    trip = await trips.get_trip(tools, asker, await member_of(tools, asker, event), event.occurred_on)
    return await departures.record_return(
        tools, asker, trip, certificate_handed_in=report.certificate_handed_in, occurred_on=event.occurred_on
    )


async def dues_paid(tools: Tools, asker: Asker, event: IngestEvent) -> Outcome:
    """Dues were paid to the formal branch."""
    report = cast("DuesPaidReport", event.report)
    member_id = await member_of(tools, asker, event)
    payment = members.Payment(tuple(report.months), DuesPayer(report.paid_by), None, event.occurred_on)
    return await members.record_dues(tools, asker, member_id, payment)


ACTS: Mapping[str, Act] = {
    "MemberRegistered": member_registered,
    "DepartureAnnounced": departure_announced,
    "MemberLeft": member_left,
    "DestinationChanged": destination_changed,
    "HostReportedIn": host_reported_in,
    "MemberReturned": member_returned,
    "DuesPaid": dues_paid,
}
