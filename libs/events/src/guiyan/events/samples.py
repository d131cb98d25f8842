"""Golden samples: one whole event per type and schema version, made once from the examples, never changed after."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from guiyan.events.envelope import Event, format_time
from guiyan.events.ids import ID_PATTERN, derived_id
from guiyan.events.ingest import Report
from guiyan.events.payload import Payload
from guiyan.events.schema import payload_schema, report_schema

_AT = datetime(2026, 1, 5, 2, 0, 0, 123456, tzinfo=UTC)
_OCCURRED_ON = date(2026, 1, 5)
_ORGANISATION = "654002001001"
_TOWNSHIP = "654002001000"
_FIXED = {"date": "2026-01-05", "date-time": "2026-01-05T02:00:00Z"}
_BY_TYPE: Mapping[str, Any] = {"integer": 1, "number": 1.5, "boolean": True, "string": "SAMPLE"}


def sample_event(model: type[Payload]) -> dict[str, Any]:
    """Make the sample of a type: a CloudEvent with every field of the type filled in."""
    schema = payload_schema(model)
    event = Event(
        id=_id("event", model.__name__),
        source=f"guiyan/{model.service}",
        type=model.__name__,
        subject=f"{model.aggregate}/{_aggregate_id(model)}",
        time=_AT,
        dataschema=model.dataschema(),
        data=_example(schema, schema, "data"),
        occurredon=_OCCURRED_ON,
        actor=_id("actor"),
        actororg=_ORGANISATION,
        causationid=_id("command", model.__name__),
        correlationid=_id("correlation", model.__name__),
        streamversion=1,
        importbatch=_id("batch") if model.__name__ == "MemberImported" else None,
    )
    return event.model_dump(mode="json", exclude_none=True)


def sample_personal(model: type[Payload]) -> dict[str, Any] | None:
    """Make the sample of a type's sealed plaintext, if it has one."""
    if model.personal is None:
        return None
    schema = model.personal.model_json_schema()
    sample: dict[str, Any] = _example(schema, schema, "personal")
    return sample


def sample_report(model: type[Report]) -> dict[str, Any]:
    """Make the sample of a report: a CloudEvent as a township system sends it, the member named by ID number."""
    schema = report_schema(model)
    data = _example(schema, schema, "data")
    data.pop("member_id", None)
    return {
        "specversion": "1.0",
        "id": _id("report", model.of.__name__),
        "source": f"township/{_TOWNSHIP}",
        "type": model.of.__name__,
        "time": format_time(_AT),
        "datacontenttype": "application/json",
        "dataschema": f"guiyan:{model.of.__name__}:{model.schema_version}",
        "occurredon": _OCCURRED_ON.isoformat(),
        "data": data,
    }


def _aggregate_id(model: type[Payload]) -> str:
    """Choose the aggregate's id so that it agrees with the field that repeats it."""
    if model.aggregate == "organisation":
        return _ORGANISATION
    return _id("point_id" if model.aggregate == "contact_point" else f"{model.aggregate}_id")


def _id(*parts: str) -> str:
    """Make a sample id: the same name gives the same id in every sample."""
    return derived_id(_AT, "sample", *parts)


def _example(schema: Mapping[str, Any], root: Mapping[str, Any], name: str) -> Any:
    """Make an example of a schema: its own example, else by its kind; ids by the name of their field."""
    if "$ref" in schema:
        target = root["$defs"][schema["$ref"].rpartition("/")[2]]
        return _example({**target, **{key: value for key, value in schema.items() if key != "$ref"}}, root, name)
    if "anyOf" in schema:
        arms = [arm for arm in schema["anyOf"] if arm.get("type") != "null"]
        inherited = {key: schema[key] for key in ("examples",) if key in schema}
        return _example({**arms[0], **inherited}, root, name)
    if schema.get("pattern") == ID_PATTERN:
        return _id(name)
    if schema.get("examples"):
        return schema["examples"][0]
    return _example_by_kind(schema, root, name)


def _example_by_kind(schema: Mapping[str, Any], root: Mapping[str, Any], name: str) -> Any:
    """Make an example of a schema without one of its own."""
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    if schema["type"] == "object":
        fields = schema.get("properties", {})
        return {field: _example(fields[field], root, field) for field in fields}
    if schema["type"] == "array":
        return [_example(schema["items"], root, name)]
    return _FIXED.get(schema.get("format", ""), _BY_TYPE[schema["type"]])
