"""Who may do what with a transfer: by role, and by the side on which the caller's organisation stands."""

from enum import Enum
from typing import Any, Final

from guiyan.events.codes import TransferChannel, TransferSide, TransferState
from guiyan.ledger import Refused
from guiyan.service.auth import OFFICE_ROLES, Role
from guiyan.service.caller import Caller
from guiyan.service.problems import Forbidden, NotFound
from guiyan.transfers.domain.state import Transfer

READ: Final = (*sorted(OFFICE_ROLES), Role.AUDITOR, Role.MEMBER)
ASK: Final = (*sorted(OFFICE_ROLES), Role.MEMBER)
AGREE: Final = (Role.BRANCH_SECRETARY, Role.TOWNSHIP_OFFICER, Role.CITY_OFFICER)
HANDLE: Final = (Role.TOWNSHIP_OFFICER, Role.CITY_OFFICER)
SIDES: Final = ("from_branch", "from_committee", "to_branch", "to_committee")


class Side(Enum):
    """Where the caller must stand for an act: at or above the organisation that the act belongs to."""

    ORIGIN_BRANCH = "from_branch"
    ORIGIN_COMMITTEE = "from_committee"
    RECEIVER = "to_committee"


def visible(caller: Caller) -> dict[str, Any]:
    """The query for what a caller may see: both sides of a transfer, or a member's own ones."""
    if caller.is_office:
        return caller.scope.where(*SIDES)
    return {"member_id": caller.principal.sub}


def speaks_for(caller: Caller, transfer: Transfer, told: TransferSide | None) -> TransferSide:
    """Which side's word the caller tells: the one named, else the one at which the caller stands.

    A scope that holds both sides does not tell which: raises Refused. Inside one committee there is but one to speak.
    Of a receiver, or an origin, without a system here the other side tells the word from paper, and names it.
    """
    if told is not None:
        return told
    receives = transfer.to_committee is not None and caller.scope.covers(transfer.to_committee)
    sends = caller.scope.covers(transfer.from_branch, transfer.from_committee)
    if receives and sends and transfer.from_committee != transfer.to_committee:
        raise Refused("side_ambiguous", pointer="/side")
    return TransferSide.RECEIVER if receives else TransferSide.ORIGIN


def returns_for(caller: Caller, transfer: Transfer, told: TransferSide | None) -> TransferSide:
    """Which side sends it back: the one named; before the letter the origin where the caller stands there.

    Where no letter goes the one committee returns as the receiver what the branch has agreed to.
    """
    if told is not None:
        return told
    before = transfer.state is TransferState.SUBMITTED or (
        transfer.state is TransferState.BRANCH_APPROVED and transfer.channel is not TransferChannel.INTERNAL
    )
    sends = caller.scope.covers(transfer.from_branch, transfer.from_committee)
    return TransferSide.ORIGIN if before and sends else TransferSide.RECEIVER


def check_receipt(caller: Caller, transfer: Transfer) -> None:
    """A receipt on paper may be scanned by either committee; raises NotFound and Forbidden as `check` does."""
    receives = transfer.to_committee is not None and caller.scope.covers(transfer.to_committee)
    check(caller, transfer, Side.RECEIVER if receives else Side.ORIGIN_COMMITTEE)


def answers(transfer: Transfer) -> Side:
    """Who records what the receiver does: itself, or the origin committee where the receiver has no system here."""
    return Side.ORIGIN_COMMITTEE if transfer.goes_outside else Side.RECEIVER


def check(caller: Caller, transfer: Transfer, side: Side) -> None:
    """Raise NotFound for what the caller may not see, Forbidden when the act is the other side's.

    Members act on their own transfers as the origin branch would. One that comes from outside has no origin here: what
    the origin would do here is the receiver's.
    """
    own = caller.principal.sub == transfer.member_id and Role.MEMBER in caller.principal.roles
    if own and side is Side.ORIGIN_BRANCH:
        return
    orgs = (transfer.from_branch, transfer.from_committee, transfer.to_branch, transfer.to_committee)
    seen = caller.is_office and caller.scope.covers(*orgs)
    if not seen and not own:
        raise NotFound
    here = Side.RECEIVER if transfer.incoming else side
    if not seen or not caller.scope.covers(getattr(transfer, here.value)):
        raise Forbidden("wrong_side")
