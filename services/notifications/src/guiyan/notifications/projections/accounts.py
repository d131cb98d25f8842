"""The account of notices: every intent that was called for, by day, month and batch, kept with each event (ADR 0033).

What an event calls for is counted from the event and the table of rules; the notice that is queued for it takes the
call's place. A call that no notice answers stays: it is the difference of its day. An intent belongs to the day of the
event that called for it, whenever its notice is queued, sent or receipted. A digest is no intent: its entries are.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time, timedelta
from typing import Any, ClassVar, Final, NamedTuple

from guiyan.events.notifications.delivery import DayReconciled
from guiyan.events.notifications.notice import (
    NoticeBounced,
    NoticeFailed,
    NoticeGathered,
    NoticeQueued,
    NoticeReplanned,
    NoticeSendStarted,
    NoticeSent,
    NoticeSettled,
    NoticeSuppressed,
)
from guiyan.ledger import Docs, Document, Fact, Index, Key, Projection, Timer, business_date
from guiyan.ledger.calendar import moment_of
from guiyan.ledger.due import SYSTEM_ORG
from guiyan.notifications.domain.called_for import called_for
from guiyan.notifications.domain.notice import NoticeState, settled_state
from guiyan.notifications.domain.rules import RULES
from guiyan.notifications.projections import account_sides
from guiyan.notifications.projections.notices import STATES

INTENTS: Final = "intents"
DAYS: Final = "account_days"
MONTHS: Final = "account_months"
BATCHES: Final = "account_batches"
RECONCILE: Final = "reconcile_day"
AFTER_DAY: Final = time(0, 30)
"""When a day is told, the night after: whatever was called for shortly before midnight is queued by then."""
NOT_QUEUED: Final = "NOT_QUEUED"
"""The state of an intent that was called for and has no notice."""
PART_OF: Final = {
    NOT_QUEUED: "lost",
    NoticeState.QUEUED: "pending",
    NoticeState.HELD: "pending",
    NoticeState.GATHERED: "pending",
    NoticeState.SENDING: "pending",
    NoticeState.SENT: "sent",
    NoticeState.DELIVERED: "delivered",
    NoticeState.BOUNCED: "bounced",
    NoticeState.FAILED: "failed",
    NoticeState.UNKNOWN: "unknown",
    NoticeState.SUPPRESSED: "suppressed",
}
PARTS: Final = tuple(dict.fromkeys(PART_OF.values()))
_NOTHING: Final[Document] = {"due": 0, **dict.fromkeys(PARTS, 0), "receipts": 0, "reasons": {}}


class Accounts(Projection):
    """Collections `intents` (one document an intent), `account_days`, `account_months`, `account_batches` (counts)."""

    name: ClassVar[str] = "accounts"
    version: ClassVar[int] = 2
    handles: ClassVar[frozenset[str]] = frozenset({*STATES, "NoticeSettled", "DayReconciled", *RULES}) | (
        account_sides.HANDLES
    )
    indexes: ClassVar[tuple[Index, ...]] = (
        Index(INTENTS, ("org_code", "day", "_id")),
        Index(INTENTS, ("day", "state")),
        Index(INTENTS, ("state", "day")),
        Index(INTENTS, ("batch", "template", "channel", "org_code")),
        Index(DAYS, ("org_code", "day")),
        Index(DAYS, ("day",)),
        Index(DAYS, ("lost",)),
        Index(MONTHS, ("month", "org_code")),
        Index(BATCHES, ("org_code", "batch")),
        Index(BATCHES, ("batch",)),
    )

    def touches(self, fact: Fact) -> Iterable[Key]:
        """The intent of a notice."""
        return (Key(INTENTS, fact.aggregate_id),) if fact.type in STATES else ()

    def apply(self, fact: Fact, docs: Docs) -> None:
        """Count what an event calls for, move a notice from part to part, note that a day was told."""
        if isinstance(fact.payload, DayReconciled):
            _told(fact, fact.payload, docs)
        elif fact.type in STATES or isinstance(fact.payload, NoticeSettled):
            _notice(fact, docs)
        else:
            account_sides.apply(fact, docs)
            _calls(fact, docs)


def call_id(cause_event_id: str, rule: str) -> str:
    """The intent that an event calls for, as long as there is no notice for it."""
    return f"{cause_event_id}:{rule}"


def day_id(day: str, org_code: str) -> str:
    """The account of one day and organisation."""
    return f"{day}:{org_code}"


def _calls(fact: Fact, docs: Docs) -> None:
    day = business_date(fact.event.time).isoformat()
    for call in called_for(fact.payload, fact.aggregate_id, account_sides.known(fact, docs)):
        intent: Document = {
            "day": day,
            "batch": day,
            "org_code": call.org_code or SYSTEM_ORG,
            "rule": call.rule.name,
            "template": call.rule.template,
            "channel": None,
            "member_id": call.member_id,
            "recipient_id": None,
            "cause_event_id": fact.event.id,
            "state": NOT_QUEUED,
            "reason": None,
            "receipt": False,
            "digest_id": None,
        }
        id_ = call_id(fact.event.id, call.rule.name)
        docs.put(INTENTS, id_, intent)
        _count(None, intent, day, docs)


def _notice(fact: Fact, docs: Docs) -> None:
    tonight = business_date(fact.event.time).isoformat()
    before = docs.get(INTENTS, fact.aggregate_id)
    if isinstance(fact.payload, NoticeQueued):
        if fact.payload.entries:
            return
        for rule in (fact.payload.rule, *fact.payload.also):
            call = docs.get(INTENTS, call_id(fact.payload.cause_event_id, rule))
            if call is not None:
                docs.delete(INTENTS, call["_id"])
                _count(call, None, tonight, docs)
        after = _queued(fact.payload, fact)
    elif before is None:
        return
    else:
        after = {**before, **_moved(before, fact)}
    docs.put(INTENTS, fact.aggregate_id, after)
    _count(before, after, tonight, docs)


def _queued(told: NoticeQueued, fact: Fact) -> Document:
    day = fact.event.occurredon.isoformat()
    return {
        "day": day,
        "batch": told.campaign_id or day,
        "org_code": told.org_code or SYSTEM_ORG,
        "rule": told.rule,
        "template": told.template,
        "channel": str(told.channel),
        "member_id": told.member_id,
        "recipient_id": told.recipient_id,
        "cause_event_id": told.cause_event_id,
        "state": str(NoticeState.HELD if told.for_digest else NoticeState.QUEUED),
        "reason": None,
        "receipt": False,
        "digest_id": None,
    }


def _moved(before: Document, fact: Fact) -> Document:  # noqa: PLR0911 - one case an event
    match fact.payload:
        case NoticeSettled() as settled:
            state = settled_state(settled.settlement, gathered=before["digest_id"] is not None)
            return {"state": str(state), "reason": str(settled.settlement)}
        case NoticeGathered() as gathered:
            return {"state": str(NoticeState.GATHERED), "digest_id": gathered.digest_id}
        case NoticeReplanned() as plan:
            return {"channel": str(plan.channel)}
        case NoticeSent() as sent:
            return {"state": str(NoticeState.SENT), "channel": str(sent.channel)}
        case NoticeSendStarted() as claim:
            return {"state": str(NoticeState.SENDING), "channel": str(claim.channel), "reason": None}
        case NoticeBounced() as told:
            return {"state": str(NoticeState.BOUNCED), "reason": str(told.reason), "receipt": _after_sent(before)}
        case NoticeFailed() | NoticeSuppressed() as told:
            return {"state": str(STATES[fact.type]), "reason": str(told.reason)}
        case _:
            return {"state": str(STATES[fact.type]), "receipt": before["receipt"] or fact.type == "NoticeDelivered"}


def _after_sent(before: Document) -> bool:
    """Whether a receipt told it, not the answer to the hand-over."""
    return bool(before["state"] == NoticeState.SENT)


def _count(before: Document | None, after: Document | None, tonight: str, docs: Docs) -> None:
    """Move an intent from the rows that held it to those that hold it now; nothing where all of it stays."""
    left, entered = _rows(before), _rows(after)
    if left == entered:
        return
    for rows, by in ((left, -1), (entered, 1)):
        for row in rows:
            known = docs.get(row.collection, row.id) or {**_NOTHING, **row.about}
            docs.put(row.collection, row.id, _added(known, row, by))
    for id_, about in {row.id: row.about for row in (*left, *entered) if row.collection == DAYS}.items():
        _tonight(id_, about, tonight, docs)


class _Row(NamedTuple):
    """Where an intent is counted, and as what."""

    collection: str
    id: str
    about: dict[str, Any]
    part: str
    receipt: bool
    reason: str | None


def _rows(intent: Document | None) -> list[_Row]:
    if intent is None:
        return []
    day, org, batch, template = intent["day"], intent["org_code"], intent["batch"], intent["template"]
    month, channel = day[:7], intent["channel"]
    reason = intent["reason"] if intent["state"] == NoticeState.SUPPRESSED else None
    counted = (PART_OF[intent["state"]], bool(intent["receipt"]), reason)
    of_day = {"day": day, "org_code": org, "reconciled_on": None, "tonight": None}
    of_batch = {"batch": batch, "org_code": org, "template": template, "channel": channel, "day": day}
    return [
        _Row(DAYS, day_id(day, org), of_day, *counted),
        _Row(MONTHS, f"{month}:{org}", {"month": month, "org_code": org}, *counted),
        _Row(BATCHES, f"{batch}:{org}:{template}:{channel or '-'}", of_batch, *counted),
    ]


def _added(known: Document, row: _Row, by: int) -> Document:
    receipts = known["receipts"] + (by if row.receipt else 0)
    added = {**known, "due": known["due"] + by, row.part: known[row.part] + by, "receipts": receipts}
    if row.reason is not None:
        reasons = {**known["reasons"], row.reason: known["reasons"].get(row.reason, 0) + by}
        added["reasons"] = {name: number for name, number in reasons.items() if number}
    return added


def _tonight(id_: str, about: Document, day: str, docs: Docs) -> None:
    """A day whose account has changed is told the night after; one timer a night."""
    row = docs.get(DAYS, id_)
    if row is None or row["tonight"] == day:
        return
    docs.put(DAYS, id_, {**row, "tonight": day})
    due_at = moment_of(date.fromisoformat(day) + timedelta(days=1), AFTER_DAY)
    data = {"day": about["day"], "org_code": about["org_code"]}
    docs.schedule(Timer(_timer_id(id_, day), due_at, RECONCILE, data))


def _timer_id(id_: str, night: str) -> str:
    return f"{RECONCILE}:{id_}:{night}"


def _told(fact: Fact, told: DayReconciled, docs: Docs) -> None:
    """The day was told: its timer has done its work."""
    on, id_ = fact.event.occurredon, day_id(told.day.isoformat(), told.org_code)
    docs.cancel(_timer_id(id_, (on - timedelta(days=1)).isoformat()))
    row = docs.get(DAYS, id_)
    if row is not None:
        docs.put(DAYS, id_, {**row, "reconciled_on": on.isoformat()})
