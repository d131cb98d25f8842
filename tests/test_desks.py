"""One desk out of several services (domain.md §6 no. 1): every service that has one answers in the same shape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from guiyan.contact.app import BLUEPRINT as CONTACT
from guiyan.contact.settings import ContactSettings
from guiyan.contact.tasks import DeskKind
from guiyan.events.codes import TaskKind
from guiyan.registry.app import BLUEPRINT as REGISTRY
from guiyan.registry.settings import RegistrySettings
from guiyan.service.blueprint import Blueprint
from guiyan.service.twins import World, on_twins

OFFICE: Final = {"due_on", "kind", "member", "member_id", "step", "days_left", "responsible", "level"}
"""What the desk shows, by domain.md §6 no. 1."""


async def desk_of(blueprint: Blueprint[Any], settings: Any) -> tuple[Mapping[str, Any], Any]:
    """What a service's desk may be asked, without the kinds that are its own; and the fields of a row."""
    async with on_twins(blueprint, settings.model_construct(), World()) as running:
        told = running.app.openapi()["paths"]["/v1/tasks"]["get"]
    asked = {one["name"]: one["schema"] for one in told["parameters"] if one["name"] != "kind"}
    row = told["responses"]["200"]["content"]["application/json"]["schema"]["properties"]["items"]["items"]
    words = {
        name: {key: told for key, told in one.items() if key != "x-labels"} for name, one in row["properties"].items()
    }
    return asked, words


async def test_desks_can_be_shown_as_one() -> None:
    """The same fields, filters and orders in registry and contact; and no kind that both could mean."""
    registry, contact = await desk_of(REGISTRY, RegistrySettings), await desk_of(CONTACT, ContactSettings)
    assert registry == contact
    assert set(registry[1]) >= OFFICE
    assert not {str(one) for one in TaskKind} & {str(one) for one in DeskKind}
