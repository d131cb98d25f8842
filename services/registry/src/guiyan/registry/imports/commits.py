"""Commits of an import, made in bulk: each the first of its aggregate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from pydantic import BaseModel

from guiyan.events import Event, Payload, encode_data, new_id
from guiyan.ledger import Commit, Context, Sealer, Subject

SERVICE = "registry"


@dataclass(frozen=True, slots=True)
class Writing:
    """Where a commit goes and under which circumstances."""

    sealer: Sealer
    aggregate: str
    aggregate_id: str
    command_id: str
    context: Context
    import_batch: str
    now: datetime


async def make_commit(writing: Writing, payload: Payload, occurred_on: date, text: BaseModel | None) -> Commit:
    """The first commit of an aggregate: one event, its personal text sealed."""
    subject = Subject(SERVICE, writing.aggregate, writing.aggregate_id)
    if text is not None:
        person_id: str = getattr(payload, payload.person_field)
        sealed = await writing.sealer.seal(person_id, text, stream=subject.stream, version=1, type_=payload.type_name())
        payload = payload.model_copy(update={"pii": sealed})
    # Made by this module from checked values, a hundred thousand times: validation would find nothing and cost most.
    event = Event.model_construct(
        id=new_id(writing.now),
        source=f"guiyan/{SERVICE}",
        type=payload.type_name(),
        subject=subject.stream,
        time=writing.now,
        dataschema=payload.dataschema(),
        data=encode_data(payload),
        occurredon=occurred_on,
        actor=writing.context.actor,
        actororg=writing.context.org,
        causationid=writing.context.causation_id,
        correlationid=writing.context.correlation_id,
        streamversion=1,
        importbatch=writing.import_batch,
    )
    return Commit(subject, writing.command_id, 0, (event,))
