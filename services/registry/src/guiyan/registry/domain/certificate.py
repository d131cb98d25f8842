"""What the register reads of an activity certificate: whether a member held it on a day (R4, R13, domain.md §2.4)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from guiyan.events import Event
from guiyan.events.transfers.certificate import (
    CertificateIssued,
    CertificateReplaced,
    CertificateReportedLost,
    CertificateRetired,
    CertificateReturnedForCheck,
    CertificateVoided,
)

_ENDS = (
    CertificateReturnedForCheck,
    CertificateReportedLost,
    CertificateReplaced,
    CertificateVoided,
    CertificateRetired,
)


def held(certificate: Iterable[Event], member_id: str, on: date) -> bool:
    """Whether this certificate is the member's, had been handed out by that day, and had not ended by then.

    It ends when it is handed in, lost, replaced, void or retired.
    """
    stands = False
    for event in certificate:
        if event.occurredon > on:
            continue
        if isinstance(event.payload, CertificateIssued):
            stands = event.payload.member_id == member_id
        elif isinstance(event.payload, _ENDS):
            stands = False
    return stands
