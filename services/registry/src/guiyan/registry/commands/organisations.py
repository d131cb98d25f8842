"""Commands on organisations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from guiyan.events.registry.organisation import OfficePhoneListed, OrganisationCreated, OrganisationRenamed
from guiyan.events.registry.post import ContactPersonAppointed, PersonText, SecretaryAppointed
from guiyan.ledger import Outcome, Refused
from guiyan.registry.commands.scoping import check_scope, get_in_scope, way_up
from guiyan.registry.commands.tools import Asker, Tools
from guiyan.registry.domain.organisation import (
    ORGANISATION,
    AppointContactPerson,
    AppointSecretary,
    CreateOrganisation,
    DissolveOrganisation,
    MoveOrganisation,
    Post,
    RenameOrganisation,
)
from guiyan.registry.domain.responsibility import OUTSIDE
from guiyan.registry.projections.members import MEMBERS
from guiyan.registry.projections.organisations import ORGANISATIONS
from guiyan.service.reads import wait_for

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
    return await tools.commands.execute(ORGANISATION, new.code, command, asker.context, asker.expected_version)


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
    command = RenameOrganisation(facts, tools.when(occurred_on))
    return await tools.commands.execute(ORGANISATION, code, command, asker.context, asker.expected_version)


async def move_organisation(  # noqa: PLR0913 - one argument a fact
    tools: Tools, asker: Asker, code: str, parent: str, *, document_no: str | None, occurred_on: date | None
) -> Outcome:
    """Put an organisation under another one, both within the asker's scope.

    The way up is read from the ledger itself. Moves take turns on one reservation, so that two moves at a time cannot
    together make the ring that neither makes alone.
    """
    await check_scope(tools, asker, code)
    async with tools.tree.turn():
        target = await get_in_scope(tools, asker, parent, "/parent")
        above = await way_up(tools, parent)
        command = MoveOrganisation(target, above, document_no, tools.when(occurred_on))
        return await tools.commands.execute(ORGANISATION, code, command, asker.context, asker.expected_version)


async def dissolve_organisation(
    tools: Tools, asker: Asker, code: str, document_no: str | None, occurred_on: date | None
) -> Outcome:
    """End an organisation that holds nothing any more; what it holds is counted when all that was written is read."""
    await check_scope(tools, asker, code)
    head = await tools.ledger.head()
    await wait_for(tools.register, head, WAIT_SECONDS)
    await wait_for(tools.organisations, head, WAIT_SECONDS)
    below = await tools.organisations.count(ORGANISATIONS, {"parent": code, "active": True})
    here = {"branch": code, "membership_status": {"$in": ["NORMAL", "SUSPENDED"]}, "responsible": {"$ne": OUTSIDE}}
    members = await tools.register.count(MEMBERS, here)
    command = DissolveOrganisation(below, members, document_no, tools.when(occurred_on))
    return await tools.commands.execute(ORGANISATION, code, command, asker.context, asker.expected_version)


@dataclass(frozen=True, slots=True)
class Appointment:
    """Somebody named to serve; `person_id` is absent for somebody new."""

    person: PersonText
    person_id: str | None = None
    member_id: str | None = None
    document_no: str | None = None
    handed_over: bool = False
    occurred_on: date | None = None


async def appoint_secretary(tools: Tools, asker: Asker, code: str, named: Appointment) -> Outcome:
    """Name the secretary of an organisation."""
    await check_scope(tools, asker, code)
    facts = SecretaryAppointed(
        org_code=code,
        person_id=named.person_id or asker.new_id("secretary", code),
        member_id=named.member_id,
        document_no=named.document_no,
    )
    command = AppointSecretary(facts, named.person, tools.when(named.occurred_on))
    return await tools.commands.execute(ORGANISATION, code, command, asker.context, asker.expected_version)


async def appoint_contact_person(tools: Tools, asker: Asker, code: str, named: Appointment) -> Outcome:
    """Name who keeps contact with the members away of a branch (S-11)."""
    await check_scope(tools, asker, code)
    facts = ContactPersonAppointed(
        org_code=code,
        person_id=named.person_id or asker.new_id("contact_person", code),
        member_id=named.member_id,
    )
    command = AppointContactPerson(facts, named.person, named.handed_over, tools.when(named.occurred_on))
    return await tools.commands.execute(ORGANISATION, code, command, asker.context, asker.expected_version)
