"""Commands on organisations: entered, renamed, corrected, moved, dissolved; for a day to come they are planned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from guiyan.events.codes import OrganisationChange
from guiyan.events.registry.organisation import (
    OfficePhoneListed,
    OrganisationChangePlanned,
    OrganisationCreated,
    OrganisationDetailsCorrected,
    OrganisationRenamed,
)
from guiyan.events.registry.post import ContactPersonAppointed, PersonText, SecretaryAppointed
from guiyan.ledger import Outcome, Refused
from guiyan.registry.commands.guests import find_guests
from guiyan.registry.commands.retentions import kept_at
from guiyan.registry.commands.scoping import check_scope, get_in_scope, get_organisation, places_above
from guiyan.registry.commands.tools import Asker, Tools
from guiyan.registry.domain.organisation import require_active
from guiyan.registry.domain.organisation_changes import (
    ORGANISATION,
    Command,
    CorrectOrganisation,
    CreateOrganisation,
    DissolveOrganisation,
    Holds,
    MoveOrganisation,
    Post,
    RenameOrganisation,
)
from guiyan.registry.domain.organisation_plans import PlanChange, WithdrawChange
from guiyan.registry.domain.tree import above_since
from guiyan.registry.projections.members import MEMBERS
from guiyan.registry.projections.organisations import ORGANISATIONS
from guiyan.registry.projections.retentions import RETENTIONS
from guiyan.service.reads import Query, wait_for

WAIT_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class NewOrganisation:
    """An organisation to be entered, with who serves there from the first day on."""

    code: str
    facts: OrganisationCreated
    secretary: PersonText | None = None
    contact_person: PersonText | None = None
    phones: tuple[OfficePhoneListed, ...] = ()
    occurred_on: date | None = None


async def create_organisation(tools: Tools, asker: Asker, new: NewOrganisation) -> Outcome:
    """Enter an organisation below one of the asker's; only the top of the tree, the asker's own, has no parent."""
    parent = None
    if new.facts.parent is None:
        if new.code != asker.scope.org:
            raise Refused("top_is_the_own_organisation", pointer="/parent")
    else:
        parent = await get_in_scope(tools, asker, new.facts.parent, "/parent")
    command = CreateOrganisation(
        new.code, new.facts, parent, tools.when(new.occurred_on), tuple(_posts(asker, new)), new.phones
    )
    return await execute(tools, asker, new.code, command)


def _posts(asker: Asker, new: NewOrganisation) -> Sequence[Post]:
    posts: list[Post] = []
    if new.secretary is not None:
        person_id = asker.new_id("secretary", new.code)
        posts.append(Post(SecretaryAppointed(org_code=new.code, person_id=person_id), new.secretary))
    if new.contact_person is not None:
        person_id = asker.new_id("contact_person", new.code)
        posts.append(Post(ContactPersonAppointed(org_code=new.code, person_id=person_id), new.contact_person))
    return posts


async def rename_organisation(
    tools: Tools, asker: Asker, code: str, facts: OrganisationRenamed, occurred_on: date | None
) -> Outcome:
    """Give an organisation another name."""
    await check_scope(tools, asker, code)
    if tools.is_ahead(occurred_on):
        names = facts.model_dump(include={"name", "short_name", "document_no"})
        return await plan(tools, asker, code, OrganisationChange.RENAME, occurred_on, **names)
    return await execute(tools, asker, code, RenameOrganisation(facts, tools.when(occurred_on)))


async def correct_organisation(
    tools: Tools, asker: Asker, code: str, facts: OrganisationDetailsCorrected, occurred_on: date | None
) -> Outcome:
    """Set details right; what is absent stays as it was."""
    await check_scope(tools, asker, code)
    state = await get_organisation(tools, code)
    parent = None if state.parent is None else await get_organisation(tools, state.parent)
    given = {"is_basic_committee": facts.is_basic_committee, "may_approve_probation": facts.may_approve_probation}
    powers = [name for name, value in given.items() if value is not None and value != getattr(state, name)]
    if powers and parent is not None and asker.scope.org == code:
        raise Refused("powers_from_above", pointer=f"/{powers[0]}")
    return await execute(tools, asker, code, CorrectOrganisation(facts, parent, tools.when(occurred_on)))


async def move_organisation(  # noqa: PLR0913 - one argument a fact
    tools: Tools, asker: Asker, code: str, parent: str, *, document_no: str | None, occurred_on: date | None
) -> Outcome:
    """Put an organisation, with all below it, under another one, both within the asker's scope: one event.

    Who stands above whom is read from the ledger itself. Moves take turns on one reservation, so that two moves at a
    time cannot together make the ring that neither makes alone.
    """
    await check_scope(tools, asker, code)
    if tools.is_ahead(occurred_on):
        await get_in_scope(tools, asker, parent, "/parent")
        told = {"to_parent": parent, "document_no": document_no}
        return await plan(tools, asker, code, OrganisationChange.MOVE, occurred_on, **told)
    async with tools.tree.turn():
        target = await get_in_scope(tools, asker, parent, "/parent")
        when = tools.when(occurred_on)
        above = above_since(parent, when.occurred_on, await places_above(tools, parent))
        return await execute(tools, asker, code, MoveOrganisation(target, above, document_no, when))


async def dissolve_organisation(
    tools: Tools, asker: Asker, code: str, document_no: str | None, occurred_on: date | None
) -> Outcome:
    """End an organisation that holds nothing any more."""
    await check_scope(tools, asker, code)
    if tools.is_ahead(occurred_on):
        return await plan(tools, asker, code, OrganisationChange.DISSOLVE, occurred_on, document_no=document_no)
    command = DissolveOrganisation(await count_held(tools, code), document_no, tools.when(occurred_on))
    return await execute(tools, asker, code, command)


async def plan(
    tools: Tools, asker: Asker, code: str, change: OrganisationChange, on: date | None, **told: Any
) -> Outcome:
    """Decide a change for a day to come; its timer carries it out (domain.md §2.13)."""
    return await execute(tools, asker, code, PlanChange(planned(asker, code, change, on, **told), tools.clock.today()))


def planned(
    asker: Asker, code: str, change: OrganisationChange, on: date | None, **told: Any
) -> OrganisationChangePlanned:
    """A change of an organisation on a day, as it is written down."""
    return OrganisationChangePlanned.model_validate(
        {"change_id": asker.new_id("change", code, change), "change": change, "effective_on": on, **told}
    )


async def withdraw_change(tools: Tools, asker: Asker, code: str, change_id: str, document_no: str | None) -> Outcome:
    """Take a planned change back."""
    await check_scope(tools, asker, code)
    return await execute(tools, asker, code, WithdrawChange(change_id, document_no, tools.clock.today()))


async def execute(tools: Tools, asker: Asker, code: str, command: Command) -> Outcome:
    """Run a command on one organisation in the asker's name."""
    return await tools.commands.execute(ORGANISATION, code, command, asker.context, asker.expected_version)


def members_of(code: str) -> Query:
    """The members that an organisation holds: not those who have ended, nor whose relation is outside (§2.3)."""
    return {"branch": code, "membership_status": {"$in": ["NORMAL", "SUSPENDED"]}, "outside": False}


async def count_held(tools: Tools, code: str) -> Holds:
    """What an organisation holds, counted when all that was written is read."""
    require_active(await get_organisation(tools, code))
    await read_up(tools)
    below = await tools.organisations.count(ORGANISATIONS, {"parent": code, "active": True})
    members = await tools.register.count(MEMBERS, members_of(code))
    once = await tools.organisations.find(ORGANISATIONS, {"left.from": code})
    left = [date.fromisoformat(one["on"]) for each in once for one in each["left"] if one["from"] == code]
    guests = await find_guests(tools, code)
    retained = await tools.register.count(RETENTIONS, kept_at(code))
    return Holds(below, members, len(guests), retained, max(left, default=None))


async def read_up(tools: Tools) -> None:
    """Wait until the register, the inflow ledger and the organisations hold all that is in the ledger now."""
    head = await tools.ledger.head()
    for reads in (tools.register, tools.inflows, tools.organisations):
        await wait_for(reads, head, WAIT_SECONDS)
