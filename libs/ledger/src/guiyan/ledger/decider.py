"""A decider: the rules of one kind of aggregate, as three pure functions (Chassaing's pattern)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from guiyan.events import Event
from guiyan.ledger.commit import Draft
from guiyan.ledger.subject import Subject

S = TypeVar("S")
C = TypeVar("C")


@dataclass(frozen=True, slots=True)
class Decider(Generic[S, C]):
    """`decide(command, state)` gives the events or raises Refused; `evolve(state, event)` gives the next state.

    Both are pure: no clock, no I/O, no new ids inside; what they need comes with the command.
    """

    service: str
    aggregate: str
    initial: Callable[[], S]
    evolve: Callable[[S, Event], S]
    decide: Callable[[C, S], Sequence[Draft]]

    def subject(self, aggregate_id: str) -> Subject:
        """The subject of one aggregate of this kind."""
        return Subject(self.service, self.aggregate, aggregate_id)

    def fold(self, events: Iterable[Event]) -> S:
        """The state after these events, oldest first."""
        state = self.initial()
        for event in events:
            state = self.evolve(state, event)
        return state
