"""A story of one aggregate for tests: what was done, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest

from guiyan.events import Event, Payload, encode_data, new_id
from guiyan.ledger import Decider, Draft, Fact, Refused

NOW = datetime(2026, 7, 1, 2, 0, tzinfo=UTC)
TODAY = date(2026, 7, 1)


class Story:
    """One aggregate's events so far: `when` runs a command, `given` takes payloads as they happened."""

    def __init__(self, decider: Decider[Any, Any], aggregate_id: str) -> None:
        self.decider = decider
        self.id = aggregate_id
        self.events: list[Event] = []

    @property
    def state(self) -> Any:
        """The state folded from the events so far."""
        return self.decider.fold(self.events)

    def given(self, payload: Payload, on: date = TODAY, cause: str = "cause") -> Story:
        """Something that happened, because of `cause`."""
        self.events.append(self._event(Draft(payload, on), cause))
        return self

    def when(self, command: Any, cause: str = "cause") -> list[Any]:
        """Run a command, because of `cause`; gives the payloads of its events, which then have happened."""
        drafts: Sequence[Draft] = self.decider.decide(command, self.state)
        self.events.extend(self._event(draft, cause) for draft in drafts)
        return [draft.payload for draft in drafts]

    def refused(self, command: Any) -> Refused:
        """The refusal of a command; fails when it is not refused."""
        with pytest.raises(Refused) as told:
            self.when(command)
        return told.value

    def types(self) -> list[str]:
        """The types of the events so far."""
        return [event.type for event in self.events]

    def facts(self) -> list[Fact]:
        """The events so far as projections are told of them."""
        return [Fact(event, place) for place, event in enumerate(self.events, 1)]

    def _event(self, draft: Draft, cause: str = "cause") -> Event:
        return Event(
            id=new_id(NOW),
            source="guiyan/registry",
            type=draft.payload.type_name(),
            subject=f"{self.decider.aggregate}/{self.id}",
            time=NOW,
            dataschema=draft.payload.dataschema(),
            data=encode_data(draft.payload),
            occurredon=draft.occurred_on,
            actor="officer-1",
            actororg="654002000000",
            causationid=cause,
            correlationid="talk",
            streamversion=len(self.events) + 1,
        )
