"""The envelope: CloudEvents 1.0 in structured JSON, as contract.md §2 fixes it; a commit is a batch of 1..n."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cached_property, lru_cache
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    TypeAdapter,
    ValidationError,
)
from pydantic_core import from_json

from guiyan.events.ids import ID_PATTERN
from guiyan.events.payload import Payload, UnreadableEvent, get_type
from guiyan.events.upcasters import lift_data, lift_personal
from guiyan.events.values import OrgCode

EVENT_MEDIA_TYPE = "application/cloudevents+json"
"""The media type of one event."""
BATCH_MEDIA_TYPE = "application/cloudevents-batch+json"
"""The media type of a commit."""

_UTC_OFFSET_LENGTH = len("+00:00")


def _to_utc(moment: datetime) -> datetime:
    """Say the same instant in UTC."""
    return moment.astimezone(UTC)


def format_time(moment: datetime) -> str:
    """Write a record time: UTC, always six digits of microseconds, `Z`, so that text order is time order."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")[:-_UTC_OFFSET_LENGTH] + "Z"


RecordTime = Annotated[
    AwareDatetime, AfterValidator(_to_utc), PlainSerializer(format_time, return_type=str, when_used="json")
]
"""An instant at which something was written down: UTC with microseconds."""

_Id = Annotated[str, Field(pattern=ID_PATTERN)]
_Name = Annotated[str, Field(min_length=1, max_length=200)]


class Event(BaseModel):
    """One event as it stands in the ledger; `data` is raw and must not be changed, `payload` is its decoded form."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    specversion: Literal["1.0"] = "1.0"
    id: _Id
    source: Annotated[str, Field(pattern=r"^guiyan/[a-z_]{1,40}$")]
    type: Annotated[str, Field(pattern=r"^[A-Z][A-Za-z0-9]{1,79}$")]
    subject: Annotated[str, Field(pattern=r"^[a-z_]{1,40}/[A-Za-z0-9_-]{1,128}$")]
    time: RecordTime
    datacontenttype: Literal["application/json"] = "application/json"
    dataschema: Annotated[str, Field(pattern=r"^guiyan:[A-Z][A-Za-z0-9]{1,79}:[1-9][0-9]{0,3}$")]
    data: dict[str, Any]
    occurredon: date
    actor: _Name
    actororg: OrgCode
    causationid: _Name
    correlationid: _Name
    streamversion: Annotated[int, Field(ge=1, le=2_147_483_647)]
    importbatch: _Name | None = None
    requestdigest: Annotated[str | None, Field(pattern=r"^[0-9a-f]{32}$")] = None

    @property
    def service(self) -> str:
        """The service that wrote it: the part of `source` after the slash."""
        return self.source.partition("/")[2]

    @property
    def aggregate(self) -> str:
        """The kind of aggregate: the part of `subject` before the slash."""
        return self.subject.partition("/")[0]

    @property
    def aggregate_id(self) -> str:
        """The id of the aggregate: the part of `subject` after the slash."""
        return self.subject.partition("/")[2]

    @property
    def schema_version(self) -> int:
        """The version of the schema its data was written with."""
        return _version_in(self.dataschema)

    @cached_property
    def payload(self) -> Payload:
        """Its data as today's model of its type, lifted by upcasters; data of a newer version is read as far as known.

        Raises:
            UnknownEventType: this version knows no such type.
            UnreadableEvent: the data does not fit.
            MissingUpcaster: an old version that nothing lifts.
        """
        model = get_type(self.type)
        data = lift_data(self.type, self.data, self.schema_version, model.schema_version)
        try:
            return model.model_validate(data)
        except ValidationError as error:
            raise UnreadableEvent(f"event {self.id} ({self.dataschema}): {_fields_at_fault(error)}") from None

    def read_personal(self, text: Mapping[str, Any] | bytes) -> BaseModel:
        """Read the opened plaintext of `data.pii`, as JSON or as its values, as today's model of it.

        Raises:
            UnreadableEvent: the type carries no personal text, or the text does not fit.
        """
        model = get_type(self.type)
        if model.personal is None:
            raise UnreadableEvent(f"event {self.id}: type {self.type} carries no personal text")
        try:
            if isinstance(text, bytes) and self.schema_version >= model.schema_version:
                return model.personal.model_validate_json(text)
            values = from_json(text) if isinstance(text, bytes) else text
            lifted = lift_personal(self.type, values, self.schema_version, model.schema_version)
            return model.personal.model_validate(lifted)
        except ValidationError as error:
            raise UnreadableEvent(
                f"event {self.id} ({self.dataschema}), sealed part: {_fields_at_fault(error)}"
            ) from None

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Copy it, forgetting the decoded payload, which an update of `data` would make stale."""
        copy = super().model_copy(update=update, deep=deep)
        copy.__dict__.pop("payload", None)
        return copy


@lru_cache(maxsize=1024)
def _version_in(dataschema: str) -> int:
    return int(dataschema.rpartition(":")[2])


_BATCH: TypeAdapter[tuple[Event, ...]] = TypeAdapter(Annotated[tuple[Event, ...], Field(min_length=1)])


def decode_batch(body: bytes | str) -> tuple[Event, ...]:
    """Read the body of a commit: a JSON array of 1..n events; payloads stay undecoded until asked for.

    Raises:
        UnreadableEvent: it is no such array; the message names the place, never the value.
    """
    try:
        return _BATCH.validate_json(body)
    except ValidationError as error:
        raise UnreadableEvent(f"not a CloudEvents batch: {_fields_at_fault(error)}") from None


def encode_batch(events: Sequence[Event]) -> bytes:
    """Write the body of a commit: compact, keys in the order of the envelope, absent extensions left out."""
    return _BATCH.dump_json(tuple(events), exclude_none=True)


def encode_data(payload: Payload) -> dict[str, Any]:
    """Turn a payload into the raw `data` of its event: JSON values only, absent fields left out."""
    return payload.model_dump(mode="json", exclude_none=True)


def _fields_at_fault(error: ValidationError) -> str:
    """Say which fields fail and why, without their values: those may be personal."""
    faults = error.errors(include_input=False, include_url=False, include_context=False)
    return "; ".join(f"/{'/'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in faults[:5])
