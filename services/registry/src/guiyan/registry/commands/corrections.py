"""Commands on corrections of a record: ask, answer, and see both values side by side (domain.md §3.6)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from guiyan.events import Event
from guiyan.events.codes import CorrectionReason, CorrectionRefusal
from guiyan.events.registry.correction import CorrectionRequested
from guiyan.events.registry.member import MemberCodeChange, MemberDetailsCorrected, MemberTextChange
from guiyan.ledger import History, Outcome, Refused
from guiyan.ledger.errors import VersionConflict
from guiyan.registry.commands import members
from guiyan.registry.commands.reveal import record_look
from guiyan.registry.commands.scoping import get_organisation, way_up
from guiyan.registry.commands.texts import text_of
from guiyan.registry.commands.tools import Asker, Tools
from guiyan.registry.domain.correction import (
    CORRECTION,
    Answer,
    ApproveCorrection,
    Correction,
    RejectCorrection,
    RequestCorrection,
    answering,
)
from guiyan.registry.domain.member import MEMBER
from guiyan.service.problems import NotFound

CODES: Final = frozenset(MemberCodeChange.model_fields)
_SECOND: Final = 1


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be changed in which record, why, and the number of the paper that proves it."""

    member_id: str
    change: members.Correction
    reason: CorrectionReason
    proof: str | None = None


async def request_correction(tools: Tools, asker: Asker, wish: Wish, *, own_record: bool) -> Outcome:
    """Ask for a correction; a member asks about the own record only."""
    state = await members.get_member_for(tools, asker, wish.member_id, own_record=own_record)
    checked = await members.prepare_correction(tools, state, wish.change)
    asked = {*wish.change.codes, *(name for name, value in wish.change.text if value is not None)}
    facts = CorrectionRequested.model_validate(
        {
            **wish.change.codes,
            "member_id": state.id,
            "branch": state.branch,
            "fields": sorted(asked),
            "reason": wish.reason,
            "proof": wish.proof,
        }
    )
    needed = bool(MEMBER.decide(checked, state))
    command = RequestCorrection(facts, checked.text, tools.when(wish.change.occurred_on), needed)
    return await tools.commands.execute(CORRECTION, asker.new_id("correction"), command, asker.context)


async def approve_correction(tools: Tools, asker: Asker, correction_id: str, occurred_on: date | None) -> Outcome:
    """Agree to a request; record and request change together or not at all (ADR 0002)."""
    state, history = await get_correction(tools, asker, correction_id)
    approve = ApproveCorrection(await _answer(tools, asker, state, occurred_on))
    member = await members.get_member(tools, asker, state.member_id)
    change = await members.prepare_correction(tools, member, await _wish(tools, history), correction_id)
    if history.find_command(f"{asker.context.command_id}.{_SECOND}") is None:  # a repeat is only told again
        require_version(asker, history)
        CORRECTION.decide(approve, state)
        await _require_current(tools, correction_id, history)
        await members.claim_number(tools, member, change)
    calls: list[Any] = [(MEMBER, state.member_id, change), (CORRECTION, correction_id, approve)]
    outcomes = await tools.commands.execute_together(calls, asker.context)
    return outcomes[_SECOND]


async def _require_current(tools: Tools, correction_id: str, history: History) -> None:
    """Nothing that was asked for has been set right otherwise since; raises Refused and names the fields (§3.6)."""
    asked_at, request = history.commits[0].sequence, history.events[0].payload
    assert isinstance(request, CorrectionRequested)  # noqa: S101 - its first event
    record = await tools.ledger.read(MEMBER.subject(request.member_id))
    later = [event for commit in record.commits if commit.sequence > asked_at for event in commit.events]
    since = [event for event in later if isinstance(event.payload, MemberDetailsCorrected)]
    opened = await tools.sealer.open(since)
    changed: set[str] = set()
    for event in since:
        facts, text = event.payload, opened.get(event.id)
        assert isinstance(facts, MemberDetailsCorrected)  # noqa: S101 - filtered
        if facts.correction_id != correction_id:
            changed |= {name for name in CODES if getattr(facts, name) is not None}
            changed |= {name for name, value in text or () if value is not None}
    overtaken = tuple(name for name in request.fields if name in changed)
    if overtaken:
        raise Refused("correction_outdated", fields=overtaken)


async def reject_correction(
    tools: Tools, asker: Asker, correction_id: str, reason: CorrectionRefusal, occurred_on: date | None
) -> Outcome:
    """Do not agree, with a coded reason."""
    state, _ = await get_correction(tools, asker, correction_id)
    command = RejectCorrection(await _answer(tools, asker, state, occurred_on), reason)
    return await tools.commands.execute(CORRECTION, correction_id, command, asker.context, asker.expected_version)


async def get_correction(tools: Tools, asker: Asker, correction_id: str) -> tuple[Correction, History]:
    """The request's state and history; raises NotFound when its member is not in the asker's scope."""
    state, history = await tools.load(CORRECTION, correction_id)
    if state.state is None:
        raise NotFound
    await members.get_member(tools, asker, state.member_id)
    return state, history


async def _answer(tools: Tools, asker: Asker, state: Correction, occurred_on: date | None) -> Answer:
    return await answer_by(tools, asker.context.actor, asker.context.org, state, occurred_on)


async def answer_by(tools: Tools, actor: str, org: str, state: Correction, occurred_on: date | None) -> Answer:
    """An answer of this person for this organisation, with the organisations that may give it (§3.6)."""
    above = [await get_organisation(tools, code) for code in (await way_up(tools, state.requested_org))[1:]]
    return Answer(actor, org, answering(state.requested_org, above), tools.when(occurred_on))


async def _wish(tools: Tools, history: History) -> members.Correction:
    """What the request asks for, opened."""
    event = history.events[0]
    facts = event.payload
    assert isinstance(facts, CorrectionRequested)  # noqa: S101 - its first event
    opened = (await tools.sealer.open([event])).get(event.id)
    text = opened if isinstance(opened, MemberTextChange) else MemberTextChange()
    codes = {name: value for name in CODES if (value := getattr(facts, name)) is not None}
    return members.Correction(codes, text)


@dataclass(frozen=True, slots=True)
class Change:
    """One field of a correction: as it was, and as it was asked for."""

    field: str
    old: Any
    new: Any


async def compare(tools: Tools, correction_id: str) -> list[Change]:
    """Both values of every field: the record as it was before this correction changed it, and what was asked for."""
    _, history = await tools.commands.load(CORRECTION, correction_id)
    request = history.events[0].payload
    assert isinstance(request, CorrectionRequested)  # noqa: S101 - its first event
    wish = await _wish(tools, history)
    record = await tools.ledger.read(MEMBER.subject(request.member_id))
    before = list(_before(record.events, correction_id))
    state = MEMBER.fold(before)
    old = {**(state.core.model_dump(mode="json") if state.core else {}), **await text_of(tools, before)}
    new = {
        **wish.text.model_dump(mode="json"),
        **request.model_dump(mode="json", include=set(CODES), exclude_none=True),
    }
    return [Change(name, old.get(name), new.get(name)) for name in request.fields]


def _before(events: Iterable[Event], correction_id: str) -> Iterable[Event]:
    """The record's events up to the one that carried out this correction."""
    for event in events:
        facts = event.payload
        if isinstance(facts, MemberDetailsCorrected) and facts.correction_id == correction_id:
            return
        yield event


async def compare_in_clear(tools: Tools, asker: Asker, correction_id: str, reason: str) -> list[Change]:
    """The same unmasked, after the act has been recorded (domain.md §5.2, 8.1.4.11)."""
    state, history = await get_correction(tools, asker, correction_id)
    request = history.events[0].payload
    assert isinstance(request, CorrectionRequested)  # noqa: S101 - its first event
    await record_look(tools, asker, state.member_id, request.fields, reason)
    return await compare(tools, correction_id)


def require_version(asker: Asker, history: History) -> None:
    """If-Match of an act on two aggregates holds for the one that was named; raises VersionConflict."""
    version = history.events[-1].streamversion
    if asker.expected_version not in {None, version}:
        raise VersionConflict(history.subject.stream, asker.expected_version or 0, version)
