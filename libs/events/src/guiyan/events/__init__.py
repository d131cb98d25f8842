"""The published language of Guiyan: every event, its schema and its history.

`decode_batch` and `encode_batch` read and write the body of a commit; `Event.payload` is an event's decoded data;
`EVENT_TYPES` names every type; `guiyan.events.codes` holds the code lists; `guiyan.events.ingest` is what township
systems may report. Needs pydantic only.
"""

from guiyan.events import contact, notifications, registry, transfers
from guiyan.events.classes import DataClass
from guiyan.events.envelope import (
    BATCH_MEDIA_TYPE,
    EVENT_MEDIA_TYPE,
    Event,
    RecordTime,
    decode_batch,
    encode_batch,
    encode_data,
    format_time,
)
from guiyan.events.ids import ID_PATTERN, derived_id, is_id, new_id, time_of
from guiyan.events.payload import (
    EVENT_TYPES,
    EventError,
    Facts,
    Payload,
    Sealed,
    UnknownEventType,
    UnreadableEvent,
    get_type,
)
from guiyan.events.upcasters import MissingUpcaster, add_upcaster

__all__ = [
    "BATCH_MEDIA_TYPE",
    "EVENT_MEDIA_TYPE",
    "EVENT_TYPES",
    "ID_PATTERN",
    "DataClass",
    "Event",
    "EventError",
    "Facts",
    "MissingUpcaster",
    "Payload",
    "RecordTime",
    "Sealed",
    "UnknownEventType",
    "UnreadableEvent",
    "add_upcaster",
    "contact",
    "decode_batch",
    "derived_id",
    "encode_batch",
    "encode_data",
    "format_time",
    "get_type",
    "is_id",
    "new_id",
    "notifications",
    "registry",
    "time_of",
    "transfers",
]
