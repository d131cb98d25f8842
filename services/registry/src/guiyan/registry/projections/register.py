"""The register: one document per member and one per departure, kept together because each shows the other's facts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Final

from guiyan.events.codes import LinkStatus, PersonCategory, RelationHolding
from guiyan.events.contact.lost_contact import LostContactEvent
from guiyan.events.registry.correction import CorrectionEvent
from guiyan.events.registry.departure import DepartureAnnounced, DepartureEvent, MemberLeft
from guiyan.events.registry.dues import DuesEvent
from guiyan.events.registry.duplicate import DuplicateEvent
from guiyan.events.registry.honour import CommendationEvent, ReserveEvent
from guiyan.events.registry.member import (
    BranchAssigned,
    MemberDetailsCorrected,
    MemberImported,
    MemberRegistered,
    MemberTransferredOut,
)
from guiyan.events.registry.membership import MembershipDecision
from guiyan.events.registry.privacy import CardPrinted, ConsentGiven, ConsentWithdrawn
from guiyan.events.registry.probation import ProbationEvent
from guiyan.events.registry.retention import RetentionEvent
from guiyan.events.transfers.transfer import RelationTransferred, TransferEvent
from guiyan.ledger import Docs, Document, Fact, Index, Key, Projection
from guiyan.registry.domain.parameters import Parameters
from guiyan.registry.domain.responsibility import CLOSING, OPENING
from guiyan.registry.projections import (
    corrections,
    departures,
    dues,
    duplicates,
    honours,
    known,
    members,
    memberships,
    probations,
    retentions,
)
from guiyan.registry.projections.corrections import CORRECTIONS
from guiyan.registry.projections.departures import DEPARTURES
from guiyan.registry.projections.dues import DUES
from guiyan.registry.projections.duplicates import DUPLICATES, MATCHES
from guiyan.registry.projections.indexes import ordered
from guiyan.registry.projections.members import MEMBERS, SHOWN_ELSEWHERE, SHOWN_IN_DEPARTURES
from guiyan.registry.projections.probations import PROBATIONS
from guiyan.registry.projections.retentions import RETENTIONS
from guiyan.registry.projections.types import types_of
from guiyan.service import rulebook

MEMBER_EVENTS: Final = types_of("member")
DEPARTURE_EVENTS: Final = types_of("departure")
CORRECTION_EVENTS: Final = types_of("correction")
DUPLICATE_EVENTS: Final = types_of("duplicate")
HONOUR_EVENTS: Final = types_of("commendation") | types_of("reserve") | {"ConsentGiven", "ConsentWithdrawn"}
DUES_EVENTS: Final = types_of("dues")
PROBATION_EVENTS: Final = types_of("probation")
RETENTION_EVENTS: Final = types_of("retention")
RELATION_EVENTS: Final = frozenset(kind.type_name() for kind in (*OPENING, *CLOSING, RelationTransferred))
CARD_EVENTS: Final = types_of("card")
LOST_CONTACT_EVENTS: Final = frozenset(
    {"LostContactWatchOpened", "LostContactOpened", "ContactRegained", "LostContactClosed"}
)


ANEW: Final[Document] = {"link_status": str(LinkStatus.NORMAL)}
"""How a trip begins: nobody has been missed on it yet (domain.md §7)."""


class Register(Projection):
    """Collections `members` and `departures`, and the timers of recognition by the parameters of their day."""

    name: ClassVar[str] = "register"
    version: ClassVar[int] = 20
    handles: ClassVar[frozenset[str]] = (
        MEMBER_EVENTS
        | DEPARTURE_EVENTS
        | CORRECTION_EVENTS
        | DUPLICATE_EVENTS
        | HONOUR_EVENTS
        | PROBATION_EVENTS
        | RETENTION_EVENTS
        | DUES_EVENTS
        | RELATION_EVENTS
        | LOST_CONTACT_EVENTS
        | CARD_EVENTS
        | known.TYPES
        | known.STEP_TYPES
        | rulebook.HANDLES
    )
    opens: ClassVar[frozenset[str]] = frozenset({"MemberRegistered", "MemberImported", "MemberDetailsCorrected"})
    indexes: ClassVar[tuple[Index, ...]] = (
        *ordered(MEMBERS, "branch", "_id", "name", "joined_on", "away_since", "registered_on"),
        *ordered(MEMBERS, "branch", "_id", within=("departure_state",)),
        *ordered(MEMBERS, "branch", "_id", "status_since", within=("membership_status",)),
        Index(MEMBERS, ("id_index",), sparse=True),
        Index(MEMBERS, ("mobile_index",), sparse=True),
        Index(MEMBERS, ("phones.index",), sparse=True),
        Index(MEMBERS, ("branch", "name_keys")),
        Index(MEMBERS, ("match_index",), sparse=True),
        Index(MEMBERS, ("removal_from", "_id"), sparse=True),
        *ordered(DEPARTURES, "sides", "_id", "away_since", "branch", "name", "state", "contacted_on"),
        *ordered(DEPARTURES, "sides", "_id", "away_since", within=("open",)),
        Index(DEPARTURES, ("dest_area_code", "open", "_id")),
        Index(DEPARTURES, ("member_id", "_id")),
        Index(CORRECTIONS, ("branch", "state", "_id")),
        Index(DUPLICATES, ("branches", "state", "_id")),
        Index(MATCHES, ("branch", "state", "_id")),
        Index(CORRECTIONS, ("member_id", "_id")),
        *ordered(DUES, "branch", "_id", "paid_to", "months_in_arrears", "months_unpaid"),
        *ordered(DUES, "branch", "_id", within=("case_open",)),
        Index(PROBATIONS, ("branch", "ends_on", "_id")),
        Index(PROBATIONS, ("open", "ends_on", "_id")),
        Index(PROBATIONS, ("member_id", "_id")),
        Index(RETENTIONS, ("branch", "retain_until", "_id")),
        Index(RETENTIONS, ("holding_org", "retain_until", "_id")),
        Index(RETENTIONS, ("open", "retain_until", "_id")),
        *(Index(one, ("branch", "_id")) for one in honours.COLLECTIONS.values()),
    )

    def touches(self, fact: Fact) -> Iterable[Key]:
        """The member's document, and the departure's."""
        if fact.type in rulebook.HANDLES:
            return ()
        keys = [Key(MEMBERS, _member_of(fact))]
        if fact.type in DEPARTURE_EVENTS:
            keys.append(Key(DEPARTURES, fact.aggregate_id))
        elif fact.type in CORRECTION_EVENTS:
            keys.append(Key(CORRECTIONS, fact.aggregate_id))
        elif fact.type in DUES_EVENTS:
            keys.append(Key(DUES, fact.aggregate_id))
        elif fact.type in PROBATION_EVENTS:
            keys.append(Key(PROBATIONS, fact.aggregate_id))
        elif fact.type in RETENTION_EVENTS:
            keys.append(Key(RETENTIONS, fact.aggregate_id))
        elif isinstance(fact.payload, DuplicateEvent):
            keys += [Key(DUPLICATES, fact.aggregate_id), Key(MEMBERS, fact.payload.other_member_id)]
        return keys

    def apply(self, fact: Fact, docs: Docs) -> None:  # noqa: C901 - one case a kind of aggregate
        """Change the member's document, the departure's, or both."""
        payload = fact.payload
        if rulebook.noted(fact, docs):
            return
        if isinstance(payload, MemberRegistered | MemberImported):
            _apply_entry(fact, payload, docs)
        elif isinstance(payload, DepartureEvent):
            _apply_departure(fact, payload, docs)
        elif fact.type in HONOUR_EVENTS:
            honours.apply_honour(fact, _member_of(fact), docs)
        elif isinstance(payload, ProbationEvent):
            probations.apply_probation(fact, payload, docs, lambda: _parameters(fact, docs))
        elif isinstance(payload, RetentionEvent):
            _apply_to_member(fact, docs)
            retentions.apply_retention(fact, payload, docs, lambda: _parameters(fact, docs))
        elif isinstance(payload, DuplicateEvent):
            duplicates.apply_duplicate(fact, payload, docs)
        elif isinstance(payload, CorrectionEvent):
            _apply_correction(fact, payload, docs)
        elif isinstance(payload, LostContactEvent):
            _apply_search(fact, payload, docs)
        else:
            if isinstance(payload, DuesEvent):
                dues.apply_dues(fact, payload, docs)
            _apply_to_member(fact, docs)


def _apply_entry(fact: Fact, payload: MemberRegistered | MemberImported, docs: Docs) -> None:
    member = members.entered(fact, payload)
    if payload.person_category == PersonCategory.PROBATIONARY and not member["outside"]:
        member = probations.expected({**member, "_id": payload.member_id}, docs)
    if payload.relation_holding == RelationHolding.PARKED_HUKOU:
        parked = {**member, "_id": payload.member_id}
        member = retentions.follow_parking(None, parked, fact, docs, lambda: _parameters(fact, docs))
    docs.put(MEMBERS, payload.member_id, member)


def _apply_departure(fact: Fact, payload: DepartureEvent, docs: Docs) -> None:
    member = docs.get(MEMBERS, payload.member_id)
    before = docs.get(DEPARTURES, fact.aggregate_id) or departures.empty(payload.member_id, member)
    after = members.noted(departures.changed({**before, "_id": fact.aggregate_id}, fact), fact)
    if member is not None and isinstance(payload, DepartureAnnounced | MemberLeft):
        # Told late, the event names the branch of its day; the trip goes on under the one that has the member by now.
        after = departures.seen({**after, "branch": member["branch"]})
    if member is not None and isinstance(payload, MemberLeft):
        member, after = {**member, **ANEW}, {**after, **ANEW}
    docs.put(DEPARTURES, fact.aggregate_id, after)
    for timer in departures.timers(after, fact, lambda: _parameters(fact, docs)):
        docs.cancel(timer) if isinstance(timer, str) else docs.schedule(timer)
    if member is not None and (after["open"] or member["departure_id"] == fact.aggregate_id):
        shown = {**member, **departures.shown_with_member(after)}
        docs.put(MEMBERS, payload.member_id, members.concerning(shown, fact))
        probations.follow_member(member, shown, docs)
        retentions.follow_member(member, shown, docs, after.get("dest_area_code"))


def _parameters(fact: Fact, docs: Docs) -> Parameters:
    """What is valid on the event's business date, as far as was recorded before it (domain.md §2.14)."""
    return Parameters.of(rulebook.valued(docs, fact.event.occurredon))


def _apply_correction(fact: Fact, payload: CorrectionEvent, docs: Docs) -> None:
    member = docs.get(MEMBERS, payload.member_id)
    if member is None:
        return
    after = corrections.changed(docs.get(CORRECTIONS, fact.aggregate_id), member, fact)
    docs.put(CORRECTIONS, fact.aggregate_id, after)
    shown = members.shown_also(member, CORRECTIONS, fact.aggregate_id)
    docs.put(MEMBERS, payload.member_id, members.concerning(shown, fact))


def _apply_search(fact: Fact, payload: LostContactEvent, docs: Docs) -> None:
    """A lost-contact case shows with the trip that the member is on."""
    member = docs.get(MEMBERS, payload.member_id)
    if member is None:
        return
    member |= known.linked(member, fact)
    departure = docs.get(DEPARTURES, member["departure_id"]) if member["departure_id"] else None
    if departure is not None:
        after = {**departures.searched(departure, fact), "link_status": member["link_status"]}
        docs.put(DEPARTURES, member["departure_id"], after)
        member |= departures.shown_with_member(after)
    docs.put(MEMBERS, payload.member_id, members.concerning(member, fact))


def _apply_to_member(fact: Fact, docs: Docs) -> None:
    """Events about somebody already in the register; those of people elsewhere change nothing here."""
    member_id = _member_of(fact)
    before = docs.get(MEMBERS, member_id)
    if before is None:
        return
    after = known.known(before, fact) if fact.type in known.TYPES else _changed(before, fact, docs)
    after = retentions.follow_parking(before, after, fact, docs, lambda: _parameters(fact, docs))
    docs.put(MEMBERS, member_id, after)
    _show_elsewhere(before, after, docs)
    dues.follow_member(before, after, fact, docs)
    probations.follow_member(before, after, docs)
    retentions.follow_member(before, after, docs)
    if isinstance(fact.payload, BranchAssigned) and fact.payload.transfer_id is not None:
        probations.transferred(after, docs)
        if after["person_category"] == PersonCategory.PROBATIONARY and after["probation_id"] is None:
            docs.put(MEMBERS, member_id, probations.expected({**after, "_id": member_id}, docs))
    departure_id = after["departure_id"]
    if departure_id and isinstance(fact.payload, BranchAssigned) and fact.payload.transfer_id is None:
        # Merged or split: the trip goes on under the branch that has taken over (a transfer would have ended it).
        trip = {**(docs.get(DEPARTURES, departure_id) or {}), "branch": after["branch"]}
        docs.put(DEPARTURES, departure_id, departures.seen(trip))
    if departure_id and any(before[name] != after[name] for name in SHOWN_IN_DEPARTURES):
        departure = docs.get(DEPARTURES, departure_id) or {}
        docs.put(DEPARTURES, departure_id, {**departure, **{name: after[name] for name in SHOWN_IN_DEPARTURES}})


def _show_elsewhere(before: Document, after: Document, docs: Docs) -> None:
    """Documents beside the member's tell whose they are: by the name and the branch of now."""
    changed = {name: after[name] for name in SHOWN_ELSEWHERE if before[name] != after[name]}
    for place in after["shown_in"] if changed else ():
        collection, _, id_ = place.partition("/")
        shown = docs.get(collection, id_)
        if shown is None:
            continue  # not part of the past that is told
        after_ = (
            duplicates.show_side(shown, before["_id"], changed) if collection == DUPLICATES else {**shown, **changed}
        )
        docs.put(collection, id_, after_)


def _changed(member: Document, fact: Fact, docs: Docs) -> Document:  # noqa: PLR0911 - one case a kind of event
    match fact.payload:
        case MemberDetailsCorrected() as facts:
            return members.corrected(member, fact, facts)
        case BranchAssigned() as facts:
            return members.assigned(member, fact, facts)
        case MembershipDecision():
            return members.noted(memberships.after_decision(member, fact, lambda: _parameters(fact, docs)), fact)
        case DuesEvent():
            return members.paid(member, (docs.get(DUES, member["_id"]) or {}).get("paid_to"))
        case CardPrinted() as facts:
            return members.printed(member, fact, facts)
        case TransferEvent() | RetentionEvent():
            return members.concerning(known.overdue(members.answered(member, fact), fact), fact)
        case _:  # of the member's own stream, and nothing of it is shown here: the version counts it
            return members.noted(member, fact)


def _member_of(fact: Fact) -> str:
    payload = fact.payload
    if isinstance(payload, ConsentGiven | ConsentWithdrawn):
        return payload.person_id
    if fact.type in known.TYPES:
        return str(payload.member_id)  # type: ignore[attr-defined] # each of them names its member
    assert isinstance(  # noqa: S101 - every handled type names its member
        payload,
        MemberRegistered | MemberImported | MembershipDecision | MemberDetailsCorrected | BranchAssigned
        | MemberTransferredOut | DepartureEvent | CorrectionEvent | DuplicateEvent | DuesEvent | TransferEvent
        | RetentionEvent | LostContactEvent | CommendationEvent | ReserveEvent | ProbationEvent | CardPrinted,
    )  # fmt: skip
    return payload.member_id
