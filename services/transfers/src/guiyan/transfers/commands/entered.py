"""From what the receiving committee read in a letter from outside to the act it means (domain.md §2.3)."""

from dataclasses import dataclass
from datetime import date, timedelta

from guiyan.events.codes import ChangeType, PersonCategory, TransferChannel
from guiyan.ledger import Document, Refused
from guiyan.service.directory import Directory
from guiyan.transfers.commands import change_types
from guiyan.transfers.commands.asked import named_receiver, with_power
from guiyan.transfers.domain import rules
from guiyan.transfers.domain.commands import RecordIncoming
from guiyan.transfers.domain.parameters import Parameters


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """What the letter says, and who is to take the member in; what is absent is filled in where it can be."""

    from_title: str
    issued_on: date
    dues_paid_to: str
    letter_year: int | None = None
    letter_sn: str | None = None
    valid_days: int | None = None
    expires_on: date | None = None
    from_area_code: str | None = None
    to_committee: str | None = None
    to_branch: str | None = None
    channel: TransferChannel = TransferChannel.PAPER
    change_type: ChangeType | None = None
    occurred_on: date | None = None


def incoming_of(
    told: Entered, person: Document, directory: Directory, parameters: Parameters, today: date
) -> RecordIncoming:
    """The entry for a member whose relation is outside; raises Refused where something is missing or cannot be."""
    if person["ended"]:
        raise Refused("membership_ended")
    if not person["outside"]:
        raise Refused("relation_is_here")
    receiver = named_receiver(directory, told.to_branch, told.to_committee)
    if receiver is None:
        raise Refused("receiver_missing", pointer="/to_committee")
    with_power(receiver, told.to_committee)
    if told.channel is TransferChannel.PAPER and (told.letter_year is None or told.letter_sn is None):
        raise Refused("letter_number_missing", pointer="/letter_sn")
    return RecordIncoming(
        on=told.occurred_on or today,
        today=today,
        member_id=person["_id"],
        channel=told.channel,
        change_type=_change_type(told, receiver.area_code),
        from_title=told.from_title,
        letter_year=told.letter_year,
        letter_sn=told.letter_sn,
        issued_on=told.issued_on,
        expires_on=_last_day(told, parameters),
        from_area_code=told.from_area_code,
        to_committee=receiver.code,
        to_branch=told.to_branch,
        dues_paid_to=told.dues_paid_to,
        probationary=person["person_category"] == PersonCategory.PROBATIONARY,
    )


def _last_day(told: Entered, parameters: Parameters) -> date:
    """The letter's last day as it stands there, or from its days; of an online transfer those of its system."""
    if told.expires_on is not None:
        return told.expires_on
    days = told.valid_days
    if days is None:
        if told.channel is TransferChannel.PAPER:
            raise Refused("letter_validity_missing", pointer="/expires_on")
        days = parameters.valid_days(told.channel)
    rules.within_cap(days, parameters)
    return told.issued_on + timedelta(days=days)


def _change_type(told: Entered, here: str) -> ChangeType:
    """141 or 151 by the provinces of issuer and receiver, else by the channel; a guess is never made."""
    change_types.names_a_province(told.from_area_code, "/from_area_code")
    found = change_types.change_type_of(
        change_types.IN, told.change_type, told.channel, here=here, there=told.from_area_code
    )
    if found is None:
        raise Refused("change_type_unknown", pointer="/from_area_code")
    return found
