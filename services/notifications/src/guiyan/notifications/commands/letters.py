"""Printing letters: recorded and counted, opened for the paper and set, and kept nowhere (S-40, ADR 0016)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from starlette.concurrency import run_in_threadpool

from guiyan.events import Event
from guiyan.events.codes import LetterKind
from guiyan.events.contact.contact_point import ContactPointText
from guiyan.events.notifications.letter import MemberLetterPrinted
from guiyan.events.notifications.study import MaterialDispatched
from guiyan.events.registry.departure import DestinationText
from guiyan.events.registry.member import MemberText, MemberTextChange
from guiyan.ledger import Clock, Commands, Ledger, Outcome, Refused, Sealer, Subject
from guiyan.notifications.domain.letter import LETTER, PrintLetter, letter_id
from guiyan.notifications.domain.material import MATERIAL, Dispatch
from guiyan.notifications.forms.letters import LETTERS_FORM, Addressee, Host, Print, Sender, blanks
from guiyan.notifications.projections.learners import LEARNERS, NORMAL
from guiyan.notifications.projections.letters import LETTERS, POST_BOXES
from guiyan.notifications.queries import PostReads
from guiyan.notifications.wordings import Wordings
from guiyan.service.caller import Commander
from guiyan.service.directory import Directory, Organisation
from guiyan.service.reads import CountingReads, Document, wait_for
from guiyan.service.withheld import WITHHELD, require_shown

LETTERS_MOST: Final = 30
"""Pages of one file (ADR 0016)."""
WAIT_SECONDS: Final = 5.0
_TEXTS: Final = (MemberText, MemberTextChange, DestinationText, ContactPointText)


@dataclass(frozen=True, slots=True)
class Printed:
    """The letters as PDF, whose, how often each by now, how many are left, and whether a sign has no picture."""

    pdf: bytes
    members: tuple[str, ...]
    counts: tuple[int, ...]
    left: int
    sequence: int
    unprintable: bool


@dataclass(frozen=True)
class LetterDesk:
    """What printing works with."""

    ledger: Ledger
    commands: Commands
    sealer: Sealer
    clock: Clock
    directory: Directory
    wordings: Wordings
    posts: PostReads
    study: CountingReads
    letters: CountingReads

    async def print_for(
        self, caller: Commander, kind: LetterKind, member_ids: Sequence[str], reason: str, left: int = 0
    ) -> Printed:
        """A page for each of these members, in this order; all prints are recorded before any is made, or none.

        Raises Refused for a member outside the scope, without a name, or whose data may not be used any more (§5.3). A
        repeat of the command counts nothing again.
        """
        members = {one: await self._member(caller, one) for one in dict.fromkeys(member_ids)}
        await require_shown(self.letters, self.ledger, *members)
        persons = {one: await self._person(one) for one in members}
        points = {one: await self._post_box(one) for one in members}
        calls = [
            (
                LETTER,
                letter_id(one, kind),
                PrintLetter(one, kind, member["branch"], reason, points[one], self.clock.today()),
            )
            for one, member in members.items()
        ]
        outcomes = await self.commands.execute_together(calls, caller.context)
        await self.directory.refresh()
        by = self._title(caller.principal.org)
        told = [
            await self._told(persons[one], member, outcome, by)
            for (one, member), outcome in zip(members.items(), outcomes, strict=True)
        ]
        # The first print reads which signs the font has: 0.2 s that nobody else is to wait for.
        pages = await run_in_threadpool(lambda: [blanks(*one) for one in told])
        pdf = await LETTERS_FORM.print({"letters": pages}, made_at=outcomes[0].events[0].time)
        return Printed(
            pdf,
            tuple(members),
            tuple(_facts(one).print_count for one in outcomes),
            left,
            max(one.sequence for one in outcomes),
            any(page["unprintable"] for page in pages),
        )

    async def print_branch(self, caller: Commander, kind: LetterKind, branch: str, reason: str) -> Printed:
        """Letters for a branch's members away who have none of this kind yet, the first thirty; how many are left.

        A repeat under the same key is of the same members, whoever left meanwhile.
        """
        caller.scope.check(branch)
        for reads in (self.study, self.letters):
            await wait_for(reads, await self.ledger.head(), WAIT_SECONDS)
        again = await self.letters.find(LETTERS, {"cause": caller.context.causation_id})
        away = await self.study.find(
            LEARNERS, {"branch": branch, "status": NORMAL, "away_since": {"$ne": None}}, sort=[("_id", 1)]
        )
        had = {one["member_id"] for one in await self.letters.find(LETTERS, {"kind": str(kind), "branch": branch})}
        gone = {one["_id"] for one in await self.letters.find(WITHHELD, {})}
        waiting = [one["_id"] for one in away if one["_id"] not in had | gone]
        chosen = sorted(one["member_id"] for one in again) or waiting[:LETTERS_MOST]
        if not chosen:
            raise Refused("nobody_to_write_to", pointer="/branch", status=409)
        return await self.print_for(caller, kind, chosen, reason, len([one for one in waiting if one not in chosen]))

    async def dispatch(
        self, caller: Commander, kind: LetterKind, items: Sequence[tuple[str, str | None]], on: date | None
    ) -> list[Outcome]:
        """These letters went to the post, each with the number of its item: all are recorded, or none.

        Raises Refused for a member outside the scope or named twice, or whose letter of this kind was not printed.
        """
        if len({member_id for member_id, _ in items}) != len(items):
            raise Refused("letter_twice", pointer="/items")
        await wait_for(self.letters, await self.ledger.head(), WAIT_SECONDS)
        today = self.clock.today()
        calls = []
        for place, (member_id, tracking_no) in enumerate(items):
            await self._member(caller, member_id, f"/items/{place}/member_id")
            letter = await self.letters.get(LETTERS, letter_id(member_id, kind))
            if letter is None:
                raise Refused("letter_not_printed", pointer=f"/items/{place}/member_id")
            facts = MaterialDispatched(
                member_id=member_id,
                kind=kind,
                by_post=True,
                tracking_no=tracking_no,
                contact_point_id=letter["contact_point_id"],
            )
            calls.append((MATERIAL, caller.new_id("material", member_id), Dispatch(facts, on or today, today)))
        return await self.commands.execute_together(calls, caller.context)

    async def _member(self, caller: Commander, member_id: str, pointer: str = "/member_ids") -> Document:
        found = await self.study.get(LEARNERS, member_id)
        if found is None or not caller.scope.covers(found["branch"]):
            raise Refused("member_unknown", pointer=pointer)
        return found

    async def _post_box(self, member_id: str) -> str | None:
        """The postal contact point told last, if there is one in use."""
        points = (await self.letters.get(POST_BOXES, member_id) or {"points": []})["points"]
        return str(points[-1]) if points else None

    async def _person(self, member_id: str) -> dict[str, Any]:
        """Name and phone of a member; raises Refused where the text was erased."""
        found = await self._text("registry", "member", member_id)
        if not found.get("name"):
            raise Refused("member_text_gone", pointer="/member_ids", status=409)
        return found

    async def _told(self, person: dict[str, Any], member: Document, outcome: Outcome, by: str) -> Any:
        facts, event = _facts(outcome), outcome.events[0]
        trip, box = await asyncio.gather(
            self._text("registry", "departure", member["trip"]),
            self._text("contact", "contact_point", facts.contact_point_id),
        )
        since = member["away_since"]
        to = Addressee(
            person["name"],
            trip.get("dest_phone") or person.get("mobile"),
            box.get("value") or trip.get("dest_address"),
            date.fromisoformat(since) if since else None,
        )
        act = Print(event.aggregate_id, facts.kind, facts.print_count, event.time, by)
        return to, self._host(member["host"]), await self._sender(facts.branch, member["keeper"]), act

    def _host(self, code: str | None) -> Host:
        found = self.directory.known(code) if code else None
        return Host() if found is None else Host(found.name, found.facts.get("address"), found.facts.get("postcode"))

    async def _sender(self, branch: str, keeper: str | None) -> Sender:
        person_id = keeper or await self.posts.find_post(branch, "contact_person")
        person = await self.posts.find_person(person_id) if person_id else None
        above = self.directory.committee_above(branch)
        return Sender(
            self._title(branch),
            (person or {}).get("name"),
            await self.wordings.phone_of(branch) or None,
            await self.wordings.phone_of(above) or None,
            next((found for one in (branch, above) if (found := _address(self.directory.known(one)))), None),
        )

    async def _text(self, service: str, aggregate: str, id_: str | None) -> dict[str, Any]:
        """What was told in words, as it stands now: opened for the paper. Nothing where its key was destroyed."""
        if id_ is None:
            return {}
        events: Sequence[Event] = (await self.ledger.read(Subject(service, aggregate, id_), fresh=True)).events
        opened = await self.sealer.open([one for one in events if one.data.get("pii") is not None])
        text: dict[str, Any] = {}
        for event in events:
            pii = opened.get(event.id)
            if isinstance(pii, _TEXTS):
                text |= pii.model_dump(mode="json", exclude_none=True)
        return text

    def _title(self, code: str) -> str:
        found = self.directory.known(code)
        return found.name if found else code


def _facts(outcome: Outcome) -> MemberLetterPrinted:
    (event,) = outcome.events
    assert isinstance(event.payload, MemberLetterPrinted)  # noqa: S101 - the letter's stream holds nothing else
    return event.payload


def _address(office: Organisation | None) -> str | None:
    """An office's address with its postcode."""
    if office is None or not office.facts.get("address"):
        return None
    return "  ".join(str(office.facts[name]) for name in ("address", "postcode") if office.facts.get(name))
