"""Transfers that come from an organisation without a system here (domain.md §2.3): entered from its letter."""

from typing import Final

from guiyan.events.codes import ChangeType
from guiyan.events.transfers import IncomingTransferRecorded
from guiyan.ledger import Draft, Refused
from guiyan.transfers.domain import commands as ask
from guiyan.transfers.domain import rules
from guiyan.transfers.domain.parameters import Parameters
from guiyan.transfers.domain.state import OUTSIDE, Transfer

INCOMING: Final = frozenset({ChangeType.IN_OTHER_PROVINCE, ChangeType.IN_SAME_PROVINCE})
OF_OUR_LETTER: Final = (
    ask.Approve,
    ask.Issue,
    ask.Reissue,
    ask.HandOver,
    ask.ReportLost,
    ask.Print,
    ask.ScanReceipt,
    ask.RecordOutsideReceipt,
    ask.Resubmit,
    ask.ChangeChannel,
)
"""What an origin here does: there is nobody to do it for a letter from outside. Set right, it is entered anew."""


def record(act: ask.RecordIncoming, transfer: Transfer, parameters: Parameters) -> list[Draft]:
    """– → IN_TRANSIT: a letter in force, of the kind that comes in; this number of the member's transfers is free."""
    rules.unused(transfer)
    if not rules.needs_letter(act.channel):
        raise Refused("incoming_by_letter", pointer="/channel")
    if act.change_type not in INCOMING:
        raise Refused("change_type_direction", pointer="/change_type")
    _letter_in_force(act)
    _letter_possible(act, parameters)
    rules.dues_known(act.dues_paid_to, act, parameters)
    told = IncomingTransferRecorded(
        member_id=act.member_id,
        channel=act.channel,
        change_type=act.change_type,
        from_title=act.from_title,
        letter_year=act.letter_year,
        letter_sn=act.letter_sn,
        issued_on=act.issued_on,
        expires_on=act.expires_on,
        from_area_code=act.from_area_code,
        to_committee=act.to_committee,
        to_branch=act.to_branch,
        dues_paid_to=act.dues_paid_to,
        probationary=act.probationary,
    )
    return [Draft(told, act.on)]


def _letter_in_force(act: ask.RecordIncoming) -> None:
    """Issued by the day on which it is shown, and shown by its last day; what is too late is the issuer's to renew."""
    if act.issued_on > act.on:
        raise Refused("letter_date_impossible", pointer="/issued_on")
    if act.expires_on < act.issued_on:
        raise Refused("letter_date_impossible", pointer="/expires_on")
    if act.expires_on < act.on:
        raise Refused("letter_expired", pointer="/expires_on", expired_on=act.expires_on.isoformat())


def _letter_possible(act: ask.RecordIncoming, parameters: Parameters) -> None:
    """Valid no longer than a letter can be (§2.14), and numbered in the register of its year or, in January, the last.

    Its last day may follow from the days told: `rules.within_cap` has told those at their own field.
    """
    cap = parameters.letter_valid_days_cap
    if (act.expires_on - act.issued_on).days > cap:
        raise Refused("valid_days_out_of_range", pointer="/expires_on", limit=cap)
    years = (act.issued_on.year - 1, act.issued_on.year)
    if act.letter_year is not None and act.letter_year not in years:
        raise Refused("letter_year_impossible", pointer="/letter_year", years=", ".join(map(str, years)))


def has_an_origin_here(act: ask.Act, transfer: Transfer) -> None:
    """What only an origin here can do is refused for a letter from outside."""
    if transfer.incoming and isinstance(act, OF_OUR_LETTER):
        raise Refused("letter_from_outside")


def relation_is_there(act: ask.Request | ask.RecordIncoming, last: Transfer | None) -> None:
    """Out goes what is here, in comes what is outside: by the member's last transfer that moved the relation.

    It is told from the transfers themselves, so that no projection that is behind lets both directions through.
    """
    if last is None:
        return
    outside = last.responsible_branch == OUTSIDE
    if isinstance(act, ask.Request):
        if outside:
            raise Refused("relation_outside")
        return
    if not outside:
        raise Refused("relation_is_here")
    if last.moved_on is not None and act.issued_on < last.moved_on:
        raise Refused("letter_before_leaving", pointer="/issued_on", left_on=last.moved_on.isoformat())
