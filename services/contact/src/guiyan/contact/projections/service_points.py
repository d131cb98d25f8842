"""Service points as a projection: what a list of them shows, gaps marked (§6 no. 18, S-20)."""

from collections.abc import Iterable
from typing import ClassVar, Final

from guiyan.events import contact, registry
from guiyan.events.contact.service_point import StaffText
from guiyan.ledger import Docs, Document, Fact, Index, Key, Projection
from guiyan.service.masking import mask_phone

SERVICE_POINTS: Final = "service_points"
SERVERS: Final = "servers"


class ServicePoints(Projection):
    """Collections `service_points` (one each) and `servers` (where a person serves, for the day the key is gone)."""

    name: ClassVar[str] = "service_points"
    version: ClassVar[int] = 1
    handles: ClassVar[frozenset[str]] = frozenset(
        {
            "ServicePointOpened",
            "ServicePointChanged",
            "ServicePointStaffed",
            "ServicePointStaffLeft",
            "ServicePointClosed",
            "DekDestroyed",
        }
    )
    opens: ClassVar[frozenset[str]] = frozenset({"ServicePointStaffed"})
    indexes: ClassVar[tuple[Index, ...]] = (
        Index(SERVICE_POINTS, ("org_code", "_id")),
        Index(SERVICE_POINTS, ("level", "_id")),
        Index(SERVICE_POINTS, ("parent_id", "open")),
    )

    def touches(self, fact: Fact) -> Iterable[Key]:
        """The service point's document."""
        return (Key(SERVICE_POINTS, fact.aggregate_id),) if fact.event.aggregate == "service_point" else ()

    def apply(self, fact: Fact, docs: Docs) -> None:
        """Change the service point, or forget a person."""
        payload, id_ = fact.payload, fact.aggregate_id
        if isinstance(payload, registry.DekDestroyed):
            _forget(payload.person_id, docs)
        elif isinstance(payload, contact.ServicePointOpened):
            _put(id_, _opened(payload, docs), fact, docs)
        elif (before := docs.get(SERVICE_POINTS, id_)) is not None:
            _put(id_, _changed(before, fact, docs), fact, docs)


def _opened(payload: contact.ServicePointOpened, docs: Docs) -> Document:
    parent = docs.get(SERVICE_POINTS, payload.parent_id) if payload.parent_id else None
    return {
        **payload.model_dump(mode="json"),
        "parent_name": parent["name"] if parent else None,
        "staff": [],
        "open": True,
        "closed_on": None,
    }


def _put(id_: str, document: Document, fact: Fact, docs: Docs) -> None:
    staff = document["staff"]
    noted = {
        "in_charge": next((one["name"] for one in reversed(staff) if one["in_charge"]), None),
        "staff_count": len(staff),
        "unstaffed": document["open"] and not staff,
        "version": fact.event.streamversion,
        "changed_on": fact.event.occurredon.isoformat(),
    }
    docs.put(SERVICE_POINTS, id_, {**document, **noted})


def _changed(document: Document, fact: Fact, docs: Docs) -> Document:
    match fact.payload:
        case contact.ServicePointChanged() as facts:
            return {**document, **facts.model_dump(mode="json", exclude_none=True)}
        case contact.ServicePointStaffed() as facts:
            places = (docs.get(SERVERS, facts.person_id) or {"points": []})["points"]
            docs.put(SERVERS, facts.person_id, {"points": sorted({*places, fact.aggregate_id})})
            others = [one for one in document["staff"] if one["person_id"] != facts.person_id]
            return {**document, "staff": [*others, _server(facts, fact)]}
        case contact.ServicePointStaffLeft() as facts:
            return {**document, "staff": [one for one in document["staff"] if one["person_id"] != facts.person_id]}
        case _:
            return {**document, "open": False, "closed_on": fact.event.occurredon.isoformat()}


def _server(facts: contact.ServicePointStaffed, fact: Fact) -> Document:
    """Who serves: the name for the directory, the phone masked."""
    text = fact.pii if isinstance(fact.pii, StaffText) else None
    return {
        "person_id": facts.person_id,
        "name": text.name if text else None,
        "phone": mask_phone(text.phone) if text and text.phone else None,
        "in_charge": facts.in_charge,
        "since": fact.event.occurredon.isoformat(),
    }


def _forget(person_id: str, docs: Docs) -> None:
    """A person's key is gone: what was shown of the person goes, too."""
    for id_ in (docs.get(SERVERS, person_id) or {"points": []})["points"]:
        point = docs.get(SERVICE_POINTS, id_)
        if point is None:
            continue
        gone = {"name": None, "phone": None}
        staff = [{**one, **gone} if one["person_id"] == person_id else one for one in point["staff"]]
        in_charge = next((one["name"] for one in reversed(staff) if one["in_charge"]), None)
        docs.put(SERVICE_POINTS, id_, {**point, "staff": staff, "in_charge": in_charge})
