"""What contact needs to know of a member: name, branch, whether away, and how many quarters were missed in a row."""

from typing import Any, Final

from guiyan.contact.domain.contact_point import PHONES
from guiyan.contact.domain.window import cycle_of
from guiyan.events import Payload, contact, registry, transfers
from guiyan.events.codes import ContactPointSource, ContactStop, DepartureEnd
from guiyan.events.registry.member import MemberText, MemberTextChange
from guiyan.events.transfers.transfer import TransferEvent
from guiyan.ledger import Document, Fact, business_date

PEOPLE: Final = "people"
ENTERED: Final = frozenset({"MemberRegistered", "MemberImported"})
TRIPS: Final = frozenset(
    {
        "MemberLeft",
        "DestinationChanged",
        "HostAccepted",
        "HostEnded",
        "MemberReturned",
        "DepartureClosed",
        "DepartureReopened",
    }
)
STATUS: Final = frozenset(
    {
        "MembershipSuspended",
        "MembershipReinstated",
        "MembershipRemoved",
        "MembershipEnded",
        "MembershipDecisionAnnulled",
        "MemberJoinedAnew",
    }
)
TRANSFER_OPENS: Final = frozenset({"TransferRequested", "TransferResubmitted", "LetterReissued", "TransferReceived"})
"""After these a transfer of the member is open: the relation may move by it (§2.3, as in registry)."""
TRANSFER_RESTS: Final = frozenset({"TransferReturned", "TransferWithdrawn", "TransferCancelled", "LetterExpired"})
"""After these it waits for people, or has ended, and moves nobody meanwhile (ADR 0021)."""
POINTS_TOLD: Final = frozenset({"ContactPointAdded", "ContactPointClosed"})
NAMED: Final = frozenset({"ContactPersonAssigned", "ContactPersonUnassigned"})
HANDLES: Final = (
    ENTERED | TRIPS | STATUS | TRANSFER_OPENS | TRANSFER_RESTS | NAMED | POINTS_TOLD
    | {"MemberDetailsCorrected", "BranchAssigned", "RelationTransferred", "DekDestroyed"}
)  # fmt: skip
OPENS: Final = ENTERED | {"MemberDetailsCorrected"}
PLACE: Final = ("range", "dest_area_code", "dest_certainty", "reason")
"""What of a trip's place says how often contact is due; each is told anew when it changes."""
ROW: Final = ("missed_in_a_row", "missed_quarter")
"""What is kept of the misses in a row."""
_NEW: Final[Document] = {
    "name": None,
    "branch": None,
    "id_index": None,
    "status": "NORMAL",
    "away": None,
    "dest_told": None,
    "moved_on": None,
    "missed_in_a_row": 0,
    "missed_quarter": None,
    "duties": [],
    "phones": [],
    "has_phone": False,
    "keeper": None,
    "stop_reason": None,
    "row_before": None,
    "transfer_id": None,
    "open_transfer": None,
}


DUE: Final[Document] = {"away": {"$ne": None}, "status": "NORMAL"}
"""The query for whom `is_due` holds."""


def empty() -> Document:
    """A member of whom nothing is known yet."""
    return dict(_NEW)


def is_due(person: Document) -> bool:
    """Whether the member is to be contacted: away, and a member in good standing (§2.5, §2.11)."""
    return person["away"] is not None and person["status"] == "NORMAL"


def has_trip(person: Document, duty: Document) -> bool:
    """Whether the member is to be contacted on the trip that a duty was planned for."""
    return is_due(person) and person["away"]["departure_id"] == duty["departure_id"]


def missed_before(person: Document, quarter: str) -> int:
    """How many quarters in a row were missed before one; what was missed in this one already does not count twice."""
    missed = int(person["missed_in_a_row"])
    return max(missed - 1, 0) if person["missed_quarter"] == quarter else missed


def person_id(fact: Fact) -> str:
    """Whose document a fact changes."""
    named = fact.payload.model_dump(include={"person_id", "member_id"})
    return str(named.get("member_id") or named["person_id"])


def goes_on_after(away: Document | None, moved: transfers.RelationTransferred) -> bool:
    """Whether a trip goes on when the relation has moved: it began after the move, and the receiver is one of here."""
    return away is not None and away["since"] > moved.transferred_on.isoformat() and moved.to_branch is not None


def changed(person: Document, fact: Fact) -> Document:
    """The person after a fact; why contact is no longer due is remembered, for a duty planned at that moment.

    What ended it may be annulled: then it never stood, and the misses in a row are what they were before.
    """
    if isinstance(fact.payload, contact.ContactPersonAssigned | contact.ContactPersonUnassigned):
        named = fact.payload.person_id if isinstance(fact.payload, contact.ContactPersonAssigned) else None
        return {**person, "keeper": named}
    if isinstance(fact.payload, contact.ContactPointAdded | contact.ContactPointClosed):
        return {**person, **_reached_by(person, fact.payload)}
    after = {**person, **_changes(person, fact.payload, fact)}
    if is_due(person) and not is_due(after):
        transfer_id = fact.aggregate_id if isinstance(fact.payload, transfers.RelationTransferred) else None
        row = {name: person[name] for name in ROW}
        after |= {"stop_reason": stop_reason(fact.payload), "transfer_id": transfer_id, "row_before": row}
    elif is_due(after) and not is_due(person):
        stood = isinstance(fact.payload, registry.MembershipDecisionAnnulled | registry.DepartureReopened)
        after |= {**((stood and person["row_before"]) or {}), "row_before": None}
    return after


def _reached_by(person: Document, payload: contact.ContactPointAdded | contact.ContactPointClosed) -> Document:
    """The member's own telephones in use; a number of the family is not one (S-50)."""
    others = [one for one in person["phones"] if one != payload.point_id]
    own = isinstance(payload, contact.ContactPointAdded) and payload.source is not ContactPointSource.FAMILY_BY_WISH
    added = own and isinstance(payload, contact.ContactPointAdded) and payload.kind in PHONES
    phones = [*others, payload.point_id] if added else others
    return {"phones": phones, "has_phone": bool(phones)}


def stop_reason(payload: Payload) -> ContactStop | None:
    """Why open duties end with this event; None when they do not. An annulled reinstatement suspends again."""
    match payload:
        case registry.MemberReturned():
            return ContactStop.RETURNED
        case transfers.RelationTransferred():
            return ContactStop.TRANSFERRED
        case registry.DepartureClosed():
            by_transfer = payload.reason is DepartureEnd.TRANSFERRED
            return ContactStop.TRANSFERRED if by_transfer else ContactStop.DEPARTURE_CLOSED
        case registry.MembershipSuspended() | registry.MembershipRemoved() | registry.MembershipEnded():
            return ContactStop.MEMBERSHIP_CHANGED
        case registry.MembershipDecisionAnnulled():
            return ContactStop.MEMBERSHIP_CHANGED
        case _:
            return None


def _changes(person: Document, payload: Payload, fact: Fact) -> Document:  # noqa: PLR0911 - one return an event
    match payload:
        case registry.MemberRegistered() | registry.MemberImported():
            name = fact.pii.name if isinstance(fact.pii, MemberText) else None
            status = str(payload.membership_status)
            return {"name": name, "branch": payload.branch, "id_index": payload.id_index, "status": status}
        case registry.MemberDetailsCorrected():
            return _corrected(payload, fact)
        case registry.BranchAssigned():
            return {"branch": payload.branch, "moved_on": fact.event.occurredon.isoformat()}
        case registry.DekDestroyed():
            return {"name": None, "id_index": None}
        case registry.MembershipReinstated() | registry.MemberJoinedAnew():
            return {"status": "NORMAL"}
        case registry.MembershipDecisionAnnulled():
            return {"status": str(payload.status)}
        case registry.MembershipSuspended() | registry.MembershipRemoved() | registry.MembershipEnded():
            return {"status": payload.type_name(), "missed_in_a_row": 0, "missed_quarter": None}
        case transfers.RelationTransferred():
            return _moved(person, payload, fact)
        case TransferEvent():
            return _transfer(person, fact)
        case _:
            return _trip(person, payload, fact)


def _transfer(person: Document, fact: Fact) -> Document:
    """Which transfer may move the relation now; one that rests is forgotten unless another has been opened since."""
    if fact.type in TRANSFER_OPENS:
        return {"open_transfer": fact.aggregate_id}
    return {"open_transfer": None} if person["open_transfer"] == fact.aggregate_id else {}


def _moved(person: Document, payload: transfers.RelationTransferred, fact: Fact) -> Document:
    """The receiver has the member, as in registry (§2.2, §8)."""
    moved = {
        "branch": payload.to_branch or person["branch"],
        "moved_on": fact.event.occurredon.isoformat(),
        "open_transfer": None,
    }
    return moved if goes_on_after(person["away"], payload) else {**moved, **_home()}


def _trip(person: Document, payload: Payload, fact: Fact) -> Document:  # noqa: PLR0911 - one return an event
    departure_id = fact.aggregate_id
    if isinstance(payload, registry.MemberLeft):
        told = _place_told(person, payload, fact)
        away: dict[str, Any] = {
            "departure_id": departure_id,
            "since": fact.event.occurredon.isoformat(),
            "told_on": told["told_on"],
            **_place(told, departure_id),
            "host_branch": None,
            "hosted_since": None,
            "agreed": False,
        }
        late = fact.event.occurredon.isoformat() < (person.get("moved_on") or "")
        return {"away": away, "branch": person["branch"] if late else payload.branch, "dest_told": told}
    if isinstance(payload, registry.DepartureReopened):
        return {"away": _going_on(departure_id, payload, person)}
    away = person["away"]
    there = away is not None and away["departure_id"] == departure_id
    if isinstance(payload, registry.DestinationChanged):
        told = _place_told(person, payload, fact)
        moved = {"away": {**away, **_place(told, departure_id)}} if there else {}
        return {**moved, "dest_told": told}
    if not there:
        return {}
    match payload:
        case registry.HostAccepted():
            same = away["host_branch"] == payload.host_branch
            since = away["hosted_since"] if same else fact.event.occurredon.isoformat()
            agreed = away["agreed"] and same
            return {"away": {**away, "host_branch": payload.host_branch, "hosted_since": since, "agreed": agreed}}
        case registry.HostEnded():
            return {"away": {**away, "host_branch": None, "hosted_since": None, "agreed": False}}
        case _:
            return _home()


def _place_told(person: Document, payload: registry.MemberLeft | registry.DestinationChanged, fact: Fact) -> Document:
    """Each fact of a trip's place as told for the newest business date: what is told late overwrites no newer (§8).

    With the day on which the leaving itself was told.
    """
    on, before = fact.event.occurredon.isoformat(), person.get("dest_told") or {}
    same = before.get("departure_id") == fact.aggregate_id
    facts = dict(before["facts"]) if same else {}
    for name in PLACE:
        value = getattr(payload, name, None)
        if value is not None and on >= facts.get(name, (on,))[0]:
            facts[name] = [on, str(value)]
    told_on = before["told_on"] if same else None
    if isinstance(payload, registry.MemberLeft):
        told_on = business_date(fact.event.time).isoformat()
    return {"departure_id": fact.aggregate_id, "facts": facts, "told_on": told_on}


def _place(told: Document | None, departure_id: str) -> Document:
    """What is kept of a trip's place, and which cycle it calls for (§2.5)."""
    facts = told["facts"] if told and told["departure_id"] == departure_id else {}
    now = {name: facts.get(name, (None, None))[1] for name in PLACE}
    told_on = {name: facts[name][0] for name in facts}
    lost = now["dest_area_code"] is None or told_on.get("dest_certainty", "") > told_on["dest_area_code"]
    unknown = now["dest_certainty"] if lost else None
    return {"dest_area_code": now["dest_area_code"], "cycle": cycle_of(now["range"], now["reason"], unknown)}


def _going_on(departure_id: str, payload: registry.DepartureReopened, person: Document) -> dict[str, Any] | None:
    """The trip as it was when it was closed; one that was only announced takes nobody away yet."""
    if payload.away_since is None:
        return None
    place = {"dest_area_code": payload.dest_area_code, "host_branch": payload.host_branch}
    told = person.get("dest_told")
    cycle = _place(told, departure_id)["cycle"]
    return {
        "departure_id": departure_id,
        "since": payload.away_since.isoformat(),
        "told_on": told["told_on"] if told and told["departure_id"] == departure_id else None,
        "cycle": cycle,
        "hosted_since": payload.away_since.isoformat() if payload.host_branch else None,
        "agreed": False,
        **place,
    }


def _home() -> Document:
    """At home, or with another branch: nobody is missed in a row any more."""
    return {"away": None, "missed_in_a_row": 0, "missed_quarter": None}


def _corrected(payload: registry.MemberDetailsCorrected, fact: Fact) -> Document:
    shown: Document = {}
    if isinstance(fact.pii, MemberTextChange) and fact.pii.name is not None:
        shown["name"] = fact.pii.name
    if payload.id_index is not None:
        shown["id_index"] = payload.id_index
    return shown
