"""One row of the register of activity certificates (活动证登记表, domain.md §6 no. 9), and what changes in it."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any, Final

from guiyan.events import EVENT_TYPES, Payload, transfers
from guiyan.events.codes import CertState
from guiyan.ledger import Document, Fact, Timer
from guiyan.ledger.calendar import moment_of
from guiyan.transfers.domain import certificate_steps as steps
from guiyan.transfers.domain.certificate_state import HELD, OPEN, state_after
from guiyan.transfers.domain.parameters import Parameters

CERTIFICATES: Final = "certificates"
NUMBERS: Final = "certificate_numbers"
CHECK: Final = "certificate_check"
RETURN: Final = "certificate_return"
CERTIFICATE_STEP: Final = "certificate_step"
HANDLES: Final = frozenset(
    name for name, kind in EVENT_TYPES.items() if (kind.service, kind.aggregate) == ("transfers", "certificate")
)
TIMED: Final = ("state", "since", "check_due_on", "return_due_on")
Told = Callable[[Any, str], dict[str, Any]]
_EMPTY: Final[Document] = dict.fromkeys(
    (
        "number",
        "issuer",
        "numbered_on",
        "sealed_by",
        "sealed_on",
        "issued_on",
        "dispatched_how",
        "dispatched_on",
        "tracking_no",
        "host_branch",
        "trip_host",
        "arrived_on",
        "dues_paid_at_host_to",
        "check_due_on",
        "checked_on",
        "checked_by",
        "return_due_on",
        "return_overdue_on",
        "returned_on",
        "lost_on",
        "void_reason",
        "replaced_by",
        "transfer_id",
        "overdue_step",
        "overdue_since",
        "ended_on",
    )
)


def begun(payload: transfers.CertificateRequested, fact: Fact, person: Document | None) -> Document:
    """The row of a new certificate, with what is shown of the member."""
    shown, trip = person or {}, (person or {}).get("trip") or {}
    on = fact.event.occurredon.isoformat()
    return _noted(
        {
            **_EMPTY,
            **payload.model_dump(mode="json"),
            "state": CertState.REQUESTED,
            "open": True,
            "since": on,
            "requested_on": on,
            "name": shown.get("name"),
            "person_category": shown.get("person_category"),
            "trip_host": trip.get("host"),
            "entries": [],
            "activities": 0,
            "checks": [],
            "prints": 0,
        },
        fact,
    )


def changed(row: Document, fact: Fact) -> Document:
    """The row after an event of its certificate."""
    payload, on = fact.payload, fact.event.occurredon.isoformat()
    told = _FACTS.get(type(payload))
    after = {**row, **(told(payload, on) if told else {}), **_entries(row, payload, on)}
    state = state_after(CertState(row["state"]), payload)
    if state is not None and state != row["state"]:
        after |= {"state": state, "open": state in OPEN, "since": on, "overdue_step": None, "overdue_since": None}
        if state not in OPEN:
            after |= {"ended_on": on, "return_due_on": None, "return_overdue_on": None}
    return _noted(after, fact)


def follow(row: Document, before: Document, person: Document, parameters: Callable[[date], Parameters]) -> Document:
    """The row of an open certificate after something was told of its member: name, branch, host, coming home.

    The branch follows a merger or split; a transfer ends the certificate where it was (S-16).
    """
    after = {**row, "name": person["name"]}
    if not row["open"]:
        return after
    trip = person["trip"] or {}
    after |= {"person_category": person["person_category"], "trip_host": trip.get("host")}
    if before["branch"] != person["branch"]:
        after["branch"] = person["branch"]
    was_home, home_on = (before["trip"] or {}).get("home_on"), trip.get("home_on")
    if home_on is not None and home_on != was_home and row["state"] in HELD:
        on = date.fromisoformat(home_on)
        after["return_due_on"] = (on + timedelta(days=parameters(on).return_within_days)).isoformat()
    elif home_on is None and was_home is not None:
        after |= {"return_due_on": None, "return_overdue_on": None}
    return after


def timers(certificate_id: str, row: Document, parameters: Parameters) -> Iterator[Timer | str]:
    """What the clock has to do for a certificate as it stands: each timer, or the id of one with nothing to do."""
    state = CertState(row["state"])
    waits_for_check = state in HELD and state is not CertState.CHECK_DUE and row["check_due_on"]
    if waits_for_check:
        yield _timer(certificate_id, CHECK, date.fromisoformat(row["check_due_on"]), due=row["check_due_on"])
    else:
        yield timer_id(certificate_id, CHECK)
    if state in HELD and row["return_due_on"]:
        due = date.fromisoformat(row["return_due_on"])
        yield _timer(certificate_id, RETURN, due + timedelta(days=1), due=row["return_due_on"])
    else:
        yield timer_id(certificate_id, RETURN)
    step = steps.waited_for(state)
    if step is None:
        yield timer_id(certificate_id, CERTIFICATE_STEP)
    else:
        due = steps.due_on(date.fromisoformat(row["since"]), parameters)
        days = parameters.certificate_step_working_days
        told = {"step": step.name, "since": row["since"], "due": due.isoformat(), "days": days, "branch": row["branch"]}
        yield _timer(certificate_id, CERTIFICATE_STEP, due + timedelta(days=1), **told)


def timer_id(certificate_id: str, kind: str) -> str:
    """The one timer of a kind that a certificate has."""
    return f"certificate:{certificate_id}:{kind}"


def _timer(certificate_id: str, kind: str, on: date, **data: Any) -> Timer:
    """Due at the first moment of a day, in Shanghai."""
    told = {"certificate_id": certificate_id, "due_on": on.isoformat(), **data}
    return Timer(timer_id(certificate_id, kind), moment_of(on), kind, told)


def _entries(row: Document, payload: Payload, on: str) -> dict[str, Any]:
    """What hosts and checkers wrote, in the order of recording: the pages of the booklet."""
    match payload:
        case transfers.CertificateHostEntryAdded():
            entry = payload.model_dump(mode="json", exclude={"member_id"})
            return {"entries": [*row["entries"], {**entry, "activities": 0, "months": []}]}
        case transfers.CertificateActivityEntryAdded():
            total = row["activities"] + payload.activities
            return {"entries": _written(row, payload.host_branch, activities=payload.activities), "activities": total}
        case transfers.CertificateDuesEntryAdded():
            paid_to = max(*payload.months, row["dues_paid_at_host_to"] or "")
            entries = _written(row, payload.host_branch, months=list(payload.months))
            return {"entries": entries, "dues_paid_at_host_to": paid_to}
        case transfers.CertificateAnnualCheckDone():
            return {"checks": [*row["checks"], {"on": on, "by": payload.checked_by}]}
        case _:
            return {}


def _written(
    row: Document, host_branch: str | None, *, activities: int = 0, months: list[str] | None = None
) -> list[Document]:
    """The entries with more in the last one of this host, or in a line of its own where it wrote no arrival."""
    entries = [dict(one) for one in row["entries"]]
    own = next((one for one in reversed(entries) if one["host_branch"] == host_branch), None)
    if own is None:
        own = {"host_branch": host_branch, "arrived_on": None, "host_contact_id": None, "activities": 0, "months": []}
        entries.append(own)
    own["activities"] += activities
    own["months"] = sorted({*own["months"], *(months or [])})
    return entries


_FACTS: Final[dict[type[Payload], Told]] = {
    transfers.CertificateNumbered: lambda one, day: {
        "number": one.certificate_no, "issuer": one.issuer, "numbered_on": day,
    },
    transfers.CertificateSealed: lambda one, day: {"sealed_by": one.sealed_by, "sealed_on": day},
    transfers.CertificateIssued: lambda one, day: {"issued_on": day, "check_due_on": one.check_due_on.isoformat()},
    transfers.CertificateDispatched: lambda one, day: {
        "dispatched_how": one.how, "dispatched_on": day, "tracking_no": one.tracking_no,
    },
    transfers.CertificateHostEntryAdded: lambda one, _: {
        "host_branch": one.host_branch, "arrived_on": one.arrived_on.isoformat(),
    },
    transfers.CertificatePrinted: lambda one, _: {"prints": one.print_count},
    transfers.CertificateAnnualCheckDone: lambda one, day: {
        "checked_on": day, "checked_by": one.checked_by, "check_due_on": one.next_due_on.isoformat(),
    },
    transfers.CertificateReturnOverdue: lambda one, _: {"return_overdue_on": one.due_on.isoformat()},
    transfers.CertificateReturnedForCheck: lambda _, day: {"returned_on": day},
    transfers.CertificateReportedLost: lambda _, day: {"lost_on": day},
    transfers.CertificateReplaced: lambda one, _: {"replaced_by": one.new_certificate_id},
    transfers.CertificateVoided: lambda one, _: {"void_reason": one.reason},
    transfers.CertificateRetired: lambda one, _: {"transfer_id": one.transfer_id},
    transfers.CertificateStepOverdue: lambda one, _: {
        "overdue_step": one.step, "overdue_since": one.due_on.isoformat(),
    },
}  # fmt: skip


def _noted(row: Document, fact: Fact) -> Document:
    return {
        **row,
        "version": fact.event.streamversion,
        "handled_by": fact.event.actor,
        "changed_at": fact.event.time,
    }
