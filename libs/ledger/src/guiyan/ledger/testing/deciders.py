# ruff: noqa: S101 - asserts are what it is for
"""Given, when, then: a decider's rules as sentences.

`Scenario(member).given(registered, left).when(Announce(...)).then(DepartureAnnounced(...))`, or
`Scenario(member).when(Announce(...)).then_refused("unknown_member")`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Generic, Self, TypeVar

from guiyan.events import Event, Payload
from guiyan.ledger.commit import Draft
from guiyan.ledger.decider import Decider
from guiyan.ledger.errors import Refused
from guiyan.ledger.testing.events import DAY, event_of

S = TypeVar("S")
C = TypeVar("C")

AGGREGATE_ID = "019b76da-a800-7000-8000-000000000001"


class Scenario(Generic[S, C]):
    """One story of one aggregate; each step gives the next, so that a story reads as one expression."""

    def __init__(self, decider: Decider[S, C], aggregate_id: str = AGGREGATE_ID) -> None:
        self._decider = decider
        self._id = aggregate_id
        self._events: list[Event] = []
        self._drafts: Sequence[Draft] | None = None
        self._refusal: Refused | None = None

    def given(self, *happened: Payload | Draft | Event, occurred_on: date = DAY) -> Self:
        """What has happened so far; a bare payload happened on `occurred_on`."""
        for one in happened:
            self._events.append(self._event(one, occurred_on))
        return self

    def when(self, command: C) -> Self:
        """Decide a command; what an earlier `when` decided has happened by now."""
        if self._drafts:
            self.given(*self._drafts)
        self._drafts, self._refusal = None, None
        try:
            self._drafts = self._decider.decide(command, self.state)
        except Refused as refusal:
            self._refusal = refusal
        return self

    def then(self, *expected: Payload | Draft) -> Self:
        """Exactly these events follow, in order; a Draft is compared with its date and personal text, too."""
        drafts = self.drafts
        found = [
            draft if isinstance(want, Draft) else draft.payload for draft, want in zip(drafts, expected, strict=False)
        ] + [draft.payload for draft in drafts[len(expected) :]]
        assert found == list(expected), f"decided {found}, expected {list(expected)}"
        return self

    def then_nothing(self) -> Self:
        """No event follows, and nothing is refused."""
        return self.then()

    def then_refused(self, code: str, *, pointer: str | None = None, **params: str | int) -> Self:
        """The command is refused with this code, and with this pointer and these parameters when given."""
        assert self._refusal is not None, f"not refused: decided {[draft.payload for draft in self._drafts or ()]}"
        assert self._refusal.code == code, f"refused with {self._refusal.code!r}, expected {code!r}"
        if pointer is not None:
            assert self._refusal.pointer == pointer, f"points to {self._refusal.pointer}, expected {pointer}"
        for name, value in params.items():
            assert self._refusal.params.get(name) == value, f"{name} is {self._refusal.params.get(name)}, not {value}"
        return self

    def then_state(self, **expected: Any) -> Self:
        """After all that, the state has these attributes."""
        state = self._decider.fold([*self._events, *[self._event(d, d.occurred_on) for d in self._drafts or ()]])
        for name, value in expected.items():
            assert getattr(state, name) == value, f"{name} is {getattr(state, name)!r}, expected {value!r}"
        return self

    @property
    def state(self) -> S:
        """The state before the command."""
        return self._decider.fold(self._events)

    @property
    def drafts(self) -> Sequence[Draft]:
        """What was decided; fails the test when the command was refused."""
        assert self._refusal is None, f"refused: {self._refusal.code} {self._refusal.params} at {self._refusal.pointer}"
        assert self._drafts is not None, "no command was given: call when() first"
        return self._drafts

    def _event(self, one: Payload | Draft | Event, occurred_on: date) -> Event:
        version = len(self._events) + 1
        if isinstance(one, Event):
            return one.model_copy(update={"streamversion": version})
        draft = one if isinstance(one, Draft) else Draft(one, occurred_on)
        assert draft.payload.aggregate == self._decider.aggregate, (
            f"{draft.payload.type_name()} happens to a {draft.payload.aggregate}, not to a {self._decider.aggregate}"
        )
        return event_of(draft.payload, self._id, version, occurred_on=draft.occurred_on)
