"""Study activities put together: their desk, doors and timers (S-24 to S-29)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from fastapi import APIRouter

from guiyan.ledger.due import Handler
from guiyan.notifications.commands.study import StudyDesk
from guiyan.notifications.domain.activity_rules import activity_decider
from guiyan.notifications.domain.study_parameters import StudyParameters
from guiyan.notifications.doors import activities, materials, public, study_figures, study_hours
from guiyan.notifications.projections.activities import Study
from guiyan.notifications.settings import NotificationsSettings
from guiyan.notifications.study_due import study_timers
from guiyan.service.blueprint import Parts

ROUTERS: Final = (study_figures.router, activities.router, study_hours.router, materials.router, public.router)


@dataclass(frozen=True)
class Studying:
    """What study activities add to the service."""

    desk: StudyDesk
    routers: Sequence[APIRouter]
    timers: Mapping[str, Handler]

    @property
    def state(self) -> Mapping[str, Any]:
        """What the doors find in the application's state."""
        return {"study_desk": self.desk}


def studying(parts: Parts[NotificationsSettings]) -> Studying:
    """Desk, doors and timers, wired."""
    desk = StudyDesk(
        parts.ledger,
        parts.commands,
        parts.sealer,
        parts.clock,
        parts.directory,
        parts.rulebook,
        activity_decider(partial(parts.rulebook.valid, StudyParameters)),
        parts.reads(Study),
        parts.settings.public_url.rstrip("/"),
    )
    return Studying(desk, ROUTERS, study_timers(desk.decider))
