"""What the doors of all resources share: the answer to a command, an aggregate's history, its state in the past."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Query
from starlette.responses import JSONResponse

from guiyan.events import Event
from guiyan.events.exact import Day, Moment
from guiyan.ledger import Decider, History, Ledger, Outcome, StoredCommit, business_date
from guiyan.service.problems import NotFound

S = TypeVar("S")
C = TypeVar("C")


@dataclass(frozen=True, slots=True)
class TimeAxes:
    """Which past is asked for: what had happened by a business date, as far as was recorded by a moment."""

    as_of: date | None = None
    known_at: datetime | None = None

    @property
    def is_now(self) -> bool:
        """Whether neither axis is given: the projections answer that faster."""
        return self.as_of is None and self.known_at is None

    def day(self, today: date) -> date:
        """The business date by which that past is judged: what is computed by the day, is so by this one.

        Who asks only what was known at a moment asks what was answered then: the moment's own day, never one to come.
        """
        if self.as_of is not None:
            return self.as_of
        return today if self.known_at is None else min(business_date(self.known_at), today)

    def keep(self, event: Event) -> bool:
        """Whether this event counts in that past."""
        return (self.as_of is None or event.occurredon <= self.as_of) and (
            self.known_at is None or event.time <= self.known_at
        )


async def _time_axes(
    as_of: Annotated[Day | None, Query(description="State on this business date (Asia/Shanghai)")] = None,
    known_at: Annotated[Moment | None, Query(description="As far as was recorded by this moment")] = None,
) -> TimeAxes:
    return TimeAxes(as_of, known_at)


AtTime = Annotated[TimeAxes, Depends(_time_axes)]


def position(sequence: int, index: int) -> str:
    """A position in the ledger, `<sequence>.<index>`."""
    return f"{sequence}.{index}"


def event_refs(outcome: Outcome) -> list[dict[str, str]]:
    """The events of an outcome as a caller sees them: id, type, position."""
    return [
        {"id": event.id, "type": event.type, "sequence": position(outcome.sequence, index)}
        for index, event in enumerate(outcome.events)
    ]


def told(outcome: Outcome) -> dict[str, Any]:
    """What a command came to, as a caller sees it: `{"id", "version", "sequence", "events"}`."""
    return {
        "id": outcome.id,
        "version": outcome.version,
        "sequence": outcome.sequence,
        "events": event_refs(outcome),
    }


def answer(
    outcome: Outcome, *, location: str | None = None, warnings: Sequence[Mapping[str, str]] = (), **more: Any
) -> JSONResponse:
    """The answer to a command: 201 with Location when it made something (version 1 came of it), else 200.

    As `told`, and `more` beside it, with the version as ETag for the next If-Match; `warnings` only when there are
    some: what was taken as told although a table does not know it.
    """
    body = {**told(outcome), **more}
    if warnings:
        body["warnings"] = list(warnings)
    headers = {"ETag": f'"{outcome.version}"'}
    if location is not None:
        headers["Location"] = location
    return JSONResponse(body, 201 if location is not None else 200, headers=headers)


def document_answer(
    document: dict[str, Any], *, version: int | None = None, sequence: int | None = None
) -> JSONResponse:
    """One document as it is shown, its moments as ISO text, with its version as ETag when it is known."""
    headers = {} if version is None else {"ETag": f'"{version}"'}
    body = document if sequence is None else {**document, "sequence": sequence}
    return JSONResponse(jsonable(body), headers=headers)


def jsonable(value: Any) -> Any:
    """Dates and moments as ISO text, wherever they stand; everything else as it is."""
    if isinstance(value, dict):
        return {key: jsonable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [jsonable(item) for item in value]
    return value.isoformat().replace("+00:00", "Z") if hasattr(value, "isoformat") else value


async def get_history(ledger: Ledger, decider: Decider[S, C], aggregate_id: str) -> History:
    """Every commit of one aggregate; raises NotFound when there is none (or the id can be nobody's).

    Where a replica has nothing the leader is asked: it may only lag behind what the caller has seen already.
    """
    try:
        subject = decider.subject(aggregate_id)
    except ValueError:
        raise NotFound from None
    for fresh in (False, True):
        history = await ledger.read(subject, fresh=fresh)
        if history.commits:
            return history
    raise NotFound


async def state_at(ledger: Ledger, decider: Decider[S, C], aggregate_id: str, at: TimeAxes) -> tuple[S, int]:
    """State and version of an aggregate on both time axes, folded from its history; NotFound when it was not yet.

    Events count when they had occurred by `as_of` and were recorded by `known_at`; they are folded in the order of
    recording, as the state of today is.
    """
    history = await get_history(ledger, decider, aggregate_id)
    events = [event for event in history.events if at.keep(event)]
    if not events:
        raise NotFound
    return decider.fold(events), events[-1].streamversion


def history_answer(
    history: History, *, at: TimeAxes = TimeAxes(), sees: Callable[[Event], bool] | None = None
) -> JSONResponse:
    """`GET …/{id}/history`: every event oldest first, as CloudEvents with their position; sealed text is only named.

    `sees` tells which events are shown to somebody who sees a part of the record only: they are numbered among
    themselves, and the sequence is the newest one's, so that neither tells how often or when something else happened.
    """
    items = [item for commit in history.commits for item in _shown(commit, at, sees)]
    sequence = history.last_sequence
    if sees is not None and not all(sees(event) for event in history.events):
        items = [{**item, "streamversion": number} for number, item in enumerate(items, 1)]
        sequence = max((one.sequence for one in history.commits if any(map(sees, one.events))), default=0)
    return JSONResponse({"id": history.subject.id, "events": items, "sequence": sequence})


def _shown(commit: StoredCommit, at: TimeAxes, sees: Callable[[Event], bool] | None) -> Iterable[dict[str, Any]]:
    for index, event in enumerate(commit.events):
        if at.keep(event) and (sees is None or sees(event)):
            yield shown_event(event, commit.sequence, index)


def shown_event(event: Event, sequence: int, index: int) -> dict[str, Any]:
    """An event as a history shows it: a CloudEvent with its position; sealed text is only named."""
    shown = event.model_dump(mode="json", exclude_none=True)
    data = shown.get("data")
    if isinstance(data, dict) and data.get("pii") is not None:
        data["pii"] = {"sealed": True}
    return {**shown, "sequence": position(sequence, index)}
