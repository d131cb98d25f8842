"""What a part of a member's record is: a title, a template, and what it asks of the services."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from guiyan.console.screens import EVERYBODY
from guiyan.console.web.visitor import Visitor
from guiyan.service.auth import Role

Asked = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose record it is, as it is told (masked), and which past is asked for (`as_of`, `known_at`)."""

    member_id: str
    member: Mapping[str, Any]
    at: Asked


@dataclass(frozen=True)
class Section:
    """A part of the record.

    `load` gives what the template `records/<name>.html` shows; it may raise what the services answer: then this part
    alone says so. `order` is its place among the tabs; `past` says that it knows the time axes.
    """

    name: str
    title: str
    order: int
    load: Callable[[Visitor, Subject], Awaitable[dict[str, Any]]]
    roles: frozenset[Role] = EVERYBODY | {Role.MEMBER}
    past: bool = False
    template_name: str = ""

    @property
    def template(self) -> str:
        """Where it is set."""
        return self.template_name or f"records/{self.name}.html"
