"""JSON Schemas (2020-12) of every event type and report, made from the models; the files are kept for ever."""

from typing import Any

from pydantic import BaseModel

from guiyan.events.ingest import Report
from guiyan.events.payload import Payload

DIALECT = "https://json-schema.org/draft/2020-12/schema"
"""The dialect every generated schema names."""


def payload_schema(model: type[Payload]) -> dict[str, Any]:
    """Make the schema of a type's `data`, with its place and, for sealed types, the schema of the plaintext."""
    schema = _with_head(model, model.dataschema())
    schema |= {"x-service": model.service, "x-aggregate": model.aggregate, "x-schema-version": model.schema_version}
    if model.personal is not None:
        schema |= {"x-person-field": model.person_field, "x-personal": model.personal.model_json_schema()}
    return schema


def report_schema(model: type[Report]) -> dict[str, Any]:
    """Make the schema of a report's `data`; exactly one of `member_id` and `id_no` cannot be said by fields alone."""
    schema = _with_head(model, f"guiyan:ingest:{model.of.__name__}:{model.schema_version}")
    schema |= {"x-event-type": model.of.__name__, "x-schema-version": model.schema_version}
    if {"member_id", "id_no"} <= model.model_fields.keys():
        schema["oneOf"] = [_names("member_id"), _names("id_no")]
    return schema


def _with_head(model: type[BaseModel], identifier: str) -> dict[str, Any]:
    """Make a model's schema with dialect and identifier first."""
    return {"$schema": DIALECT, "$id": identifier} | model.model_json_schema()


def _names(field: str) -> dict[str, Any]:
    """Say that a field is there and not null."""
    return {"required": [field], "properties": {field: {"not": {"type": "null"}}}}
