"""What each event of a departure changes in its document, and the timer it sets."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time
from typing import Any, Final

from guiyan.events.codes import DepartureEnd, FlowState
from guiyan.events.contact.lost_contact import LostContactOpened
from guiyan.events.registry.departure import (
    DepartureAnnounced,
    DepartureClosed,
    DepartureReopened,
    DestinationChanged,
    EmployerChanged,
    HostAccepted,
    HostAnswerOverdue,
    HostDeclined,
    HostEnded,
    HostReportedIn,
    LeavingFacts,
    MemberLeft,
    MemberReturned,
    MobileMemberConfirmed,
    MobileMemberRecognised,
)
from guiyan.ledger import SHANGHAI, Document, Fact, Timer
from guiyan.registry.domain.departure import recognition_due
from guiyan.registry.domain.hosting import answer_due
from guiyan.registry.domain.parameters import DEFAULTS, Parameters
from guiyan.registry.domain.tellings import not_so, placed, standing
from guiyan.registry.domain.trip import NO_HOST, told
from guiyan.registry.projections.members import SHOWN_IN_DEPARTURES

DEPARTURES: Final = "departures"
RECOGNISE: Final = "recognise_mobile_member"
HOST_ANSWER: Final = "remind_host"
_LEAVING: Final = set(LeavingFacts.model_fields)


def empty(member_id: str, member: Document | None) -> Document:
    """A departure's document before its first event: only whose it is."""
    shown = {name: (member or {}).get(name) for name in SHOWN_IN_DEPARTURES}
    return {
        "member_id": member_id,
        **shown,
        "state": None,
        "own_state": None,
        "open": True,
        "announced_on": None,
        "planned_on": None,
        "away_since": None,
        "recognised_on": None,
        "confirmed_on": None,
        "taken_back": None,
        **NO_HOST,
        "lost_since": None,
        "ended_on": None,
        "tellings": [],
        "closed_from": None,
        "transfer_id": None,
        "source": None,
        "range": None,
        "member_kind": None,
        "import_batch": None,
    }


def changed(document: Document, fact: Fact) -> Document:
    """The document after one more event of the trip."""
    after = _changed({**document, "state": document["own_state"]}, fact)
    return _overlaid({**after, "own_state": after["state"]})


def _changed(document: Document, fact: Fact) -> Document:  # noqa: PLR0911 - one return an event
    on = fact.event.occurredon.isoformat()
    match fact.payload:
        case DepartureAnnounced() as facts:
            planned = facts.planned_on.isoformat()
            known = {"branch": facts.branch, "announced_on": on, "planned_on": planned}
            return {**_told(document, on, _whole(facts)), **known, "state": str(FlowState.REPORTED)}
        case MemberLeft() as facts:
            left: Document = {
                "branch": facts.branch,
                "source": str(facts.source),
                "away_since": on,
                "import_batch": fact.event.importbatch,
            }
            return {**_told(document, on, _whole(facts)), **left, "state": str(FlowState.AWAY)}
        case MobileMemberRecognised():
            moved_on = str(FlowState.MOBILE) if document["state"] == FlowState.AWAY else document["state"]
            return {**document, "state": moved_on, "recognised_on": on}
        case MobileMemberConfirmed():
            return {**document, "confirmed_on": on}
        case DestinationChanged() | EmployerChanged() as facts:
            return _told(document, on, told(facts))
        case MemberReturned():
            return {**_over(document, fact), "state": str(FlowState.RETURNED)}
        case DepartureClosed() as facts:
            transferred = facts.reason == DepartureEnd.TRANSFERRED
            end = FlowState.TRANSFERRED if transferred else FlowState.CLOSED
            over = _over(document, fact, never=facts.reason == DepartureEnd.ENTERED_IN_ERROR)
            return {**over, "transfer_id": facts.transfer_id, "state": str(end), "closed_from": document["state"]}
        case DepartureReopened():
            going_on = {"open": True, "ended_on": None, "closed_from": None, "taken_back": None}
            before = {**standing(document["tellings"]), **(document["taken_back"] or {})}
            return {**document, **before, **going_on, "state": document["closed_from"]}
        case _:
            return _hosting(document, fact)


def _whole(facts: LeavingFacts) -> dict[str, Any]:
    """All that the registration card asks; what was not told is told anew as unknown."""
    return facts.model_dump(mode="json", include=_LEAVING)


def _told(document: Document, on: str, codes: dict[str, Any]) -> Document:
    """The newest telling by business date stands, whenever it was recorded (§8)."""
    tellings = [list(one) for one in placed(document["tellings"], on, codes)]
    return {**document, "tellings": tellings, **standing(tellings, document["ended_on"])}


def _over(document: Document, fact: Fact, *, never: bool = False) -> Document:
    """The trip has ended; what is dated after it is shown and listed no more, and stays in the history (§2.1, §8)."""
    on = fact.event.occurredon.isoformat()
    taken = not_so(document, on, never=never)
    over = {**document, **standing(document["tellings"], on), **dict.fromkeys(taken), "taken_back": taken}
    return {**over, "open": False, "ended_on": on}


def _hosting(document: Document, fact: Fact) -> Document:
    """The same for what happens between the member and a host branch."""
    on = fact.event.occurredon.isoformat()
    match fact.payload:
        case HostReportedIn() as facts:
            reported = {**NO_HOST, "host_branch": facts.host_branch, "reported_in_on": on}
            return {**document, "state": _unhosted(document), **reported}
        case HostAnswerOverdue():
            return {**document, "host_overdue_on": on}
        case HostAccepted():
            return {**document, "state": str(FlowState.HOSTED), "hosted_since": on}
        case HostDeclined():
            return {**document, "state": str(FlowState.HOST_DECLINED), **NO_HOST}
        case HostEnded():
            return {**document, "state": _unhosted(document), **NO_HOST}
        case _:
            return document


def searched(document: Document, fact: Fact) -> Document:
    """The trip's document after one more event of a lost-contact case (domain.md §2.7)."""
    since = fact.payload.since.isoformat() if isinstance(fact.payload, LostContactOpened) else None
    return _overlaid({**document, "lost_since": since})


def _overlaid(document: Document) -> Document:
    """As long as contact is lost an open trip stands as LOST_CONTACT, whatever it is besides (domain.md §2.2)."""
    lost = document["open"] and document["lost_since"] is not None
    area = document.get("dest_area_code")
    document = seen({**document, "dest_province": f"{area[:2]}0000" if area else None})
    return {**document, "state": str(FlowState.LOST_CONTACT) if lost else document["own_state"]}


def seen(document: Document) -> Document:
    """The document with the organisations that see it, origin and host, under one name: what lists are read by."""
    return {**document, "sides": [one for one in (document.get("branch"), document.get("host_branch")) if one]}


def shown_with_member(document: Document) -> dict[str, Any]:
    """What the member's own document tells of a departure: all of it while open, nothing of it afterwards."""
    if not document["open"]:
        return {"departure_id": None, "departure_state": None, "away_since": None, "host_branch": None}
    return {
        "departure_id": document["_id"],
        "departure_state": document["state"],
        "away_since": document["away_since"],
        "host_branch": document["host_branch"],
    }


def timers(document: Document, fact: Fact, parameters: Callable[[], Parameters]) -> Iterable[Timer | str]:
    """The timers that an event of a trip sets by the parameters of its day, and the ids of those it removes."""
    on, departure_id = fact.event.occurredon, document["_id"]
    match fact.payload:
        case MemberLeft():
            yield recognition_timer(departure_id, on, parameters())
        case HostReportedIn():
            yield answer_timer(departure_id, on, parameters())
        case HostAccepted() | HostDeclined():
            yield f"{HOST_ANSWER}:{departure_id}"
        case DepartureReopened() as facts:
            yield from _set_again(document, facts, parameters())
        case MemberReturned() | DepartureClosed():
            yield recognition_timer_id(departure_id)
            yield f"{HOST_ANSWER}:{departure_id}"


def _set_again(document: Document, facts: DepartureReopened, valid: Parameters) -> Iterable[Timer]:
    """The timers that a trip had when it was closed, with the days they had then."""
    if facts.away_since is not None and document["recognised_on"] is None:
        yield recognition_timer(document["_id"], facts.away_since, valid)
    asked = document["reported_in_on"]
    if asked is not None and document["hosted_since"] is None and document["host_overdue_on"] is None:
        yield answer_timer(document["_id"], date.fromisoformat(asked), valid)


def answer_timer(departure_id: str, reported_in_on: date, parameters: Parameters = DEFAULTS) -> Timer:
    """Due at the first moment, in Shanghai, of the day from which the host's answer is overdue (domain.md §2.2)."""
    due_on = answer_due(reported_in_on, parameters)
    days = {"reported_in_on": reported_in_on.isoformat(), "due_on": due_on.isoformat()}
    return Timer(f"{HOST_ANSWER}:{departure_id}", _morning(due_on), HOST_ANSWER, {"departure_id": departure_id, **days})


def _morning(day: date) -> datetime:
    return datetime.combine(day, time.min, SHANGHAI).astimezone(UTC)


def recognition_timer(departure_id: str, away_since: date, parameters: Parameters = DEFAULTS) -> Timer:
    """Due at the first moment, in Shanghai, of the day on which six calendar months are over (R2)."""
    due_on = recognition_due(away_since, parameters)
    return Timer(
        id=recognition_timer_id(departure_id),
        due_at=_morning(due_on),
        kind=RECOGNISE,
        data={"departure_id": departure_id, "away_since": away_since.isoformat(), "due_on": due_on.isoformat()},
    )


def recognition_timer_id(departure_id: str) -> str:
    """The id of a departure's one timer."""
    return f"{RECOGNISE}:{departure_id}"


def _unhosted(document: Document) -> str:
    return str(FlowState.AWAY if document["recognised_on"] is None else FlowState.MOBILE)
