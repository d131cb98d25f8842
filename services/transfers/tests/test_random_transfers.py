"""Any order of acts by anybody: what must hold of a transfer at every step (issue 4's machine, its first form)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule
from services.transfers.tests.stories import BRANCH, DAY, NEW_BRANCH, TRANSFER_ID, event_of, request

from guiyan.events.codes import CancelReason, HandedOverHow, ReturnReason, TransferChannel, TransferSide
from guiyan.events.transfers import IntroductionLetterIssued, LetterReissued
from guiyan.ledger import Refused
from guiyan.transfers.domain import commands as ask
from guiyan.transfers.domain.decide import TRANSFER
from guiyan.transfers.domain.state import OPEN, WITH_LETTER, Transfer
from guiyan.transfers.domain.steps import waited_for

ENDS = {"WITHDRAWN", "RETURNED", "EXPIRED", "CANCELLED", "COMPLETED", "RECEIPT_RETURNED", "ARCHIVED"}


class AnyTransfer(RuleBasedStateMachine):
    """One transfer; acts come in any order, dates run forwards or are back-dated, and refusals change nothing."""

    acts = Bundle("acts")

    def __init__(self) -> None:
        super().__init__()
        self.events: list[Any] = []
        self.today = DAY
        self.moved = 0
        self.letters = 0

    @property
    def state(self) -> Transfer:
        """The state now."""
        return TRANSFER.fold(self.events)

    @initialize(channel=st.sampled_from(list(TransferChannel)), named=st.booleans())
    def asked(self, channel: TransferChannel, named: bool) -> None:  # noqa: FBT001 - drawn
        """It begins with a request."""
        self.do(request(channel=channel, to_branch=NEW_BRANCH if named else None))

    @rule(days=st.integers(0, 40))
    def time_passes(self, days: int) -> None:
        """Days go by; the letter's timer fires when it is due."""
        self.today += timedelta(days=days)
        expires_on = self.state.expires_on
        if expires_on is not None and self.today > expires_on:
            on = expires_on + timedelta(days=1)
            self.do(ask.Expire(on=on, today=on))

    @rule(back=st.integers(-1, 20), pick=st.integers(0, 15), days=st.integers(0, 95), words=st.booleans())
    def somebody_acts(self, back: int, pick: int, days: int, words: bool) -> None:  # noqa: FBT001 - drawn
        """Anybody does anything, now, earlier or (refused) tomorrow."""
        when: dict[str, Any] = {"on": self.today - timedelta(days=back), "today": self.today}
        text = "示例" if words else None
        act: ask.Act = [
            ask.Approve(**when),
            ask.Issue(**when, letter_year=2026, letter_sn=self.letters + 1, valid_days=days),
            ask.HandOver(**when, how=HandedOverHow.CONFIDENTIAL_POST),
            ask.Receive(**when, to_branch=NEW_BRANCH if words else None),
            ask.Assign(**when, to_branch=NEW_BRANCH),
            ask.Return(**when, reason=ReturnReason.OTHER_WITH_TEXT if words else ReturnReason.DUPLICATE, text=text),
            ask.Withdraw(**when),
            ask.Cancel(**when, reason=CancelReason.ENTERED_IN_ERROR),
            ask.ReturnReceipt(**when),
            ask.PasteReceipt(**when),
            ask.Resubmit(**when, to_branch=NEW_BRANCH if words else None),
            ask.ReportLost(**when),
            ask.Reissue(**when, letter_year=2026, letter_sn=self.letters + 1, valid_days=days, certified_by=BRANCH),
            ask.ChangeChannel(**when, channel=TransferChannel.PAPER),
            ask.Return(**when, reason=ReturnReason.DUPLICATE, side=TransferSide.ORIGIN),
            ask.Print(**when),
        ][pick]
        self.do(act)

    def do(self, act: ask.Act) -> None:
        """Decide; what follows happens."""
        before = self.state
        try:
            drafts = TRANSFER.decide(act, before)
        except Refused:
            return
        assert drafts, "an act that is not refused does something"
        for draft in drafts:
            self.events.append(event_of(draft, TRANSFER, TRANSFER_ID, len(self.events) + 1))
            self.moved += draft.payload.type_name() == "RelationTransferred"
            self.letters += isinstance(draft.payload, IntroductionLetterIssued | LetterReissued)

    @invariant()
    def the_relation_moves_once_and_responsibility_has_no_gap(self) -> None:
        """Exactly one responsible branch at every step: the origin's, then the receiver's."""
        state = self.state
        assert self.moved <= 1
        if state.state is not None:
            assert state.responsible_branch == (NEW_BRANCH if self.moved else BRANCH)

    @invariant()
    def it_is_open_or_ended(self) -> None:
        """A transfer that waits for the receiver has a last day; every other is before the letter, or ended."""
        state = self.state
        if state.state is not None:
            assert (state.state in OPEN) is (state.state.value not in ENDS)
        if state.state in WITH_LETTER:
            assert state.letter is not None
            assert not state.letter.void
        over = {None, "WITHDRAWN", "CANCELLED", "ARCHIVED", "COMPLETED"}
        waits = waited_for(state.state, state.channel) is not None or state.state in WITH_LETTER
        assert waits or state.state in over, "every transfer ends or has a due timer"


TestAnyTransfer = AnyTransfer.TestCase
