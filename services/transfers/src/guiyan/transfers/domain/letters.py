"""The acts on a transfer's letter: issued, on its way, lost, expired, issued anew, printed, reminded of (R4, §2.3)."""

from typing import Final

from guiyan.events.codes import HandedOverHow, TransferChannel, TransferState, VoidReason
from guiyan.events.transfers import (
    IntroductionLetterIssued,
    LetterExpired,
    LetterHandedOver,
    LetterLostReported,
    LetterPrinted,
    LetterReissued,
    LetterReminderSent,
    LetterVoided,
    TransferChannelChanged,
)
from guiyan.ledger import Draft, Refused
from guiyan.transfers.domain import commands as ask
from guiyan.transfers.domain import rules
from guiyan.transfers.domain.parameters import Parameters
from guiyan.transfers.domain.state import WITH_LETTER, Transfer

S = TransferState
SHOWN_IN_FULL: Final = ("name", "id_no", "birth_date", "mobile", "landline")
"""The personal text that a printed letter is made from, whether it was told or not."""


def issue(act: ask.Issue, transfer: Transfer, parameters: Parameters) -> list[Draft]:
    """BRANCH_APPROVED → ISSUED, under a number of the committee's register; not inside one committee."""
    rules.in_state(transfer, S.BRANCH_APPROVED)
    if not rules.needs_letter(transfer.channel):
        raise Refused("internal_needs_no_letter")
    return [Draft(IntroductionLetterIssued(**_facts(act, transfer, parameters)), act.on)]


def reissue(act: ask.Reissue, transfer: Transfer, parameters: Parameters) -> list[Draft]:
    """EXPIRED or LETTER_LOST → REISSUED: the old letter is void, the branch certified the reason (§2.3, R6)."""
    rules.in_state(transfer, S.EXPIRED, S.LETTER_LOST)
    old = transfer.letter
    assert old is not None  # noqa: S101 - a letter expired or was lost
    if act.certified_by != transfer.from_branch:
        raise Refused("certified_by_the_branch", pointer="/certified_by")
    if act.graduate:
        rules.inside_graduate_window(act.on, old.issued_on, parameters)
    drafts = voided(act, transfer, VoidReason.LOST if transfer.state is S.LETTER_LOST else VoidReason.EXPIRED)
    if act.channel is not None and act.channel is not transfer.channel:
        rules.other_channel(transfer.channel, act.channel)
        changed = TransferChannelChanged(
            member_id=transfer.member_id, from_channel=transfer.channel, to_channel=act.channel
        )
        drafts.append(Draft(changed, act.on))
    new = LetterReissued(
        **_facts(act, transfer, parameters),
        replaces_year=old.year,
        replaces_sn=old.serial,
        certified_by=act.certified_by,
        proof=act.proof,
    )
    return [*drafts, Draft(new, act.on)]


def hand_over(act: ask.HandOver, transfer: Transfer, _: Parameters) -> list[Draft]:
    """ISSUED or REISSUED → IN_TRANSIT; on paper in person or by confidential post, online otherwise (§2.3)."""
    rules.in_state(transfer, S.ISSUED, S.REISSUED)
    if (act.how is HandedOverHow.ONLINE) == (transfer.channel is TransferChannel.PAPER):
        raise Refused("handed_over_otherwise", pointer="/how", channel=transfer.channel)
    return [Draft(LetterHandedOver(member_id=transfer.member_id, how=act.how), act.on)]


def report_lost(act: ask.ReportLost, transfer: Transfer, _: Parameters) -> list[Draft]:
    """A paper letter on its way → LETTER_LOST; until it is void the receiver may still have it (§2.3)."""
    rules.in_state(transfer, *WITH_LETTER)
    if transfer.channel is not TransferChannel.PAPER:
        raise Refused("no_paper_letter", channel=transfer.channel)
    return [Draft(LetterLostReported(member_id=transfer.member_id), act.on)]


def expire(act: ask.Expire, transfer: Transfer, _: Parameters) -> list[Draft]:
    """A letter that nobody accepted → EXPIRED, the day after the last valid day."""
    rules.in_state(transfer, *WITH_LETTER)
    if transfer.expires_on is None or act.on <= transfer.expires_on:
        raise Refused("letter_still_valid")
    return [Draft(LetterExpired(member_id=transfer.member_id, expires_on=transfer.expires_on), act.on)]


def print_letter(act: ask.Print, transfer: Transfer, _: Parameters) -> list[Draft]:
    """A paper letter that waits for the receiver, inside its validity; every print is counted (R4).

    One that was lost is not printed again: a new one takes its place (§2.3).
    """
    letter = transfer.letter
    if letter is None:
        raise Refused("no_letter_yet")
    if letter.void:
        raise Refused("letter_void", number=rules.letter_number(letter.year, letter.serial))
    if transfer.channel is not TransferChannel.PAPER:
        raise Refused("nothing_on_paper", channel=transfer.channel)
    if transfer.state is S.EXPIRED or (transfer.state in WITH_LETTER and act.on > letter.expires_on):
        raise Refused("letter_expired", expired_on=letter.expires_on.isoformat())
    rules.in_state(transfer, *sorted(WITH_LETTER))
    printed = LetterPrinted(
        member_id=transfer.member_id, print_count=letter.prints + 1, fields=SHOWN_IN_FULL, reason=act.reason
    )
    return [Draft(printed, act.on)]


def reminded_in(day_offset: int) -> frozenset[TransferState]:
    """In which states a reminder so many days after a letter's last day is due: it waits, or nobody has decided."""
    return WITH_LETTER | {S.LETTER_LOST} if day_offset <= 0 else frozenset({S.EXPIRED})


def remind(act: ask.Remind, transfer: Transfer, _: Parameters) -> list[Draft]:
    """To the last day while the letter waits, later while nobody decided on the expired one; each once a letter."""
    letter = transfer.letter
    if letter is None or letter.expires_on != act.expires_on or act.day_offset in letter.reminded:
        return []
    if letter.void or transfer.state not in reminded_in(act.day_offset):
        return []
    told = LetterReminderSent(member_id=transfer.member_id, day_offset=act.day_offset, expires_on=letter.expires_on)
    return [Draft(told, act.on)]


def voided(act: ask.Act, transfer: Transfer, reason: VoidReason) -> list[Draft]:
    """What takes a letter that is out of force; nothing where there is none, or it is void already."""
    letter = transfer.letter
    if letter is None or letter.void:
        return []
    void = LetterVoided(
        member_id=transfer.member_id,
        issuer=letter.issuer,
        letter_year=letter.year,
        letter_sn=letter.serial,
        reason=reason,
    )
    return [Draft(void, act.on)]


def _facts(act: ask.Issue, transfer: Transfer, parameters: Parameters) -> dict[str, object]:
    """What a letter says (R4)."""
    rules.within_cap(act.valid_days, parameters)
    paid_to = act.dues_paid_to or transfer.dues_paid_to
    rules.dues_known(paid_to, act, parameters)
    return {
        "member_id": transfer.member_id,
        "issuer": transfer.from_committee,
        "letter_year": act.letter_year,
        "letter_sn": act.letter_sn,
        "to_title": transfer.to_title,
        "issued_on": act.on,
        "valid_days": act.valid_days,
        "expires_on": rules.last_valid_day(act.on, act.valid_days),
        "dues_paid_to": paid_to,
    }
