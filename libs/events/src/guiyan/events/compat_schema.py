"""Compares two schemas of the same version: everything the old one allowed must still be readable by the new one."""

from collections.abc import Iterator, Mapping
from typing import Any

_Schema = Mapping[str, Any]

_BOUNDS = (("minimum", 1), ("minLength", 1), ("minItems", 1), ("maximum", -1), ("maxLength", -1), ("maxItems", -1))
"""Limits and the direction in which a change narrows them: 1 upwards, -1 downwards."""

_PLACE_KEYS = ("x-service", "x-aggregate", "x-person-field", "x-event-type")


def narrowings(old: _Schema, new: _Schema) -> Iterator[str]:
    """Say every way in which the new schema refuses or loses what the old one allowed; nothing means compatible."""
    for key in _PLACE_KEYS:
        if old.get(key) != new.get(key):
            yield f"{key.removeprefix('x-')} changed from {old.get(key)} to {new.get(key)}"
    yield from _compare(old, old, new, new, "")
    if "x-personal" in old:
        if "x-personal" in new:
            yield from _compare(old["x-personal"], old["x-personal"], new["x-personal"], new["x-personal"], "pii/")
        else:
            yield "its sealed personal text is no longer described"


def _compare(old: _Schema, old_root: _Schema, new: _Schema, new_root: _Schema, path: str) -> Iterator[str]:
    """Compare two schemas at one place."""
    old_arms, new_arms = _arms(old, old_root), _arms(new, new_root)
    for kind, old_arm in old_arms.items():
        place = path.rstrip("/") or "data"
        if kind not in new_arms:
            yield f"{place} may no longer be {kind}"
        else:
            yield from _compare_arm(old_arm, old_root, new_arms[kind], new_root, path)


def _compare_arm(old: _Schema, old_root: _Schema, new: _Schema, new_root: _Schema, path: str) -> Iterator[str]:
    """Compare two schemas of the same kind of value."""
    place = path.rstrip("/") or "data"
    yield from _compare_values(old, new, place)
    if old.get("type") == "object" and "properties" in old:
        yield from _compare_fields(old, old_root, new, new_root, path)
    if "items" in old and "items" in new:
        yield from _compare(old["items"], old_root, new["items"], new_root, f"{path}items/")


def _compare_values(old: _Schema, new: _Schema, place: str) -> Iterator[str]:
    """Compare what values are allowed."""
    if "enum" in new:
        lost = [value for value in _values(old) if value not in new["enum"]]
        if lost or not _values(old):
            yield f"{place} lost the values {', '.join(map(str, lost)) or 'outside its new list'}"
    for key in ("pattern", "format", "const"):
        if key in new and old.get(key) != new[key] and not (key == "const" and _values(old) == [new[key]]):
            yield f"{place} has another {key}"
    for bound, direction in _BOUNDS:
        if bound in new and (bound not in old or (new[bound] - old[bound]) * direction > 0):
            yield f"{place} has a narrower {bound}"


def _compare_fields(old: _Schema, old_root: _Schema, new: _Schema, new_root: _Schema, path: str) -> Iterator[str]:
    """Compare the fields of an object."""
    fields = new.get("properties", {})
    for name, field in old["properties"].items():
        if name in fields:
            yield from _compare(field, old_root, fields[name], new_root, f"{path}{name}/")
        else:
            yield f"field {path}{name} was removed"
    for name in new.get("required", ()):
        if name not in old.get("required", ()):
            yield f"field {path}{name} became required"


def _arms(schema: _Schema, root: _Schema) -> dict[str, _Schema]:
    """Split a schema into the kinds of value it allows, references followed."""
    if "$ref" in schema:
        return _arms(root["$defs"][schema["$ref"].rpartition("/")[2]], root)
    if "anyOf" in schema:
        return {kind: arm for each in schema["anyOf"] for kind, arm in _arms(each, root).items()}
    return {schema.get("type", "anything"): schema}


def _values(schema: _Schema) -> list[Any]:
    """Give the listed values of a schema, if it lists any."""
    return schema.get("enum") or ([schema["const"]] if "const" in schema else [])
