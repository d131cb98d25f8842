"""Rules: policy documents, versioned parameters, code tables with dates of validity (domain.md §2.14, S-01)."""

from datetime import date
from typing import Annotated, ClassVar

from guiyan.events.classes import P0
from guiyan.events.payload import Payload
from guiyan.events.values import Code, DocumentNo, OrgCode, Title


class PolicyEvent(Payload, abstract=True):
    """What all events of the rule library share."""

    service: ClassVar[str] = "registry"
    aggregate: ClassVar[str] = "policy"


class PolicyDocumentAdded(PolicyEvent):
    """A rule came into the library (S-01)."""

    document_no: Annotated[DocumentNo, P0("Its number.")]
    title: Annotated[Title, P0("Its title.", "关于进一步加强流动党员教育管理的通知")]
    issuer: Annotated[Title, P0("Who issued it.", "示例市委组织部")]
    dated_on: Annotated[date, P0("Its date.")]


class PolicyDocumentRepealed(PolicyEvent):
    """A rule is no longer in force."""

    document_no: Annotated[DocumentNo, P0("Its number.")]
    by_document_no: Annotated[DocumentNo | None, P0("The rule that took its place.")] = None


class PolicyParameterChanged(PolicyEvent):
    """A parameter has a new value from a day on, by a named rule; the past keeps the old one (domain.md §2.14)."""

    key: Annotated[Code, P0("Which parameter.", "letter.valid_days")]
    value: Annotated[Title, P0("The new value as text: a number, a month count, true or false.", "30")]
    from_on: Annotated[date, P0("From which day on.")]
    document_no: Annotated[DocumentNo, P0("The rule it rests on.")]
    org_code: Annotated[OrgCode | None, P0("For which organisation and below; absent for all.")] = None


class CodeTableEvent(Payload, abstract=True):
    """What all events of a code table share."""

    service: ClassVar[str] = "registry"
    aggregate: ClassVar[str] = "code_table"
    table: Annotated[Code, P0("Which table.", "area")]
    code: Annotated[Code, P0("Which code.", "654002")]


class CodeListed(CodeTableEvent):
    """A code is valid from a day on."""

    label_zh: Annotated[Title, P0("Its Chinese label.", "伊宁市")]
    label_en: Annotated[Title | None, P0("Its English label.", "Yining")] = None
    from_on: Annotated[date, P0("Valid from.")]


class CodeRetired(CodeTableEvent):
    """A code is no longer valid; records that carry it keep it."""

    until: Annotated[date, P0("The last day it is valid.")]
