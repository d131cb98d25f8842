"""The bodies of requests: unknown fields are refused, and no value is ever told back in an error."""

from datetime import date
from typing import Annotated

from pydantic import ConfigDict, Field

from guiyan.events.codes import CancelReason, ChangeType, HandedOverHow, ReturnReason, TransferChannel
from guiyan.events.exact import Exact
from guiyan.events.names import OrganisationName
from guiyan.events.values import Id, Month, OrgCode, Text


class Body(Exact):
    """Every act may be told later than it happened."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    occurred_on: Annotated[date | None, Field(description="Business date (Asia/Shanghai); today when absent")] = None


class NewTransfer(Body):
    """Whose relation is to move, and to whom: a branch, a committee, or both."""

    member_id: Id
    to_branch: Annotated[OrgCode | None, Field(description="The branch in view")] = None
    to_committee: Annotated[OrgCode | None, Field(description="The receiving committee; that of the branch")] = None
    to_title: Annotated[
        OrganisationName | None, Field(description="抬头 of the letter; the committee's name when absent")
    ] = None
    channel: TransferChannel = TransferChannel.PAPER
    change_type: Annotated[ChangeType | None, Field(description="变动类别; by the channel when absent")] = None
    dues_paid_to: Annotated[Month | None, Field(description="Last month paid; from the register when absent")] = None


class Issue(Body):
    """What the letter says besides its number."""

    valid_days: Annotated[int | None, Field(ge=1, le=366, description="The office's default when absent")] = None
    dues_paid_to: Annotated[Month | None, Field(description="Last month paid; the request's when absent")] = None


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


class Cancel(Body):
    """Why it was cancelled."""

    reason: CancelReason


class Receipt(Body):
    """The date on the receipt; the business date when absent."""

    receipt_on: date | None = None
