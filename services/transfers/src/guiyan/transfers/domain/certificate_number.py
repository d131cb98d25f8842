"""The number of one certificate: taken once, by one certificate (domain.md §2.4; the written form is §9.4 [U]).

What a county's numbers begin with is its area, so that two offices of one county count on in one series and no number
is written twice. Each number of a year has a stream of its own, as the letters' numbers have (`letter`).
"""

from dataclasses import dataclass
from datetime import date

from guiyan.events import Event, derived_id
from guiyan.events.transfers import CertificateNumberTaken
from guiyan.ledger import Decider, Draft, Refused
from guiyan.transfers.domain.numbering import NUMBERING_EPOCH


@dataclass(frozen=True, slots=True)
class CertificateNumberState:
    """By which certificate the number is taken; None while it is free."""

    certificate_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeCertificateNumber:
    """Take this number for a certificate."""

    issuer: str
    prefix: str
    year: int
    serial: int
    certificate_no: str
    certificate_id: str
    on: date


def certificate_id(member_id: str, ordinal: int) -> str:
    """The id of the member's certificate number `ordinal` (1, 2, 3 …; ended ones count)."""
    assert ordinal >= 1, "certificates of a member are counted from 1"  # noqa: S101 - programmer error
    return derived_id(NUMBERING_EPOCH, "certificate", member_id, str(ordinal))


def certificate_number_id(prefix: str, year: int, serial: int) -> str:
    """The id of the number `serial` (1, 2, 3 …) of a year in the series that begins with `prefix`."""
    assert serial >= 1, "certificates are counted from 1"  # noqa: S101 - programmer error
    return derived_id(NUMBERING_EPOCH, "certificate_no", prefix, str(year), str(serial))


def certificate_no(prefix: str, year: int, serial: int, digits: int) -> str:
    """How a number is written: area, year, serial with so many digits at least (654002-2026-0001)."""
    return f"{prefix}-{year}-{serial:0{digits}d}"


def evolve(_: CertificateNumberState, event: Event) -> CertificateNumberState:
    """The number after its one event."""
    payload = event.payload
    assert isinstance(payload, CertificateNumberTaken)  # noqa: S101 - the stream holds nothing else
    return CertificateNumberState(payload.certificate_id)


def decide(act: TakeCertificateNumber, number: CertificateNumberState) -> list[Draft]:
    """Take it, or refuse because somebody was first; what was taken is never given again."""
    if number.certificate_id is not None:
        raise Refused("certificate_number_taken")
    taken = CertificateNumberTaken(
        issuer=act.issuer,
        prefix=act.prefix,
        certificate_year=act.year,
        certificate_sn=act.serial,
        certificate_no=act.certificate_no,
        certificate_id=act.certificate_id,
    )
    return [Draft(taken, act.on)]


CERTIFICATE_NUMBER: Decider[CertificateNumberState, TakeCertificateNumber] = Decider(
    "transfers", "certificate_register", CertificateNumberState, evolve, decide
)
