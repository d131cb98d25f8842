"""Which acts a caller can do next with an activity certificate (domain.md §2.4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from guiyan.events.codes import CertDispatch, VoidReason
from guiyan.ledger import Document
from guiyan.service.auth import Role
from guiyan.service.caller import Caller
from guiyan.service.possible import SOMEBODY, stands, takes
from guiyan.transfers.certificate_office import CertificateOffice
from guiyan.transfers.domain import certificate_acts as ask
from guiyan.transfers.domain.certificate import CERTIFICATE
from guiyan.transfers.domain.certificate_state import Certificate
from guiyan.transfers.domain.commands import Act
from guiyan.transfers.doors import certificate_access as access

Side = Callable[[Caller, Certificate, Document, str], object]
"""Raises NotFound or Forbidden for who does not stand where the act belongs; takes the committee that seals."""


def _origin(caller: Caller, certificate: Certificate, row: Document, _: str) -> None:
    access.check_origin(caller, certificate, row)


def _own(caller: Caller, certificate: Certificate, row: Document, _: str) -> None:
    access.check_own(caller, certificate, row)


def _committee(caller: Caller, _: Certificate, row: Document, committee: str) -> None:
    access.check_at(caller, committee, row)


def _writer(caller: Caller, certificate: Certificate, row: Document, _: str) -> None:
    access.writer(caller, certificate, row, None)


SOME_NUMBER: Final = "654002-2026-0001"
"""Stands for whatever number comes next."""
SIDES: Final[Mapping[str, tuple[Sequence[Role], Side]]] = {
    "number": (access.NUMBER, _origin),
    "seal": (access.SEAL, _committee),
    "issue": (access.KEEP, _origin),
    "dispatch": (access.KEEP, _origin),
    "check": (access.CHECK, _writer),
    "add-host-entry": (access.WRITE, _writer),
    "add-activities": (access.WRITE, _writer),
    "add-dues": (access.WRITE, _writer),
    "return": (access.KEEP, _origin),
    "replace": (access.KEEP, _origin),
    "report-lost": (access.ASK, _own),
    "void": (access.SEAL, _committee),
}
"""Who may do what, from which side, in the order in which it is offered."""


def possible(caller: Caller, office: CertificateOffice, certificate: Certificate, row: Document) -> list[str]:
    """The verbs of `/v1/certificates/{id}/<verb>` that the caller can do next."""
    today, committee = office.desk.today(), office.committee(certificate)
    trials = _trials(certificate, today)
    return [
        verb
        for verb, (roles, side) in SIDES.items()
        if caller.principal.roles & frozenset(roles)
        and stands(side, caller, certificate, row, committee)
        and takes(CERTIFICATE.decide, trials[verb], certificate)
    ]


def _trials(certificate: Certificate, today: date) -> dict[str, Act]:
    when: dict[str, Any] = {"on": today, "today": today}
    branch = certificate.branch
    return {
        "number": ask.GiveNumber(**when, certificate_no=SOME_NUMBER, issuer=branch),
        "seal": ask.Seal(**when, sealed_by=branch),
        "issue": ask.IssueCertificate(**when),
        "dispatch": ask.Dispatch(**when, how=CertDispatch.IN_PERSON),
        "check": ask.Check(**when, checked_by=branch),
        "add-host-entry": ask.AddHostEntry(**when, arrived_on=today),
        "add-activities": ask.AddActivities(**when, activities=0),
        "add-dues": ask.AddDues(**when, months=(f"{today:%Y-%m}",)),
        "return": ask.HandIn(**when),
        "replace": ask.ReplaceCertificate(**when, new_certificate_id=SOMEBODY),
        "report-lost": ask.ReportCertificateLost(**when),
        "void": ask.VoidCertificate(**when, reason=VoidReason.SPOILT),
    }
