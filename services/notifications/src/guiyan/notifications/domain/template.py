"""A template as history: which versions an office published and retired; words are checked before they come here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Final

from guiyan.events import Event, derived_id
from guiyan.events.notifications.delivery import TemplatePublished, TemplateRetired
from guiyan.ledger import Decider, Draft, Refused
from guiyan.notifications.domain.editions import OFFICE_FIRST
from guiyan.notifications.domain.wording import Wording

_NO_TIME: Final = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True)
class Versions:
    """What an office published under one name: the digests of each version, and which ones are retired."""

    digests: Mapping[int, frozenset[str]] = field(default_factory=dict)
    retired: frozenset[int] = frozenset()

    @property
    def current(self) -> int | None:
        """The newest version in use; None where the program's own words are."""
        return max((one for one in self.digests if one not in self.retired), default=None)


@dataclass(frozen=True, slots=True)
class Publish:
    """These words are the next version."""

    template: str
    wordings: tuple[Wording, ...]
    on: date


@dataclass(frozen=True, slots=True)
class Retire:
    """A version is not used for new messages any more; what was queued with it is still worded by it."""

    template: str
    version: int
    on: date


Command = Publish | Retire


def template_id(template: str) -> str:
    """The id under which a template's history stands."""
    return derived_id(_NO_TIME, "template", template)


def decide(command: Command, state: Versions) -> Sequence[Draft]:
    """The events of a command; raises Refused."""
    return _publish(command, state) if isinstance(command, Publish) else _retire(command, state)


def _publish(command: Publish, state: Versions) -> Sequence[Draft]:
    told = frozenset(one.digest for one in command.wordings)
    if state.current is not None and state.digests[state.current] == told:
        raise Refused("template_same", pointer="/wordings", status=409, version=state.current)
    number = max(state.digests, default=OFFICE_FIRST - 1) + 1
    return [
        Draft(
            TemplatePublished(
                template=command.template,
                template_version=number,
                channel=one.channel,
                language=one.language,
                digest=one.digest,
                subject=one.subject,
                lines=one.lines,
            ),
            command.on,
        )
        for one in command.wordings
    ]


def _retire(command: Retire, state: Versions) -> Sequence[Draft]:
    if command.version < OFFICE_FIRST:
        raise Refused("template_built_in", pointer="/version", status=409)
    if command.version not in state.digests:
        raise Refused("template_version_unknown", pointer="/version")
    if command.version in state.retired:
        return []
    return [Draft(TemplateRetired(template=command.template, template_version=command.version), command.on)]


def evolve(state: Versions, event: Event) -> Versions:
    """The versions after one more event."""
    match event.payload:
        case TemplatePublished(template_version=number, digest=digest):
            known = state.digests.get(number, frozenset())
            return replace(state, digests={**state.digests, number: known | {digest}})
        case TemplateRetired(template_version=number):
            return replace(state, retired=state.retired | {number})
        case _:
            return state


TEMPLATE: Decider[Versions, Command] = Decider("notifications", "template", Versions, evolve, decide)
