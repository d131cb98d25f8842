"""A member's story over several streams for tests, told to the live projection event by event, as it stands."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from services.registry.tests.story import NOW, TODAY

from guiyan.events import Event, Payload, encode_data, new_id
from guiyan.events.registry.member import MemberRegistered
from guiyan.ledger import Fact, Key
from guiyan.ledger.docs import FactDocs, Shelf
from guiyan.registry.projections import Register


class Chronicle:
    """The facts about one member so far, in the order of the ledger."""

    def __init__(self, member_id: str, branch: str, **more: Any) -> None:
        self.member_id = member_id
        self.facts: list[Fact] = []
        self._versions: Counter[str] = Counter()
        self._register, self._shelf = Register(), Shelf(from_zero=True)
        entry = {"member_id": member_id, "branch": branch, "person_category": "FULL", "source": "DEVELOPED"}
        self.tell("registry", "member", member_id, MemberRegistered.model_validate(entry | more))

    def tell(self, service: str, aggregate: str, id_: str, payload: Payload, on: date = TODAY) -> None:
        """Something more that happened."""
        stream = f"{aggregate}/{id_}"
        self._versions[stream] += 1
        event = Event(
            id=new_id(NOW), source=f"guiyan/{service}", type=payload.type_name(), subject=stream, time=NOW,
            dataschema=payload.dataschema(), data=encode_data(payload), occurredon=on, actor="officer-1",
            actororg="654002000000", causationid="c", correlationid="c", streamversion=self._versions[stream],
        )  # fmt: skip
        fact = Fact(event, len(self.facts) + 1)
        self.facts.append(fact)
        if fact.type in self._register.handles:
            docs = FactDocs(self._shelf)
            self._register.apply(fact, docs)
            self._shelf.accept(docs.changes, fact.sequence)

    def document(self, collection: str, id_: str) -> dict[str, Any]:
        """A document as the projection makes it of the story so far."""
        found = self._shelf.find(Key(collection, id_))
        assert found is not None
        return found

    @property
    def member(self) -> dict[str, Any]:
        """The member's document."""
        return self.document("members", self.member_id)
