"""Every notice with its state and the reason of each change (domain.md §6 no. 16)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Final

from guiyan.events.notifications.notice import (
    NoticeAttemptFailed,
    NoticeBounced,
    NoticeDelayed,
    NoticeEntriesLeftOut,
    NoticeFailed,
    NoticeGathered,
    NoticeQueued,
    NoticeReplanned,
    NoticeSendStarted,
    NoticeSent,
    NoticeSettled,
    NoticeSuppressed,
    NoticeTextErased,
)
from guiyan.ledger import Docs, Document, Fact, Index, Key, Projection, Timer, business_date
from guiyan.notifications.domain.endings import ENDING, record_of
from guiyan.notifications.domain.notice import NoticeState, settled_state
from guiyan.notifications.projections import endings

NOTICES: Final = "notices"
DIGESTS: Final = "digests"
RETRY: Final = "retry_notice"
GATHER: Final = "gather_digest"
STATES: Final = {
    "NoticeQueued": NoticeState.QUEUED,
    "NoticeReplanned": NoticeState.QUEUED,
    "NoticeGathered": NoticeState.GATHERED,
    "NoticeSendStarted": NoticeState.SENDING,
    "NoticeSent": NoticeState.SENT,
    "NoticeAttemptFailed": NoticeState.QUEUED,
    "NoticeOutcomeUnknown": NoticeState.UNKNOWN,
    "NoticeDelivered": NoticeState.DELIVERED,
    "NoticeBounced": NoticeState.BOUNCED,
    "NoticeFailed": NoticeState.FAILED,
    "NoticeSuppressed": NoticeState.SUPPRESSED,
}
_WITH_REASON: Final = frozenset({NoticeState.SUPPRESSED, NoticeState.FAILED, NoticeState.BOUNCED})
"""What stays with its reason; a line of history has each of the others."""
_BESIDE: Final = ("NoticeDelayed", "NoticeSettled", "NoticeAcknowledged", "NoticeTextErased", "NoticeEntriesLeftOut")
_OF_NOTICES: Final = frozenset({*STATES, *_BESIDE})


class Notices(Projection):
    """Collections `notices` (one document a notice), `digests` (whose entries are which), `ended` (matters over)."""

    name: ClassVar[str] = "notices"
    version: ClassVar[int] = 10
    handles: ClassVar[frozenset[str]] = _OF_NOTICES | ENDING
    indexes: ClassVar[tuple[Index, ...]] = (
        Index(NOTICES, ("state", "channel", "retry_at", "_id")),
        Index(NOTICES, ("state", "digest_id", "recipient_id", "_id")),
        Index(NOTICES, ("org_code", "queued_on", "_id")),
        Index(NOTICES, ("queued_on", "state")),
        Index(NOTICES, ("cause_event_id",)),
        Index(NOTICES, ("text_erased", "queued_on")),
        Index(NOTICES, ("recipient_id",)),
        Index(NOTICES, ("provider_reference", "provider"), sparse=True),
    )

    def touches(self, fact: Fact) -> Iterable[Key]:
        """The notice's own document; of what ends a matter, the record's."""
        if fact.type in ENDING:
            return (Key(endings.ENDED, record_of(fact.payload, fact.aggregate_id)),)
        entries = fact.payload.entries if isinstance(fact.payload, NoticeQueued) else ()
        return tuple(Key(NOTICES, one) for one in (fact.aggregate_id, *entries))

    def apply(self, fact: Fact, docs: Docs) -> None:
        """Move the notice's document on by one event, or note that a matter is over."""
        if fact.type in ENDING:
            endings.apply(fact, docs)
            return
        before = docs.get(NOTICES, fact.aggregate_id) or {}
        after = changed(before, fact)
        docs.put(NOTICES, fact.aggregate_id, after)
        if isinstance(fact.payload, NoticeQueued) and fact.payload.entries:
            _gather({**after, "_id": fact.aggregate_id}, docs)
        if after["state"] == NoticeState.HELD:
            moment = after["retry_at"]
            docs.schedule(Timer(f"{GATHER}:{after['recipient_id']}:{moment.isoformat()}", moment, GATHER, {}))
        elif after.get("retry_at") is not None and after["state"] == NoticeState.QUEUED:
            docs.schedule(Timer(f"{RETRY}:{fact.aggregate_id}", after["retry_at"], RETRY, {}))
        elif before.get("retry_at") is not None:
            docs.cancel(f"{RETRY}:{fact.aggregate_id}")


def _gather(digest: Document, docs: Docs) -> None:
    """Its entries are those that wait and are in no digest before it: nobody gathers them again, nobody tells twice."""
    waiting = [one for one in docs.get_all(NOTICES, digest["entries"]) if one["state"] == NoticeState.HELD]
    mine = [one for one in waiting if one["digest_id"] is None]
    for entry in mine:
        docs.put(NOTICES, entry["_id"], {**entry, "digest_id": digest["_id"]})
    ids = [one["_id"] for one in mine]
    docs.put(NOTICES, digest["_id"], {**digest, "entries": ids})
    docs.put(DIGESTS, digest["_id"], {"recipient_id": digest["recipient_id"], "entries": ids})


def changed(before: Document, fact: Fact) -> Document:
    """The document after one more event, with a line of history that says why."""
    after = {**before, **_fields(before, fact), "version": fact.event.streamversion, "sequence": fact.sequence}
    after["state"] = str(_state(before, fact))
    reason = _reason(fact)
    after["reason"] = reason if after["state"] in _WITH_REASON else None
    line = {"at": fact.event.time, "event": fact.type, "state": after["state"], "reason": reason}
    after["changes"] = [*before.get("changes", []), line]
    return after


def _state(before: Document, fact: Fact) -> NoticeState:
    if isinstance(fact.payload, NoticeSettled):
        return settled_state(fact.payload.settlement, gathered=before.get("digest_id") is not None)
    if isinstance(fact.payload, NoticeQueued) and fact.payload.for_digest:
        return NoticeState.HELD
    return STATES.get(fact.type) or NoticeState(before["state"])


def _fields(before: Document, fact: Fact) -> dict[str, Any]:  # noqa: PLR0911 - one return an event
    """What the event itself adds to the document."""
    match fact.payload:
        case NoticeQueued() as intent:
            return {
                "rule": intent.rule,
                "cause_event_id": intent.cause_event_id,
                "recipient_id": intent.recipient_id,
                "org_code": intent.org_code,
                "member_id": intent.member_id,
                "channel": str(intent.channel),
                "template": intent.template,
                "template_version": intent.template_version,
                "language": intent.language,
                "params": dict(intent.params),
                "queued_on": business_date(fact.event.time).isoformat(),
                "queued_at": fact.event.time,
                "correlation_id": fact.event.correlationid,
                "retry_at": intent.not_before,
                "about_id": intent.about_id,
                "cause_sequence": intent.cause_sequence,
                "attempts": 0,
                "acknowledged": False,
                "text_erased": False,
                "digest_id": None,
                "entries": list(intent.entries),
                "left_out": [],
            }
        case NoticeReplanned() as plan:
            return {"channel": str(plan.channel), "retry_at": plan.not_before}
        case NoticeGathered() as gathered:
            return {"digest_id": gathered.digest_id}
        case NoticeEntriesLeftOut() as left_out:
            return {"left_out": [*before.get("left_out", []), *left_out.entries]}
        case NoticeSendStarted() as claim:
            told = {"attempts": claim.attempt, "provider": claim.provider, "channel": str(claim.channel)}
            return {**told, "retry_at": None}
        case NoticeAttemptFailed() as failed:
            return {"retry_at": failed.retry_at}
        case NoticeSent() as sent:
            told = {"sent_at": fact.event.time, "channel": str(sent.channel)}
            return {**told, "provider_reference": sent.provider_reference}
        case NoticeTextErased():
            return {"params": {}, "text_erased": True}
        case _:
            return {"acknowledged": True} if fact.type == "NoticeAcknowledged" else {}


def _reason(fact: Fact) -> str | None:
    match fact.payload:
        case NoticeBounced() | NoticeFailed() | NoticeSuppressed() | NoticeReplanned() | NoticeEntriesLeftOut() as told:
            return str(told.reason)
        case NoticeAttemptFailed() | NoticeDelayed() as told:
            return told.status
        case NoticeSettled() as settled:
            return str(settled.settlement)
        case _:
            return None
