"""Helpers for tests of this package's users: a whole event around a payload, and event types that exist for a while."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

from guiyan.events.envelope import Event, encode_data
from guiyan.events.ids import derived_id
from guiyan.events.payload import Payload, register, unregister
from guiyan.events.values import SYSTEM_ORG

DEFAULT_TIME = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)
"""The record time of made events unless told otherwise."""


def event_of(
    payload: Payload,
    aggregate_id: str,
    *,
    version: int = 1,
    occurred_on: date | None = None,
    at: datetime = DEFAULT_TIME,
) -> Event:
    """Put a payload into an envelope; its ids are derived, so the same arguments make the same event."""
    event_id = derived_id(at, "test", type(payload).__name__, aggregate_id, str(version))
    return Event(
        id=event_id,
        source=f"guiyan/{payload.service}",
        type=type(payload).__name__,
        subject=f"{payload.aggregate}/{aggregate_id}",
        time=at,
        dataschema=payload.dataschema(),
        data=encode_data(payload),
        occurredon=occurred_on if occurred_on is not None else at.date(),
        actor="test",
        actororg=SYSTEM_ORG,
        causationid=event_id,
        correlationid=event_id,
        streamversion=version,
    )


@contextmanager
def temporary_types(*payloads: type[Payload]) -> Iterator[None]:
    """Add event types, defined with `abstract=True`, to the language and take them out again at the end."""
    try:
        for payload in payloads:
            register(payload)
        yield
    finally:
        for payload in payloads:
            unregister(payload)
