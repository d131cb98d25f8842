"""Exactness at the doors: what is told from outside has the very kind that its field says, and no other is guessed.

Pydantic would take 0, "0" or "1743465600" for a date, "yes" for true and "7" for seven: a mistake of the sender's would
then become a fact of 1970. A date is `YYYY-MM-DD`, a moment is ISO 8601 with its zone, true and numbers are JSON's own.
Text is one line of signs that are seen: a hidden one would let two document numbers look alike.
"""

import re
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Final

from pydantic import AwareDatetime, BaseModel, BeforeValidator, GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticKnownError, core_schema

from guiyan.events.names import printable

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_FLAGS: Final = {"true": True, "false": False}
# Where the schemas of parts stand in the schema of a whole; models inside are exact, or not, by themselves.
_PARTS: Final = ("schema", "fields", "items_schema", "keys_schema", "values_schema", "choices", "steps")


def as_day(value: Any) -> Any:
    """A date or the text of one, passed on; raises for everything else."""
    if type(value) is date or (isinstance(value, str) and _DAY.fullmatch(value)):
        return value
    raise PydanticKnownError("date_type")


def as_moment(value: Any) -> Any:
    """The text of a moment with its zone, passed on; raises for everything else but a datetime."""
    if isinstance(value, str) and not _MOMENT.fullmatch(value):
        raise PydanticKnownError("datetime_type")
    if isinstance(value, int | float):
        raise PydanticKnownError("datetime_type")
    return value


def as_flag(value: Any) -> Any:
    """True or false, in a query `true` or `false`; raises for everything else."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value in _FLAGS:
        return _FLAGS[value]
    raise PydanticKnownError("bool_type")


Day = Annotated[date, BeforeValidator(as_day)]
"""A business date of a query: `YYYY-MM-DD` and nothing else."""

Moment = Annotated[AwareDatetime, BeforeValidator(as_moment)]
"""A moment of a query: ISO 8601 with its zone and nothing else."""

Flag = Annotated[bool, BeforeValidator(as_flag)]
"""A yes or no of a query: `true` or `false` and nothing else."""

_CHECKS: Final[dict[str, Callable[[Any], Any]]] = {"date": as_day, "datetime": as_moment}


def _exact(part: Any) -> Any:
    """A part of a schema without its guesses."""
    if isinstance(part, list):
        return [_exact(one) for one in part]
    if isinstance(part, tuple):  # a choice of a union with its name
        return (_exact(part[0]), *part[1:])
    kind = part.get("type")
    if kind == "model" or _is_exact(part):
        return part
    if kind in _KINDS and "schema" not in part:
        return _KINDS[kind](part)
    return {key: _within(key, value) if key in _PARTS else value for key, value in part.items()}


def _is_exact(part: Any) -> bool:
    """Whether it was made here: pydantic hands out the schema of a model again and again, and it must not grow."""
    called = part.get("function")
    return isinstance(called, dict) and called.get("function") in (*_CHECKS.values(), printable)


def _checked(part: Any) -> Any:
    return core_schema.no_info_before_validator_function(_CHECKS[part["type"]], {**part, "strict": False})


def _strict(part: Any) -> Any:
    return {**part, "strict": True}


def _seen(part: Any) -> Any:
    return core_schema.no_info_after_validator_function(printable, part)


_KINDS: Final[dict[str, Callable[[Any], Any]]] = {
    **dict.fromkeys(_CHECKS, _checked),
    **dict.fromkeys(("bool", "int", "float"), _strict),
    "str": _seen,
}


def _within(key: str, value: Any) -> Any:
    if key == "fields" and isinstance(value, dict):
        return {name: _exact(field) for name, field in value.items()}
    return _exact(value)


class Exact(BaseModel):
    """The base of what is told from outside: its dates, moments, booleans, numbers and texts are taken exactly."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Pydantic's schema of the model, with every guess taken out of its fields."""
        schema = handler(source)
        model: Any = handler.resolve_ref_schema(schema)
        while model["type"] != "model":
            model = model["schema"]
        model["schema"] = _exact(model["schema"])
        return schema
