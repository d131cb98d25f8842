"""One row of the quarter's contact record (domain.md §6 no. 6) and what each event of the duty changes in it."""

from datetime import date, timedelta
from typing import Any, Final

from guiyan.contact.domain.state import COMPLETED, EXEMPTED, MISSED, OPEN, PAUSED, STOPPED, UNSETTLED, state_after
from guiyan.contact.domain.window import Window
from guiyan.events import Payload, contact
from guiyan.events.codes import ContactLeg, ContactOutcome, ContactPause, ContactState
from guiyan.ledger import Document, Fact
from guiyan.ledger.calendar import Quarter

DUTIES: Final = "duties"
HANDLES: Final = frozenset(
    {
        "ContactPlanned",
        "ContactAttempted",
        "ContactCompleted",
        "HostOrgContacted",
        "ContactReminderSent",
        "ContactReassigned",
        "ContactMissed",
        "ContactEscalated",
        "ContactPaused",
        "ContactResumed",
        "ContactExempted",
        "ContactStopped",
        "ContactClosed",
    }
)
_EMPTY: Final[Document] = {
    "attempts": 0,
    "paused_days": 0,
    "answers_missing": False,
    **dict.fromkeys(
        (
            "last_attempt_on",
            "last_channel",
            "last_outcome",
            "contacted_on",
            "channel",
            "work",
            "org_life",
            "dues",
            "dues_paid_to",
            "host_contacted_on",
            "host_attendance",
            "host_dues",
            "host_dues_paid_to",
            "reminded_day",
            "remind_next",
            "missed_in_a_row",
            "escalated_to",
            "escalated_org",
            "stop_reason",
            "exempt_reason",
            "transfer_id",
            "pause_reason",
            "paused_on",
            "ended_on",
        )
    ),
    "wishes": [],
}
PARTS: Final = {
    "open": OPEN,
    "paused": PAUSED,
    "completed": COMPLETED,
    "missed": MISSED,
    "exempted": EXEMPTED,
    "stopped": STOPPED,
}
"""Each duty is in exactly one part, at every instant (reconciliation)."""
TOLD_TO_HOST: Final = (
    "branch", "contact_person_id", "closes_on", "contacted_on", "host_contacted_on", "part", "agreed",
)  # fmt: skip
"""What of a duty changes for the host that has the member; the attempts, too, while it keeps contact (S-38)."""
UNSETTLED_PARTS: Final = ("open", "paused")


def begun(payload: contact.ContactPlanned, fact: Fact, person: Document) -> Document:
    """The row of a new duty, with what is shown of the member."""
    away = person["away"] or {}
    return _noted(
        {
            **_EMPTY,
            **payload.model_dump(mode="json"),
            "name": person["name"],
            "dest_area_code": away.get("dest_area_code"),
            "host_branch": away.get("host_branch", payload.host_branch),
            "hosted_by": away.get("host_branch") if away.get("departure_id") == payload.departure_id else None,
            "planned_on": fact.event.occurredon.isoformat(),
            "host_version": 1,
        },
        ContactState.PLANNED,
        fact,
    )


def changed(row: Document, fact: Fact) -> Document:
    """The row after an event of its duty."""
    payload, day = fact.payload, fact.event.occurredon.isoformat()
    after = {**row, **_facts(payload, day, row)}
    tried, host_contacted = row["attempts"] > 0, row["host_contacted_on"] is not None
    state = state_after(ContactState(row["state"]), payload, tried=tried, host_contacted=host_contacted)
    assert state is not None  # noqa: S101 - the duty was planned
    if state != row["state"] and state not in UNSETTLED and after["ended_on"] is None:
        after["ended_on"] = day
    noted = _noted(after, state, fact)
    return {**noted, "host_version": row["host_version"] + _is_told_to_host(row, noted)}


def _is_told_to_host(before: Document, after: Document) -> bool:
    """Whether an event is something that a host sees: then the duty has another version for it."""
    tried = after["agreed"] and before["attempts"] != after["attempts"]
    return tried or any(before[name] != after[name] for name in TOLD_TO_HOST)


def window_of(row: Document) -> Window:
    """The window a duty was planned for, whatever a pause has added to its days."""
    last = date.fromisoformat(row["closes_on"]) - timedelta(days=row["paused_days"])
    first = date.fromisoformat(row["cycle_from"]) if row["cycle_from"] else Quarter.parse(row["quarter"]).first_day
    return Window(first, last)


def is_shown_otherwise(before: Document, after: Document) -> bool:
    """Whether the member's rows have to be shown anew: another name, or another host."""
    return (before["name"], _host_of(before)) != (after["name"], _host_of(after))


def shown(row: Document, before: Document, after: Document, day: date) -> Document:
    """The row with the member's name of now, and, while the host is still to be asked, the host of now (S-22).

    The host that has the member sees the trip's duties that were not over on the day it took the member in (S-38); it
    sees them for as long as it has the member.
    """
    if _host_of(before) == _host_of(after):
        return {**row, "name": after["name"]}
    asks = row["part"] in UNSETTLED_PARTS and row["host_contacted_on"] is None and after["away"] is not None
    host = _host_of(after) if asks else row["host_branch"]
    of_trip = after["away"] is not None and after["away"]["departure_id"] == row["departure_id"]
    runs = row["part"] in UNSETTLED_PARTS or row["closes_on"] >= day.isoformat()
    sees = _host_of(after) if of_trip and runs else None
    return seen({**row, "name": after["name"], "host_branch": host, "hosted_by": sees})


def seen(row: Document) -> Document:
    """The row with the organisations that see it, origin and host, under one name: what lists are read by."""
    return {**row, "sides": [one for one in (row["branch"], row["hosted_by"]) if one]}


def unhosted(row: Document) -> Document:
    """The row that no host sees any more."""
    return seen({**row, "hosted_by": None})


def _host_of(person: Document) -> str | None:
    return (person["away"] or {}).get("host_branch")


def part_of(state: str) -> str:
    """Which part of the reconciliation a state belongs to."""
    return next(name for name, states in PARTS.items() if state in states)


def _facts(payload: Payload, day: str, row: Document) -> dict[str, Any]:  # noqa: PLR0911 - one return an event
    match payload:
        case contact.ContactAttempted():
            more: dict[str, Any] = {
                "last_attempt_on": day,
                "last_channel": payload.channel,
                "last_outcome": payload.outcome,
            }
            if payload.leg is ContactLeg.MEMBER and payload.outcome is ContactOutcome.REACHED:
                more["answers_missing"] = row["contacted_on"] is None
            return {"attempts": row["attempts"] + (payload.leg is ContactLeg.MEMBER), **more}
        case contact.ContactCompleted():
            answers = payload.model_dump(mode="json", include=set(contact.AnswerFacts.model_fields))
            return {"contacted_on": day, "answers_missing": False, **answers}
        case contact.HostOrgContacted():
            return {
                "host_contacted_on": day,
                "host_branch": payload.host_branch or row["host_branch"],
                "host_attendance": payload.attendance,
                "host_dues": payload.dues,
                "host_dues_paid_to": payload.dues_paid_to,
            }
        case contact.ContactReminderSent():
            return {"reminded_day": payload.day}
        case contact.ContactReassigned():
            return {"branch": payload.branch, "contact_person_id": payload.contact_person_id}
        case contact.ContactMissed():
            return {"missed_in_a_row": payload.missed_in_a_row}
        case contact.ContactEscalated():
            return {"escalated_to": payload.level, "escalated_org": payload.to_org}
        case _:
            return _clock_facts(payload, day, row)


def _clock_facts(payload: Payload, day: str, row: Document) -> dict[str, Any]:
    match payload:
        case contact.ContactPaused():
            return {
                "paused_on": row["paused_on"] or day,
                "transfer_id": payload.transfer_id,
                "pause_reason": payload.reason,
            }
        case contact.ContactResumed():
            stood = payload.closes_on - date.fromisoformat(row["closes_on"])
            return {
                "closes_on": payload.closes_on.isoformat(),
                "paused_days": row["paused_days"] + stood.days,
                "paused_on": None,
                "transfer_id": None,
                "pause_reason": None,
            }
        case contact.ContactExempted():
            return {"exempt_reason": payload.reason}
        case contact.ContactStopped():
            return {"stop_reason": payload.reason, "transfer_id": payload.transfer_id}
        case _:
            return {}


def _noted(row: Document, state: str, fact: Fact) -> Document:
    by_host = state in PAUSED and row["pause_reason"] == ContactPause.HOSTED_BY_AGREEMENT
    noted = {
        **row,
        "state": state,
        "part": part_of(state),
        "open": state in OPEN,
        "agreed": by_host,
        "version": fact.event.streamversion,
        "handled_by": fact.event.actor,
        "changed_at": fact.event.time,
    }
    return seen(noted)
