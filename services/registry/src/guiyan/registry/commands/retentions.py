"""Commands on retained relations (domain.md §2.10)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from guiyan.events.codes import RetentionEnd, RetentionKind
from guiyan.events.registry.retention import RetentionRequested, RetentionText
from guiyan.ledger import History, Ledger, Outcome, Refused
from guiyan.registry.commands.members import get_member
from guiyan.registry.commands.numbered import read_numbered
from guiyan.registry.commands.reveal import record_look
from guiyan.registry.commands.scoping import check_scope, get_organisation, way_up
from guiyan.registry.commands.texts import text_of
from guiyan.registry.commands.tools import Asker, Tools, aside
from guiyan.registry.domain.dates import Occasion
from guiyan.registry.domain.kinds import BRANCHES
from guiyan.registry.domain.member import MEMBER
from guiyan.registry.domain.organisation import Organisation, require_active
from guiyan.registry.domain.record import require_member
from guiyan.registry.domain.retention import (
    RETENTION,
    Command,
    EndRetention,
    ExtendRetention,
    MoveRetention,
    RequestRetention,
    RetainRelation,
)
from guiyan.registry.domain.retention_record import KEPT, Retention, retention_id
from guiyan.registry.projections.retentions import PARKED, RETENTIONS
from guiyan.service.problems import NotFound
from guiyan.service.reads import Query


@dataclass(frozen=True, slots=True)
class Wish:
    """What a member asks for: on what ground, of whom, from when, and where to be found."""

    kind: RetentionKind
    holding_org: str
    from_on: date
    relay_person_id: str | None = None
    text: RetentionText | None = None
    occurred_on: date | None = None


async def read_retentions(ledger: Ledger, member_id: str, *, fresh: bool = False) -> list[History]:
    """Every retention of a member, oldest first, and the empty history of the one that would be next (ADR 0011)."""
    id_of = partial(retention_id, member_id)
    return await read_numbered(ledger, RETENTION, id_of, too_many="too_many_retentions", fresh=fresh)


async def request(tools: Tools, asker: Asker, member_id: str, wish: Wish) -> Outcome:
    """A member asks for the relation to be kept; one at a time, whatever races (R6)."""
    core = require_member(await get_member(tools, asker, member_id))
    require_active(await get_organisation(tools, wish.holding_org), pointer="/holding_org")
    history, after = _slot(await read_retentions(tools.ledger, member_id), asker)
    facts = RetentionRequested(
        member_id=member_id,
        kind=wish.kind,
        holding_org=wish.holding_org,
        from_on=wish.from_on,
        relay_person_id=wish.relay_person_id,
    )
    command = RequestRetention(facts, wish.text, tools.when(wish.occurred_on), after, core.joined_on)
    return await _execute(tools, asker, history.subject.id, command)


def _slot(found: Sequence[History], asker: Asker) -> tuple[History, date | None]:
    """The one that may be asked for now: an open one, which refuses; else the next, after the last one's end."""
    *begun, following = found
    for one in begun:
        if RETENTION.fold(one.events).open or one.find_command(asker.context.command_id) is not None:
            return one, None
    return following, RETENTION.fold(begun[-1].events).ended_on if begun else None


@dataclass(frozen=True, slots=True)
class Keeping:
    """How the holder keeps a relation."""

    branch: str
    contact_person_id: str | None = None
    retain_until: date | None = None
    dues_paid_to: str | None = None
    occurred_on: date | None = None


async def retain(tools: Tools, asker: Asker, retention_id_: str, keeping: Keeping) -> Outcome:
    """The holder keeps it, in one of its branches; who keeps contact there is named, or is the branch's own (R6)."""
    state = await get_retention(tools, asker, retention_id_)
    branch = await _require_branch_of(tools, state.holding_org, keeping.branch)
    person, when = keeping.contact_person_id or branch.contact_person, tools.when(keeping.occurred_on)
    valid = await tools.parameters(when.occurred_on)
    until, paid = keeping.retain_until, keeping.dues_paid_to
    command = RetainRelation(keeping.branch, person, until, paid, when, valid)
    return await _execute(tools, asker, retention_id_, command)


async def _require_branch_of(tools: Tools, holding_org: str, code: str) -> Organisation:
    branch = require_active(await get_organisation(tools, code), pointer="/branch")
    if branch.kind not in BRANCHES or holding_org not in await way_up(tools, code):
        raise Refused("not_a_branch_of_the_holder", pointer="/branch")
    return branch


async def extend(  # noqa: PLR0913 - one argument a fact
    tools: Tools, asker: Asker, retention_id_: str, until: date, *, decision_no: str, occurred_on: date | None
) -> Outcome:
    """The holder keeps it longer, by a decision on paper."""
    await get_retention(tools, asker, retention_id_)
    when = tools.when(occurred_on)
    command = ExtendRetention(until, decision_no, when, await tools.parameters(when.occurred_on))
    return await _execute(tools, asker, retention_id_, command)


async def place(tools: Tools, asker: Asker, retention_id_: str, branch: str, occurred_on: date | None) -> Outcome:
    """The holder puts the member into another of its branches."""
    state = await get_retention(tools, asker, retention_id_)
    if state.state not in KEPT:
        raise Refused("retention_state", state=state.state or "-")
    await _require_branch_of(tools, state.holding_org, branch)
    return await _execute(tools, asker, retention_id_, MoveRetention(tools.when(occurred_on), branch=branch))


def kept_at(code: str) -> Query:
    """The retentions that an organisation holds, or of members who are put into it."""
    return {"open": True, "state": {"$ne": PARKED}, "$or": [{"holding_org": code}, {"placed_in": code}]}


async def hand_over_retentions(
    tools: Tools, asker: Asker, code: str, successor: Callable[[str], str], when: Occasion
) -> None:
    """What an organisation keeps, and whom others keep in it, goes over to what takes its place (§2.13)."""
    for one in await tools.register.find(RETENTIONS, kept_at(code)):
        to = successor(one["member_id"])
        holder, branch = (to if one[name] == code else None for name in ("holding_org", "placed_in"))
        context = aside(asker, one["_id"]).context
        await tools.commands.execute(RETENTION, one["_id"], MoveRetention(when, holder, branch), context)


async def end(tools: Tools, asker: Asker, retention_id_: str, how: RetentionEnd, occurred_on: date | None) -> Outcome:
    """The member is back, or what was asked for is not granted."""
    await get_retention(tools, asker, retention_id_)
    return await _execute(tools, asker, retention_id_, EndRetention(how, tools.when(occurred_on)))


async def reveal(tools: Tools, asker: Asker, retention_id_: str, reason: str) -> dict[str, str | None]:
    """Where the member is to be found, after the look was recorded (domain.md §5.2, 8.1.4.11)."""
    state = await get_retention(tools, asker, retention_id_)
    fields = tuple(RetentionText.model_fields)
    await record_look(tools, asker, state.member_id, fields, reason)
    _, history = await tools.commands.load(RETENTION, retention_id_)
    text = await text_of(tools, history.events)
    return {field: text.get(field) for field in fields}


async def get_retention(tools: Tools, asker: Asker, retention_id_: str) -> Retention:
    """The retention, for the side of the member's branch and for the holder's; else NotFound."""
    state, _ = await tools.load(RETENTION, retention_id_)
    if state.state is None:
        raise NotFound
    member, _ = await tools.commands.load(MEMBER, state.member_id)
    await check_scope(tools, asker, member.branch, state.holding_org)
    return state


async def _execute(tools: Tools, asker: Asker, retention_id_: str, command: Command) -> Outcome:
    return await tools.commands.execute(RETENTION, retention_id_, command, asker.context, asker.expected_version)
