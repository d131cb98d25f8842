"""What makes a message needless that still waits: its matter is over (domain.md §2.6 to §2.12).

Asked when it is to leave, however long it had to wait: for the morning, for a working day, for a provider.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from guiyan.events import Payload, contact

_REACHED: Final = ("ContactCompleted", "ContactStopped", "ContactExempted", "ContactClosed")
_TRANSFER_OVER: Final = ("TransferWithdrawn", "TransferCancelled", "RelationTransferred")
_ANSWERED: Final = ("InquiryAnswered", "InquiryTransferred", "InquiryClosed")
_FOUND: Final = ("ContactRegained", "LostContactClosed")
_CONVERTED: Final = ("ProbationConverted", "ProbationExtended", "ProbationCancelled", "ProbationClosed")
_RETAINED: Final = ("RetentionEnded", "RetentionExtended")
_HANDED_IN: Final = ("SweepBranchSubmitted", "SweepBranchAccepted", "SweepBranchLeftOut")
_HOST: Final = ("HostAccepted", "HostDeclined", "HostEnded", "MemberReturned", "DepartureClosed")
_VOID: Final = ("CertificateVoided", "CertificateRetired")
_CALLED_OFF: Final = ("StudyActivityCancelled",)


def _any(*types: str) -> frozenset[str]:
    return frozenset(types)


ENDED_BY: Final[Mapping[str, frozenset[str]]] = {
    "ContactReminderSent": _any(*_REACHED, "ContactMissed"),
    "ContactMissed": _any(*_REACHED),
    "ContactEscalated": _any(*_REACHED),
    "LetterReminderSent": _any(*_TRANSFER_OVER, "TransferReceived", "LetterVoided"),
    "LetterExpired": _any(*_TRANSFER_OVER, "TransferReceived", "LetterReissued"),
    "TransferStepOverdue": _any(*_TRANSFER_OVER),
    "TransferReturned": _any(*_TRANSFER_OVER, "TransferResubmitted"),
    "ReceiptOverdue": _any("ReceiptReturned", "TransferCancelled"),
    "TransferSuggested": _any("TransferRequested", "TransferSuggestionDismissed", "TransferSuggestionCleared"),
    "CertificateCheckDue": _any(*_VOID, "CertificateAnnualCheckDone", "CertificateReturnedForCheck"),
    "CertificateReturnOverdue": _any(*_VOID, "CertificateReturnedForCheck"),
    "CertificateStepOverdue": _any(*_VOID, "CertificateIssued", "CertificateReplaced"),
    "StudyActivityAnnounced": _any(*_CALLED_OFF),
    "StudyActivityChanged": _any(*_CALLED_OFF),
    "StudyReminderSent": _any(*_CALLED_OFF, "StudyActivityHeld"),
    "StudyAnnouncementDue": _any(*_CALLED_OFF, "StudyActivityAnnounced"),
    "StudyRecordOverdue": _any(*_CALLED_OFF, "StudyActivityRecorded"),
    "AidVisitDue": _any("AidVisited", "AidClosed"),
    "InquiryAssigned": _any(*_ANSWERED, "InquiryAssigned"),
    "InquiryTransferred": _any(*_ANSWERED),
    "InquiryOverdue": _any(*_ANSWERED),
    "LostContactWatchOpened": _any(*_FOUND, "SearchStarted"),
    "LostContactDue": _any(*_FOUND, "SearchStarted", "LostContactConfirmed", "OutcomeDecided", "RemovalProposed"),
    "ReportOverdue": _any("ReportGiven"),
    "ContactPersonUnassigned": _any("ContactPersonAssigned"),
    "ContactPersonReleased": _any("ContactPersonAppointed", "ContactPersonReplaced"),
    "SecretaryReleased": _any("SecretaryAppointed"),
    "ServicePointStaffLeft": _any("ServicePointStaffed", "ServicePointClosed"),
    "HostDeclined": _any("HostAccepted", "MemberReturned", "DepartureClosed"),
    "HostAnswerOverdue": _any(*_HOST),
    "DuesReminded": _any("DuesArrearsReduced"),
    "ProbationReminded": _any(*_CONVERTED, "ProbationApplicationReceived"),
    "ProbationApplicationOverdue": _any(*_CONVERTED, "ProbationApplicationReceived"),
    "ProbationEscalated": _any(*_CONVERTED, "ProbationApplicationReceived"),
    "ProbationDecisionOverdue": _any(*_CONVERTED),
    "RetentionReminded": _any(*_RETAINED),
    "RetentionOverdue": _any(*_RETAINED),
    "SweepSheetOpened": _any(*_HANDED_IN),
    "SweepBranchReturned": _any(*_HANDED_IN),
    "SweepBranchOverdue": _any(*_HANDED_IN),
    "SweepTownshipOverdue": _any("SweepCityClosed"),
    "SweepCityOverdue": _any("SweepCityClosed", "SweepCancelled"),
    "CorrectionRequested": _any("CorrectionApproved", "CorrectionRejected"),
}
"""By the event that called for a message: what of the same record ends the matter."""

ENDING: Final[frozenset[str]] = frozenset().union(*ENDED_BY.values())
"""Every event that ends some matter."""


def record_of(payload: Payload, aggregate_id: str) -> str:
    """The record whose matter it is; reports are a record each, so their matter is the member's."""
    if isinstance(payload, contact.ReportGiven | contact.ReportOverdue):
        return payload.member_id
    return aggregate_id
