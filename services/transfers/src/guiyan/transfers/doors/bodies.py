"""The bodies of requests: unknown fields are refused, and no value is ever told back in an error."""

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from guiyan.events.codes import CancelReason, ChangeType, HandedOverHow, ReturnReason, TransferChannel, TransferSide
from guiyan.events.document_numbers import DocumentNumber
from guiyan.events.names import OrganisationName
from guiyan.events.values import AreaCode, Id, Month, OrgCode, Text
from guiyan.service.asks import DatedAsk


def scanned(most: int) -> StringConstraints:
    """What a scanner read, so many signs at most; the blanks and the end of line that scanners add are taken off."""
    return StringConstraints(strip_whitespace=True, min_length=1, max_length=most)


class Body(DatedAsk):
    """Every act may be told later than it happened."""


class NewTransfer(Body):
    """Whose relation is to move, and to whom: a branch, a committee, or both."""

    member_id: Id
    to_branch: Annotated[OrgCode | None, Field(description="The branch in view")] = None
    to_committee: Annotated[OrgCode | None, Field(description="The receiving committee; that of the branch")] = None
    to_title: Annotated[
        OrganisationName | None, Field(description="抬头 of the letter; the committee's name when absent")
    ] = None
    channel: TransferChannel = TransferChannel.PAPER
    to_area_code: Annotated[
        AreaCode | None, Field(description="Where a receiver without a system here is: 241 or 251 follows from it")
    ] = None
    change_type: Annotated[
        ChangeType | None, Field(description="变动类别; by the areas, else by the channel, when absent")
    ] = None
    dues_paid_to: Annotated[Month | None, Field(description="Last month paid; from the register when absent")] = None


class Issue(Body):
    """What the letter says besides its number."""

    valid_days: Annotated[int | None, Field(ge=1, le=366, description="The office's default when absent")] = None
    dues_paid_to: Annotated[Month | None, Field(description="Last month paid; the request's when absent")] = None


class Resubmit(Body):
    """What is set right; what is absent stays as it was. A title alone names a receiver without a system here."""

    channel: TransferChannel | None = None
    change_type: ChangeType | None = None
    to_title: OrganisationName | None = None
    to_committee: OrgCode | None = None
    to_branch: OrgCode | None = None
    dues_paid_to: Month | None = None


class ChangeChannel(Body):
    """By which channel it goes on."""

    channel: TransferChannel = TransferChannel.PAPER


class AgreeConverter(Body):
    """Which side converts, as the caller's side sees it."""

    converter: TransferSide
    side: Annotated[
        TransferSide | None,
        Field(
            description="Whose word it is, where the caller stands at both sides, or tells an outside one's from paper"
        ),
    ] = None


class Reissue(Issue):
    """A new letter: certified by the member's branch, with the number of its certificate, if it has one."""

    certified_by: OrgCode
    proof: DocumentNumber | None = None
    channel: TransferChannel | None = None


class OutsideReceipt(Body):
    """What came back from a receiver without a system here: the day it took the member in, the receipt's date."""

    received_on: date
    receipt_on: date
    how: HandedOverHow | None = None


class HandOver(Body):
    """How the letter travels; never by ordinary courier."""

    how: HandedOverHow = HandedOverHow.MEMBER_IN_PERSON


class Receive(Body):
    """How it came, and the branch the member is put into, if that is decided."""

    to_branch: OrgCode | None = None
    how: HandedOverHow | None = None


class Assign(Body):
    """The branch the member is put into."""

    to_branch: OrgCode


class Return(Body):
    """Why it goes back; words for OTHER_WITH_TEXT only."""

    reason: ReturnReason
    text: Text | None = None
    side: Annotated[TransferSide | None, Field(description="Which side returns it, where the caller is at both")] = None


class Cancel(Body):
    """Why it was cancelled."""

    reason: CancelReason


class Receipt(Body):
    """The date on the receipt; the business date when absent."""

    receipt_on: date | None = None
