"""Events and commits for tests of the ledger: whole envelopes, made-up contents."""

from __future__ import annotations

from datetime import UTC, date, datetime

from guiyan.events import Event, Payload, encode_data, new_id
from guiyan.ledger.commit import Commit
from guiyan.ledger.subject import Subject

AT = datetime(2026, 3, 1, 2, 3, 4, 567, tzinfo=UTC)
DAY = date(2026, 3, 1)
ORG = "654002001001"


def an_event(subject: Subject, version: int = 1, type_: str = "OrganisationRenamed", n: int = 0) -> Event:
    """One event as version `version` of an aggregate; `n` tells contents apart."""
    return Event(
        id=new_id(AT),
        source=f"guiyan/{subject.service}",
        type=type_,
        subject=subject.stream,
        time=AT,
        dataschema=f"guiyan:{type_}:1",
        data={"name": f"示例支部{n}"},
        occurredon=DAY,
        actor="test",
        actororg=ORG,
        causationid="test",
        correlationid="test",
        streamversion=version,
    )


def a_commit(
    subject: Subject, expected: int = 0, *, version: int = 1, events: int = 1, command_id: str | None = None
) -> Commit:
    """A commit of `events` events, beginning with `version`."""
    written = tuple(an_event(subject, version + place, n=place) for place in range(events))
    return Commit(subject, command_id or new_id(AT), expected, written)


def a_subject(service: str = "registry", aggregate: str = "organisation") -> Subject:
    """The subject of an aggregate that nobody else uses."""
    return Subject(service, aggregate, new_id(AT))


def event_of(
    payload: Payload, aggregate_id: str, version: int = 1, *, occurred_on: date = DAY, at: datetime = AT
) -> Event:
    """The event that carries a payload, as version `version` of its aggregate."""
    return Event(
        id=new_id(at),
        source=f"guiyan/{payload.service}",
        type=payload.type_name(),
        subject=f"{payload.aggregate}/{aggregate_id}",
        time=at,
        dataschema=payload.dataschema(),
        data=encode_data(payload),
        occurredon=occurred_on,
        actor="test",
        actororg=ORG,
        causationid="test",
        correlationid="test",
        streamversion=version,
    )
