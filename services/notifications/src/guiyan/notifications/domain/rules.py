"""Which event tells whom: one row a rule (S-22, domain.md §2.3 to §2.12); what each says is in `matters`.

What is named like a reminder and tells nobody stands in `untold`, with the reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Whom(StrEnum):
    """Who is to be told: the person in a post of an organisation."""

    CONTACT_PERSON = "CONTACT_PERSON"
    SECRETARY = "SECRETARY"
    KEEPERS = "KEEPERS"
    """Whoever keeps contact with the members that the matter concerns, each once."""
    MEMBER = "MEMBER"
    """The member himself, by his own contact points alone: never by family or a relay person (S-50)."""


class Side(StrEnum):
    """Which organisation of a matter: each side learns by events alone what the other one did."""

    DUTY = "DUTY"
    """Whose the contact duty is, or to whom a missed one went up."""
    MEMBERS_BRANCH = "MEMBERS_BRANCH"
    """The branch that the member belongs to."""
    ORIGIN_BRANCH = "ORIGIN_BRANCH"
    ORIGIN_COMMITTEE = "ORIGIN_COMMITTEE"
    RECEIVER = "RECEIVER"
    """The receiving committee, as the transfer stands."""
    LETTER_RECEIVER = "LETTER_RECEIVER"
    """The receiving committee that the letter in question was written to."""
    NEW_BRANCH = "NEW_BRANCH"
    HOLDER = "HOLDER"
    """The branch that holds a study activity."""
    RESPONSIBLE = "RESPONSIBLE"
    """Who has to take the step that is late."""
    ORGANISATION = "ORGANISATION"
    """The organisation that the event itself names."""
    ABOVE = "ABOVE"
    """The organisation above that one."""
    HOST = "HOST"
    """The branch at the destination."""


@dataclass(frozen=True, slots=True)
class Rule:
    """When this type happens, this person is told with this template.

    A side without a system here has nobody to tell: that is normal, unless `must` says that somebody has to tell it.
    `through` is for a member who has no contact point of his own: the branch's contact person is told with it.
    """

    name: str
    side: Side
    whom: Whom
    template: str
    must: bool = True
    through: str | None = None


def _here(name: str, side: Side, whom: Whom, template: str) -> Rule:
    return Rule(name, side, whom, template, must=False)


C, S, K, M = Whom.CONTACT_PERSON, Whom.SECRETARY, Whom.KEEPERS, Whom.MEMBER
RULES: Final[Mapping[str, tuple[Rule, ...]]] = {
    "ContactReminderSent": (Rule("duty_due_to_contact_person", Side.DUTY, C, "duty_due"),),
    "ContactMissed": (Rule("contact_missed_to_contact_person", Side.DUTY, C, "contact_missed"),),
    "ContactEscalated": (Rule("contact_escalated_to_secretary", Side.DUTY, S, "contact_escalated"),),
    "LetterReminderSent": (
        _here("letter_due_to_origin", Side.ORIGIN_BRANCH, C, "letter_due"),
        _here("letter_due_to_receiver", Side.RECEIVER, S, "letter_due"),
    ),
    "LetterExpired": (
        _here("letter_expired_to_committee", Side.ORIGIN_COMMITTEE, S, "letter_expired"),
        _here("letter_expired_to_origin", Side.ORIGIN_BRANCH, C, "letter_expired"),
    ),
    "LetterLostReported": (
        Rule("letter_lost_to_committee", Side.ORIGIN_COMMITTEE, S, "letter_lost_check"),
        _here("letter_lost_to_receiver", Side.RECEIVER, S, "letter_lost"),
    ),
    "LetterVoided": (Rule("letter_void_to_receiver", Side.LETTER_RECEIVER, S, "letter_void"),),
    "TransferStepOverdue": (Rule("step_overdue_to_responsible", Side.RESPONSIBLE, S, "step_overdue"),),
    "TransferReturned": (Rule("transfer_returned_to_origin", Side.ORIGIN_BRANCH, C, "transfer_returned"),),
    "TransferReceived": (_here("transfer_received_to_origin", Side.ORIGIN_BRANCH, C, "transfer_received"),),
    "RelationTransferred": (
        _here("transfer_done_to_origin", Side.ORIGIN_BRANCH, C, "transfer_done"),
        _here("transfer_done_to_new_branch", Side.NEW_BRANCH, C, "transfer_done"),
    ),
    "ReceiptOverdue": (Rule("receipt_overdue_to_receiver", Side.RECEIVER, S, "receipt_overdue"),),
    "TransferSuggested": (Rule("transfer_suggested_to_branch", Side.ORIGIN_BRANCH, C, "transfer_suggested"),),
    "CertificateCheckDue": (Rule("certificate_check_to_branch", Side.MEMBERS_BRANCH, C, "certificate_check"),),
    "CertificateStepOverdue": (Rule("certificate_step_to_responsible", Side.RESPONSIBLE, S, "certificate_step"),),
    "CertificateReturnOverdue": (Rule("certificate_return_to_branch", Side.MEMBERS_BRANCH, C, "certificate_return"),),
    "StudyActivityAnnounced": (
        Rule("study_announced_to_branch", Side.HOLDER, C, "study_announced"),
        _here("study_announced_to_keepers", Side.HOLDER, K, "study_announced"),
    ),
    "StudyActivityChanged": (
        _here("study_changed_to_branch", Side.HOLDER, C, "study_changed"),
        _here("study_changed_to_keepers", Side.HOLDER, K, "study_changed"),
    ),
    "StudyActivityCancelled": (
        _here("study_cancelled_to_branch", Side.HOLDER, C, "study_cancelled"),
        _here("study_cancelled_to_keepers", Side.HOLDER, K, "study_cancelled"),
    ),
    "StudyReminderSent": (
        Rule("study_reminder_to_branch", Side.HOLDER, C, "study_reminder"),
        _here("study_reminder_to_keepers", Side.HOLDER, K, "study_reminder"),
    ),
    "StudyAnnouncementDue": (Rule("study_announce_due_to_branch", Side.HOLDER, C, "study_announce_due"),),
    "MaterialCameBack": (Rule("letter_came_back_to_branch", Side.MEMBERS_BRANCH, C, "letter_came_back"),),
    "StudyRecordOverdue": (Rule("study_record_overdue_to_branch", Side.HOLDER, C, "study_record_overdue"),),
    "AidVisitDue": (Rule("aid_visit_to_organisation", Side.ORGANISATION, C, "aid_visit_due"),),
    "InquiryAssigned": (Rule("inquiry_to_person", Side.ORGANISATION, C, "inquiry_assigned"),),
    "InquiryTransferred": (_here("inquiry_to_other_body", Side.ORGANISATION, C, "inquiry_transferred"),),
    "InquiryOverdue": (Rule("inquiry_overdue_to_organisation", Side.ORGANISATION, S, "inquiry_overdue"),),
    "LostContactWatchOpened": (Rule("lost_watch_to_secretary", Side.ORGANISATION, S, "lost_watch"),),
    "LostContactDue": (Rule("lost_step_to_secretary", Side.ORGANISATION, S, "lost_step_due"),),
    "ReportOverdue": (
        Rule("report_overdue_to_branch", Side.ORGANISATION, C, "report_overdue"),
        Rule("report_overdue_to_member", Side.ORGANISATION, M, "member_report"),
    ),
    "ContactPersonUnassigned": (_here("keeper_missing_to_secretary", Side.ORGANISATION, S, "keeper_missing"),),
    "ServicePointStaffLeft": (_here("point_unstaffed_to_secretary", Side.ORGANISATION, S, "point_unstaffed"),),
    "ContactPersonReleased": (Rule("contact_person_gap_to_secretary", Side.ORGANISATION, S, "post_empty"),),
    "SecretaryReleased": (_here("secretary_gap_to_above", Side.ABOVE, S, "post_empty"),),
    "OrganisationChangeImpeded": (Rule("change_impeded_to_secretary", Side.ORGANISATION, S, "change_impeded"),),
    "HostDeclined": (Rule("host_declined_to_branch", Side.MEMBERS_BRANCH, C, "host_declined"),),
    "HostAnswerOverdue": (
        Rule("host_overdue_to_branch", Side.MEMBERS_BRANCH, C, "host_silent"),
        _here("host_overdue_to_host", Side.HOST, S, "host_overdue"),
    ),
    "DuesReminded": (Rule("dues_to_member", Side.MEMBERS_BRANCH, M, "member_dues", through="dues_reminder"),),
    "DuesReportedUpward": (Rule("dues_reported_to_above", Side.ORGANISATION, S, "dues_reported"),),
    "SixMonthCaseOpened": (Rule("dues_case_to_secretary", Side.ORGANISATION, S, "dues_case"),),
    "ProbationReminded": (
        Rule("probation_near_to_branch", Side.MEMBERS_BRANCH, C, "probation_near"),
        Rule("probation_near_to_member", Side.MEMBERS_BRANCH, M, "member_application"),
    ),
    "ProbationApplicationOverdue": (
        Rule("application_overdue_to_branch", Side.MEMBERS_BRANCH, C, "application_overdue"),
    ),
    "ProbationEscalated": (Rule("probation_escalated_to_above", Side.ORGANISATION, S, "application_escalated"),),
    "ProbationDecisionOverdue": (Rule("decision_overdue_to_above", Side.ORGANISATION, S, "decision_overdue"),),
    "RetentionReminded": (
        Rule("retention_near_to_branch", Side.MEMBERS_BRANCH, C, "retention_near"),
        Rule("retention_near_to_member", Side.MEMBERS_BRANCH, M, "member_retention"),
    ),
    "RetentionOverdue": (Rule("retention_overdue_to_branch", Side.MEMBERS_BRANCH, S, "retention_overdue"),),
    "SweepSheetOpened": (Rule("sheet_opened_to_branch", Side.ORGANISATION, C, "sheet_opened"),),
    "SweepBranchReturned": (Rule("sheet_returned_to_branch", Side.ORGANISATION, C, "sheet_returned"),),
    "SweepBranchOverdue": (Rule("sheet_overdue_to_branch", Side.ORGANISATION, S, "sheet_overdue"),),
    "SweepTownshipOverdue": (Rule("sweep_check_overdue_to_township", Side.ORGANISATION, S, "sweep_check_overdue"),),
    "SweepCityOverdue": (Rule("sweep_close_overdue_to_city", Side.ORGANISATION, S, "sweep_close_overdue"),),
    "CorrectionRequested": (Rule("correction_to_above", Side.ABOVE, S, "correction_asked"),),
}
"""Several rules of one event tell the same person once."""

OF_CAMPAIGN: Final = Rule("campaign", Side.MEMBERS_BRANCH, Whom.MEMBER, "quarterly_greeting")
"""The rule of a campaign's notices (S-35): members are told, of no event of theirs; each names its template."""

OF_DIGEST: Final = Rule("digest", Side.ORGANISATION, Whom.KEEPERS, "digest")
OF_MEMBERS_DIGEST: Final = Rule("digest_to_member", Side.MEMBERS_BRANCH, Whom.MEMBER, "digest")
DIGEST_RULES: Final = frozenset({OF_DIGEST.name, OF_MEMBERS_DIGEST.name})
"""The rules of digests (ADR 0037): of no event, and of no intent of their own."""

RULE_BY_NAME: Final[Mapping[str, Rule]] = {
    rule.name: rule for rules in ((OF_CAMPAIGN, OF_DIGEST, OF_MEMBERS_DIGEST), *RULES.values()) for rule in rules
}
CAUSE_OF: Final[Mapping[str, str]] = {rule.name: cause for cause, rules in RULES.items() for rule in rules}
"""The type of the event that a rule is about."""

_URGENT_CAUSES: Final = frozenset(
    {
        "ContactEscalated",
        "ProbationEscalated",
        "LetterLostReported",
        "LetterVoided",
        "StudyActivityChanged",
        "StudyActivityCancelled",
    }
)
URGENT: Final = frozenset(name for name, cause in CAUSE_OF.items() if cause in _URGENT_CAUSES)
"""What is passed up, a paper not to be accepted, an appointment that moved: it waits for the morning alone."""
