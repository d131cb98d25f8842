"""What each event of a member changes in the member's document."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

from guiyan.events.registry.member import (
    BranchAssigned,
    MemberCodeChange,
    MemberCore,
    MemberDetailsCorrected,
    MemberImported,
    MemberRegistered,
    MemberText,
    MemberTextChange,
)
from guiyan.events.registry.privacy import CardPrinted
from guiyan.events.transfers.transfer import IncomingTransferRecorded, RelationTransferred, RequestFacts
from guiyan.ledger import Document, Fact, Subject
from guiyan.registry.domain.responsibility import ENTRY, OUTSIDE, Held, Relation, relation_after, responsible_branch
from guiyan.registry.domain.spelling import keys_of
from guiyan.registry.projections import memberships
from guiyan.registry.projections.values import plain
from guiyan.service.masking import mask_id_number, mask_phone, mask_text

MEMBERS: Final = "members"
SHOWN_IN_DEPARTURES: Final = (
    "name", "sex", "id_no", "mobile", "person_category", "joined_on", "dues_paid_to", "relation_holding", "responsible",
    "counted", "contacted_on", "contacted_in", "attended_in", "reported_in", "certificate_no", "link_status",
)  # fmt: skip
UNKNOWN: Final[Document] = {
    "contacted_on": None,
    "contact_tried_on": None,
    "host_contacted_on": None,
    "reported_on": None,
    "home_reported_on": None,
    "contacted_in": [],
    "attended_in": [],
    "reported_in": [],
    "attendances": {},
    "overdue_transfers": {},
    "transfer_overdue_since": None,
    "attended": 0,
    "attended_on": None,
    "certificate_no": None,
    "certificates": {},
    "points": {},
    "phones": [],
    "link_status": "NORMAL",
}
"""What other services will tell (`known`)."""
SHOWN_ELSEWHERE: Final = ("name", "branch", "membership_status", "counted", "outside")
_INDEXES: Final = ("id_index", "mobile_index", "match_index", "row_hash")
_CORE: Final = tuple(MemberCore.model_fields)
_CODES: Final = tuple(MemberCodeChange.model_fields)
_AS_THEY_ARE: Final = frozenset({str, bool, int, type(None)})


def entered(fact: Fact, facts: MemberRegistered | MemberImported) -> Document:
    """A new member's document; numbers are masked, for a look-up there are the blind indexes."""
    text = fact.pii if isinstance(fact.pii, MemberText) else None
    document = _core(facts)
    document |= _shown(text)
    document |= {
        "id_index": facts.id_index,
        "mobile_index": facts.mobile_index,
        "match_index": facts.match_index,
        "registered_on": fact.event.occurredon.isoformat(),
        "import_batch": fact.event.importbatch,
        "row_hash": facts.row_hash if isinstance(facts, MemberImported) else None,
        "dues_paid_to": None,
        "departure_id": None,
        "departure_state": None,
        "away_since": None,
        "host_branch": None,
        "transfer": None,
        "open_transfers": [],
        **_placed(facts),
        "retained": [],
        "streams": [],
        "shown_in": [],
        "linked_to": None,
        "counted": True,
        "cards_printed": 0,
        "card_printed_on": None,
        "probation_id": None,
        "probation_state": None,
        "retention_id": None,
        "retention_state": None,
        "parked_id": None,
        **memberships.UNDECIDED,
        **UNKNOWN,
    }
    return noted(document, fact)


def _placed(facts: MemberRegistered | MemberImported) -> Document:
    """Who answers for somebody entered: the branch, or an organisation outside as long as the relation is there."""
    outside = isinstance(facts, MemberRegistered) and facts.incoming
    return {
        "received": asdict(Held(ENTRY, OUTSIDE)) if outside else None,
        "responsible": OUTSIDE if outside else facts.branch,
        "outside": outside,
        "outsides": [[None, None]] if outside else [],
        "outside_since": None,
        "outside_title": None,
        "titles": {},
    }


def _core(facts: MemberCore) -> Document:
    """The fields as the document holds them: two thirds of the cost of `model_dump`, measured."""
    given = facts.__dict__
    return {name: value if type(value := given[name]) in _AS_THEY_ARE else plain(value) for name in _CORE}


def corrected(document: Document, fact: Fact, facts: MemberDetailsCorrected) -> Document:
    """The document with what was set right."""
    codes = facts.model_dump(mode="json", include=set(_CODES), exclude_none=True)
    text = fact.pii if isinstance(fact.pii, MemberTextChange) else None
    indexes = {name: value for name in _INDEXES if (value := getattr(facts, name)) is not None}
    return noted({**document, **codes, **_changed(document, text), **indexes}, fact)


def assigned(document: Document, fact: Fact, facts: BranchAssigned) -> Document:
    """The document with the branch that holds the relation from now on."""
    return noted({**answered(document, fact), "group": facts.group}, fact)


def paid(document: Document, paid_to: str | None) -> Document:
    """The document with the last month paid for."""
    return {**document, "dues_paid_to": paid_to}


def answered(document: Document, fact: Fact) -> Document:
    """The document with the one organisation that answers for the member now, and what it rests on (§2.1)."""
    before = Relation(
        document["branch"],
        tuple(document["open_transfers"]),
        Held(**document["received"]) if document["received"] else None,
        tuple(Held(**one) for one in document["retained"]),
    )
    after = relation_after(before, fact.payload, fact.aggregate_id)
    return {
        **document,
        **_outside(document, after, fact),
        "branch": after.formal_branch,
        "transfer": next(iter(after.open_transfers), None),
        "open_transfers": list(after.open_transfers),
        "received": asdict(after.received) if after.received else None,
        "retained": [asdict(one) for one in after.retained],
        "responsible": responsible_branch(after),
    }


def _outside(document: Document, after: Relation, fact: Fact) -> Document:
    """Whether the relation is with an organisation outside, which one, and the times in which it was (§2.3)."""
    payload, title = fact.payload, None
    if isinstance(payload, RequestFacts):
        title = payload.to_title
    elif isinstance(payload, IncomingTransferRecorded):
        title = payload.from_title
    titles = document["titles"] if title is None else {**document["titles"], fact.aggregate_id: title}
    if isinstance(payload, BranchAssigned):
        return {}  # the register only follows
    is_outside, times = after.received is not None and after.received.org == OUTSIDE, document["outsides"]
    shown = document["outside_title"]
    if isinstance(payload, RelationTransferred):
        on = payload.transferred_on.isoformat()
        times = [*times[:-1], [times[-1][0], on]] if document["outside"] else times
        times = [*times, [on, None]] if is_outside else times
        shown = titles.get(fact.aggregate_id) if is_outside else None
    elif isinstance(payload, IncomingTransferRecorded) and is_outside:
        shown = shown or title
    since = times[-1][0] if is_outside and times else None
    told = {"titles": titles, "outside": is_outside, "outsides": times}
    return {**told, "outside_since": since, "outside_title": shown}


def printed(document: Document, fact: Fact, facts: CardPrinted) -> Document:
    """The document with how often the registration card was printed, and when last (S-09)."""
    on = fact.event.occurredon.isoformat()
    return concerning({**document, "cards_printed": facts.print_count, "card_printed_on": on}, fact)


def concerning(document: Document, fact: Fact) -> Document:
    """The document with the name of one more stream whose events have a part in it, so that its past can be told."""
    stream = str(Subject(fact.event.source.partition("/")[2], *fact.event.subject.split("/", 1)))
    return document if stream in document["streams"] else {**document, "streams": [*document["streams"], stream]}


def shown_also(document: Document, collection: str, id_: str) -> Document:
    """The document with the name of one more document, of this member, that shows the member's name and branch."""
    place = f"{collection}/{id_}"
    return document if place in document["shown_in"] else {**document, "shown_in": [*document["shown_in"], place]}


def streams_of(member_id: str, document: Document | None) -> list[Subject]:
    """Every stream whose events have a part in a member's document, and in those of the member's trips."""
    own = [Subject("registry", aggregate, member_id) for aggregate in ("member", "dues")]
    return own + [Subject.parse(one) for one in (document or {}).get("streams", ())]


def noted(document: Document, fact: Fact) -> Document:
    """The document with the version of its aggregate and when that was written."""
    return {**document, "version": fact.event.streamversion, "changed_at": fact.event.time}


def _shown(text: MemberText | None) -> dict[str, Any]:
    """The personal text as this database keeps it: names to sort and search by, the rest masked."""
    return {
        "name": text.name if text else None,
        "former_name": text.former_name if text else None,
        "name_keys": keys_of(text.name, text.former_name) if text else [],
        "id_no": mask_id_number(text.id_no) if text and text.id_no else None,
        "mobile": mask_phone(local_phone(text.mobile)) if text and text.mobile else None,
        "landline": mask_phone(text.landline) if text and text.landline else None,
        "home_address": mask_text(text.home_address) if text and text.home_address else None,
        "file_place": mask_text(text.file_place) if text and text.file_place else None,
    }


def _changed(document: Document, text: MemberTextChange | None) -> dict[str, Any]:
    if text is None:
        return {}
    shown: dict[str, Any] = {
        name: value for name in ("name", "former_name") if (value := getattr(text, name)) is not None
    }
    if shown:
        named = {**document, **shown}
        shown["name_keys"] = keys_of(named["name"], named["former_name"])
    if text.id_no is not None:
        shown["id_no"] = mask_id_number(text.id_no)
    if text.mobile is not None:
        shown["mobile"] = mask_phone(local_phone(text.mobile))
    if text.landline is not None:
        shown["landline"] = mask_phone(text.landline)
    shown |= {name: mask_text(value) for name in ("home_address", "file_place") if (value := getattr(text, name))}
    return shown


def local_phone(phone: str | None) -> str:
    """A number as people here write it, without the country's code: the mask then hides the right digits."""
    return (phone or "").removeprefix("+86")
