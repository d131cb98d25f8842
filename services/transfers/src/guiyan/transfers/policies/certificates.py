"""What ends a certificate by itself: a completed transfer, a membership that stops, a return with it handed in."""

from collections.abc import Sequence
from datetime import date
from typing import ClassVar

from guiyan.events.codes import VoidReason
from guiyan.events.registry import MemberReturned
from guiyan.events.registry.membership import MembershipDecision
from guiyan.events.transfers import RelationTransferred
from guiyan.ledger import Call, Fact, Policy
from guiyan.transfers.commands.certificates import CertificateDesk
from guiyan.transfers.domain.certificate_acts import HandIn, Retire, VoidCertificate
from guiyan.transfers.domain.certificate_state import Certificate
from guiyan.transfers.domain.commands import Act


class CertificatesEnd(Policy):
    """Retires, voids or takes in the certificate of whoever has one (domain.md §2.4, S-16).

    Retired as of the day the relation moved; the others as of the day of what ended them, or of the last entry if that
    is later.
    """

    name: ClassVar[str] = "certificates_end"
    handles: ClassVar[frozenset[str]] = frozenset(
        {"RelationTransferred", "MembershipSuspended", "MembershipRemoved", "MembershipEnded", "MemberReturned"}
    )

    def __init__(self, desk: CertificateDesk) -> None:
        self._desk = desk

    async def react(self, fact: Fact) -> Sequence[Call]:
        """At most one is open; one that has ended already refuses, which is well."""
        if isinstance(fact.payload, MemberReturned) and not fact.payload.certificate_handed_in:
            return []
        member_id: str = fact.payload.model_dump(include={"member_id"})["member_id"]
        found = await self._desk.find_newest(member_id)
        if found is None or not found[1].is_open:
            return []
        return [Call(self._desk.decider, found[0], self._act(fact, found[1]))]

    def _act(self, fact: Fact, certificate: Certificate) -> Act:
        on = fact.event.occurredon
        match fact.payload:
            case RelationTransferred():
                moved_on = fact.payload.transferred_on
                return Retire(on=moved_on, today=self._today(moved_on), transfer_id=fact.aggregate_id)
            case MembershipDecision():
                on = max(on, certificate.last_on or on)
                return VoidCertificate(on=on, today=self._today(on), reason=VoidReason.MEMBERSHIP_CHANGED)
            case _:
                on = max(on, certificate.last_on or on)
                return HandIn(on=on, today=self._today(on))

    def _today(self, on: date) -> date:
        """What has been recorded elsewhere has happened."""
        return max(on, self._desk.today())
