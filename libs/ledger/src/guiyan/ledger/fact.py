"""A fact: an event with its place in the ledger and its opened personal text, as projections and policies meet it."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel

from guiyan.events import Event, Payload


@dataclass(frozen=True, slots=True)
class Fact:
    """One event at `<sequence>.<index>` of the ledger; `pii` is None when there is none or the person was erased."""

    event: Event
    sequence: int
    index: int = 0
    pii: BaseModel | None = None

    @property
    def type(self) -> str:
        """The event's type."""
        return self.event.type

    @property
    def payload(self) -> Payload:
        """The typed payload, of the current schema version."""
        return self.event.payload

    @property
    def aggregate_id(self) -> str:
        """The id behind the aggregate's name in the event's subject."""
        return self.event.subject.partition("/")[2]
