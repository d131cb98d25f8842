"""Two records of what may be one person: flagged by rule, decided by people, linked without loss (§3.6)."""

from typing import Annotated, ClassVar

from guiyan.events.classes import P1
from guiyan.events.codes import DuplicateRule
from guiyan.events.fields import MemberId
from guiyan.events.payload import Payload
from guiyan.events.values import Id, OrgCode


class DuplicateEvent(Payload, abstract=True):
    """What all events of a pair share; the smaller id stands first."""

    service: ClassVar[str] = "registry"
    aggregate: ClassVar[str] = "duplicate"
    member_id: Annotated[MemberId, P1("One record of the pair.")]
    other_member_id: Annotated[Id, P1("The other record of the pair.")]


class DuplicateFlagged(DuplicateEvent):
    """A rule found that two records may be one person; nothing changes but a pair to look at."""

    rule: Annotated[DuplicateRule, P1("Which rule.")]
    above: Annotated[OrgCode | None, P1("The nearest organisation over both records: it sees both.")] = None


class DuplicateConfirmed(DuplicateEvent):
    """A person decided: the two records are one person."""


class DuplicateDismissed(DuplicateEvent):
    """A person decided: the two records are two people; the rule does not flag them again."""


class MembersLinked(DuplicateEvent):
    """The two records are shown as one; both histories stay whole."""

    leading_member_id: Annotated[Id, P1("The record that is shown.")]


class MembersUnlinked(DuplicateEvent):
    """The link was undone; both records stand alone again."""
