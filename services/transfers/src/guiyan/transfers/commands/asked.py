"""From what a door was told to the act it means: branch, committees, title and dues month filled in."""

from dataclasses import dataclass
from datetime import date

from guiyan.events.codes import ChangeType, PersonCategory, TransferChannel
from guiyan.ledger import Document, Refused
from guiyan.service.directory import Directory, Organisation
from guiyan.transfers.commands import change_types
from guiyan.transfers.commands.nearest import can_receive
from guiyan.transfers.domain import rules
from guiyan.transfers.domain.commands import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a request says; what is absent is filled in."""

    member_id: str
    to_branch: str | None = None
    to_committee: str | None = None
    to_title: str | None = None
    to_area_code: str | None = None
    channel: TransferChannel = TransferChannel.PAPER
    change_type: ChangeType | None = None
    dues_paid_to: str | None = None
    occurred_on: date | None = None


def request_of(asked: Asked, person: Document, directory: Directory, today: date) -> Request:
    """The request for a known member; raises Refused when the receiver or the dues month is not known.

    A receiver told by its title alone has no system here: what it answers is recorded from paper.

    Committees deal with each other directly (R1 Art. 25): the origin's and the receiver's are the nearest basic
    committees at or above the branches.
    """
    if person["ended"]:
        raise Refused("membership_ended")
    if person["outside"]:
        raise Refused("relation_outside")
    from_committee = committee_of(directory, person["branch"])
    receiver = named_receiver(directory, asked.to_branch, asked.to_committee)
    if receiver is None and asked.to_title is None:
        raise Refused("receiver_missing", pointer="/to_committee")
    dues = asked.dues_paid_to or person["dues_paid_to"]
    if dues is None:
        raise Refused("dues_month_unknown", pointer="/dues_paid_to")
    if receiver is not None and receiver.code != from_committee:
        with_power(receiver, asked.to_committee)
    rules.stays_inside(asked.channel, from_committee, receiver.code if receiver else None)
    return Request(
        on=asked.occurred_on or today,
        today=today,
        member_id=asked.member_id,
        channel=asked.channel,
        change_type=_change_type(asked, directory, from_committee, receiver),
        from_branch=person["branch"],
        from_committee=from_committee,
        to_title=asked.to_title or (receiver.name if receiver else ""),
        to_committee=receiver.code if receiver else None,
        to_branch=asked.to_branch,
        dues_paid_to=dues,
        probationary=person["person_category"] == PersonCategory.PROBATIONARY,
    )


def named_receiver(directory: Directory, to_branch: str | None, to_committee: str | None) -> Organisation | None:
    """The receiving committee: the one named, else the one above the branch named; both must be there and at work.

    None when neither is named.
    """
    if to_branch is not None:
        active(directory, to_branch, "/to_branch")
        if to_committee is None:
            return active(directory, committee_of(directory, to_branch), "/to_branch")
        if not under(directory, to_branch, to_committee):
            raise Refused("branch_not_below_receiver", pointer="/to_branch")
    return None if to_committee is None else active(directory, to_committee, "/to_committee")


def with_power(receiver: Organisation, to_committee: str | None) -> None:
    """Another committee receives only with the power to approve probationary members (R1 Art. 25).

    Raises Refused at the field that named it: the committee, or the branch that it stands above.
    """
    if not can_receive(receiver):
        raise Refused("receiver_without_power", pointer="/to_branch" if to_committee is None else "/to_committee")


def active(directory: Directory, code: str, pointer: str) -> Organisation:
    """An organisation that is known and has not ended; raises Refused otherwise."""
    found = directory.known(code)
    if found is None or not found.is_active:
        raise Refused("organisation_unknown", pointer=pointer)
    return found


def under(directory: Directory, code: str, above: str) -> bool:
    """Whether an organisation is, or stands below, another."""
    return any(one.code == above for one in directory.path(code))


def committee_of(directory: Directory, code: str) -> str:
    """The committee that issues or receives for an organisation: the nearest basic committee at or above it.

    Where nobody is marked as one, the organisation's parent; at the top of the tree the organisation itself.
    """
    basic = directory.basic_committee(code)
    if basic is not None:
        return basic.code
    found = directory.known(code)
    return (found.parent if found else None) or code


def _change_type(asked: Asked, directory: Directory, from_committee: str, to: Organisation | None) -> ChangeType:
    """241 or 251 by the provinces of origin and receiver, else by the channel; paper to who knows where is 251.

    A receiver here stands where the directory says; of one outside the area is what the request tells.
    """
    change_types.names_a_province(asked.to_area_code, "/to_area_code")
    origin = directory.known(from_committee)
    there = asked.to_area_code if to is None else to.area_code
    here = origin.area_code if origin is not None else ""
    told, there = asked.change_type, there if here else None
    found = change_types.change_type_of(change_types.OUT, told, asked.channel, here=here, there=there)
    return found or ChangeType.OUT_INSIDE
