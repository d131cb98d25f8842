"""Reports that contact takes in: contact points, attempts, answers, reports given (contract.md §4)."""

from typing import Annotated

from guiyan.events import contact
from guiyan.events.classes import P1
from guiyan.events.contact.contact_point import ContactPointFacts, ContactPointText
from guiyan.events.contact.duty import AnswerFacts, AttemptFacts, HostAnswerFacts
from guiyan.events.contact.report import ReportFacts
from guiyan.events.document_numbers import DocumentNumber
from guiyan.events.ingest.report import MemberReport
from guiyan.events.values import Id, OrgCode, Quarter

OfQuarter = Annotated[Quarter | None, P1("The quarter of the duty; that of the business date when absent.")]


class ContactPointAddedReport(ContactPointFacts, ContactPointText, MemberReport, of=contact.ContactPointAdded):
    """A way to reach the member became known (R3); the wish's paper is told by a number (ADR 0029)."""

    wish_document_no: Annotated[
        DocumentNumber | None, P1("The paper on which the member's own wish stands (S-50).", "伊示组发〔2026〕3号")
    ] = None


class ContactAttemptedReport(AttemptFacts, MemberReport, of=contact.ContactAttempted):
    """Someone tried to reach the member or the host (S-22)."""

    quarter: OfQuarter = None
    contact_point_id: Annotated[Id | None, P1("The contact point used, when the sender knows its id.")] = None


class ContactCompletedReport(AnswerFacts, MemberReport, of=contact.ContactCompleted):
    """The member was reached; answers are codes only (S-22)."""

    quarter: OfQuarter = None


class HostOrgContactedReport(HostAnswerFacts, MemberReport, of=contact.HostOrgContacted):
    """The organisation at the destination was reached; answers are codes only (S-22)."""

    quarter: OfQuarter = None
    host_branch: Annotated[OrgCode | None, P1("The branch at the destination, when it has a code here.")] = None


class ReportGivenReport(ReportFacts, MemberReport, of=contact.ReportGiven):
    """The member gave a report; only that it was given (S-04)."""

    to_org: Annotated[OrgCode | None, P1("The organisation that received it; the sender's own when absent.")] = None
