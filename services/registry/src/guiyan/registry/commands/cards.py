"""Printing registration cards: recorded and counted first, then filled from the ledger and set on paper (S-09)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from starlette.concurrency import run_in_threadpool

from guiyan.events.registry.post import ContactPersonAppointed, ContactPersonReplaced
from guiyan.events.registry.privacy import CardPrinted
from guiyan.ledger import History, Outcome
from guiyan.registry.commands.members import get_member
from guiyan.registry.commands.scoping import get_organisation
from guiyan.registry.commands.texts import text_of
from guiyan.registry.commands.tools import Asker, Tools
from guiyan.registry.commands.trips import read_trips
from guiyan.registry.domain.card import CARD, PrintCard
from guiyan.registry.domain.departure import DEPARTURE
from guiyan.registry.domain.member import MEMBER
from guiyan.registry.domain.organisation_changes import ORGANISATION
from guiyan.registry.domain.record import Member
from guiyan.registry.domain.trip import Departure
from guiyan.registry.forms.card import CARD_FORM, Print, Told, boxes
from guiyan.registry.projections.members import MEMBERS, local_phone
from guiyan.service.withheld import require_shown

_NOT_HERE = Departure()


@dataclass(frozen=True, slots=True)
class Printed:
    """The cards as PDF, how often each was printed by now, and whether a sign on them has no picture in the font."""

    pdf: bytes
    counts: tuple[int, ...]
    sequence: int
    unprintable: bool


async def print_cards(tools: Tools, asker: Asker, member_ids: Sequence[str], reason: str) -> Printed:
    """A page for each of these members, in this order; all prints are recorded before any is made, or none.

    Raises NotFound when one of them is outside the scope, Refused when the processing of one is restricted. A repeat of
    the command counts nothing again.
    """
    members = [await get_member(tools, asker, one) for one in member_ids]
    await require_shown(tools.accesses, tools.ledger, *member_ids)
    trips = [await _trip(tools, one.id) for one in members]
    when = tools.when(None)
    calls = [
        (CARD, member.id, PrintCard(member.id, trip.id or None, reason, when))
        for member, (trip, _) in zip(members, trips, strict=True)
    ]
    outcomes = await tools.commands.execute_together(calls, asker.context)
    await asyncio.gather(tools.directory.refresh(), tools.areas.refresh())
    by = _title(tools, asker.scope.org)
    told = [
        await _told(tools, member, trip, outcome, by)
        for member, trip, outcome in zip(members, trips, outcomes, strict=True)
    ]
    # The first print reads which signs the font has: 0.2 s that nobody else is to wait for.
    cards = await run_in_threadpool(lambda: [boxes(*one) for one in told])
    pdf = await CARD_FORM.print({"cards": cards}, made_at=outcomes[0].events[0].time)
    return Printed(
        pdf,
        tuple(_facts(one).print_count for one in outcomes),
        max(one.sequence for one in outcomes),
        any(card["unprintable"] for card in cards),
    )


def _facts(outcome: Outcome) -> CardPrinted:
    (event,) = outcome.events
    assert isinstance(event.payload, CardPrinted)  # noqa: S101 - the card's stream holds nothing else
    return event.payload


async def _trip(tools: Tools, member_id: str) -> tuple[Departure, History | None]:
    """The trip that a card tells of: the open one, else the last that was none of an error; or none."""
    *begun, _ = await read_trips(tools.ledger, member_id)
    states = [(DEPARTURE.fold(one.events), one) for one in begun]
    real = [one for one in states if one[0].away_since is not None or one[0].open]
    return real[-1] if real else (_NOT_HERE, None)


async def _told(
    tools: Tools, member: Member, found: tuple[Departure, History | None], outcome: Outcome, by: str
) -> tuple[Told, Print]:
    trip, history = found
    own = await tools.ledger.read(MEMBER.subject(member.id))
    text = await text_of(tools, own.events)
    there = await text_of(tools, history.events) if history else {}
    shown = await tools.register.get(MEMBERS, member.id) or {}
    facts = {**shown, **(member.core.model_dump(mode="json") if member.core else {})}
    days = {"away_since": trip.away_since, "ended_on": trip.ended_on, "hosted_since": trip.hosted_since}
    told = Told(
        reference=member.id,
        member={**facts, "registered_on": member.registered_on},
        text={**text, **there},
        trip={**trip.facts, **days},
        state=trip.state,
        words=_words(tools, member, trip, there) | await _contact_person(tools, member.branch),
    )
    (event,) = outcome.events
    return told, Print(_facts(outcome).print_count, event.time, _facts(outcome).reason, by)


def _words(tools: Tools, member: Member, trip: Departure, there: dict[str, Any]) -> dict[str, str | None]:
    """Organisations, places and posts in words, as the card has them."""
    areas, facts = tools.areas, trip.facts
    top = tools.directory.path(member.branch)
    return {
        "organisation": top[0].name if top else None,
        "branch": _title(tools, member.branch),
        "host_branch": _title(tools, trip.host_branch) if trip.host_branch else None,
        "dest_area": areas.words(facts.get("dest_area_code")),
        "occupation_before": areas.post(facts.get("occupation_before_code")),
        "occupation": there.get("occupation") or areas.post(facts.get("occupation_code")),
    }


def _title(tools: Tools, code: str) -> str:
    found = tools.directory.known(code)
    return found.name if found else code


async def _contact_person(tools: Tools, branch: str) -> dict[str, str | None]:
    """Who keeps contact for the branch, with the phone; nothing where nobody does (S-11)."""
    serving = (await get_organisation(tools, branch)).contact_person
    history = await tools.ledger.read(ORGANISATION.subject(branch))
    named = [
        event
        for event in history.events
        if isinstance(event.payload, ContactPersonAppointed | ContactPersonReplaced)
        and event.payload.person_id == serving
    ]
    text = await text_of(tools, named)
    return {"contact_person": text.get("name"), "contact_phone": local_phone(text.get("phone")) or None}
