"""An outflow and its inflow record go together: paired, the trip is reported in; the trip over, the record ends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import ClassVar

from guiyan.events.codes import DepartureEnd
from guiyan.events.registry.departure import DepartureClosed
from guiyan.events.registry.inflow import InflowPaired
from guiyan.ledger import Call, Fact, Ledger, Policy, business_date
from guiyan.registry.domain.dates import Occasion
from guiyan.registry.domain.departure import DEPARTURE
from guiyan.registry.domain.hosting import ReportInAtHost
from guiyan.registry.domain.inflow import INFLOW, EndInflow
from guiyan.registry.domain.member import MEMBER
from guiyan.registry.projections.inflows import INFLOWS
from guiyan.service.reads import Reads


class InflowGoesWithOutflow(Policy):
    """Both sides see the shared part of the record (两头管理, S-38); what one side told is not told again."""

    name: ClassVar[str] = "inflow_goes_with_outflow"
    handles: ClassVar[frozenset[str]] = frozenset({"InflowPaired", "MemberReturned", "DepartureClosed"})

    def __init__(self, ledger: Ledger, inflows: Reads) -> None:
        self._ledger = ledger
        self._inflows = inflows

    async def react(self, fact: Fact) -> Sequence[Call]:
        """Report in at the host that has the record, unless another is there since; end the record with the trip."""
        if isinstance(fact.payload, InflowPaired):
            return await self._report_in(fact, fact.payload)
        return await self._end(fact)

    async def _report_in(self, fact: Fact, paired: InflowPaired) -> Sequence[Call]:
        inflow = INFLOW.fold((await self._ledger.read(INFLOW.subject(fact.aggregate_id), fresh=True)).events)
        trip = DEPARTURE.fold((await self._ledger.read(DEPARTURE.subject(paired.departure_id), fresh=True)).events)
        free = trip.with_hosts_until if trip.host_branch is None else None
        days = [day for day in (inflow.registered_on, trip.begun_on, free) if day is not None]
        arrived = Occasion(max(days), max(*days, business_date(fact.event.time)))
        formal = MEMBER.fold((await self._ledger.read(MEMBER.subject(trip.member_id), fresh=True)).events).branch
        report = ReportInAtHost(inflow.host_branch, arrived, fact.aggregate_id, formal or trip.branch)
        return [Call(DEPARTURE, paired.departure_id, report)]

    async def _end(self, fact: Fact) -> Sequence[Call]:
        closed = fact.payload
        followed = isinstance(closed, DepartureClosed) and closed.reason == DepartureEnd.TRANSFERRED
        calls = []
        for record in await self._inflows.find(INFLOWS, {"departure_id": fact.aggregate_id, "open": True}):
            on = max(fact.event.occurredon, date.fromisoformat(record["registered_on"]))
            when = Occasion(on, max(on, business_date(fact.event.time)))
            calls.append(Call(INFLOW, record["_id"], EndInflow(when, followed)))
        return calls
