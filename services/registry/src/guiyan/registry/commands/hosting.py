"""What gives a member the right to pay dues away from home: an accepted hosting, or a certificate (R7, R13)."""

from __future__ import annotations

from datetime import date

from guiyan.events import is_id
from guiyan.ledger import Subject
from guiyan.registry.commands.tools import Tools
from guiyan.registry.commands.trips import read_trips
from guiyan.registry.domain.certificate import held
from guiyan.registry.domain.departure import DEPARTURE


async def may_pay_at_host(tools: Tools, member_id: str, host: str, certificate_id: str | None, on: date) -> bool:
    """Whether the host had accepted the member, or the member held that certificate, on the day of payment."""
    if await is_hosted(tools, member_id, host, on):
        return True
    if certificate_id is None or not is_id(certificate_id):
        return False
    certificate = await tools.ledger.read(Subject("transfers", "certificate", certificate_id))
    return held(certificate.events, member_id, on)


async def is_hosted(tools: Tools, member_id: str, host: str, on: date) -> bool:
    """Whether the host had accepted the member by that day, on a trip that was not over before it."""
    for trip in await read_trips(tools.ledger, member_id):
        state = DEPARTURE.fold(event for event in trip.events if event.occurredon <= on)
        if state.hosted_since is not None and state.host_branch == host and on <= (state.ended_on or on):
            return True
    return False
