"""Any order of acts, trips, decisions and days over one member's certificates: what must hold at every step (§2.4).

The desk, the policy and the projection are the real ones, on a ledger in memory; what registry and transfers tell comes
as events, each reaction runs twice, and commands are repeated.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Coroutine
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any, TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from services.transfers.tests.test_certificate_handlers import COUNTY
from services.transfers.tests.town import CITY, FAR, HOME, TOWN

from guiyan.events import Event, derived_id
from guiyan.events.codes import (
    CertDispatch,
    DepartureSource,
    DestCertainty,
    FlowReason,
    MemberSource,
    PersonCategory,
    VoidReason,
)
from guiyan.events.registry import (
    MemberLeft,
    MemberRegistered,
    MemberReturned,
    MembershipReinstated,
    MembershipSuspended,
)
from guiyan.events.transfers import CertificateNumbered, RelationTransferred
from guiyan.ledger import Commands, Context, Fact, Outcome, Refused, business_date
from guiyan.ledger.testing.projections import Documents, project
from guiyan.ledger.testing.projections import timers as timers_of
from guiyan.service.rulebook import Rulebook
from guiyan.service.testing import MemoryReads
from guiyan.service.twins import START, World
from guiyan.transfers.app import say_check_due, say_return_overdue
from guiyan.transfers.commands.certificates import CertificateDesk, CertificateNumbers
from guiyan.transfers.domain import certificate_acts as ask
from guiyan.transfers.domain.certificate import CERTIFICATE
from guiyan.transfers.domain.certificate_state import HELD, OPEN
from guiyan.transfers.domain.commands import Act
from guiyan.transfers.policies.certificates import CertificatesEnd
from guiyan.transfers.projections.absences import absence_of
from guiyan.transfers.projections.certificate_rows import CERTIFICATE_STEP, CHECK, RETURN
from guiyan.transfers.projections.ledger import TransferLedger

T = TypeVar("T")
MEMBER = derived_id(START, "somebody")
DECIDED = {"branch": HOME, "decision_no": "示例〔2026〕1号", "decided_on": "2026-03-10", "decided_by": TOWN}


class AnyCertificates(RuleBasedStateMachine):
    """One member, who leaves and comes home, and everybody who has to do with the certificates."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.world = World()
        commands = Commands(self.world.ledger, self.world.sealer, self.world.clock)
        self.desk = CertificateDesk(commands, self.world.clock, Rulebook(MemoryReads({})), CERTIFICATE)
        self.numbers = CertificateNumbers(self.desk, self._no_hint)
        self.policy = CertificatesEnd(self.desk)
        self.names = count(1)
        self.trips = 0
        self.moved = 0
        self.fired: set[tuple[str, datetime]] = set()
        self.last: tuple[Act, str, Context] | None = None

    def teardown(self) -> None:
        """The loop ends with the story."""
        self.runner.close()

    async def _no_hint(self, prefix: str, year: int) -> int:
        del prefix, year
        return 0

    def run(self, what: Coroutine[Any, Any, T]) -> T:
        """Wait for it."""
        return self.runner.run(what)

    @property
    def today(self) -> date:
        """The business date now."""
        return self.world.clock.today()

    @property
    def facts(self) -> list[Fact]:
        """All that happened, in order."""
        ledger: Any = self.world.ledger
        decoded = [ledger._decode(one) for one in ledger.log.messages]
        return [Fact(event, one.sequence, place) for one in decoded for place, event in enumerate(one.events)]

    @property
    def documents(self) -> Documents:
        """What the projection makes of it."""
        return project(TransferLedger(), self.facts)

    def rows(self) -> list[dict[str, Any]]:
        """The member's certificates, first to last."""
        documents = self.documents
        return [documents["certificates"][id_] for id_ in documents["people"][MEMBER]["certificates"]]

    def context(self, *name: str) -> Context:
        """The circumstances of a command."""
        id_ = derived_id(START, "command", *(name or (str(next(self.names)),)))
        return Context(id_, "tester", CITY, id_, id_)

    def newest(self) -> str | None:
        """The member's newest certificate."""
        found = self.run(self.desk.find_newest(MEMBER))
        return None if found is None else found[0]

    def do(self, act: Act, id_: str | None = None, context: Context | None = None) -> Outcome | None:
        """An act that is done, or refused; then it can be repeated."""
        context = context or self.context()
        id_ = id_ or self.newest()
        if id_ is None:
            return None
        try:
            if isinstance(act, ask.GiveNumber):
                return self.run(self.numbers.give(id_, COUNTY, act.on, context))
            done = self.run(self.desk.act(id_, act, context))
        except Refused:
            return None
        if done.events:
            self.last = (act, id_, context)
        return done

    def happen(self, id_: str, payload: Any, on: date | None = None) -> None:
        """Something happened elsewhere; the policy hears of it twice."""
        self.run(self.world.happen(id_, payload, occurred_on=on))
        fact = self.facts[-1]
        if fact.type not in self.policy.handles:
            return
        for _ in range(2):
            for place, call in enumerate(self.run(self.policy.react(fact))):
                name = (self.policy.name, fact.event.id, str(place))
                self.do(call.command, call.aggregate_id, self.context(*name))

    @initialize()
    def somebody(self) -> None:
        """A member of a branch."""
        self.happen(
            MEMBER,
            MemberRegistered(
                member_id=MEMBER, branch=HOME, person_category=PersonCategory.FULL, source=MemberSource.DEVELOPED
            ),
        )

    @rule(days=st.integers(1, 200))
    def time_passes(self, days: int) -> None:
        """Days go by; each timer fires on its own day, twice, in order."""
        until = self.world.clock.now() + timedelta(days=days)
        for _ in range(50):
            due = sorted(self.timers(), key=lambda one: one["due_at"])
            at: datetime | None = due[0]["due_at"] if due else None
            if at is None or at > until:
                break
            self.world.clock.set(at)
            before = len(self.facts)
            for timer in [one for one in due if one["due_at"] == at]:
                self.fired.add((timer["_id"], at))
                for act in self._timed(timer) * 2:
                    self.do(act, timer["data"]["certificate_id"])
            assert len(self.facts) > before, "what has nothing to say any more has no timer"
        self.world.clock.set(until)

    def timers(self) -> list[dict[str, Any]]:
        """What the clock has to do yet: what was fired and is still there is done, as the due loop remembers it."""
        there = [one for one in timers_of(self.documents).values() if "certificate_id" in one["data"]]
        return [one for one in there if (one["_id"], one["due_at"]) not in self.fired]

    def _timed(self, timer: dict[str, Any]) -> list[Act]:
        data: Any = timer["data"]
        if timer["kind"] in {CHECK, RETURN}:
            say = say_check_due if timer["kind"] == CHECK else say_return_overdue
            named: Any = type("Timer", (), {"data": data})
            return [call.command for call in say(self.desk, named)]
        assert timer["kind"] == CERTIFICATE_STEP
        on, since, due = (date.fromisoformat(data[name]) for name in ("due_on", "since", "due"))
        return [
            ask.SayCertificateStepOverdue(
                on=on, today=on, step=data["step"], since=since, due_on=due, working_days=data["days"]
            )
        ]

    @rule(fixed=st.booleans())
    def leaves(self, fixed: bool) -> None:  # noqa: FBT001 - drawn
        """A new trip, when there is none."""
        if self._away() is None:
            self.trips += 1
            certainty = DestCertainty.FIXED if fixed else DestCertainty.CHANGING
            left = MemberLeft(
                member_id=MEMBER,
                branch=HOME,
                source=DepartureSource.SWEEP,
                reason=FlowReason.MIGRANT_WORK,
                dest_certainty=certainty,
            )
            self.happen(derived_id(START, "trip", str(self.trips)), left)

    @rule(handed_in=st.sampled_from([None, False, True]))
    def comes_home(self, handed_in: bool | None) -> None:  # noqa: FBT001 - drawn
        """The trip ends, perhaps with the certificate handed in."""
        if self._away() is not None:
            trip = derived_id(START, "trip", str(self.trips))
            self.happen(trip, MemberReturned(member_id=MEMBER, branch=HOME, certificate_handed_in=handed_in))

    def _away(self) -> ask.Absence | None:
        return absence_of(self.documents["people"][MEMBER])

    @rule()
    def somebody_asks(self) -> None:
        """Two ask at the same instant for whoever is away."""
        absence = self._away()
        if absence is None:
            return
        act = ask.RequestCertificate(on=self.today, today=self.today, member_id=MEMBER, branch=HOME, absence=absence)

        async def both() -> list[Any]:
            asked = (self.desk.request(act, self.context()) for _ in range(2))
            return list(await asyncio.gather(*asked, return_exceptions=True))

        made = [one for one in self.run(both()) if isinstance(one, Outcome)]
        assert len(made) <= 1

    @rule(pick=st.integers(0, 10), back=st.integers(-1, 40))
    @precondition(lambda self: self.newest() is not None)
    def somebody_acts(self, pick: int, back: int) -> None:
        """Anybody does anything with the newest certificate, now, late, or (refused) ahead."""
        when: dict[str, Any] = {"on": self.today - timedelta(days=back), "today": self.today}
        act: Act = [
            ask.GiveNumber(**when, certificate_no="", issuer=CITY),
            ask.Seal(**when, sealed_by=TOWN),
            ask.IssueCertificate(**when),
            ask.Dispatch(**when, how=CertDispatch.IN_PERSON),
            ask.AddHostEntry(**when, arrived_on=when["on"], host_branch=FAR),
            ask.AddDues(**when, months=("2026-03",)),
            ask.Check(**when, checked_by=HOME),
            ask.HandIn(**when),
            ask.ReportCertificateLost(**when),
            ask.VoidCertificate(**when, reason=VoidReason.SPOILT),
            ask.PrintCertificate(**when, key_id="k"),
        ][pick]
        self.do(act)

    @rule()
    @precondition(lambda self: self.newest() is not None)
    def the_next_step_is_taken(self) -> None:
        """As it should go: numbered, sealed, issued, given."""
        when: dict[str, Any] = {"on": self.today, "today": self.today}
        for act in (
            ask.GiveNumber(**when, certificate_no="", issuer=CITY),
            ask.Seal(**when, sealed_by=TOWN),
            ask.IssueCertificate(**when),
            ask.Dispatch(**when, how=CertDispatch.IN_PERSON),
        ):
            if self.do(act) is not None:
                return

    @rule()
    def a_lost_one_is_replaced(self) -> None:
        """In one batch with the request for the new one."""
        id_, absence = self.newest(), self._away()
        if id_ is None or absence is None:
            return
        act = ask.RequestCertificate(on=self.today, today=self.today, member_id=MEMBER, branch=HOME, absence=absence)
        try:
            self.run(self.desk.replace_lost(id_, act, self.context()))
        except Refused:
            return

    @rule(back=st.integers(0, 30))
    def the_relation_moves(self, back: int) -> None:
        """A transfer is completed, as of now or of an earlier day."""
        self.moved += 1
        on = self.today - timedelta(days=back)
        moved = RelationTransferred(member_id=MEMBER, from_branch=HOME, to_branch=FAR, transferred_on=on)
        self.happen(derived_id(START, "transfer", str(self.moved)), moved, on)
        assert all(row["state"] not in OPEN for row in self.rows()), "retired by a completed transfer"

    @rule(ends=st.booleans())
    def the_membership_stops_or_goes_on(self, ends: bool) -> None:  # noqa: FBT001 - drawn
        """Suspended, or reinstated."""
        told = {"member_id": MEMBER, **DECIDED}
        if ends:
            self.happen(MEMBER, MembershipSuspended.model_validate({**told, "ground": "LOST_CONTACT"}))
            assert all(row["state"] not in OPEN for row in self.rows()), "void with the membership"
        else:
            self.happen(MEMBER, MembershipReinstated.model_validate({**told, "requested_on": "2026-03-10"}))

    @rule()
    def the_last_command_comes_again(self) -> None:
        """A repeat writes nothing."""
        if self.last is not None:
            act, id_, context = self.last
            before = len(self.facts)
            again = self.run(self.desk.act(id_, act, context))
            assert again.duplicate
            assert len(self.facts) == before

    @invariant()
    def at_most_one_is_valid(self) -> None:
        """One certificate a member at a time; the ledger and the register agree on every state."""
        if not self.facts:
            return
        rows = self.rows()
        assert sum(row["state"] in OPEN for row in rows) <= 1
        assert [row["open"] for row in rows] == [row["state"] in OPEN for row in rows]
        for row in rows:
            found = self.run(self.desk.find(row["_id"]))
            assert found is not None
            assert found[0].state == row["state"]
            assert found[0].check_due_on == (row["check_due_on"] and date.fromisoformat(row["check_due_on"]))

    @invariant()
    def a_number_is_never_given_twice(self) -> None:
        """And none is skipped within its year."""
        events: list[Event] = [fact.event for fact in self.facts]
        given = [one.payload.certificate_no for one in events if isinstance(one.payload, CertificateNumbered)]
        assert len(set(given)) == len(given)
        for year, many in Counter(no.split("-")[1] for no in given).items():
            serials = sorted(int(no.rpartition("-")[2]) for no in given if no.split("-")[1] == year)
            assert serials == list(range(1, many + 1))

    @invariant()
    def every_one_ends_or_has_a_due_timer(self) -> None:
        """Or it has been said that something is due; nothing is said of what has ended."""
        if not self.facts:
            return
        timers = {one["data"]["certificate_id"] for one in self.timers()}
        for row in self.rows():
            told = row["overdue_step"] or row["state"] == "CHECK_DUE"
            assert (row["_id"] in timers) or told or row["state"] not in OPEN
            assert row["state"] in OPEN or row["_id"] not in timers
            home = self._away() is None and row["state"] in HELD and row["issued_on"]
            if home and row["return_due_on"] is None:
                assert not row["open"] or self._was_issued_at_home(row)

    def _was_issued_at_home(self, row: dict[str, Any]) -> bool:
        """This machine lets a branch issue to somebody who is home, which the office refuses."""
        issued = next(one for one in self.facts if one.type == "CertificateIssued" and one.aggregate_id == row["_id"])
        homes = [one.event for one in self.facts if one.type == "MemberReturned"]
        return issued.event.time >= homes[-1].time if homes else True

    @invariant()
    def nothing_is_dated_ahead(self) -> None:
        """Late is recorded, ahead is not."""
        assert all(fact.event.occurredon <= business_date(fact.event.time) for fact in self.facts)


TestAnyCertificates = AnyCertificates.TestCase
TestAnyCertificates.settings = settings(max_examples=12, stateful_step_count=30, deadline=None)
