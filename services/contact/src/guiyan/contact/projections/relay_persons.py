"""Relay persons as a projection: whom a member named, masked, and from when until when (domain.md §2.6)."""

from collections.abc import Iterable
from typing import ClassVar, Final

from guiyan.events import contact, registry
from guiyan.events.contact.contact_point import RelayPersonText
from guiyan.ledger import Docs, Document, Fact, Index, Key, Projection
from guiyan.service.masking import mask_name, mask_phone
from guiyan.service.withheld import Withheld, newer

RELAY_PERSONS: Final = "relay_persons"
RELAY_MEMBERS: Final = "relay_members"
_OWNER: Final[Document] = {"branch": None, "relays": [], "withheld": None}


class RelayPersons(Projection):
    """Collections `relay_persons` (one each, masked) and `relay_members` (each member's branch and relay persons)."""

    name: ClassVar[str] = "relay_persons"
    version: ClassVar[int] = 3
    handles: ClassVar[frozenset[str]] = frozenset(
        {
            "RelayPersonNominated",
            "RelayPersonWithdrawn",
            "MemberRegistered",
            "MemberImported",
            "BranchAssigned",
            "RelationTransferred",
            "ProcessingRestricted",
            "DekDestroyed",
        }
    )
    opens: ClassVar[frozenset[str]] = frozenset({"RelayPersonNominated"})
    indexes: ClassVar[tuple[Index, ...]] = (
        Index(RELAY_PERSONS, ("branch", "_id")),
        Index(RELAY_PERSONS, ("member_id", "open")),
    )

    def touches(self, fact: Fact) -> Iterable[Key]:
        """The relay person's document."""
        return (Key(RELAY_PERSONS, fact.aggregate_id),) if fact.event.aggregate == "relay_person" else ()

    def apply(self, fact: Fact, docs: Docs) -> None:
        """Name, withdraw, follow the member's branch, forget."""
        payload = fact.payload
        match payload:
            case contact.RelayPersonNominated():
                _nominate(payload, fact, docs)
            case contact.RelayPersonWithdrawn():
                _withdraw(fact, docs)
            case registry.ProcessingRestricted() | registry.DekDestroyed():
                _withhold(payload.person_id, fact, docs)
            case _:
                said = payload.model_dump(include={"member_id", "branch", "to_branch"})
                branch = said.get("branch") or said.get("to_branch")
                if branch is not None:
                    _move(str(said["member_id"]), str(branch), docs)


def _nominate(payload: contact.RelayPersonNominated, fact: Fact, docs: Docs) -> None:
    owner = docs.get(RELAY_MEMBERS, payload.member_id) or dict(_OWNER)
    docs.put(RELAY_MEMBERS, payload.member_id, {**owner, "relays": [*owner["relays"], fact.aggregate_id]})
    text = fact.pii if isinstance(fact.pii, RelayPersonText) else None
    document = {
        "member_id": payload.member_id,
        "branch": owner["branch"],
        "name": mask_name(text.name) if text else None,
        "phone": mask_phone(text.phone.removeprefix("+86")) if text else None,
        "in_writing": payload.in_writing,
        "wish_document_no": payload.wish_document_no,
        "wish_on": payload.wish_on and payload.wish_on.isoformat(),
        "nominated_on": fact.event.occurredon.isoformat(),
        "withdrawn_on": None,
        "withheld": None if text else str(Withheld.ERASED),
        "withheld_on": None,
        "open": True,
        "version": fact.event.streamversion,
    }
    if owner["withheld"] is not None:
        document = _withheld(document, owner["withheld"], fact)
    docs.put(RELAY_PERSONS, fact.aggregate_id, document)


def _withdraw(fact: Fact, docs: Docs) -> None:
    known = docs.get(RELAY_PERSONS, fact.aggregate_id)
    if known is not None:
        ended = {"withdrawn_on": fact.event.occurredon.isoformat(), "open": False}
        docs.put(RELAY_PERSONS, fact.aggregate_id, {**known, **ended, "version": fact.event.streamversion})


def _move(member_id: str, branch: str, docs: Docs) -> None:
    owner = docs.get(RELAY_MEMBERS, member_id) or dict(_OWNER)
    if owner["branch"] == branch:
        return
    docs.put(RELAY_MEMBERS, member_id, {**owner, "branch": branch})
    for id_ in owner["relays"]:
        known = docs.get(RELAY_PERSONS, id_)
        if known is not None:
            docs.put(RELAY_PERSONS, id_, {**known, "branch": branch})


def _withhold(person_id: str, fact: Fact, docs: Docs) -> None:
    """Of the member, or of the relay person: from that day nobody is used or shown any more (§5.3)."""
    withheld = str(Withheld.after(fact.payload))
    owner = docs.get(RELAY_MEMBERS, person_id)
    if owner is not None:
        docs.put(RELAY_MEMBERS, person_id, {**owner, "withheld": newer(owner["withheld"], withheld)})
    for id_ in (owner or {"relays": [person_id]})["relays"]:
        known = docs.get(RELAY_PERSONS, id_)
        if known is not None:
            docs.put(RELAY_PERSONS, id_, _withheld(known, withheld, fact))


def _withheld(known: Document, withheld: str, fact: Fact) -> Document:
    since = known["withheld_on"] or fact.event.occurredon.isoformat()
    return {
        **known,
        "name": None,
        "phone": None,
        "open": False,
        "withheld": newer(known["withheld"], withheld),
        "withheld_on": since,
    }


def served(document: Document, day: str) -> bool:
    """Whether this relay person was nominated on a day: from the nomination on, and not from its end on."""
    ends = [on for on in (document["withdrawn_on"], document["withheld_on"]) if on is not None]
    return bool(document["nominated_on"] <= day and all(day < on for on in ends))
