"""The introduction letter of a transfer and the register its numbers come from (R4, domain.md §2.3)."""

from datetime import date
from typing import Annotated, ClassVar

from guiyan.events.classes import P1, P2
from guiyan.events.codes import HandedOverHow, VoidReason
from guiyan.events.payload import Facts, Payload
from guiyan.events.transfers.transfer import TransferEvent
from guiyan.events.values import Code, Count, Days, DocumentNo, Id, Month, OrgCode, Title, Year


class LetterNumber(Facts):
    """A letter's number: unique per issuer and year, without gaps."""

    issuer: Annotated[OrgCode, P1("The committee that issued it.")]
    letter_year: Annotated[Year, P1("The year of the number.")]
    letter_sn: Annotated[Count, P1("The serial number in that year.")]


class LetterFacts(LetterNumber):
    """What a letter says."""

    to_title: Annotated[Title, P1("抬头: the receiving body as written.", "示例市示例街道党工委")]
    issued_on: Annotated[date, P1("The date of the letter.")]
    valid_days: Annotated[Days, P1("How many days it is valid; a parameter, 30 by default, at most 90.")]
    expires_on: Annotated[date, P1("The last day it is valid.")]
    dues_paid_to: Annotated[Month, P2("The last month for which dues are paid.")]


class IntroductionLetterIssued(LetterFacts, TransferEvent):
    """The committee issued the letter: stub, letter and receipt (R4)."""


class LetterHandedOver(TransferEvent):
    """The letter is on its way: carried by the member or by confidential post, never by ordinary courier."""

    how: Annotated[HandedOverHow, P1("How it travels.")]


class LetterPrinted(TransferEvent):
    """The letter was printed with the personal text in full; each print is counted."""

    print_count: Annotated[Count, P1("How many times by now.")]
    fields: Annotated[tuple[Code, ...], P1("Which fields stand on it in full, by name.", ["name", "id_no"])] = ()
    reason: Annotated[Code | None, P1("Why, by its code.", "HANDING_OVER")] = None


class LetterReminderSent(TransferEvent):
    """Member and both sides are to be reminded: 10 and 3 days before the last day, on it, and 7 days after."""

    day_offset: Annotated[int, P1("Days after the last day; negative before it.", -3)]
    expires_on: Annotated[date, P1("The last day the letter is valid.")]


class LetterExpired(TransferEvent):
    """The last day of validity has passed; the origin stays responsible and may issue anew."""

    expires_on: Annotated[date, P1("The last day it was valid.")]


class LetterLostReported(TransferEvent):
    """The letter was reported lost to the organisation that issued it last."""


class LetterVoided(LetterNumber, TransferEvent):
    """A letter is no longer valid; the receiver was told."""

    reason: Annotated[VoidReason, P1("Why.")]


class LetterReissued(LetterFacts, TransferEvent):
    """A new letter took the place of an expired or lost one; the branch certified why (R6 for graduates)."""

    replaces_year: Annotated[Year, P1("The year of the old letter's number.")]
    replaces_sn: Annotated[Count, P1("The serial number of the old letter.")]
    certified_by: Annotated[OrgCode, P1("The branch that certified the reason.")]
    proof: Annotated[DocumentNo | None, P1("The number of the certificate.")] = None


class LetterRegisterEvent(Payload, abstract=True):
    """What all events of an issuer's register of one year share."""

    service: ClassVar[str] = "transfers"
    aggregate: ClassVar[str] = "letter_register"


class LetterNumberTaken(LetterNumber, LetterRegisterEvent):
    """The next number was given to a transfer; never twice, never skipped."""

    transfer_id: Annotated[Id, P1("The transfer that has it.")]


class LetterNumberVoided(LetterNumber, LetterRegisterEvent):
    """A number was given but its letter is void; the number is not given again."""

    transfer_id: Annotated[Id, P1("The transfer that had it.")]
    reason: Annotated[VoidReason, P1("Why.")]
