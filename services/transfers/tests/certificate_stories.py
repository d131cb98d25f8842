"""Given/when/then for activity certificates, and acts with sensible values, for the tests of transfers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Self

from services.transfers.tests.stories import BRANCH, CITY, DAY, MEMBER, ORIGIN, TRANSFER_ID, event_of

from guiyan.events import Event, derived_id
from guiyan.events.codes import CertDispatch, DestCertainty, FlowReason, VoidReason
from guiyan.ledger import Refused
from guiyan.transfers.domain import certificate_acts as ask
from guiyan.transfers.domain.certificate import CERTIFICATE
from guiyan.transfers.domain.certificate_number import certificate_id
from guiyan.transfers.domain.certificate_state import Certificate
from guiyan.transfers.domain.commands import Act
from guiyan.transfers.domain.numbering import NUMBERING_EPOCH

TRIP = derived_id(NUMBERING_EPOCH, "trip")
ID = certificate_id(MEMBER, 1)


def absence(**changes: Any) -> ask.Absence:
    """Away since a week, place changing, return not known."""
    values: dict[str, Any] = {
        "departure_id": TRIP,
        "reason": FlowReason.MIGRANT_WORK,
        "since": date(2026, 3, 3),
        "certainty": DestCertainty.CHANGING,
    }
    return ask.Absence(**(values | changes))


def request(on: date = DAY, **changes: Any) -> ask.RequestCertificate:
    """The branch asks."""
    values: dict[str, Any] = {"on": on, "today": on, "member_id": MEMBER, "branch": BRANCH, "absence": absence()}
    return ask.RequestCertificate(**(values | changes))


def when(on: date = DAY) -> dict[str, Any]:
    """Dates of an act recorded on its day."""
    return {"on": on, "today": on}


def number(on: date = DAY, no: str = "654002-2026-0001") -> ask.GiveNumber:
    """The county numbers."""
    return ask.GiveNumber(**when(on), certificate_no=no, issuer=CITY)


def issued(on: date = DAY) -> tuple[Act, ...]:
    """All acts until the member has it."""
    return (request(on), number(on), ask.Seal(**when(on), sealed_by=ORIGIN), ask.IssueCertificate(**when(on)))


ENDINGS: tuple[Act, ...] = (
    ask.HandIn(**when()),
    ask.VoidCertificate(**when(), reason=VoidReason.SPOILT),
    ask.Retire(**when(), transfer_id=TRANSFER_ID),
)
GIVEN = ask.Dispatch(**when(), how=CertDispatch.IN_PERSON)
LOST = ask.ReportCertificateLost(**when())


@dataclass
class CertificateStory:
    """One certificate told act by act."""

    events: list[Event] = field(default_factory=list)

    def when(self, *acts: Act) -> Self:
        """Each act is decided and its events happen."""
        for act in acts:
            for draft in CERTIFICATE.decide(act, self.state):
                self.events.append(event_of(draft, CERTIFICATE, ID, len(self.events) + 1))
        return self

    @property
    def state(self) -> Certificate:
        """The state now."""
        return CERTIFICATE.fold(self.events)

    @property
    def types(self) -> Sequence[str]:
        """What happened, by type."""
        return [event.type for event in self.events]

    def refuses(self, act: Act) -> str:
        """The code with which an act is refused; fails when it is not."""
        try:
            CERTIFICATE.decide(act, self.state)
        except Refused as refused:
            return refused.code
        raise AssertionError(f"{type(act).__name__} was not refused in state {self.state.state}")
