"""What township systems report, each type as the act it means (contract.md §4)."""

from collections.abc import Mapping
from typing import Final, cast

from guiyan.events.ingest import (
    MemberReport,
    ReceiptReturnedReport,
    TransferReceivedReport,
    TransferReference,
    TransferRequestedReport,
)
from guiyan.ledger import Refused
from guiyan.ledger.blind import BlindIndex
from guiyan.service.ingest_event import IngestEvent, IngestResult
from guiyan.service.ingest_handling import IngestHandler
from guiyan.service.problems import FieldProblem
from guiyan.service.scope import Scope
from guiyan.transfers.commands.asked import Asked
from guiyan.transfers.domain import commands as ask
from guiyan.transfers.domain.state import Transfer
from guiyan.transfers.office import Office

UNKNOWN_MEMBER: Final = FieldProblem("/data", "member_not_found")
UNKNOWN_TRANSFER: Final = FieldProblem("/data", "transfer_not_found")


class Reports:
    """Handlers of reported events; a sender acts for its own organisation and what lies below it."""

    def __init__(self, office: Office, index: BlindIndex) -> None:
        self._office = office
        self._index = index

    def handlers(self) -> Mapping[str, IngestHandler]:
        """The handler of each type."""
        return {
            "TransferRequested": self.requested,
            "TransferReceived": self.received,
            "ReceiptReturned": self.receipt_returned,
        }

    async def requested(self, event: IngestEvent) -> IngestResult:
        """A member asked for the relation to be moved; `later` while the member may still be on the way here."""
        report = cast("TransferRequestedReport", event.report)
        member_id = await self._member(report)
        person = None if member_id is None else await self._office.find_person(member_id)
        scope = await self._scope(event)
        if member_id is None or person is None or not scope.covers(person["branch"]):
            return IngestResult.later(UNKNOWN_MEMBER)
        asked = Asked(
            member_id=member_id,
            to_branch=report.to_branch,
            to_committee=report.to_committee,
            to_title=report.to_title,
            channel=report.channel,
            change_type=report.change_type,
            dues_paid_to=report.dues_paid_to,
            occurred_on=event.occurred_on,
        )
        return IngestResult.accepted(await self._office.request(asked, person, event.context()))

    async def received(self, event: IngestEvent) -> IngestResult:
        """The township's committee took a transfer in."""
        report = cast("TransferReceivedReport", event.report)
        found = await self._incoming(report, await self._scope(event))
        if found is None:
            return IngestResult.later(UNKNOWN_TRANSFER)
        outcome = await self._office.receive(
            found, event.context(), on=event.occurred_on, to_branch=report.to_branch, how=report.handed_over_how
        )
        return IngestResult.accepted(outcome)

    async def receipt_returned(self, event: IngestEvent) -> IngestResult:
        """The township's committee sent the receipt back."""
        report = cast("ReceiptReturnedReport", event.report)
        found = await self._incoming(report, await self._scope(event))
        if found is None:
            return IngestResult.later(UNKNOWN_TRANSFER)
        act = ask.ReturnReceipt(**self._office.when(event.occurred_on), receipt_on=report.receipt_on)
        return IngestResult.accepted(await self._office.act(found, act, event.context()))

    async def _scope(self, event: IngestEvent) -> Scope:
        return await self._office.directory.scope(event.org)

    async def _member(self, report: MemberReport) -> str | None:
        if report.id_no is None:
            return report.member_id
        return await self._office.find_member(self._index.of("id_no", report.id_no))

    async def _incoming(self, report: TransferReference, scope: Scope) -> str | None:
        """The transfer a report means, when the sender stands on its receiving side and it is that member's."""
        member_id = await self._member(report)
        if member_id is None:
            return None
        found = await self._named(report, member_id)
        transfer = await self._office.desk.find(found) if found else None
        return found if transfer is not None and _is_for(transfer[0], member_id, scope) else None

    async def _named(self, report: TransferReference, member_id: str) -> str | None:
        """By its id, by the letter's number, or the member's newest."""
        if report.transfer_id is not None:
            return report.transfer_id
        if report.issuer is None and report.letter_year is None and report.letter_sn is None:
            return await self._office.desk.find_newest(member_id)
        if report.issuer is None or report.letter_year is None or not report.letter_sn:
            raise Refused("letter_number_incomplete", pointer="/data/letter_sn")
        return await self._office.find_by_letter(report.issuer, report.letter_year, report.letter_sn)


def _is_for(transfer: Transfer, member_id: str, scope: Scope) -> bool:
    return transfer.member_id == member_id and scope.covers(transfer.to_committee)
