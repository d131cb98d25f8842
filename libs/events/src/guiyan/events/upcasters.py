"""Upcasters: pure functions that lift stored data of an old schema version to the next; old events stay as written."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from guiyan.events.payload import EventError

Lift = Callable[[Mapping[str, Any]], dict[str, Any]]
"""From the data of version n to the data of version n + 1; must not change what it is given."""


class MissingUpcaster(EventError):  # noqa: N818 - the name says it
    """A stored version cannot be lifted to today's: whoever raised the schema version forgot its upcaster."""


@dataclass(frozen=True, slots=True)
class Upcaster:
    """One step of one type: how its data, and the plaintext of its sealed block, come from version n to n + 1."""

    data: Lift
    personal: Lift = dict


_STEPS: dict[tuple[str, int], Upcaster] = {}


def add_upcaster(event_type: str, from_version: int, data: Lift, personal: Lift = dict) -> None:
    """Register the step of `event_type` from `from_version` to the next.

    Raises:
        ValueError: that step is registered already.
    """
    if (event_type, from_version) in _STEPS:
        raise ValueError(f"{event_type} already has an upcaster from version {from_version}")
    _STEPS[event_type, from_version] = Upcaster(data, personal)


def remove_upcaster(event_type: str, from_version: int) -> None:
    """Take a step back; for tests that register a type of their own."""
    del _STEPS[event_type, from_version]


def lift_data(event_type: str, data: Mapping[str, Any], from_version: int, to_version: int) -> Mapping[str, Any]:
    """Lift stored data to `to_version`, step by step; data of that version or a newer one passes unchanged.

    Raises:
        MissingUpcaster: one of the steps is not registered.
    """
    for version in range(from_version, to_version):
        data = _step(event_type, version).data(data)
    return data


def lift_personal(event_type: str, text: Mapping[str, Any], from_version: int, to_version: int) -> Mapping[str, Any]:
    """Lift the opened plaintext of a sealed block likewise.

    Raises:
        MissingUpcaster: one of the steps is not registered.
    """
    for version in range(from_version, to_version):
        text = _step(event_type, version).personal(text)
    return text


def _step(event_type: str, version: int) -> Upcaster:
    """Find the step of a type from a version."""
    try:
        return _STEPS[event_type, version]
    except KeyError:
        raise MissingUpcaster(
            f"{event_type} version {version} is stored, but nothing lifts it to {version + 1}: register an upcaster"
        ) from None
