"""A notice: claimed before it is sent, settled when its outcome is unknown, never sent again blindly (ADR 0010).

QUEUED → SENDING → SENT → DELIVERED, or → QUEUED again after a failure known not to have been accepted, or planned anew,
→ BOUNCED, FAILED, UNKNOWN (→ settled by a person), SUPPRESSED.
One that waits for a digest: HELD → GATHERED → what becomes of the digest (`following`, ADR 0037).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from guiyan.events import Event, Payload
from guiyan.events.codes import NoticeChannel, NoticeFailure, Replanning, Settlement, Suppression
from guiyan.events.notifications.notice import (
    NoticeAcknowledged,
    NoticeAttemptFailed,
    NoticeBounced,
    NoticeDelayed,
    NoticeDelivered,
    NoticeEntriesLeftOut,
    NoticeFailed,
    NoticeGathered,
    NoticeOutcomeUnknown,
    NoticeQueued,
    NoticeReplanned,
    NoticeSendStarted,
    NoticeSent,
    NoticeSettled,
    NoticeSuppressed,
    NoticeTextErased,
)
from guiyan.ledger import Decider, Draft, Refused
from guiyan.notifications.domain.following import followed
from guiyan.notifications.domain.notice_state import TEXT_IS_PAST, NoticeState, settled_state

__all__ = ["NOTICE", "TEXT_IS_PAST", "NoticeState", "settled_state"]


@dataclass(frozen=True, slots=True)
class Notice:
    """The state of one notice: what decides over the next step."""

    state: NoticeState = NoticeState.NONE
    attempt: int = 0
    channel: NoticeChannel | None = None
    provider: str = ""
    contact_point_id: str | None = None
    had_by: frozenset[str] = frozenset()
    """Every provider that was handed it."""
    delayed: bool = False
    acknowledged: bool = False
    text_erased: bool = False
    digest_id: str | None = None
    """The digest that it leaves in."""
    entries: frozenset[str] = frozenset()
    """Of a digest: the notices in it, as far as they were not left out."""


@dataclass(frozen=True, slots=True)
class Queue:
    """An event calls for telling somebody."""

    intent: NoticeQueued
    on: date
    suppressed: Suppression | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """A sender takes it in hand; only one gets it."""

    channel: NoticeChannel
    provider: str
    on: date
    contact_point_id: str | None = None


@dataclass(frozen=True, slots=True)
class Replan:
    """It does not leave yet: its hours are over, or its channel was refused while it waited."""

    reason: Replanning
    channel: NoticeChannel
    not_before: datetime | None
    on: date


@dataclass(frozen=True, slots=True)
class Report:
    """What came of the attempt in hand."""

    outcome: Taken | Deferred | Returned | Lost
    on: date
    attempt: int | None = None
    """Which attempt it is of, where that is known: the result of one that is over says nothing of the next."""


@dataclass(frozen=True, slots=True)
class Taken:
    """The provider took it."""

    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Deferred:
    """The provider certainly did not take it; try again at `retry_at`, or never again when that is None.

    `provider_at_fault` is False where another message would have been taken: a mailbox that is full, a number that is
    off; it then says nothing about the provider.
    """

    status: str | None = None
    retry_at: datetime | None = None
    provider_at_fault: bool = True


@dataclass(frozen=True, slots=True)
class Returned:
    """The provider refused it for good."""

    reason: NoticeFailure
    status: str | None = None


@dataclass(frozen=True, slots=True)
class Lost:
    """Nobody can tell whether the provider took it."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """The provider says that it is there."""


@dataclass(frozen=True, slots=True)
class Late:
    """The provider says that it is not there yet and is still being tried."""

    status: str | None = None


Said = Arrived | Late | Returned


@dataclass(frozen=True, slots=True)
class Receive:
    """A provider's receipt for a message it took: early, late, twice, or of an earlier attempt."""

    provider: str
    told: Said
    on: date
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Settle:
    """A person settles an unknown outcome."""

    settlement: Settlement
    on: date


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """The recipient says it was received."""

    on: date


@dataclass(frozen=True, slots=True)
class Suppress:
    """It is not to be sent, for a reason."""

    reason: Suppression
    on: date


@dataclass(frozen=True, slots=True)
class LeaveOut:
    """A digest is about to leave, and some of its entries are not to be in it."""

    entries: tuple[str, ...]
    reason: Suppression
    on: date


@dataclass(frozen=True, slots=True)
class Follow:
    """Something became of the digest that it leaves in."""

    digest_id: str
    told: Payload
    on: date


@dataclass(frozen=True, slots=True)
class EraseText:
    """Its period is over, or its recipient was erased: what it said is deleted, that it was said stays (§5.3)."""

    on: date


Command = Queue | Claim | Replan | Report | Receive | Settle | Acknowledge | Suppress | LeaveOut | Follow | EraseText
_REACHED: Final = frozenset({NoticeState.SENT, NoticeState.DELIVERED})
_MAY_ARRIVE: Final = frozenset({NoticeState.SENDING, NoticeState.SENT, NoticeState.QUEUED, NoticeState.FAILED})
_MAY_COME_BACK: Final = frozenset({NoticeState.SENDING, NoticeState.SENT, NoticeState.UNKNOWN})


def decide(command: Command, notice: Notice) -> Sequence[Draft]:  # noqa: C901, PLR0911, PLR0912 - one case a command
    """The events of a command; a repeat of what is already so gives none."""
    match command:
        case Queue():
            return _queue(command, notice)
        case Claim():
            _require(notice, NoticeState.QUEUED)
            claim = NoticeSendStarted(
                channel=command.channel,
                provider=command.provider,
                attempt=notice.attempt + 1,
                contact_point_id=command.contact_point_id,
            )
            return [Draft(claim, command.on)]
        case Replan():
            _require(notice, NoticeState.QUEUED)
            told = {"reason": command.reason, "channel": command.channel, "not_before": command.not_before}
            return [Draft(NoticeReplanned(**told), command.on)]
        case Report():
            _require(notice, NoticeState.SENDING)
            if command.attempt not in {None, notice.attempt}:
                raise Refused("notice_state", state=notice.state)
            return [Draft(event, command.on) for event in _reported(command.outcome, notice)]
        case Receive():
            return [Draft(event, command.on) for event in _received(command, notice)]
        case Settle():
            _require(notice, NoticeState.UNKNOWN)
            if notice.digest_id is not None:
                raise Refused("notice_in_digest", digest=notice.digest_id)
            if notice.text_erased and command.settlement is Settlement.NOT_ARRIVED:
                raise Refused("notice_text_erased")
            return [Draft(NoticeSettled(settlement=command.settlement), command.on)]
        case Acknowledge():
            _require(notice, *_REACHED)
            return [] if notice.acknowledged else [Draft(NoticeAcknowledged(), command.on)]
        case Suppress():
            _require(notice, NoticeState.QUEUED, NoticeState.HELD)
            return [Draft(NoticeSuppressed(reason=command.reason), command.on)]
        case LeaveOut():
            return _leave_out(command, notice)
        case Follow():
            return _follow(command, notice)
        case EraseText():
            _require(notice, *TEXT_IS_PAST)
            return [] if notice.text_erased else [Draft(NoticeTextErased(), command.on)]


def _queue(command: Queue, notice: Notice) -> Sequence[Draft]:
    """One intent per cause, rule and recipient: the second time there is nothing to do."""
    if notice.state is not NoticeState.NONE:
        return []
    drafts = [Draft(command.intent, command.on)]
    if command.suppressed is not None:
        drafts.append(Draft(NoticeSuppressed(reason=command.suppressed), command.on))
    return drafts


def _leave_out(command: LeaveOut, notice: Notice) -> Sequence[Draft]:
    """Only before it is claimed: what has left has left. One entry stays; a digest of nothing is suppressed instead."""
    _require(notice, NoticeState.QUEUED)
    out = tuple(one for one in command.entries if one in notice.entries)
    if notice.entries <= set(out):
        raise Refused("notice_state", state=notice.state)
    return [Draft(NoticeEntriesLeftOut(entries=out, reason=command.reason), command.on)] if out else []


def _follow(command: Follow, notice: Notice) -> Sequence[Draft]:
    """What became of the digest, once; one that was never in it is its own, but for the text that it lost with it."""
    mine = notice.digest_id in {None, command.digest_id}
    if not mine or (notice.text_erased and isinstance(command.told, NoticeTextErased)):
        return []
    if notice.acknowledged and isinstance(command.told, NoticeAcknowledged):
        return []
    event = followed(command.told, notice.state, command.digest_id)
    return [] if event is None else [Draft(event, command.on)]


def _reported(outcome: Taken | Deferred | Returned | Lost, notice: Notice) -> Sequence[Payload]:
    """The result of the attempt in hand, in the language's words."""
    channel, provider, attempt = notice.channel or NoticeChannel.EMAIL, notice.provider, notice.attempt
    match outcome:
        case Taken(reference):
            return [NoticeSent(channel=channel, provider=provider, provider_reference=reference)]
        case Deferred(status, retry_at):
            failed = NoticeAttemptFailed(
                channel=channel, provider=provider, attempt=attempt, status=status, retry_at=retry_at
            )
            return [failed] if retry_at else [failed, NoticeFailed(reason=NoticeFailure.RETRIES_USED_UP)]
        case Returned(reason, status):
            return [NoticeBounced(reason=reason, status=status, contact_point_id=notice.contact_point_id)]
        case Lost():
            return [NoticeOutcomeUnknown(channel=channel, provider=provider, attempt=attempt)]


def _received(command: Receive, notice: Notice) -> Sequence[Payload]:
    """What a receipt adds; the first final word stands, and what arrived is never sent again."""
    if notice.state is NoticeState.NONE:
        raise Refused("notice_unknown", status=404)
    if command.provider not in notice.had_by:  # who never had it cannot say what became of it
        return []
    ours = command.provider == notice.provider
    match command.told:
        case Arrived() if notice.state is NoticeState.UNKNOWN:
            return [NoticeSettled(settlement=Settlement.ARRIVED, provider_reference=command.reference)]
        case Arrived() if notice.state in _MAY_ARRIVE:
            return [*_taken_first(command, notice, ours), NoticeDelivered(provider_reference=command.reference)]
        case Returned(reason, status) if ours and notice.state in _MAY_COME_BACK:
            bounced = NoticeBounced(reason=reason, status=status, contact_point_id=notice.contact_point_id)
            return [*_taken_first(command, notice, ours), bounced]
        case Late(status) if ours and notice.state is NoticeState.SENT and not notice.delayed:
            return [NoticeDelayed(status=status)]
        case _:
            return []


def _taken_first(command: Receive, notice: Notice, ours: bool) -> Sequence[Payload]:  # noqa: FBT001 - whose number it is
    """A receipt that is here before the answer to the hand-over says that it was taken, too."""
    if notice.state is not NoticeState.SENDING or not ours or notice.channel is None:
        return []
    return [NoticeSent(channel=notice.channel, provider=notice.provider, provider_reference=command.reference)]


def _require(notice: Notice, *states: NoticeState) -> None:
    if notice.state is NoticeState.NONE:
        raise Refused("notice_unknown", status=404)
    if notice.state not in states:
        raise Refused("notice_state", state=notice.state)


def evolve(notice: Notice, event: Event) -> Notice:  # noqa: C901, PLR0911, PLR0912 - one case an event
    """The state after one more event."""
    match event.payload:
        case NoticeQueued() as intent:
            state = NoticeState.HELD if intent.for_digest else NoticeState.QUEUED
            return replace(notice, state=state, entries=frozenset(intent.entries))
        case NoticeGathered(digest_id=digest_id):
            return replace(notice, state=NoticeState.GATHERED, digest_id=digest_id)
        case NoticeEntriesLeftOut() as told:
            return replace(notice, entries=notice.entries - set(told.entries))
        case NoticeSendStarted() as claim:
            return replace(
                notice,
                state=NoticeState.SENDING,
                attempt=claim.attempt,
                channel=claim.channel,
                provider=claim.provider,
                contact_point_id=claim.contact_point_id,
                had_by=notice.had_by | {claim.provider},
                delayed=False,
            )
        case NoticeSent():
            return replace(notice, state=NoticeState.SENT)
        case NoticeAttemptFailed():
            return replace(notice, state=NoticeState.QUEUED)
        case NoticeOutcomeUnknown():
            return replace(notice, state=NoticeState.UNKNOWN)
        case NoticeSettled() as settled:
            settled_as = settled_state(settled.settlement, gathered=notice.digest_id is not None)
            return replace(notice, state=settled_as)
        case NoticeDelayed():
            return replace(notice, delayed=True)
        case NoticeDelivered():
            return replace(notice, state=NoticeState.DELIVERED)
        case NoticeBounced():
            return replace(notice, state=NoticeState.BOUNCED)
        case NoticeFailed():
            return replace(notice, state=NoticeState.FAILED)
        case NoticeSuppressed():
            return replace(notice, state=NoticeState.SUPPRESSED)
        case NoticeAcknowledged():
            return replace(notice, acknowledged=True)
        case NoticeTextErased():
            return replace(notice, text_erased=True)
        case _:
            return notice


NOTICE: Final = Decider("notifications", "notice", Notice, evolve, decide)
