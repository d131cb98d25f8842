"""The wish for aid in a quarter's contact becomes an aid case; other wishes become inquiries (domain.md §2.6)."""

from collections.abc import Sequence
from typing import ClassVar

from guiyan.contact.domain.aid import AID, Raise
from guiyan.events import derived_id
from guiyan.events.codes import AidKind, AidRaisedBy, Wish
from guiyan.events.contact import ContactCompleted
from guiyan.ledger import Call, Fact, Policy


class WishesAreAidCases(Policy):
    """One case a contact, under an id that follows from it: told twice, it is one. What is needed is asked then."""

    name: ClassVar[str] = "wishes_are_aid_cases"
    handles: ClassVar[frozenset[str]] = frozenset({"ContactCompleted"})

    async def react(self, fact: Fact) -> Sequence[Call]:
        """Raise it in the member's name with the branch that asked."""
        talked, on = fact.payload, fact.event.occurredon
        assert isinstance(talked, ContactCompleted)  # noqa: S101 - the one type handled
        if Wish.AID not in talked.wishes:
            return []
        wished = Raise(
            on=on,
            today=on,
            member_id=talked.member_id,
            org_code=talked.branch,
            kind=AidKind.OTHER,
            raised_by=AidRaisedBy.MEMBER,
        )
        return [Call(AID, derived_id(fact.event.time, "aid", fact.aggregate_id), wished)]
