"""Which organisation answers for a member: exactly one, at every instant, in every order of events (domain.md §2.1)."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from itertools import count
from typing import Any, ClassVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule
from services.registry.tests.chronicle import Chronicle
from services.registry.tests.story import TODAY, Story

from guiyan.events.codes import HostRefusal, RetentionEnd, TransferSide
from guiyan.events.registry import departure as trips
from guiyan.events.registry.member import BranchAssigned
from guiyan.events.registry.retention import (
    RelationRetained,
    RetentionEnded,
    RetentionMoved,
    RetentionReopened,
    RetentionRequested,
)
from guiyan.events.transfers import letter, transfer
from guiyan.ledger import Refused
from guiyan.registry.domain.dates import Occasion, months_after
from guiyan.registry.domain.responsibility import OUTSIDE, Held, Relation, relation_after, responsible_branch
from guiyan.registry.domain.retention import (
    RETENTION,
    EndRetention,
    ExtendRetention,
    FollowEnd,
    MoveRetention,
    RemindRetention,
    ReopenRetention,
    RequestRetention,
    RetainRelation,
)

HOME, NEXT, FAR, SCHOOL = "654002001001", "654002001002", "654002002001", "310115003001"
COMMITTEE = "440306001000"
BRANCHES = st.sampled_from([HOME, NEXT, FAR])
DECISION = "019b76da-a800-7000-8000-0000000000b1"
MEMBER = "019b76da-a800-7000-8000-000000000001"
T1, T2 = "019b76da-a800-7000-8000-0000000000a1", "019b76da-a800-7000-8000-0000000000a2"


def moved(to_branch: str | None, to_committee: str | None = None) -> transfer.RelationTransferred:
    """What transfers says when the relation has moved."""
    return transfer.RelationTransferred(
        member_id=MEMBER, from_branch=HOME, to_branch=to_branch, to_committee=to_committee,
        transferred_on=date(2026, 6, 1),
    )  # fmt: skip


def assigned(branch: str, transfer_id: str | None = None) -> BranchAssigned:
    """What the register says when it has followed."""
    return BranchAssigned(member_id=MEMBER, from_branch=HOME, branch=branch, transfer_id=transfer_id)


def retained(org: str = SCHOOL) -> RelationRetained:
    """A graduate's relation stays at the university."""
    facts = {"kind": "GRADUATE_UNPLACED", "holding_org": org, "branch": org, "from_on": "2026-01-01"}
    return RelationRetained.model_validate({"member_id": MEMBER, "retain_until": "2027-12-31", **facts})


def test_each_case_answers_as_the_rules_say() -> None:
    """Accepted: the receiver; open: the origin; retained: the retaining organisation; else the formal branch."""
    held = (Held(T2, SCHOOL),)
    assert responsible_branch(Relation(HOME)) == HOME
    assert responsible_branch(Relation(HOME, retained=held)) == SCHOOL
    assert responsible_branch(Relation(HOME, (T1,), retained=held)) == HOME
    assert responsible_branch(Relation(HOME, (T1,), Held(T1, FAR), held)) == FAR


def test_a_transfer_that_leaves_the_city_takes_responsibility_along() -> None:
    """The receiver is its branch, else its committee; where neither has a code here it is somebody outside."""
    for payload, answer in ((moved(FAR), FAR), (moved(None, COMMITTEE), COMMITTEE), (moved(None), OUTSIDE)):
        assert responsible_branch(relation_after(Relation(HOME, (T1,)), payload, T1)) == answer


def test_the_end_of_one_transfer_clears_no_other() -> None:
    """Each transfer, and each retention, is ended by itself alone."""
    relation = relation_after(Relation(HOME, (T1, T2)), transfer.TransferWithdrawn(member_id=MEMBER), T1)
    assert relation.open_transfers == (T2,)
    both = Relation(HOME, retained=(Held(T1, SCHOOL), Held(T2, FAR)))
    ended = RetentionEnded.model_validate({"member_id": MEMBER, "how": "RETURNED"})
    assert responsible_branch(relation_after(both, ended, T1)) == FAR
    assert responsible_branch(relation_after(both, ended, T2)) == SCHOOL


def test_an_older_transfer_followed_late_undoes_no_newer_one() -> None:
    """The register may follow the first transfer when the second has moved the relation already."""
    relation = Relation(HOME)
    for payload, by in ((moved(NEXT), T1), (moved(FAR), T2), (assigned(NEXT, T1), MEMBER)):
        relation = relation_after(relation, payload, by)
    assert responsible_branch(relation) == FAR
    assert responsible_branch(relation_after(relation, assigned(FAR, T2), MEMBER)) == FAR


def _command(what: str, org: str, state: Any) -> Any:
    """An act on a retention, or what follows from a decision."""
    when = Occasion(TODAY, TODAY)
    asked = {"member_id": MEMBER, "kind": "GRADUATE_UNPLACED", "holding_org": org, "from_on": "2026-06-30"}
    return {
        "ask": RequestRetention(RetentionRequested.model_validate(asked), None, when),
        "keep": RetainRelation(org, MEMBER, None, None, when),
        "extend": ExtendRetention(months_after(state.retain_until or TODAY, 6), "示〔2026〕1号", when),
        "move": MoveRetention(when, holding_org=org),
        "remind": RemindRetention(12, state.retain_until or TODAY, TODAY),
        "return": EndRetention(RetentionEnd.RETURNED, when),
        "decline": EndRetention(RetentionEnd.NOT_GRANTED, when),
        "suspend": FollowEnd(RetentionEnd.SUSPENDED, TODAY),
        "end": FollowEnd(RetentionEnd.MEMBERSHIP_ENDED, TODAY),
        # as the policy: what a transfer ended is not kept again
        "annul": ReopenRetention(T1 if state.state == "TRANSFERRED_OUT" else DECISION, TODAY),
    }[what]


class Life(RuleBasedStateMachine):
    """A member's life in any order of events, told to the live projection; the answer is found by another way as well.

    The oracle remembers the whole story and answers from its end; the projection answers step by step.
    """

    open_ones = Bundle("open_ones")
    retentions = Bundle("retentions")
    ids: ClassVar[Any] = count(1)

    def __init__(self) -> None:
        super().__init__()
        self.told = Chronicle(MEMBER, HOME)
        self.formal = HOME
        self.accepted: tuple[str, str] | None = None
        self.unfollowed: list[tuple[str, str | None]] = []
        self.open: set[str] = set()
        self.retaining: dict[str, str] = {}
        self.trip: str | None = None

    def _id(self) -> str:
        return f"019b76da-a800-7000-8000-{next(self.ids):012x}"

    @rule(target=open_ones)
    def request(self) -> str:
        """A transfer is asked for: the origin stays responsible."""
        transfer_id = self._id()
        facts = {
            "member_id": MEMBER, "channel": "PAPER", "change_type": "OUT_INSIDE", "to_title": "示例",
            "dues_paid_to": "2026-05", "from_branch": HOME, "from_committee": COMMITTEE,
        }  # fmt: skip
        self.told.tell("transfers", "transfer", transfer_id, transfer.TransferRequested.model_validate(facts))
        self.open.add(transfer_id)
        return transfer_id

    @rule(target=open_ones)
    def record_incoming(self) -> str:
        """A transfer from outside is entered: who is outside stays there until the relation moves."""
        transfer_id = self._id()
        facts = {
            "member_id": MEMBER, "channel": "PAPER", "change_type": "IN_OTHER_PROVINCE", "from_title": "示例省组织部",
            "to_committee": COMMITTEE,
        }  # fmt: skip
        self.told.tell("transfers", "transfer", transfer_id, transfer.IncomingTransferRecorded.model_validate(facts))
        self.open.add(transfer_id)
        return transfer_id

    @rule(which=open_ones)
    def receive(self, which: str) -> None:
        """A committee takes it in, and may still send it back: nothing changes yet."""
        self.told.tell("transfers", "transfer", which, transfer.TransferReceived(member_id=MEMBER))

    @rule(which=consumes(open_ones), how=st.sampled_from(["withdraw", "cancel", "return", "expire"]))
    def end(self, which: str, how: str) -> None:
        """One transfer comes to nothing."""
        payload: Any = {
            "withdraw": transfer.TransferWithdrawn(member_id=MEMBER),
            "cancel": transfer.TransferCancelled.model_validate({"member_id": MEMBER, "reason": "ENTERED_IN_ERROR"}),
            "return": transfer.TransferReturned.model_validate(
                {"member_id": MEMBER, "by_side": TransferSide.RECEIVER, "reason": "WRONG_RECEIVER"}
            ),
            "expire": letter.LetterExpired(member_id=MEMBER, expires_on=date(2026, 6, 1)),
        }[how]
        self.told.tell("transfers", "transfer", which, payload)
        self.open.discard(which)

    @rule(which=consumes(open_ones), to_branch=st.none() | BRANCHES, committee=st.none() | st.just(COMMITTEE))
    def transfer(self, which: str, to_branch: str | None, committee: str | None) -> None:
        """The relation moves, inside the city or out of it; the register has not followed yet."""
        self.told.tell("transfers", "transfer", which, moved(to_branch, committee))
        self.open.discard(which)
        self.accepted = (which, to_branch or committee or OUTSIDE)
        self.unfollowed.append((which, to_branch))
        self.retaining.clear()
        for _ in range(2):  # the policy, run twice: the retention ends once
            self._carry_out(FollowEnd(RetentionEnd.TRANSFERRED_OUT, TODAY, which))
        ends = [
            one
            for one in self.kept.events
            if one.payload == RetentionEnded(member_id=MEMBER, how=RetentionEnd.TRANSFERRED_OUT, transfer_id=which)
        ]
        assert len(ends) <= 1
        assert not self.kept.state.open

    @rule()
    def follow(self) -> None:
        """The register follows the oldest transfer that it has not followed."""
        if not self.unfollowed:
            return
        which, to_branch = self.unfollowed.pop(0)
        if to_branch is None or to_branch == self.formal:
            return
        self.told.tell("registry", "member", MEMBER, assigned(to_branch, which))
        self.formal = to_branch
        if self.accepted is not None and self.accepted[0] == which:
            self.accepted = None

    @rule(branch=BRANCHES)
    def reorganise(self, branch: str) -> None:
        """Branches are merged or split: by decision the member is in another one (§2.13); what is outside stays so."""
        self.told.tell("registry", "member", MEMBER, assigned(branch))
        outside = self.accepted is not None and self.accepted[1] == OUTSIDE
        self.formal, self.accepted = branch, self.accepted if outside else None

    @rule(target=retentions, org=st.sampled_from([SCHOOL, FAR]))
    def retain(self, org: str) -> str:
        """An organisation keeps the relation (R1 Art. 34)."""
        retention = self._id()
        self.told.tell("registry", "retention", retention, retained(org))
        self.retaining[retention] = org
        return retention

    @rule(which=consumes(retentions))
    def release(self, which: str) -> None:
        """It keeps it no more."""
        ended = RetentionEnded.model_validate({"member_id": MEMBER, "how": "RETURNED"})
        self.told.tell("registry", "retention", which, ended)
        self.retaining.pop(which, None)

    @initialize(incoming=st.booleans())
    def begin(self, incoming: bool) -> None:  # noqa: FBT001 - drawn
        """The decider's own retention, beside those of arbitrary events; who is expected from outside is outside."""
        self.told = Chronicle(MEMBER, HOME, incoming=incoming)
        self.accepted = ("entry", OUTSIDE) if incoming else None
        self.kept = Story(RETENTION, self._id())
        self.decided = 0

    @rule(
        what=st.sampled_from(
            ["ask", "keep", "extend", "move", "remind", "return", "decline", "suspend", "end", "annul", "annul"]
        ),
        org=st.sampled_from([SCHOOL, FAR]),
    )
    def retain_by_rule(self, what: str, org: str) -> None:
        """What the decider of retentions writes, in any order of acts, ends and decisions taken back (§2.10)."""
        if what == "ask" and not self.kept.state.open and self.kept.state.state is not None:
            self.kept = Story(RETENTION, self._id())
        self._carry_out(_command(what, org, self.kept.state))

    def _carry_out(self, command: Any) -> None:
        with suppress(Refused):
            drafts = self.kept.decider.decide(command, self.kept.state)
            self.decided += 1
            for draft in drafts:
                self.kept.given(draft.payload, draft.occurred_on, cause=DECISION)
                self.told.tell("registry", "retention", self.kept.id, draft.payload)
                if isinstance(draft.payload, RelationRetained) or (
                    isinstance(draft.payload, RetentionMoved) and self.kept.id in self.retaining
                ):
                    self.retaining[self.kept.id] = draft.payload.holding_org
                elif isinstance(draft.payload, RetentionEnded):
                    self.retaining.pop(self.kept.id, None)
                elif isinstance(draft.payload, RetentionReopened) and draft.payload.holding_org:
                    self.retaining[self.kept.id] = draft.payload.holding_org

    @rule(what=st.sampled_from(["report_in", "accept", "decline", "return"]), host=BRANCHES)
    def travel(self, what: str, host: str) -> None:
        """A trip, and whatever a host says of it, moves no responsibility (R1 Art. 32)."""
        before = self.told.member["responsible"]
        if self.trip is None:
            self.trip = self._id()
            facts = {"member_id": MEMBER, "branch": self.formal, "reason": "BUSINESS", "source": "SWEEP"}
            self.told.tell("registry", "departure", self.trip, trips.MemberLeft.model_validate(facts))
        payload: Any = {
            "report_in": trips.HostReportedIn(member_id=MEMBER, host_branch=host),
            "accept": trips.HostAccepted(member_id=MEMBER, host_branch=host),
            "decline": trips.HostDeclined(member_id=MEMBER, host_branch=host, reason=HostRefusal.OUTSIDE_AREA),
            "return": trips.MemberReturned(member_id=MEMBER, branch=self.formal),
        }[what]
        self.told.tell("registry", "departure", self.trip, payload)
        self.trip = None if what == "return" else self.trip
        assert self.told.member["responsible"] == before

    @invariant()
    def exactly_one_answers(self) -> None:
        """The answer of the documents is the one that the story as a whole has."""
        answer = self.formal
        if self.accepted is not None:
            answer = self.accepted[1]
        elif self.retaining and not self.open:
            answer = list(self.retaining.values())[-1]
        assert self.told.member["responsible"] == answer
        assert self.told.member["branch"] == self.formal
        assert (self.told.member["transfer"] is None) == (not self.open)
        assert self.told.member["outside"] == (answer == OUTSIDE)
        times = self.told.member["outsides"]
        assert all(until is not None for _, until in times[:-1])
        assert bool(times and times[-1][1] is None) == (answer == OUTSIDE)
        if self.trip is not None:
            assert self.told.document("departures", self.trip)["responsible"] == answer


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)


def test_days_do_not_matter() -> None:
    """The answer follows the ledger's order, not the business dates told: late news does not turn it back."""
    told = Chronicle(MEMBER, HOME)
    told.tell("transfers", "transfer", T1, moved(FAR), on=date(2026, 6, 1))
    told.tell("registry", "member", MEMBER, assigned(FAR, T1), on=date(2026, 6, 1) - timedelta(days=30))
    assert told.member["responsible"] == FAR
