"""What the clock does: planned changes of organisations take effect (§2.13), unpaid months are noted (§2.9)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

import structlog

from guiyan.events import derived_id
from guiyan.events.codes import OrganisationChange
from guiyan.events.registry.organisation import OrganisationChangePlanned, OrganisationRenamed
from guiyan.ledger import Call, Context, Refused, Timer
from guiyan.registry.commands import organisations, reorganisations
from guiyan.registry.commands.scoping import get_organisation
from guiyan.registry.commands.tools import Asker, Tools
from guiyan.registry.domain.dues import DUES
from guiyan.registry.domain.dues_arrears import NoteArrears
from guiyan.registry.domain.member import MEMBER
from guiyan.registry.domain.organisation_changes import ORGANISATION
from guiyan.registry.domain.organisation_plans import ImpedeChange
from guiyan.registry.domain.standing import membership_of_member
from guiyan.service.problems import NotFound
from guiyan.service.scope import Scope

ACTOR: Final = "system:registry"
_log = structlog.get_logger(__name__)


class PlannedChanges:
    """Carries planned changes out, one after the other where they touch the tree (`Tools.tree`)."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    async def carry_out(self, timer: Timer) -> Sequence[Call]:
        """Do what was planned, in the name of whoever planned it; where a rule stands against it, say so.

        It is done here and not by the calls given back, because moves take turns.
        """
        code, org = timer.data["org_code"], timer.data["org"]
        facts = OrganisationChangePlanned.model_validate(timer.data["facts"])
        try:
            await self._do(_asker(timer, org), code, facts)
            await organisations.read_up(self._tools)
        except Refused as refused:
            return self._impeded(code, facts, refused.code)
        except NotFound:
            return self._impeded(code, facts, "outside_scope")
        return []

    def _impeded(self, code: str, facts: OrganisationChangePlanned, reason: str) -> Sequence[Call]:
        _log.warning("planned_change_impeded", org_code=code, change=str(facts.change), reason=reason)
        return [Call(ORGANISATION, code, ImpedeChange(facts.change_id, reason, facts.effective_on))]

    async def _do(self, asker: Asker, code: str, facts: OrganisationChangePlanned) -> None:
        tools, on, paper = self._tools, facts.effective_on, facts.document_no
        match facts.change:
            case OrganisationChange.RENAME:
                names = OrganisationRenamed(name=facts.name or "", short_name=facts.short_name or "", document_no=paper)
                await organisations.rename_organisation(tools, asker, code, names, on)
            case OrganisationChange.MOVE:
                parent = facts.to_parent or ""
                await organisations.move_organisation(tools, asker, code, parent, document_no=paper, occurred_on=on)
            case OrganisationChange.DISSOLVE:
                await organisations.dissolve_organisation(tools, asker, code, paper, on)
            case OrganisationChange.MERGE:
                into = facts.into or ""
                await reorganisations.merge_organisation(tools, asker, code, into, document_no=paper, occurred_on=on)
            case OrganisationChange.SPLIT:
                shares = facts.shares
                await reorganisations.split_organisation(tools, asker, code, shares, document_no=paper, occurred_on=on)


class ArrearsClock:
    """Notes that a month ended unpaid; the account decides whether it still is so. It changes no membership."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    async def note(self, timer: Timer) -> Sequence[Call]:
        """By the branch, the membership and the parameters of the day."""
        member_id, due_on = timer.data["member_id"], date.fromisoformat(timer.data["due_on"])
        member, _ = await self._tools.commands.load(MEMBER, member_id)
        above = (await get_organisation(self._tools, member.branch)).parent
        membership, valid = membership_of_member(member), await self._tools.parameters(due_on)
        return [Call(DUES, member_id, NoteArrears(member_id, member.branch, above, due_on, membership, valid))]


def _asker(timer: Timer, org: str) -> Asker:
    """The organisation that planned it; every id follows from the timer, so that a second run does nothing."""
    command_id = derived_id(timer.due_at, "timer", timer.id)
    context = Context(command_id, ACTOR, org, f"timer/{timer.id}"[:200], command_id)
    return Asker(context, Scope(org, frozenset({org})), lambda *parts: derived_id(timer.due_at, timer.id, *parts))
