"""Who serves where and how to reach them; and which member an ID number's index or an id means."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Final

from guiyan.events.registry.member import BranchAssigned, MemberDetailsCorrected, MemberImported, MemberRegistered
from guiyan.events.registry.post import (
    ContactPersonAppointed,
    ContactPersonReleased,
    ContactPersonReplaced,
    PersonText,
    SecretaryAppointed,
    SecretaryReleased,
)
from guiyan.events.registry.privacy import DekDestroyed
from guiyan.ledger import Docs, Fact, Index, Key, Projection

POSTS: Final = "posts"
PERSONS: Final = "persons"
MEMBERS: Final = "members"
_APPOINTED: Final = frozenset({"SecretaryAppointed", "ContactPersonAppointed", "ContactPersonReplaced"})
_LEFT: Final = frozenset({"SecretaryReleased", "ContactPersonReleased", "DekDestroyed"})
_MEMBERS: Final = frozenset({"MemberRegistered", "MemberImported", "MemberDetailsCorrected", "BranchAssigned"})


class Posts(Projection):
    """Posts by organisation, persons by id, members by id."""

    name: ClassVar[str] = "posts"
    version: ClassVar[int] = 3
    handles: ClassVar[frozenset[str]] = _APPOINTED | _MEMBERS | _LEFT
    opens: ClassVar[frozenset[str]] = _APPOINTED
    indexes: ClassVar[tuple[Index, ...]] = (Index(MEMBERS, ("id_index",), sparse=True),)

    def touches(self, fact: Fact) -> Iterable[Key]:
        """The member or the organisation the event is about; of an erasure, the person."""
        if isinstance(fact.payload, DekDestroyed):
            return (Key(PERSONS, fact.payload.person_id),)
        return (Key(MEMBERS if fact.type in _MEMBERS else POSTS, fact.aggregate_id),)

    def apply(self, fact: Fact, docs: Docs) -> None:
        """Keep posts, persons and members as the registry tells them."""
        if isinstance(fact.payload, DekDestroyed):
            docs.delete(PERSONS, fact.payload.person_id)
        elif fact.type in _MEMBERS:
            self._member(fact, docs)
        else:
            self._post(fact, docs)

    def _post(self, fact: Fact, docs: Docs) -> None:
        post = docs.get(POSTS, fact.aggregate_id) or {"secretary": None, "contact_person": None}
        match fact.payload:
            case SecretaryAppointed() as one:
                docs.put(POSTS, fact.aggregate_id, {**post, "secretary": one.person_id})
                self._person(one.person_id, fact, docs)
            case ContactPersonAppointed() | ContactPersonReplaced() as one:
                docs.put(POSTS, fact.aggregate_id, {**post, "contact_person": one.person_id})
                self._person(one.person_id, fact, docs)
            case SecretaryReleased():
                docs.put(POSTS, fact.aggregate_id, {**post, "secretary": None})
            case ContactPersonReleased():
                docs.put(POSTS, fact.aggregate_id, {**post, "contact_person": None})

    def _person(self, person_id: str, fact: Fact, docs: Docs) -> None:
        if isinstance(fact.pii, PersonText):
            told: dict[str, Any] = {"name": fact.pii.name, "email": fact.pii.email, "phone": fact.pii.phone}
            docs.put(PERSONS, person_id, told)

    def _member(self, fact: Fact, docs: Docs) -> None:
        member = docs.get(MEMBERS, fact.aggregate_id) or {}
        match fact.payload:
            case MemberRegistered() | MemberImported() as one:
                docs.put(MEMBERS, fact.aggregate_id, _indexed({**member, "branch": one.branch}, one.id_index))
            case MemberDetailsCorrected() as one:
                docs.put(MEMBERS, fact.aggregate_id, _indexed(member, one.id_index))
            case BranchAssigned() as one:
                docs.put(MEMBERS, fact.aggregate_id, {**member, "branch": one.branch})


def _indexed(member: dict[str, Any], id_index: str | None) -> dict[str, Any]:
    return {**member, "id_index": id_index} if id_index is not None else member
