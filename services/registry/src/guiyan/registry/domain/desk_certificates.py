"""Rows of the desk's table about activity certificates, by the events of transfers (domain.md §2.4).

A member has one certificate at a time, so each of these is one situation a member.
"""

from __future__ import annotations

from typing import Final

from guiyan.events.codes import TaskKind as Kind
from guiyan.events.registry.departure import MemberLeft
from guiyan.events.transfers import certificate
from guiyan.registry.domain.desk import Detector, On, Place, each, responsible_org

_OVER: Final = each(
    certificate.CertificateReturnedForCheck,
    certificate.CertificateReportedLost,
    certificate.CertificateVoided,
    certificate.CertificateRetired,
)

CERTIFICATE_ROWS: Final = (
    Detector(
        Kind.CERTIFICATE_CHECK,
        "§2.4, R4",
        ("办理活动证年审", "Do the yearly check of the certificate"),
        begins=(On(certificate.CertificateCheckDue, again=True),),
        ends=(*each(certificate.CertificateAnnualCheckDone), *_OVER),
    ),
    Detector(
        Kind.CERTIFICATE_RETURN,
        "§2.4, R3",
        ("收回活动证查验", "Ask the member to hand in the certificate"),
        begins=(On(certificate.CertificateReturnOverdue, again=True),),
        ends=(*each(MemberLeft), *_OVER),
    ),
    Detector(
        Kind.CERTIFICATE_STEP,
        "§2.4",
        ("办理活动证:编号、盖章、发放或补发", "Take the certificate's next step: number, seal, issue or replace"),
        begins=(On(certificate.CertificateStepOverdue, again=True),),
        ends=each(
            certificate.CertificateNumbered,
            certificate.CertificateSealed,
            certificate.CertificateIssued,
            certificate.CertificateReplaced,
            certificate.CertificateVoided,
            certificate.CertificateRetired,
        ),
        place=Place.NAMED,
        named=responsible_org,
    ),
)
