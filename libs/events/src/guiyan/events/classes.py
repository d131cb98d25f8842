"""Data classes of fields (domain.md §5.1, PIPL Art. 51): how careful all parts have to be with a value."""

from enum import StrEnum
from typing import Any

from pydantic import Field

DATA_CLASS_KEY = "x-data-class"
"""The key under which a field's class stands in the generated JSON Schemas."""


class DataClass(StrEnum):
    """How sensitive a field is; the higher classes include the duties of the lower ones."""

    P0 = "P0"
    """Public: may stand on a notice board."""
    P1 = "P1"
    """Internal: ids, organisation codes, dates and codes of the work itself."""
    P2 = "P2"
    """Personal: codes and dates about one person; masked outside the scope."""
    P3 = "P3"
    """Sensitive: identity, whereabouts, hardship; text of this class is only ever stored sealed."""


def field_of(data_class: DataClass, description: str, example: object | None = None) -> Any:
    """Describe a payload field: its class, one sentence of meaning, and an example where the type alone has none."""
    extra: dict[str, Any] = {DATA_CLASS_KEY: data_class.value}
    if example is None:
        return Field(description=description, json_schema_extra=extra)
    return Field(description=description, json_schema_extra=extra, examples=[example])


def P0(description: str, example: object | None = None) -> Any:  # noqa: N802 - named as the class it stands for
    """Describe a public field, inside `Annotated`."""
    return field_of(DataClass.P0, description, example)


def P1(description: str, example: object | None = None) -> Any:  # noqa: N802 - named as the class it stands for
    """Describe an internal field, inside `Annotated`."""
    return field_of(DataClass.P1, description, example)


def P2(description: str, example: object | None = None) -> Any:  # noqa: N802 - named as the class it stands for
    """Describe a personal field, inside `Annotated`."""
    return field_of(DataClass.P2, description, example)


def P3(description: str, example: object | None = None) -> Any:  # noqa: N802 - named as the class it stands for
    """Describe a sensitive field, inside `Annotated`."""
    return field_of(DataClass.P3, description, example)
