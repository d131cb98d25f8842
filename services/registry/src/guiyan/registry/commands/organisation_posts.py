"""Commands on who serves an organisation, its leadership's terms and its phones (domain.md §2.13, S-11, S-23)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from guiyan.events.registry.organisation import OfficePhoneListed
from guiyan.events.registry.post import ContactPersonAppointed, PersonText, SecretaryAppointed
from guiyan.ledger import Outcome
from guiyan.registry.commands.organisations import execute
from guiyan.registry.commands.scoping import check_scope
from guiyan.registry.commands.tools import Asker, Tools
from guiyan.registry.domain.organisation_posts import (
    AppointContactPerson,
    AppointSecretary,
    ListPhone,
    ReleaseContactPerson,
    ReleaseSecretary,
    StartTerm,
    UnlistPhone,
)


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
    return await execute(tools, asker, code, AppointSecretary(facts, named.person, tools.when(named.occurred_on)))


async def appoint_contact_person(tools: Tools, asker: Asker, code: str, named: Appointment) -> Outcome:
    """Name who keeps contact with the members away of a branch (S-11)."""
    await check_scope(tools, asker, code)
    facts = ContactPersonAppointed(
        org_code=code,
        person_id=named.person_id or asker.new_id("contact_person", code),
        member_id=named.member_id,
    )
    command = AppointContactPerson(facts, named.person, named.handed_over, tools.when(named.occurred_on))
    return await execute(tools, asker, code, command)


async def release_secretary(tools: Tools, asker: Asker, code: str, occurred_on: date | None) -> Outcome:
    """The secretary leaves; the list marks the gap."""
    await check_scope(tools, asker, code)
    return await execute(tools, asker, code, ReleaseSecretary(tools.when(occurred_on)))


async def release_contact_person(tools: Tools, asker: Asker, code: str, occurred_on: date | None) -> Outcome:
    """The contact person leaves; the list marks the gap (S-11)."""
    await check_scope(tools, asker, code)
    return await execute(tools, asker, code, ReleaseContactPerson(tools.when(occurred_on)))


@dataclass(frozen=True, slots=True)
class Term:
    """A term of the leadership; number and end follow from the rule unless they are told."""

    starts_on: date
    ends_on: date | None = None
    term_no: int | None = None


async def start_term(tools: Tools, asker: Asker, code: str, term: Term) -> Outcome:
    """A term of the leadership begins (R10)."""
    await check_scope(tools, asker, code)
    return await execute(tools, asker, code, StartTerm(term.starts_on, term.ends_on, term.term_no, tools.when(None)))


async def list_phone(
    tools: Tools, asker: Asker, code: str, facts: OfficePhoneListed, occurred_on: date | None
) -> Outcome:
    """Put a phone of the office into the directory (S-23)."""
    await check_scope(tools, asker, code)
    return await execute(tools, asker, code, ListPhone(facts, tools.when(occurred_on)))


async def unlist_phone(tools: Tools, asker: Asker, code: str, phone: str, occurred_on: date | None) -> Outcome:
    """Take a phone of the office out of the directory."""
    await check_scope(tools, asker, code)
    return await execute(tools, asker, code, UnlistPhone(phone, tools.when(occurred_on)))
