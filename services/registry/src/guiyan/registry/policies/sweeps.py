"""What the ordinary doors record in a window stands on the sheets by itself: nothing is typed twice (S-14, S-30).

A leaving with source SWEEP is found out, a return is a return, an inflow record is found in, a member entered with
source SWEEP is one more to be checked; a record entered in error takes its finding with it. A leaving that the member
announced is no finding. Sheets that are handed in stay as they are: the township gives back what is to be changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from guiyan.events.codes import DepartureEnd, DepartureSource, MemberSource, SweepFinding
from guiyan.events.registry.departure import DepartureClosed, MemberLeft, MemberReturned
from guiyan.events.registry.inflow import InflowEnded, InflowRegistered
from guiyan.events.registry.member import MemberRegistered
from guiyan.ledger import Call, Document, Fact, Ledger, Policy, business_date
from guiyan.registry.domain.dates import Occasion
from guiyan.registry.domain.member import MEMBER
from guiyan.registry.domain.sheet_record import EDITABLE, Found
from guiyan.registry.domain.sweep_sheet import SHEET, CheckMember, ExpectMember, WithdrawFinding
from guiyan.registry.projections.sweep_documents import ROWS, SHEETS
from guiyan.service.reads import Reads

_WORKED_ON = {"$in": sorted(EDITABLE)}


class SweepsKnow(Policy):
    """Finds the sheets that are being worked on and tells them."""

    name: ClassVar[str] = "sweeps_know"
    handles: ClassVar[frozenset[str]] = frozenset(
        {"MemberLeft", "MemberReturned", "DepartureClosed", "InflowRegistered", "InflowEnded", "MemberRegistered"}
    )

    def __init__(self, ledger: Ledger, sweeps: Reads) -> None:
        self._ledger = ledger
        self._sweeps = sweeps

    async def react(self, fact: Fact) -> Sequence[Call]:
        """A call for each sheet that it concerns; there is more than one where two sweeps overlap."""
        today = business_date(fact.event.time)
        when = Occasion(today, today)
        match fact.payload:
            case MemberLeft(source=DepartureSource.SWEEP) as facts:
                member = MEMBER.fold((await self._ledger.read(MEMBER.subject(facts.member_id), fresh=True)).events)
                now = member.branch or facts.branch  # the leaving tells the branch of its day, the sheet is today's
                return await self._found(fact, facts.member_id, now, SweepFinding.FOUND_OUT, when)
            case MemberReturned() as facts:
                return await self._found(fact, facts.member_id, None, SweepFinding.RETURNED, when)
            case InflowRegistered() as facts:
                found = Found(SweepFinding.FOUND_IN, fact.aggregate_id)
                sheets = await self._sheets_of(facts.host_branch)
                return [Call(SHEET, one["_id"], CheckMember(facts.person_id, found, when)) for one in sheets]
            case MemberRegistered(source=MemberSource.SWEEP) as facts:
                sheets = await self._sheets_of(facts.branch)
                return [Call(SHEET, one["_id"], ExpectMember(facts.member_id, when)) for one in sheets]
            case DepartureClosed(reason=DepartureEnd.ENTERED_IN_ERROR) | InflowEnded(relation_followed=False):
                return await self._withdrawn(fact.aggregate_id, when)
            case _:
                return []

    async def _found(
        self, fact: Fact, member_id: str, branch: str | None, finding: SweepFinding, when: Occasion
    ) -> Sequence[Call]:
        """On the sheets that list the member; where no sheet of a sweep does, on the one of the member's branch."""
        rows = await self._sweeps.find(ROWS, {"member_id": member_id, "listed": True})
        listing = await self._worked_on([one["sheet_id"] for one in rows])
        known = {one["sweep_id"] for one in rows}
        joining = [one for one in await self._sheets_of(branch) if one["sweep_id"] not in known]
        found = Found(finding, fact.aggregate_id)
        listed = [Call(SHEET, one["_id"], CheckMember(member_id, found, when)) for one in listing]
        return listed + [Call(SHEET, one["_id"], CheckMember(member_id, found, when, joins=True)) for one in joining]

    async def _withdrawn(self, record_id: str, when: Occasion) -> Sequence[Call]:
        rows = await self._sweeps.find(ROWS, {"record_id": record_id})
        sheets = await self._worked_on([one["sheet_id"] for one in rows])
        return [Call(SHEET, one["_id"], WithdrawFinding(record_id, when)) for one in sheets]

    async def _worked_on(self, sheet_ids: list[str]) -> list[Document]:
        if not sheet_ids:
            return []
        return await self._sweeps.find(SHEETS, {"_id": {"$in": sorted(sheet_ids)}, "state": _WORKED_ON})

    async def _sheets_of(self, branch: str | None) -> list[Document]:
        return [] if branch is None else await self._sweeps.find(SHEETS, {"branch": branch, "state": _WORKED_ON})
