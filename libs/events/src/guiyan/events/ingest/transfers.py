"""Reports that transfers takes in: requests, receipts of members and of papers (contract.md §4)."""

from datetime import date
from typing import Annotated

from guiyan.events import transfers
from guiyan.events.classes import P1
from guiyan.events.codes import HandedOverHow
from guiyan.events.ingest.report import MemberReport
from guiyan.events.transfers.transfer import RequestFacts
from guiyan.events.values import Count, Id, OrgCode, Year


class TransferReference(MemberReport):
    """Which transfer: by its id, by the letter's number, or the member's one open transfer when neither is known."""

    transfer_id: Annotated[Id | None, P1("The transfer, when the sender knows the id.")] = None
    issuer: Annotated[OrgCode | None, P1("The letter's number: its issuer.")] = None
    letter_year: Annotated[Year | None, P1("The letter's number: its year.")] = None
    letter_sn: Annotated[Count | None, P1("The letter's number: its serial in that year.")] = None


class TransferRequestedReport(RequestFacts, MemberReport, of=transfers.TransferRequested):
    """A member asked for the relation to be moved (R1 Art. 25)."""


class TransferReceivedReport(TransferReference, of=transfers.TransferReceived):
    """The township's committee took a transfer in; with `to_branch` it put the member into a branch as well."""

    handed_over_how: Annotated[HandedOverHow | None, P1("How the letter came.")] = None
    to_branch: Annotated[OrgCode | None, P1("The branch the member was put into, if that is decided.")] = None


class ReceiptReturnedReport(TransferReference, of=transfers.ReceiptReturned):
    """The receipt of the letter was sent back (R4)."""

    receipt_on: Annotated[date, P1("The date on the receipt.")]
