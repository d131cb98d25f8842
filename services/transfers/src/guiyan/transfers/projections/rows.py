"""One row of the transfer ledger (domain.md §6 no. 4) and what each event of the transfer changes in it."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any, Final

from guiyan.events import EVENT_TYPES, transfers
from guiyan.events.codes import TransferChannel, TransferState
from guiyan.ledger import Document, Fact, Timer
from guiyan.ledger.calendar import moment_of
from guiyan.transfers.domain import letters, rules, steps
from guiyan.transfers.domain.parameters import Parameters
from guiyan.transfers.domain.state import ACCEPTED, OPEN, OUTSIDE, WITH_LETTER
from guiyan.transfers.projections.row_facts import facts_of, state_after

TRANSFERS: Final = "transfers"
LETTERS: Final = "letters"
LETTER_EXPIRY: Final = "letter_expiry"
REMINDER: Final = "letter_reminder"
STEP: Final = "transfer_step"
RECEIPT: Final = "transfer_receipt"
WAITING_FOR_RECEIVER: Final = WITH_LETTER
HANDLES: Final = frozenset(
    name for name, kind in EVENT_TYPES.items() if (kind.service, kind.aggregate) == ("transfers", "transfer")
)
Begins = transfers.TransferRequested | transfers.IncomingTransferRecorded | transfers.TransferSuggested
IN: Final = "IN"
OUT: Final = "OUT"
DIRECTIONS: Final = {IN: ("转入", "In"), OUT: ("转出", "Out")}
"""IN comes from an organisation without a system here (141, 151); OUT begins at a branch here (241, 251)."""
_EMPTY: Final[Document] = dict.fromkeys(
    (
        "number",
        "issuer",
        "letter_year",
        "letter_sn",
        "approved_on",
        "issued_on",
        "valid_days",
        "expires_on",
        "handed_over_how",
        "received_on",
        "assigned_on",
        "transferred_on",
        "receipt_due_on",
        "receipt_on",
        "receipt_overdue_on",
        "reminded_on",
        "reissued_on",
        "lost_on",
        "overdue_step",
        "overdue_since",
        "converter_origin",
        "converter_receiver",
        "returned_by",
        "return_reason",
        "cancel_reason",
        "ended_on",
        "from_branch",
        "from_committee",
        "from_title",
        "from_area_code",
        "to_title",
        "to_branch",
        "channel",
        "change_type",
        "dues_paid_to",
        "departure_id",
        "suggested_on",
        "dismissed_for",
        "cleared_for",
        "requested_on",
    )
)


def begun(payload: Begins, fact: Fact, person: Document | None) -> Document:
    """The row of a new transfer, with what is shown of the member."""
    if isinstance(payload, transfers.TransferSuggested):
        return _noted({**_EMPTY, **_suggested(payload, fact), **_of(person)}, fact)
    own = _requested(payload) if isinstance(payload, transfers.TransferRequested) else _entered(payload)
    return _noted(
        {
            **_EMPTY,
            **payload.model_dump(mode="json"),
            **own,
            "since": fact.event.occurredon.isoformat(),
            "open": True,
            "letter_void": False,
            "prints": 0,
            **_of(person),
            "requested_on": fact.event.occurredon.isoformat(),
        },
        fact,
    )


def _of(person: Document | None) -> Document:
    """What is shown of the member."""
    return {name: (person or {}).get(name) for name in ("name", "person_category")}


def _suggested(payload: transfers.TransferSuggested, fact: Fact) -> Document:
    """Of a suggestion: from which branch, and who is nearest; the place itself stays with the trip."""
    on = fact.event.occurredon.isoformat()
    return {
        "member_id": payload.member_id,
        "departure_id": payload.departure_id,
        "direction": OUT,
        "state": TransferState.DRAFT,
        "suggestion": True,
        "since": on,
        "suggested_on": on,
        "open": False,
        "outside": False,
        "letter_void": False,
        "prints": 0,
        "from_branch": payload.branch,
        "to_committee": payload.to_committee,
        "responsible_branch": payload.branch,
    }


def _requested(payload: transfers.TransferRequested) -> Document:
    return {
        "direction": OUT,
        "suggestion": False,
        "state": TransferState.SUBMITTED,
        "outside": payload.to_committee is None,
        "responsible_branch": payload.from_branch,
    }


def _entered(payload: transfers.IncomingTransferRecorded) -> Document:
    """Of a letter from outside: its number as its issuer wrote it; it is in no book here."""
    written = [str(one) for one in (payload.letter_year, payload.letter_sn) if one is not None]
    days = (payload.expires_on - payload.issued_on).days if payload.expires_on and payload.issued_on else None
    return {
        "direction": IN,
        "suggestion": False,
        "state": TransferState.IN_TRANSIT,
        "outside": False,
        "number": "-".join(written) or None,
        "valid_days": days,
        "responsible_branch": OUTSIDE,
    }


def changed(row: Document, fact: Fact, parameters: Callable[[], Parameters]) -> Document:
    """The row after an event of its transfer; `parameters` are those valid on its business date."""
    payload = fact.payload
    after = {**row, **facts_of(payload, fact.event.occurredon, parameters)}
    if after["channel"] is not None and not rules.needs_letter(TransferChannel(after["channel"])):
        after["receipt_due_on"] = None  # where no letter went, no receipt comes back
    state = state_after(TransferState(row["state"]), payload)
    if state is not None and state != row["state"]:
        moved_on = {"since": fact.event.occurredon.isoformat(), "overdue_step": None, "overdue_since": None}
        after |= {"state": state, "open": state in OPEN, **moved_on}
        ended = None if state in OPEN else after["ended_on"] or fact.event.occurredon.isoformat()
        who = after["to_branch" if state in ACCEPTED else "from_branch"] or OUTSIDE
        after |= {"ended_on": ended, "responsible_branch": who}
    return _noted(after, fact)


def timers(transfer_id: str, row: Document, parameters: Callable[[date], Parameters]) -> Iterator[Timer | str]:
    """What the clock has to do for a transfer as it stands: each timer, or the id of one that has nothing to do.

    A step is due by the parameters of the day on which it began, a letter is reminded of by those of its issuing.
    """
    since = date.fromisoformat(row["since"])
    state = TransferState(row["state"])
    expires_on = date.fromisoformat(row["expires_on"]) if row["expires_on"] else None
    if state in WAITING_FOR_RECEIVER and expires_on is not None:
        yield _timer(transfer_id, LETTER_EXPIRY, rules.first_day_expired(expires_on))
    else:
        yield timer_id(transfer_id, LETTER_EXPIRY)
    issued_on = date.fromisoformat(row["issued_on"]) if row["issued_on"] else since
    for offset in parameters(issued_on).reminder_offsets:
        yield _reminder(transfer_id, row, offset, expires_on)
    channel = TransferChannel(row["channel"] or TransferChannel.PAPER)
    step = steps.waited_for(state, channel, incoming=row["direction"] == IN)
    if step is None:
        yield timer_id(transfer_id, STEP)
    else:
        then = parameters(since)
        due = steps.due_on(step, since, then)
        told = {"step": step.name, "since": row["since"], "due": due.isoformat(), "days": step.limit(then)}
        yield _timer(transfer_id, STEP, due + timedelta(days=1), **told)
    if state is TransferState.COMPLETED and row["receipt_due_on"]:
        due = date.fromisoformat(row["receipt_due_on"])
        yield _timer(transfer_id, RECEIPT, due + timedelta(days=1), due=due.isoformat())
    else:
        yield timer_id(transfer_id, RECEIPT)


def _reminder(transfer_id: str, row: Document, offset: int, expires_on: date | None) -> Timer | str:
    """While it would be told (`letters.reminded_in`), and not on a day before the letter was issued."""
    kind = f"{REMINDER}:{offset}"
    on = None if expires_on is None else expires_on + timedelta(days=offset)
    of_ours = row["direction"] == OUT and not row["letter_void"]
    told_now = row["state"] in letters.reminded_in(offset) and of_ours
    if on is None or not told_now or on.isoformat() <= row["issued_on"]:
        return timer_id(transfer_id, kind)
    told = {"offset": offset, "expires_on": row["expires_on"]}
    return _timer(transfer_id, kind, on, name=REMINDER, **told)


def _timer(transfer_id: str, kind: str, on: date, *, name: str = "", **data: Any) -> Timer:
    """Due at the first moment of a day, in Shanghai."""
    told = {"transfer_id": transfer_id, "due_on": on.isoformat(), **data}
    return Timer(timer_id(transfer_id, kind), moment_of(on), name or kind, told)


def timer_id(transfer_id: str, kind: str) -> str:
    """The one timer of a kind that a transfer has."""
    return f"transfer:{transfer_id}:{kind}"


def _noted(row: Document, fact: Fact) -> Document:
    return {
        **row,
        "version": fact.event.streamversion,
        "handled_by": row.get("handled_by") if fact.event.actor.startswith("system:") else fact.event.actor,
        "changed_at": fact.event.time,
    }
