"""The templates of the program itself: every name with its editions, checked before the service starts.

Versions below `OFFICE_FIRST` are the program's, what an office publishes counts on from there and goes before them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from guiyan.notifications.domain.campaign_edition import CAMPAIGNS
from guiyan.notifications.domain.checks import Limits, faults_of
from guiyan.notifications.domain.digest_edition import DIGESTS
from guiyan.notifications.domain.fields import FIELDS
from guiyan.notifications.domain.first_edition import FIRST
from guiyan.notifications.domain.letter_edition import LETTER_WORDS
from guiyan.notifications.domain.office_edition import OFFICE
from guiyan.notifications.domain.second_edition import SECOND
from guiyan.notifications.domain.study_edition import STUDY
from guiyan.notifications.domain.wording import Edition

OFFICE_FIRST: Final = 101
_NEWEST: Final[Mapping[str, Edition]] = {**SECOND, **LETTER_WORDS, **STUDY, **OFFICE, **CAMPAIGNS, **DIGESTS}
BUILT_IN: Final[Mapping[str, Mapping[int, Edition]]] = {
    name: {one.version: one for one in (FIRST.get(name), _NEWEST[name]) if one is not None} for name in FIELDS
}
STANDING: Final[Mapping[str, int]] = {name: max(editions) for name, editions in BUILT_IN.items()}
"""The program's own version that is used while no office has published one."""


def check_templates(editions: Mapping[str, Mapping[int, Edition]] = BUILT_IN) -> None:
    """Raise ValueError when a template cannot be used as it stands; called before the service starts."""
    faults = [
        f"template {name}, version {number}: {fault.code} at {fault.pointer}"
        for name, versions in editions.items()
        for number, edition in versions.items()
        for fault in faults_of(name, edition.wordings, Limits())
    ]
    if faults:
        raise ValueError("; ".join(faults))
