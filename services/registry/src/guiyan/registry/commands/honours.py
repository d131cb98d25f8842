"""Commands on consents, commendations and the reserve list (S-45 to S-48)."""

from __future__ import annotations

from datetime import date

from guiyan.events import is_id
from guiyan.events.codes import CommendationKind
from guiyan.events.registry.honour import (
    CommendationAwarded,
    CommendationProposed,
    CommendationPublished,
    ReserveListed,
)
from guiyan.events.registry.privacy import ConsentGiven
from guiyan.ledger import Outcome, Refused
from guiyan.registry.commands.decisions import Paper
from guiyan.registry.commands.members import get_member
from guiyan.registry.commands.scoping import get_in_scope, way_up
from guiyan.registry.commands.tools import Asker, Tools
from guiyan.registry.domain.commendation import COMMENDATION, Award, Check, Command, Commendation, Propose, Publish
from guiyan.registry.domain.consent import CONSENT, Consent, GiveConsent, WithdrawConsent
from guiyan.registry.domain.member import MEMBER
from guiyan.registry.domain.record import Member, require_member
from guiyan.registry.domain.reserve import RESERVE, ListInReserve, UnlistFromReserve
from guiyan.service.problems import NotFound


async def give_consent(
    tools: Tools, asker: Asker, facts: ConsentGiven, *, own_record: bool, occurred_on: date | None
) -> Outcome:
    """A member consents to one purpose; told by the member, or by the office that has it on paper."""
    require_member(await _subject(tools, asker, facts.person_id, own_record=own_record))
    command = GiveConsent(facts, tools.when(occurred_on))
    return await tools.commands.execute(CONSENT, asker.new_id("consent"), command, asker.context)


async def withdraw_consent(
    tools: Tools, asker: Asker, consent_id: str, *, own_record: bool, occurred_on: date | None
) -> Outcome:
    """The member withdraws it; what rests on it and goes on ends with it."""
    state, _ = await tools.load(CONSENT, consent_id)
    if state.purpose is None:
        raise NotFound
    await _subject(tools, asker, state.person_id, own_record=own_record)
    command = WithdrawConsent(tools.when(occurred_on))
    return await tools.commands.execute(CONSENT, consent_id, command, asker.context, asker.expected_version)


async def _subject(tools: Tools, asker: Asker, member_id: str, *, own_record: bool) -> Member:
    """The member: an office's by its scope, a member's own record and no colleague's."""
    if not own_record:
        return await get_member(tools, asker, member_id)
    if member_id != asker.context.actor:
        raise NotFound
    state, _ = await tools.load(MEMBER, member_id)
    return state


async def propose(  # noqa: PLR0913 - one argument a fact
    tools: Tools, asker: Asker, member_id: str, *, kind: CommendationKind, year: int, occurred_on: date | None
) -> Outcome:
    """The member's branch proposes a commendation."""
    state = await get_member(tools, asker, member_id)
    require_member(state)
    facts = CommendationProposed(member_id=member_id, branch=state.branch, kind=kind, year=year)
    command = Propose(facts, tools.when(occurred_on))
    return await tools.commands.execute(COMMENDATION, asker.new_id("commendation"), command, asker.context)


async def check(tools: Tools, asker: Asker, commendation_id: str, *, upheld: bool, occurred_on: date | None) -> Outcome:
    """An organisation above the branch checks the proposal."""
    state = await get_commendation(tools, asker, commendation_id)
    above = (await way_up(tools, state.branch))[1:]
    return await act(tools, asker, commendation_id, Check(upheld, asker.context.org, above, tools.when(occurred_on)))


async def award(tools: Tools, asker: Asker, commendation_id: str, paper: Paper) -> Outcome:
    """Awarded by decision, with its document number."""
    state = await get_commendation(tools, asker, commendation_id)
    facts = CommendationAwarded(member_id=state.member_id, decision_no=paper.decision_no, decided_by=paper.decided_by)
    above = (await way_up(tools, state.branch))[1:]
    return await act(tools, asker, commendation_id, Award(facts, above, tools.when(paper.decided_on)))


async def publish(  # noqa: PLR0913 - one argument a fact
    tools: Tools, asker: Asker, commendation_id: str, *, consent_id: str, where: str, occurred_on: date | None
) -> Outcome:
    """Published, with the member's own consent to that (S-46, PIPL Art. 25)."""
    state = await get_commendation(tools, asker, commendation_id)
    facts = CommendationPublished(member_id=state.member_id, consent_id=consent_id, where=where)
    command = Publish(facts, await _consent(tools, consent_id), tools.when(occurred_on))
    return await act(tools, asker, commendation_id, command)


async def act(tools: Tools, asker: Asker, commendation_id: str, command: Command) -> Outcome:
    """Any act on one commendation of the asker's scope."""
    await get_commendation(tools, asker, commendation_id)
    return await tools.commands.execute(COMMENDATION, commendation_id, command, asker.context, asker.expected_version)


async def get_commendation(tools: Tools, asker: Asker, commendation_id: str) -> Commendation:
    """The commendation's state; raises NotFound when its member is not in the asker's scope."""
    state, _ = await tools.load(COMMENDATION, commendation_id)
    if state.state is None:
        raise NotFound
    await get_member(tools, asker, state.member_id)
    return state


async def list_in_reserve(  # noqa: PLR0913 - one argument a fact
    tools: Tools, asker: Asker, member_id: str, *, consent_id: str, for_org: str | None, occurred_on: date | None
) -> Outcome:
    """A person names a member, with the member's consent (S-48)."""
    require_member(await get_member(tools, asker, member_id))
    if for_org is not None:
        await get_in_scope(tools, asker, for_org, "/for_org")
    facts = ReserveListed(member_id=member_id, named_by_org=asker.context.org, consent_id=consent_id, for_org=for_org)
    command = ListInReserve(facts, await _consent(tools, consent_id), tools.when(occurred_on))
    return await tools.commands.execute(RESERVE, member_id, command, asker.context, asker.expected_version)


async def unlist_from_reserve(tools: Tools, asker: Asker, member_id: str, occurred_on: date | None) -> Outcome:
    """The member leaves the list."""
    await get_member(tools, asker, member_id)
    command = UnlistFromReserve(tools.when(occurred_on))
    return await tools.commands.execute(RESERVE, member_id, command, asker.context, asker.expected_version)


async def _consent(tools: Tools, consent_id: str) -> Consent:
    if not is_id(consent_id):
        raise Refused("consent_unknown", pointer="/consent_id")
    state, _ = await tools.load(CONSENT, consent_id)
    return state
