"""Given/when/then for deciders, and acts with sensible values, for the tests of transfers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Self

from guiyan.events import Event, derived_id, encode_data
from guiyan.events.codes import ChangeType, HandedOverHow, ReturnReason, TransferChannel
from guiyan.ledger import Decider, Draft, Refused
from guiyan.transfers.domain import commands as ask
from guiyan.transfers.domain.decide import TRANSFER
from guiyan.transfers.domain.state import Transfer

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
MEMBER = derived_id(EPOCH, "member")
TRANSFER_ID = derived_id(EPOCH, "transfer")
CITY = "654002000000"
ORIGIN, RECEIVER = "654002001000", "654002002000"
BRANCH, NEW_BRANCH = "654002001001", "654002002001"
DAY = date(2026, 3, 10)


def event_of(draft: Draft, decider: Decider[Any, Any], aggregate_id: str, version: int) -> Event:
    """The event a draft becomes, with made-up surroundings."""
    at = EPOCH + timedelta(seconds=version)
    return Event(
        id=derived_id(at, aggregate_id, str(version)),
        source=f"guiyan/{decider.service}",
        type=draft.payload.type_name(),
        subject=f"{decider.aggregate}/{aggregate_id}",
        time=at,
        dataschema=draft.payload.dataschema(),
        data=encode_data(draft.payload),
        occurredon=draft.occurred_on,
        actor="tester",
        actororg=CITY,
        causationid="test",
        correlationid="test",
        streamversion=version,
    )


@dataclass
class Story:
    """One transfer told act by act."""

    decider: Decider[Transfer, ask.Act] = TRANSFER
    events: list[Event] = field(default_factory=list)

    def when(self, *acts: ask.Act) -> Self:
        """Each act is decided and its events happen."""
        for act in acts:
            for draft in self.decider.decide(act, self.state):
                self.events.append(event_of(draft, self.decider, TRANSFER_ID, len(self.events) + 1))
        return self

    @property
    def state(self) -> Transfer:
        """The state now."""
        return self.decider.fold(self.events)

    @property
    def types(self) -> Sequence[str]:
        """What happened, by type."""
        return [event.type for event in self.events]

    def refuses(self, act: ask.Act) -> str:
        """The code with which an act is refused; fails when it is not."""
        try:
            self.decider.decide(act, self.state)
        except Refused as refused:
            return refused.code
        raise AssertionError(f"{type(act).__name__} was not refused in state {self.state.state}")


def request(**changes: Any) -> ask.Request:
    """A request for a transfer by paper letter, with changes."""
    values: dict[str, Any] = {
        "on": DAY,
        "today": DAY,
        "member_id": MEMBER,
        "channel": TransferChannel.PAPER,
        "change_type": ChangeType.OUT_INSIDE,
        "from_branch": BRANCH,
        "from_committee": ORIGIN,
        "to_title": "示例街道党工委",
        "to_committee": RECEIVER,
        "to_branch": None,
        "dues_paid_to": "2026-02",
    }
    return ask.Request(**(values | changes))


def approve(on: date = DAY, **changes: Any) -> ask.Approve:
    """The branch agrees."""
    return ask.Approve(**({"on": on, "today": on} | changes))


def issue(on: date = DAY, **changes: Any) -> ask.Issue:
    """The letter is issued for 30 days as number 1."""
    values: dict[str, Any] = {"on": on, "today": on, "letter_year": on.year, "letter_sn": 1, "valid_days": 30}
    return ask.Issue(**(values | changes))


def hand_over(on: date = DAY) -> ask.HandOver:
    """The member carries the letter."""
    return ask.HandOver(on=on, today=on, how=HandedOverHow.MEMBER_IN_PERSON)


def receive(on: date = DAY, **changes: Any) -> ask.Receive:
    """The receiving committee accepts."""
    return ask.Receive(**({"on": on, "today": on} | changes))


def send_back(on: date = DAY, **changes: Any) -> ask.Return:
    """The receiver returns it."""
    values: dict[str, Any] = {"on": on, "today": on, "reason": ReturnReason.FORM_FAULTY}
    return ask.Return(**(values | changes))
