"""Mergers and splits: first all that it holds goes over, then the organisation ends; nobody is ever without a place.

While the members go over, each is with the old organisation, which is still there, or with its successor. That it has
begun is written down before the first one goes: when whoever began it is gone, a timer finishes it (ADR 0013), as does
whoever asks again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from guiyan.events.codes import OrganisationChange
from guiyan.events.registry.organisation import OrganisationChangePlanned, SplitShare
from guiyan.ledger import Outcome, Refused
from guiyan.registry.commands.guests import AT_ONCE, Successor, hand_over_guests
from guiyan.registry.commands.organisations import (
    count_held,
    execute,
    members_of,
    move_organisation,
    plan,
    planned,
    read_up,
)
from guiyan.registry.commands.retentions import hand_over_retentions
from guiyan.registry.commands.scoping import check_scope, get_in_scope
from guiyan.registry.commands.tools import Asker, Tools, aside
from guiyan.registry.domain.dates import Occasion
from guiyan.registry.domain.member import MEMBER, FollowBranch
from guiyan.registry.domain.organisation import Organisation
from guiyan.registry.domain.organisation_changes import ORGANISATION, Holds, MergeOrganisation, SplitOrganisation
from guiyan.registry.domain.organisation_plans import BeginChange
from guiyan.registry.projections.members import MEMBERS
from guiyan.registry.projections.organisations import ORGANISATIONS

Ends = Callable[[Holds], MergeOrganisation | SplitOrganisation]


async def merge_organisation(  # noqa: PLR0913 - one argument a fact
    tools: Tools, asker: Asker, code: str, into: str, *, document_no: str | None, occurred_on: date | None
) -> Outcome:
    """Merge an organisation into another of the asker's scope, which takes over members, guests and what is below."""
    await check_scope(tools, asker, code)
    target = await get_in_scope(tools, asker, into, "/into")
    told = {"into": into, "document_no": document_no}
    if tools.is_ahead(occurred_on):
        return await plan(tools, asker, code, OrganisationChange.MERGE, occurred_on, **told)
    when = tools.when(occurred_on)
    begun = planned(asker, code, OrganisationChange.MERGE, when.occurred_on, **told)

    def ends(holds: Holds) -> MergeOrganisation:
        return MergeOrganisation(target, holds, document_no, when)

    return await _Handover(tools, asker, code, when, begun).run(ends, lambda _: into)


async def split_organisation(  # noqa: PLR0913 - one argument a fact
    tools: Tools,
    asker: Asker,
    code: str,
    shares: tuple[SplitShare, ...],
    *,
    document_no: str | None,
    occurred_on: date | None,
) -> Outcome:
    """Split an organisation into several of the asker's scope; what no share names goes to the first."""
    await check_scope(tools, asker, code)
    into = [await get_in_scope(tools, asker, one.org_code, f"/into/{n}/org_code") for n, one in enumerate(shares)]
    told = {"shares": shares, "document_no": document_no}
    if tools.is_ahead(occurred_on):
        return await plan(tools, asker, code, OrganisationChange.SPLIT, occurred_on, **told)
    when = tools.when(occurred_on)
    begun = planned(asker, code, OrganisationChange.SPLIT, when.occurred_on, **told)

    def ends(holds: Holds) -> SplitOrganisation:
        return SplitOrganisation(tuple(into), holds, document_no, when)

    return await _Handover(tools, asker, code, when, begun).run(ends, successor_of(shares))


def successor_of(shares: tuple[SplitShare, ...]) -> Successor:
    """Where a member or an organisation goes; raises Refused when two shares name the same one."""
    found: dict[str, str] = {}
    for place, share in enumerate(shares):
        for one in (*share.members, *share.organisations):
            if one in found:
                raise Refused("named_twice", pointer=f"/into/{place}")
            found[one] = share.org_code
    first = shares[0].org_code
    return lambda one: found.get(one, first)


@dataclass(frozen=True, slots=True)
class _Handover:
    """All that an organisation holds goes over to its successors, then it ends."""

    tools: Tools
    asker: Asker
    code: str
    when: Occasion
    begun: OrganisationChangePlanned

    async def run(self, ends: Ends, successor: Successor) -> Outcome:
        """Hand over and end; a repeat answers as the first time, and what is done already is not done again."""
        state, history = await self.tools.commands.load(ORGANISATION, self.code)
        if state.active and history.find_command(self.asker.context.command_id) is None:
            self._check(ends, state)
            await self._begin()
            await read_up(self.tools)
            await self._move_organisations(successor)
            await hand_over_guests(self.tools, self.asker, self.code, successor, self.when)
            await hand_over_retentions(self.tools, self.asker, self.code, successor, self.when)
            await self._move_members(successor)
        last = replace(self.asker, expected_version=None)  # it was expected at the beginning
        return await execute(self.tools, last, self.code, ends(await self._left()))

    def _check(self, ends: Ends, state: Organisation) -> None:
        """What would be refused anyway moves nobody."""
        ORGANISATION.decide(ends(Holds()), state)

    async def _begin(self) -> None:
        """From here on it is finished, whatever happens to this process."""
        first = replace(aside(self.asker, "begun"), expected_version=self.asker.expected_version)
        await execute(self.tools, first, self.code, BeginChange(self.begun, self.tools.clock.today()))

    async def _left(self) -> Holds:
        try:
            return await count_held(self.tools, self.code)
        except Refused:  # it has ended: the ledger knows whether by this very act
            return Holds()

    async def _move_organisations(self, successor: Successor) -> None:
        below = await self.tools.organisations.find(ORGANISATIONS, {"parent": self.code, "active": True})
        for one in below:
            asker, target = aside(self.asker, one["_id"]), successor(one["_id"])
            await move_organisation(
                self.tools,
                asker,
                one["_id"],
                target,
                document_no=self.begun.document_no,
                occurred_on=self.when.occurred_on,
            )

    async def _move_members(self, successor: Successor) -> None:
        found = await self.tools.register.find(MEMBERS, members_of(self.code))
        for start in range(0, len(found), AT_ONCE):
            some = [one["_id"] for one in found[start : start + AT_ONCE]]
            await asyncio.gather(*(self._follow(id_, successor(id_)) for id_ in some))

    async def _follow(self, member_id: str, branch: str) -> None:
        command = FollowBranch(self.code, branch, self.begun.document_no, self.when)
        await self.tools.commands.execute(MEMBER, member_id, command, aside(self.asker, member_id).context)
