"""What other services tell, for tests: events appended to streams of theirs."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.registry.tests.city import CITY, CityOfTests

from guiyan.events import Event, Payload, encode_data, new_id
from guiyan.ledger import Commit, Subject


class Elsewhere:
    """The other services of a city of tests."""

    def __init__(self, city: CityOfTests) -> None:
        self.city = city

    async def tell(self, kind: type[Payload], on: str, stream: str | None = None, /, **facts: Any) -> str:
        """One event on a business date, in a stream of its own or in the one named; gives the stream's id."""
        city, payload = self.city, kind.model_validate(facts)
        subject = Subject(kind.service, kind.aggregate, stream or new_id(city.clock.now()))
        before = await city.ledger.read(subject)
        event = Event(
            id=new_id(city.clock.now()), source=f"guiyan/{kind.service}", type=payload.type_name(),
            subject=subject.stream, time=city.clock.now(), dataschema=payload.dataschema(), data=encode_data(payload),
            occurredon=date.fromisoformat(on), actor="officer", actororg=CITY, causationid="c", correlationid="c",
            streamversion=len(before.events) + 1,
        )  # fmt: skip
        await city.ledger.append(Commit(subject, new_id(city.clock.now()), before.last_sequence, (event,)))
        await city.settle()
        return subject.id
