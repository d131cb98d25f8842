"""That no door guesses: each value of a kind near the one wanted is refused, at every field that OpenAPI tells of."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

Place = tuple[str | int, ...]
"""Where a field stands in a body: names, and 0 for the first of a list."""

WRONG: Final[Mapping[str, tuple[Any, ...]]] = {
    "date": (0, "1743465600"),
    "date-time": (0, "1743465600"),
    "boolean": ("yes", 1),
    "integer": ("7",),
    "number": ("7",),
}
"""By kind of field: values that are no such thing, though a guess could make one of them."""
WRONG_IN_A_QUERY: Final[Mapping[str, tuple[str, ...]]] = {
    "date": ("1743465600",),
    "date-time": ("1743465600",),
    "boolean": ("yes",),
}
"""The same for the texts of a query."""
_DEEPEST: Final = 8


def fields_of(schema: Mapping[str, Any], document: Mapping[str, Any], at: Place = ()) -> Iterator[tuple[Place, str]]:
    """Every field below a schema of an OpenAPI document that takes a kind of WRONG and no text beside it."""
    if len(at) > _DEEPEST:
        return
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    choices = schema.get("anyOf", [schema])
    kinds = {kind_of(one) for one in choices} - {"null"}
    if len(kinds) == 1 and kinds <= WRONG.keys():
        yield at, kinds.pop()
    for one in choices if "anyOf" in schema else ():
        yield from fields_of(one, document, at) if "$ref" in one or one.get("type") == "array" else ()
    for name, part in schema.get("properties", {}).items():
        yield from fields_of(part, document, (*at, name))
    if "items" in schema:
        yield from fields_of(schema["items"], document, (*at, 0))


def kind_of(schema: Mapping[str, Any]) -> str:
    """What a schema asks for: a format of text, or a type."""
    return str(schema.get("format") if schema.get("format") in WRONG else schema.get("type"))


def body_with(value: Any, at: Place) -> Any:
    """The least body that has this value in that place."""
    for step in reversed(at):
        value = {step: value} if isinstance(step, str) else [value]
    return value


def pointer_to(at: Place) -> str:
    """The place as a JSON pointer."""
    return "".join(f"/{step}" for step in at)
