"""Inquiries as a projection: the ledger of §6 no. 17, and the timers of their limits (S-23, §2.12)."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import ClassVar, Final

from guiyan.contact.domain.inquiry import STATES, WAITING
from guiyan.events import contact, registry
from guiyan.events.contact.inquiry import AskerText
from guiyan.ledger import Docs, Document, Fact, Index, Key, Projection, Timer
from guiyan.ledger.calendar import moment_of
from guiyan.service.masking import mask_phone

INQUIRIES: Final = "inquiries"
ASKERS: Final = "askers"
NUMBERS: Final = "numbers"
OVERDUE: Final = "inquiry_overdue"
HANDLES: Final = frozenset({kind.type_name() for kind in STATES} | {"InquiryOverdue"})
_EMPTY: Final[Document] = dict.fromkeys(
    ("person_id", "to_title", "answered_on", "at_first_contact", "solved", "closed_on", "overdue_since")
)


class Inquiries(Projection):
    """Collections `inquiries` (one each), `askers` (which are whose), `numbers` (the last of an organisation's year).

    An inquiry's number counts those an organisation took in a year, in the order in which they were recorded.
    """

    name: ClassVar[str] = "inquiries"
    version: ClassVar[int] = 1
    handles: ClassVar[frozenset[str]] = HANDLES | {"DekDestroyed"}
    opens: ClassVar[frozenset[str]] = frozenset({"InquiryReceived"})
    indexes: ClassVar[tuple[Index, ...]] = (
        Index(INQUIRIES, ("org_code", "received_on", "_id")),
        Index(INQUIRIES, ("taken_by", "received_on", "_id")),
        Index(INQUIRIES, ("member_id", "_id"), sparse=True),
    )

    def touches(self, fact: Fact) -> Iterable[Key]:
        """The inquiry's document."""
        return (Key(INQUIRIES, fact.aggregate_id),) if fact.type in HANDLES else ()

    def apply(self, fact: Fact, docs: Docs) -> None:
        """Change the inquiry and its timer, or forget who asked."""
        payload = fact.payload
        if isinstance(payload, registry.DekDestroyed):
            _forget(payload.person_id, docs)
            return
        if isinstance(payload, contact.InquiryReceived):
            row = _received(payload, fact, docs)
        elif (before := docs.get(INQUIRIES, fact.aggregate_id)) is not None:
            row = changed(before, fact)
        else:
            return
        docs.put(INQUIRIES, fact.aggregate_id, row)
        _set_timer(fact.aggregate_id, row, docs)


def _received(payload: contact.InquiryReceived, fact: Fact, docs: Docs) -> Document:
    year = fact.event.occurredon.year
    count = f"{payload.org_code}-{year}"
    number = (docs.get(NUMBERS, count) or {"last": 0})["last"] + 1
    docs.put(NUMBERS, count, {"last": number})
    known = (docs.get(ASKERS, payload.asker_id) or {"inquiries": []})["inquiries"]
    docs.put(ASKERS, payload.asker_id, {"inquiries": [*known, fact.aggregate_id]})
    return begun(payload, fact, f"{year}-{number:04d}")


def begun(payload: contact.InquiryReceived, fact: Fact, number: str) -> Document:
    """The row of a new inquiry; the asker's phone is masked for good, the name wherever it is shown."""
    text = fact.pii if isinstance(fact.pii, AskerText) else AskerText()
    return _noted(
        {
            **_EMPTY,
            **payload.model_dump(mode="json", exclude={"pii"}),
            "number": number,
            "received_on": fact.event.occurredon.isoformat(),
            "received_at": fact.event.time,
            "taken_by": payload.org_code,
            "name": text.name,
            "phone": mask_phone(text.phone) if text.phone else None,
        },
        fact,
    )


def changed(row: Document, fact: Fact) -> Document:
    """The row after an event of its inquiry."""
    payload, day = fact.payload, fact.event.occurredon.isoformat()
    match payload:
        case contact.InquiryAssigned():
            told: Document = {"person_id": payload.person_id}
        case contact.InquiryTransferred():
            told = payload.model_dump(mode="json", exclude={"to_org"}) | {"org_code": payload.to_org}
            told |= {"person_id": None, "overdue_since": None}
        case contact.InquiryAnswered():
            told = {"answered_on": day, "at_first_contact": payload.at_first_contact}
        case contact.InquiryConfirmed():
            told = {"solved": payload.solved}
        case contact.InquiryReopened():
            due = {"due_on": payload.due_on.isoformat(), "overdue_since": None}
            told = due | dict.fromkeys(("answered_on", "at_first_contact", "closed_on"))
        case contact.InquiryOverdue():
            told = {"overdue_since": payload.due_on.isoformat()}
        case _:
            told = {"closed_on": day}
    return _noted({**row, **told}, fact)


def _noted(row: Document, fact: Fact) -> Document:
    state = STATES.get(type(fact.payload), row.get("state"))
    late = row["answered_on"] is not None and row["answered_on"] > row["due_on"]
    return {
        **row,
        "state": state,
        "open": state in WAITING,
        "answered_late": late,
        "version": fact.event.streamversion,
        "handled_by": fact.event.actor,
    }


def _set_timer(id_: str, row: Document, docs: Docs) -> None:
    """The day after the last one, while an answer is waited for."""
    name = f"inquiry:{id_}:{OVERDUE}"
    if not row["open"] or row["overdue_since"] is not None:
        docs.cancel(name)
        return
    first_late = date.fromisoformat(row["due_on"]) + timedelta(days=1)
    data = {"inquiry_id": id_, "due_on": row["due_on"], "on": first_late.isoformat()}
    docs.schedule(Timer(name, moment_of(first_late), OVERDUE, data))


def _forget(person_id: str, docs: Docs) -> None:
    """The asker's key is gone: name and number go, the course of the inquiry stays."""
    for id_ in (docs.get(ASKERS, person_id) or {"inquiries": []})["inquiries"]:
        row = docs.get(INQUIRIES, id_)
        if row is not None:
            docs.put(INQUIRIES, id_, {**row, "name": None, "phone": None})
