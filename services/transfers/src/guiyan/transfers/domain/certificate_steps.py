"""What a certificate waits for in each state, and from whom (domain.md §2.4; the limit is cert.step_within)."""

from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final

from guiyan.events.codes import CertState
from guiyan.ledger.working_days import add_working_days
from guiyan.transfers.domain.parameters import Parameters


class By(Enum):
    """Who has to act."""

    COUNTY = "county"
    COMMITTEE = "committee"
    BRANCH = "branch"


@dataclass(frozen=True, slots=True)
class CertificateStep:
    """One step: its name, who has to do it, and what it is called."""

    name: str
    by: By
    zh: str


_STEPS: Final = {
    CertState.REQUESTED: CertificateStep("NUMBERING", By.COUNTY, "编号"),
    CertState.NUMBERED: CertificateStep("SEALING", By.COMMITTEE, "盖章"),
    CertState.SEALED: CertificateStep("ISSUING", By.BRANCH, "发放"),
    CertState.LOST: CertificateStep("REPLACEMENT", By.BRANCH, "补发或作废"),
}
WORDS: Final = {one.name: (one.zh, one.name.capitalize()) for one in _STEPS.values()}
RESPONSIBLE: Final = {one.name: one.by for one in _STEPS.values()}


def waited_for(state: CertState | None) -> CertificateStep | None:
    """The step it waits for; none while it is held (the yearly check has a day of its own), or when it has ended."""
    return None if state is None else _STEPS.get(state)


def due_on(since: date, parameters: Parameters) -> date:
    """The last day for a step that is waited for since a day."""
    return add_working_days(since, parameters.certificate_step_working_days).result
