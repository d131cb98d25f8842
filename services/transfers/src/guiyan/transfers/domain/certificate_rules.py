"""The rules of an activity certificate (domain.md §2.4): each one function that passes or raises Refused."""

from datetime import date, timedelta
from typing import Final

from guiyan.events.codes import CertDispatch, CertGround, DestCertainty, FlowReason, MobileMemberKind
from guiyan.ledger import Refused
from guiyan.ledger.calendar import add_months
from guiyan.transfers.domain.certificate_acts import Absence, Dispatch, RequestCertificate
from guiyan.transfers.domain.certificate_state import Certificate
from guiyan.transfers.domain.parameters import Parameters

PROOF_LETTER_REASONS: Final = frozenset({FlowReason.STUDY})
"""Not for study, whichever place (R13): a proof letter (证明信) serves."""

PROOF_LETTER_KINDS: Final = frozenset({MobileMemberKind.ASSIGNED_AWAY})
"""Not for those who are seconded (R13)."""


def ground_of(act: RequestCertificate, parameters: Parameters) -> CertGround:
    """On which ground a certificate may be given: R5 by itself, R13 where people say so; raises Refused.

    R5: place or time not fixed. R13 besides: a short absence, or a long one where transfer is not possible for now,
    for a coded reason. Six months and a fixed place mean that the relation has to follow (R1 Art. 25).
    """
    absence = act.absence
    if absence.reason in PROOF_LETTER_REASONS or absence.kind in PROOF_LETTER_KINDS:
        raise Refused("certificate_not_for_this")
    ground = act.ground or (CertGround.PLACE_OR_TIME_OPEN if _is_open(absence) else None)
    if (ground is CertGround.TRANSFER_NOT_POSSIBLE) != (act.obstacle is not None):
        raise Refused("certificate_obstacle_mismatch", pointer="/obstacle")
    if ground is CertGround.TRANSFER_NOT_POSSIBLE:
        return ground
    if _must_transfer(absence, act.on, parameters):
        raise Refused("certificate_must_transfer", pointer="/ground", months=parameters.must_transfer_months)
    if ground is None:
        raise Refused("certificate_proof_letter_fits", pointer="/ground")
    if (ground is CertGround.PLACE_OR_TIME_OPEN) != _is_open(absence):
        raise Refused("certificate_ground_does_not_hold", pointer="/ground")
    return ground


def _is_open(absence: Absence) -> bool:
    return absence.certainty is not DestCertainty.FIXED or absence.until is None


def _must_transfer(absence: Absence, on: date, parameters: Parameters) -> bool:
    """A fixed place for six months or more: those that are over, and those that are meant (§2.1)."""
    if absence.certainty is not DestCertainty.FIXED:
        return False
    return max(absence.until or on, on) >= add_months(absence.since, parameters.must_transfer_months)


def in_order(on: date, certificate: Certificate) -> None:
    """A business date is never before that of what people did with the certificate before."""
    if certificate.last_on is not None and on < certificate.last_on:
        raise Refused("date_out_of_order", pointer="/occurred_on", earliest=certificate.last_on.isoformat())


def dispatched_rightly(act: Dispatch) -> None:
    """What is posted has the number of the postal item, so that it can be traced (S-16); nothing else has one."""
    if (act.how is CertDispatch.POST) != bool(act.tracking_no):
        raise Refused("certificate_tracking_number", pointer="/tracking_no")


def arrived_in_time(arrived_on: date, on: date, certificate: Certificate) -> None:
    """The host writes in an arrival that was after the certificate was handed out, and has come."""
    first = certificate.issued_on or on
    if not first <= arrived_on <= on:
        earliest, latest = first.isoformat(), on.isoformat()
        raise Refused("certificate_arrival_impossible", pointer="/arrived_on", earliest=earliest, latest=latest)


def months_payable(months: tuple[str, ...], today: date, certificate: Certificate, parameters: Parameters) -> None:
    """Dues are written in for months that a host could take: none further ahead than prepayment is allowed (§2.9).

    Nor any that were too late to be paid when the certificate was issued: before that no host took dues on it.
    """
    if certificate.issued_on is not None:
        first = add_months(certificate.issued_on.replace(day=1), -parameters.dues_backpay_max_months)
        if any(month < f"{first:%Y-%m}" for month in months):
            raise Refused("certificate_dues_too_early", pointer="/months", earliest=f"{first:%Y-%m}")
    latest = add_months(today.replace(day=1), parameters.dues_prepay_max_months)
    if any(month > f"{latest:%Y-%m}" for month in months):
        raise Refused("dues_too_far_ahead", pointer="/months", limit=parameters.dues_prepay_max_months)


def check_due(on: date, parameters: Parameters) -> date:
    """The day of the next yearly check: so many months after the last one, or after the certificate was issued."""
    return add_months(on, parameters.check_every_months)


def return_due(home_on: date, parameters: Parameters) -> date:
    """The last day for handing it in after coming home (cert.return_within)."""
    return home_on + timedelta(days=parameters.return_within_days)
