"""The envelope of a report: a CloudEvent as a township system publishes it, and how it is read at the door."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, ConfigDict, Field, ValidationError

from guiyan.events.exact import Exact
from guiyan.events.ids import ID_PATTERN, is_id
from guiyan.events.ingest.problems import Problem, problem, problems_of
from guiyan.events.ingest.report import INGEST_TYPES, Report
from guiyan.events.payload import EventError
from guiyan.events.upcasters import MissingUpcaster, lift_data

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
"""Business time: China has one zone without summer time, so no zone database is needed."""

_DATASCHEMA = re.compile(r"guiyan:([A-Z][A-Za-z0-9]{1,79}):([1-9][0-9]{0,3})")

INGEST_UPCASTER_PREFIX = "ingest:"
"""Reports have upcasters of their own, registered as `ingest:<Type>`."""


class BadReport(EventError):  # noqa: N818 - the name says it
    """A report cannot be taken in; `problems` say where and why, `ingest_id` names it when that could be read."""

    def __init__(self, problems: tuple[Problem, ...], ingest_id: str | None = None, type_: str | None = None) -> None:
        super().__init__("; ".join(f"{each.pointer or '/'}: {each.code}" for each in problems))
        self.problems = problems
        self.ingest_id = ingest_id
        self.type = type_


class IngestEvent(Exact):
    """A reported event with its envelope checked and its data decoded; extension attributes it does not know pass."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True, hide_input_in_errors=True)

    specversion: Literal["1.0"]
    id: Annotated[str, Field(pattern=ID_PATTERN, description="Made by the sender; the same id is one effect.")]
    source: Annotated[str, Field(min_length=1, max_length=200, description="Which system sends.")]
    type: Annotated[str, Field(pattern=r"^[A-Z][A-Za-z0-9]{1,79}$", description="The event type.")]
    time: Annotated[AwareDatetime | None, Field(description="When the sender wrote it down.")] = None
    datacontenttype: Annotated[Literal["application/json"], Field(description="JSON only.")] = "application/json"
    dataschema: Annotated[str | None, Field(max_length=120, description="guiyan:<Type>:<n>; today's if absent.")] = None
    occurredon: Annotated[date | None, Field(description="The business date, Asia/Shanghai.")] = None
    data: Annotated[dict[str, Any], Field(description="The report.")]

    @property
    def business_date(self) -> date:
        """The day it happened: `occurredon`, else the day of `time` in Asia/Shanghai."""
        if self.occurredon is not None:
            return self.occurredon
        moment = self.time if self.time is not None else datetime.fromtimestamp(0, UTC)
        return moment.astimezone(SHANGHAI).date()

    @cached_property
    def report(self) -> Report:
        """Its data as the model of its type.

        Raises:
            BadReport: the type may not be reported, or the data does not fit.
        """
        return _decode(self)


def read_report(body: bytes | str | Mapping[str, Any]) -> IngestEvent:
    """Read one reported event, envelope and data, from JSON text or an object already parsed.

    Raises:
        BadReport: it cannot be taken in; carries every problem found, each with its pointer.
    """
    raw = _parse(body)
    try:
        event = IngestEvent.model_validate_json(_to_text(raw))
    except ValidationError as error:
        raise BadReport(problems_of(error), *_names(raw)) from None
    if event.occurredon is None and event.time is None:
        raise BadReport((problem("no_business_date", "/occurredon"),), event.id, event.type)
    _ = event.report  # decoded now, so that its problems are told at the door
    return event


def _parse(body: bytes | str | Mapping[str, Any]) -> Mapping[str, Any]:
    """Parse JSON text into an object."""
    if isinstance(body, Mapping):
        return body
    try:
        raw = json.loads(body, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise BadReport((problem("malformed_json"),)) from None
    if not isinstance(raw, dict):
        raise BadReport((problem("not_an_object"),))
    return raw


def _refuse(name: str) -> None:
    """Refuse NaN and the infinities, which are not JSON."""
    raise ValueError(name)


def _names(raw: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """Find id and type of an envelope that is faulty elsewhere."""
    id_, type_ = raw.get("id"), raw.get("type")
    known = type_ if isinstance(type_, str) and type_ in INGEST_TYPES else None
    return (id_ if isinstance(id_, str) and is_id(id_) else None, known)


def _to_text(raw: Mapping[str, Any]) -> str:
    """Write an object as JSON again, so that the models check it as JSON: strictly, with dates and codes as text."""
    try:
        return json.dumps(raw)
    except (TypeError, ValueError, RecursionError):
        raise BadReport((problem("malformed_json"),), *_names(raw)) from None


def _decode(event: IngestEvent) -> Report:
    """Decode the data of a report as today's model of its type."""
    model = INGEST_TYPES.get(event.type)
    if model is None:
        raise BadReport((problem("unknown_type", "/type"),), event.id, event.type)
    text = _to_text(_lift(event, model))
    try:
        return model.model_validate_json(text)
    except ValidationError as error:
        raise BadReport(problems_of(error, "/data"), event.id, event.type) from None


def _lift(event: IngestEvent, model: type[Report]) -> Mapping[str, Any]:
    """Lift data of an older schema version to today's."""
    version = _version(event, model)
    if version > model.schema_version:
        raise BadReport((problem("schema_too_new", "/dataschema"),), event.id, event.type)
    try:
        return lift_data(INGEST_UPCASTER_PREFIX + event.type, event.data, version, model.schema_version)
    except MissingUpcaster:
        raise BadReport((problem("schema_mismatch", "/dataschema"),), event.id, event.type) from None


def _version(event: IngestEvent, model: type[Report]) -> int:
    """Read the schema version from `dataschema`."""
    if event.dataschema is None:
        return model.schema_version
    matched = _DATASCHEMA.fullmatch(event.dataschema)
    if matched is None or matched[1] != event.type:
        raise BadReport((problem("schema_mismatch", "/dataschema"),), event.id, event.type)
    return int(matched[2])
