"""Source committee, receiver, member and clock over registry, transfers and contact, in any order (issue 4's machine).

At every step exactly one organisation answers for a member, and that changes at RelationTransferred alone; a member has
at most one open transfer; no letter number occurs twice. Once everything has been delivered, the three services agree.
What must hold is worked out here from the ledger's own events.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from tests.relation.country import (
    CONTACT,
    FAR,
    HOME,
    NEXT,
    OTHER,
    RATES,
    REGISTRY,
    TRANSFERS,
    Country,
)

from guiyan.contact.domain.decide import DUTY
from guiyan.contact.domain.state import UNSETTLED
from guiyan.contact.projections.cycle import ContactCycle
from guiyan.contact.projections.people import PEOPLE
from guiyan.events import Event
from guiyan.events.codes import ContactState, TransferState
from guiyan.registry.domain.responsibility import OUTSIDE, Relation, relation_after, responsible_branch
from guiyan.transfers.domain.decide import TRANSFER
from guiyan.transfers.domain.state import WITH_LETTER
from guiyan.transfers.projections import rows
from guiyan.transfers.projections.ledger import TransferLedger

pytestmark = pytest.mark.timeout(600)  # what fails is made small first
MEMBERS: Final = st.integers(0, 1)
RECEIVERS: Final[dict[str, dict[str, str]]] = {
    "OTHER": {"to_committee": OTHER},
    "FAR": {"to_branch": FAR},
    "NEXT": {"to_branch": NEXT, "channel": "INTERNAL"},
    "HOME": {"to_branch": HOME},
    "OUTSIDE": {"to_title": "示例省示例县委组织部"},
}
PLACES: Final = st.sampled_from(["OTHER", "OTHER", "FAR", "NEXT", "HOME", "OUTSIDE"])
ENDED: Final = {TransferState.DRAFT, TransferState.WITHDRAWN, TransferState.CANCELLED, TransferState.ARCHIVED}
"""What is over; a DRAFT was only suggested, and nobody has to act on it."""
SAID: Final = {
    "assign": {"to_branch": FAR},
    "return": {"reason": "FORM_FAULTY"},
    "cancel": {"reason": "ENTERED_IN_ERROR"},
}
LONGEST: Final = timedelta(days=90)
"""Longer than any letter is valid, any step may take, and any receipt."""


class BothSides(RuleBasedStateMachine):
    """Two members of one branch; whatever anybody asks for is done, or refused with a reason."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.country = Country()
        self.members: list[str] = []
        self.trips: dict[str, str] = {}
        self.answers: dict[str, str] = {}
        self.relations: dict[str, Relation] = {}
        self.streams: dict[str, list[Event]] = defaultdict(list)
        self.latest: dict[str, str] = {}
        self.letters: set[tuple[Any, ...]] = set()

    def run(self, doing: Coroutine[Any, Any, Any]) -> Any:
        """Do it in this machine's loop."""
        return self.loop.run_until_complete(doing)

    @initialize(seed=st.integers(0, 1_000_000), faulty=st.booleans())
    def begin(self, seed: int, faulty: bool) -> None:  # noqa: FBT001 - drawn
        """The services are up; two members are entered, one of them has left."""
        self.run(self._begin(seed, faulty=faulty))

    async def _begin(self, seed: int, *, faulty: bool) -> None:
        await self.country.open(seed, RATES if faulty else {})
        for branch in (HOME, FAR):
            await self.country.keeper(branch)
        self.members = [await self.country.member(f"m{number}") for number in range(2)]
        await self.country.settle()
        await self._leave(self.members[0])

    def teardown(self) -> None:
        """Whatever happened: delivered and with time gone by, all agree, and nothing waits that nobody was told of."""
        try:
            if self.members:
                self.run(self._in_the_end())
        finally:
            self.run(self.country.close())
            self.loop.close()

    # -- the member -----------------------------------------------------------------------------------------------
    @rule(who=MEMBERS)
    def leaves_or_comes_home(self, who: int) -> None:
        """The member goes away, or comes back."""
        member = self.members[who]
        trip = self.trips.pop(member, None)
        if trip is None:
            self.run(self._leave(member))
        else:
            self.run(self.country.post(REGISTRY, f"/v1/departures/{trip}/return", {}))

    async def _leave(self, member: str) -> None:
        body = {"member_id": member, "reason": "MIGRANT_WORK", "source": "FAMILY_TOLD"}
        left = await self.country.post(REGISTRY, "/v1/departures", body)
        if left.status_code == 201:
            self.trips[member] = left.json()["id"]

    @rule(who=MEMBERS, to=PLACES, at_once=st.integers(1, 3))
    def asks(self, who: int, to: str, at_once: int) -> None:
        """One or several requests for one member at the same instant."""
        self.run(self._at_once(*[("", self.request_of(who, to))] * at_once))

    # -- the source and the receiving committee -------------------------------------------------------------------
    @rule(who=MEMBERS, days=st.integers(1, 40))
    def goes_ahead(self, who: int, days: int) -> None:
        """Approved, issued and handed over, as far as that is possible."""
        for verb, body in (("approve", None), ("issue", {"valid_days": days}), ("hand-over", None)):
            self.act(who, verb, body)

    @rule(who=MEMBERS, to=PLACES, branch=st.sampled_from([FAR, FAR, None]), steps=st.integers(2, 7))
    def a_transfer_as_it_should_go(self, who: int, to: str, branch: str | None, steps: int) -> None:
        """From the request on, step by step, as far as it gets now."""
        self.run(self._at_once(("", self.request_of(who, to))))
        usual = ("approve", "issue", "hand-over", "receive", "receipt", "archive")
        for verb in usual[: steps - 1]:
            self.act(who, verb, {"to_branch": branch} if verb == "receive" and branch else None)

    @rule(who=MEMBERS, verb=st.sampled_from(["approve", "issue", "report-lost", "withdraw", "archive", "resubmit"]))
    def one_step(self, who: int, verb: str) -> None:
        """One act that needs nothing said."""
        self.act(who, verb, {} if verb == "resubmit" else None)

    @rule(who=MEMBERS, days=st.integers(1, 40))
    def a_new_letter(self, who: int, days: int) -> None:
        """In place of one that expired or was lost."""
        self.act(who, "reissue", {"certified_by": HOME, "valid_days": days})

    @rule(who=MEMBERS, branch=st.sampled_from([None, FAR, FAR, NEXT]))
    def is_received(self, who: int, branch: str | None) -> None:
        """The receiver accepts; with a branch the relation moves."""
        self.act(who, "receive", {"to_branch": branch} if branch else {})

    @rule(who=MEMBERS)
    def comes_back_on_paper(self, who: int) -> None:
        """A receiver without a system here answers."""
        day = self.country.today.isoformat()
        self.act(who, "record-receipt", {"received_on": day, "receipt_on": day})

    @rule(who=MEMBERS, verb=st.sampled_from(["assign", "return", "cancel", "receipt"]))
    def is_answered(self, who: int, verb: str) -> None:
        """The other acts of the two committees."""
        self.act(who, verb, SAID.get(verb, {}))

    @rule(who=MEMBERS, first=st.sampled_from(["withdraw", "cancel"]))
    def both_sides_act_at_one_instant(self, who: int, first: str) -> None:
        """The origin ends what the receiver accepts: whoever is first."""
        id_ = self.latest.get(self.members[who])
        if id_ is not None:
            ends = (f"/{id_}/{first}", SAID.get(first))
            self.run(self._at_once(ends, (f"/{id_}/receive", {"to_branch": FAR})))

    # -- messages and the clock -----------------------------------------------------------------------------------
    @rule()
    def an_answer_was_lost(self) -> None:
        """The caller sends the last change again."""
        self.run(self.country.again())

    @rule(service=st.sampled_from([REGISTRY, CONTACT, TRANSFERS]))
    def somebody_is_held_back(self, service: str) -> None:
        """One service learns late from now on."""
        self.country.gates[service].clear()

    @rule(service=st.sampled_from([REGISTRY, CONTACT, TRANSFERS]), pick=st.integers(0, 10_000))
    def a_message_comes_twice(self, service: str, pick: int) -> None:
        """Something that was answered long ago is told again."""
        self.run(self.country.told_again(service, pick))

    @rule(days=st.integers(0, 60))
    def time_passes(self, days: int) -> None:
        """Timers fire, each at its own time."""
        self.run(self.country.advance(timedelta(days=days)))

    @rule()
    @precondition(lambda self: bool(self.members))
    def everything_is_delivered(self) -> None:
        """Then registry, transfers and contact say the same."""
        self.run(self._all_agree())

    # -- how ------------------------------------------------------------------------------------------------------
    def request_of(self, who: int, to: str) -> dict[str, str]:
        """What is asked for."""
        return {"member_id": self.members[who], "dues_paid_to": f"{self.country.today:%Y-%m}", **RECEIVERS[to]}

    def act(self, who: int, verb: str, body: Any = None) -> None:
        """An act on the member's newest transfer."""
        self.take_note()
        id_ = self.latest.get(self.members[who])
        if id_ is not None:
            self.run(self.country.post(TRANSFERS, f"/v1/transfers/{id_}/{verb}", body))

    async def _at_once(self, *asked: tuple[str, Any]) -> None:
        await asyncio.gather(*(self.country.post(TRANSFERS, f"/v1/transfers{path}", body) for path, body in asked))

    # -- what must hold -------------------------------------------------------------------------------------------
    @invariant()
    def at_every_step(self) -> None:
        """Exactly one is responsible, one transfer open at most, no number twice: event by event."""
        self.take_note()

    def take_note(self) -> None:
        """Walk over what was written since, and hold each event against the rules."""
        self.run(self._take_note())

    async def _take_note(self) -> None:
        for event in await self.country.news():
            aggregate, _, id_ = event.subject.partition("/")
            self.streams[event.subject].append(event)
            assert event.streamversion == len(self.streams[event.subject]), "a hole, or a double"
            if aggregate in {"member", "transfer", "retention"}:
                self._of_the_relation(event, id_)
            if event.type == "TransferRequested":
                self.latest[event.data["member_id"]] = id_
            if event.type in {"IntroductionLetterIssued", "LetterReissued"}:
                number = tuple(event.data[name] for name in ("issuer", "letter_year", "letter_sn"))
                assert number not in self.letters, f"letter {number} was issued twice"
                self.letters.add(number)

    def _of_the_relation(self, event: Event, id_: str) -> None:
        member = event.data.get("member_id")
        if event.type == "MemberRegistered":
            self.relations[member] = Relation(event.data["branch"])
            self.answers[member] = event.data["branch"]
            return
        if member not in self.relations:
            return
        after = relation_after(self.relations[member], event.payload, id_)
        assert len(after.open_transfers) <= 1, f"{after.open_transfers} are open at once"
        answer, before = responsible_branch(after), self.answers[member]
        if event.type == "RelationTransferred":
            assert before == event.data["from_branch"], "it moved from somebody who did not have it"
            assert answer == event.data.get("to_branch", OUTSIDE)
        else:
            assert answer == before, f"{event.type} moved the relation from {before} to {answer}"
        self.relations[member], self.answers[member] = after, answer

    async def _all_agree(self) -> None:
        await self.country.deliver()
        await self._take_note()
        for member in self.members:
            answer = self.answers[member]
            shown = await self.country.get(REGISTRY, f"/v1/members/{member}")
            assert shown["responsible"] == answer, "registry"
            person = await self.country.towns[CONTACT].parts.reads(ContactCycle).get(PEOPLE, member)
            assert person is not None
            open_transfer = next(iter(self.relations[member].open_transfers), None)
            assert person["open_transfer"] == open_transfer, "contact"
            if answer != OUTSIDE:
                assert person["branch"] == answer, "contact"
            await self._transfers_agree(member, answer)
            self._duties_are_right(member, person, open_transfer)
        told = await self.country.get(CONTACT, "/v1/duties/reconciliation")
        assert told["difference"] == 0

    async def _transfers_agree(self, member: str, answer: str) -> None:
        newest = self.latest.get(member)
        if newest is None:
            return
        row = await self.country.towns[TRANSFERS].parts.reads(TransferLedger).get(rows.TRANSFERS, newest)
        assert row is not None, "transfers"
        state = TRANSFER.fold(self.streams[f"transfer/{newest}"])
        assert row["state"] == state.state
        assert row["responsible_branch"] == answer, "transfers"
        assert state.is_open == bool(self.relations[member].open_transfers)

    def _duties_are_right(self, member: str, person: dict[str, Any], open_transfer: str | None) -> None:
        """In exactly one state each; none unsettled for who is not away; paused exactly while a transfer is open."""
        for subject, events in self.streams.items():
            if subject.startswith("duty/") and events[0].data["member_id"] == member:
                duty = DUTY.fold(events)
                if duty.state in UNSETTLED:
                    assert person["away"] is not None, "nobody is to be contacted"
                    assert duty.branch == person["branch"], "the duty is not with whom the member is"
                    assert (duty.state is ContactState.PAUSED) == (open_transfer is not None), duty.state

    async def _in_the_end(self) -> None:
        await self._all_agree()
        await self.country.advance(LONGEST)
        await self._all_agree()
        for subject, events in self.streams.items():
            if not subject.startswith("transfer/"):
                continue
            transfer = TRANSFER.fold(events)
            moved = transfer.state is TransferState.COMPLETED
            ended = transfer.state in ENDED or (moved and transfer.letter is None)  # where no letter went, no receipt
            told = transfer.receipt_overdue if moved else transfer.overdue is not None
            assert ended or told, f"{transfer.state} waits, and nobody was told"
            assert transfer.state not in WITH_LETTER, "a letter without an end"
        for town in self.country.towns.values():
            assert (await town.follower.status()).parked == 0


BothSides.TestCase.settings = settings(
    max_examples=20,
    stateful_step_count=25,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)
TestBothSides = BothSides.TestCase
