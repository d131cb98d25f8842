"""Payload fields that many event types share, each with its meaning and class; a type may say it more narrowly."""

from datetime import date
from typing import Annotated

from guiyan.events.classes import P0, P1, P2
from guiyan.events.values import AreaCode, BlindIndex, DocumentNo, Id, Month, OrgCode, Quarter, Title

MemberId = Annotated[Id, P1("The member it is about.")]
PersonId = Annotated[Id, P1("The person it is about; not necessarily a member of the register.")]
DepartureId = Annotated[Id, P1("The departure (flow episode) it belongs to.")]
TransferId = Annotated[Id, P1("The transfer it belongs to.")]
CertificateId = Annotated[Id, P1("The activity certificate it belongs to.")]
BranchCode = Annotated[OrgCode, P1("The branch that holds the formal relation.")]
HostBranch = Annotated[OrgCode, P1("The branch at the destination.")]
DecisionNo = Annotated[DocumentNo, P1("The number of the document the decision rests on.")]
DecidedBy = Annotated[OrgCode, P1("The organisation that decided.")]
DueOn = Annotated[date, P1("The last day for it.")]
DuesPaidTo = Annotated[Month, P2("The last month for which dues are paid.")]
OfQuarter = Annotated[Quarter, P1("The quarter of the duty.")]
OrgName = Annotated[Title, P0("The full name of the organisation.")]
InArea = Annotated[AreaCode, P0("The area, GB/T 2260.")]
IdIndex = Annotated[BlindIndex | None, P2("Blind index of the ID number: finds the member, tells nothing.")]
MobileIndex = Annotated[BlindIndex | None, P2("Blind index of the mobile number: finds the member, tells nothing.")]
MatchIndex = Annotated[
    BlindIndex | None, P2("Blind index of name and birth date: finds records that may be one person, tells nothing.")
]
