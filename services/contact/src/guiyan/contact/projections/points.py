"""Contact points as a projection: masked values, validity, proof, end (domain.md §2.6)."""

from collections.abc import Iterable
from datetime import date
from typing import ClassVar, Final

from guiyan.events import contact, registry
from guiyan.events.codes import ConsentPurpose, ContactPointKind
from guiyan.events.contact.contact_point import ContactPointText
from guiyan.ledger import Docs, Document, Fact, Index, Key, Projection
from guiyan.service.masking import mask_phone
from guiyan.service.withheld import Withheld, newer

POINTS: Final = "points"
OWNERS: Final = "owners"
MASK: Final = "***"
_OWNER: Final[Document] = {"branch": None, "points": [], "withdrawn_on": None, "withheld": None}


class ContactPoints(Projection):
    """Collections `points` (one per contact point, its value masked) and `owners` (one per member).

    Of the owner: the branch, the points, the day on which the consent to contact the family was last taken back, and
    whether all of it is `withheld`: then none of the points is in use or shown (domain.md §5.3).
    """

    name: ClassVar[str] = "points"
    version: ClassVar[int] = 6
    handles: ClassVar[frozenset[str]] = frozenset(
        {
            "ContactPointAdded",
            "ContactPointChanged",
            "ContactPointVerified",
            "ContactPointRevealed",
            "ContactPointBounced",
            "ContactPointClosed",
            "MemberRegistered",
            "MemberImported",
            "BranchAssigned",
            "RelationTransferred",
            "ConsentWithdrawn",
            "ProcessingRestricted",
            "DekDestroyed",
        }
    )
    opens: ClassVar[frozenset[str]] = frozenset({"ContactPointAdded", "ContactPointChanged"})
    indexes: ClassVar[tuple[Index, ...]] = (
        Index(POINTS, ("member_id", "open")),
        Index(POINTS, ("branch", "_id")),
        Index(POINTS, ("branch", "open", "verified_on")),
        Index(POINTS, ("value_index",), sparse=True),
    )

    def touches(self, fact: Fact) -> Iterable[Key]:
        """The contact point's document."""
        return (Key(POINTS, fact.aggregate_id),) if fact.event.aggregate == "contact_point" else ()

    def apply(self, fact: Fact, docs: Docs) -> None:
        """Change the contact point, or where its owner belongs."""
        payload = fact.payload
        match payload:
            case contact.ContactPointAdded():
                self._add(payload, fact, docs)
            case contact.ContactPointChanged():
                _change(fact, docs, _anew(payload, fact, docs))
            case contact.ContactPointVerified():
                _change(fact, docs, _proof(payload, fact, docs))
            case contact.ContactPointRevealed():
                _change(fact, docs, {})
            case contact.ContactPointBounced():
                on = fact.event.occurredon.isoformat()
                known = docs.get(POINTS, fact.aggregate_id) or {"bounces": 0}
                _change(fact, docs, {"bounces": known["bounces"] + 1, "bounced_on": on})
            case contact.ContactPointClosed():
                _change(fact, docs, _end(payload, fact))
            case _:
                _of_owner(fact, docs)

    def _add(self, payload: contact.ContactPointAdded, fact: Fact, docs: Docs) -> None:
        owner = docs.get(OWNERS, payload.member_id) or dict(_OWNER)
        docs.put(OWNERS, payload.member_id, {**owner, "points": [*owner["points"], fact.aggregate_id]})
        document = {
            "member_id": payload.member_id,
            "branch": owner["branch"],
            "kind": payload.kind,
            "source": payload.source,
            "value": _masked(payload.kind, fact),
            "value_index": payload.value_index,
            "valid_from": (payload.valid_from or fact.event.occurredon).isoformat(),
            "valid_to": None,
            "wished_on": (payload.wish_on or fact.event.occurredon).isoformat(),
            "wish_document_no": payload.wish_document_no,
            "wish_on": payload.wish_on and payload.wish_on.isoformat(),
            "former": [],
            "ended_at": None,
            "verified_on": None,
            "verified_how": None,
            "bounces": 0,
            "bounced_on": None,
            "end_reason": None,
            "open": True,
            "withheld": None if isinstance(fact.pii, ContactPointText) else str(Withheld.ERASED),
            "version": fact.event.streamversion,
        }
        if owner["withheld"] is not None:
            document = _withheld(document, owner["withheld"], fact)
        docs.put(POINTS, fact.aggregate_id, document)


def _of_owner(fact: Fact, docs: Docs) -> None:
    """Where the member belongs, whether the family may be contacted, and what is left when the key is gone."""
    payload = fact.payload
    match payload:
        case registry.MemberRegistered() | registry.MemberImported() | registry.BranchAssigned():
            _move(payload.member_id, payload.branch, docs)
        case registry.ConsentWithdrawn():
            if payload.purpose is ConsentPurpose.FAMILY_CONTACT:
                _withdraw(payload.person_id, fact.event.occurredon.isoformat(), docs)
        case registry.ProcessingRestricted() | registry.DekDestroyed():
            _withhold(payload.person_id, fact, docs)
        case _:
            to_branch = getattr(payload, "to_branch", None)
            if to_branch is not None:
                _move(str(payload.model_dump()["member_id"]), to_branch, docs)


def _anew(payload: contact.ContactPointChanged, fact: Fact, docs: Docs) -> Document:
    """A new value from its day on: nobody has proved it yet."""
    known = docs.get(POINTS, fact.aggregate_id)
    if known is None or known["withheld"]:
        return {}
    on, at = fact.event.occurredon.isoformat(), fact.event.time.isoformat()
    former = {"index": known["value_index"], "until": on, "at": at}
    return {
        "former": [*known["former"], former] if former["index"] else known["former"],
        "value": _masked(ContactPointKind(known["kind"]), fact),
        "value_index": payload.value_index,
        "valid_from": on,
        **dict.fromkeys(("verified_on", "verified_how", "bounced_on")),
        "bounces": 0,
    }


def _end(payload: contact.ContactPointClosed, fact: Fact) -> Document:
    """When it was closed, by business date and by the moment of recording, and why."""
    on, at = fact.event.occurredon.isoformat(), fact.event.time.isoformat()
    return {"valid_to": on, "ended_at": at, "end_reason": payload.reason, "open": False}


def _proof(payload: contact.ContactPointVerified, fact: Fact, docs: Docs) -> Document:
    """The newest proof by its day stands; returns of before it count no more (§8)."""
    on = fact.event.occurredon.isoformat()
    known = docs.get(POINTS, fact.aggregate_id) or {}
    if on < (known.get("verified_on") or ""):
        return {}
    proved = {"verified_on": on, "verified_how": payload.how}
    return {**proved, "bounces": 0} if on >= (known.get("bounced_on") or "") else proved


def _masked(kind: ContactPointKind, fact: Fact) -> str | None:
    """What is shown of the value: a phone as 138****1234, of anything else that it is there."""
    if not isinstance(fact.pii, ContactPointText):
        return None
    if kind in {ContactPointKind.MOBILE, ContactPointKind.LANDLINE}:
        return mask_phone(fact.pii.value.removeprefix("+86"))
    return MASK


def _change(fact: Fact, docs: Docs, changes: Document) -> None:
    known = docs.get(POINTS, fact.aggregate_id)
    if known is not None:
        docs.put(POINTS, fact.aggregate_id, {**known, **changes, "version": fact.event.streamversion})


def _move(member_id: str, branch: str, docs: Docs) -> None:
    owner = docs.get(OWNERS, member_id) or dict(_OWNER)
    if owner["branch"] == branch:
        return
    docs.put(OWNERS, member_id, {**owner, "branch": branch})
    for id_ in owner["points"]:
        point = docs.get(POINTS, id_)
        if point is not None:
            docs.put(POINTS, id_, {**point, "branch": branch})


def _withdraw(member_id: str, day: str, docs: Docs) -> None:
    """No wish of that day or before counts any more; told late of before a later one, nothing changes (§8)."""
    owner = docs.get(OWNERS, member_id) or dict(_OWNER)
    docs.put(OWNERS, member_id, {**owner, "withdrawn_on": max(owner["withdrawn_on"] or "", day)})


def _withhold(person_id: str, fact: Fact, docs: Docs) -> None:
    """Of a member all contact points, else the one that the id names: none is in use any more."""
    withheld = str(Withheld.after(fact.payload))
    owner = docs.get(OWNERS, person_id)
    if owner is not None:
        docs.put(OWNERS, person_id, {**owner, "withheld": newer(owner["withheld"], withheld)})
    for id_ in (owner or {"points": [person_id]})["points"]:
        point = docs.get(POINTS, id_)
        if point is not None:
            docs.put(POINTS, id_, _withheld(point, withheld, fact))


def _withheld(point: Document, withheld: str, fact: Fact) -> Document:
    """What is left to see: that it was there and until when; of an erased one no blind index either (§5.3)."""
    on, at = fact.event.occurredon.isoformat(), fact.event.time.isoformat()
    ended = {"valid_to": max(on, point["valid_from"]), "ended_at": at, "open": False} if point["open"] else {}
    gone: Document = {"value_index": None, "former": []} if withheld == Withheld.ERASED else {}
    return {**point, **ended, **gone, "value": None, "withheld": newer(point["withheld"], withheld)}


def used_on(points: Iterable[Document], on: date) -> list[Document]:
    """Which of some contact points were in use on a day: valid by then, and not closed until later.

    Where there were none, those that were closed that very day: what is told again of them is of them.
    """
    day = on.isoformat()
    begun = [one for one in points if one["valid_from"] <= day]
    used = [one for one in begun if one["open"] or one["valid_to"] > day]
    return used or [one for one in begun if one["valid_to"] == day]
