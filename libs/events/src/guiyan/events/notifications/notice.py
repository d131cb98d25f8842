"""Notices: one intent, at most one message; an unknown outcome is settled, never resent blindly."""

from datetime import datetime
from typing import Annotated, ClassVar

from pydantic import AwareDatetime, Field

from guiyan.events.classes import P1
from guiyan.events.codes import NoticeChannel, NoticeFailure, Replanning, Settlement, Suppression
from guiyan.events.payload import Payload
from guiyan.events.values import Code, Count, Id, OrgCode

ProviderReference = Annotated[Code | None, P1("The provider's own reference for the message.", "msg-0001")]


class NoticeEvent(Payload, abstract=True):
    """What all events of a notice share; the notice id is derived from cause, rule and recipient."""

    service: ClassVar[str] = "notifications"
    aggregate: ClassVar[str] = "notice"


class NoticeQueued(NoticeEvent):
    """An event called for telling somebody: one intent per cause event, rule and recipient."""

    cause_event_id: Annotated[Id, P1("The event that called for it.")]
    rule: Annotated[Code, P1("The rule that says so.", "contact_missed_to_contact_person")]
    recipient_id: Annotated[Id, P1("Who is to be told.")]
    org_code: Annotated[OrgCode | None, P1("On whose behalf.")] = None
    member_id: Annotated[Id | None, P1("The member it is about.")] = None
    channel: Annotated[NoticeChannel, P1("Which channel is tried first.")]
    template: Annotated[Code, P1("Which template.", "contact_missed")]
    template_version: Annotated[Count, P1("Which version of it.", 1)]
    language: Annotated[Code | None, P1("In which language; absent: Chinese, a mail in English below.", "zh-CN")] = None
    params: Annotated[dict[Code, Code], P1("Codes, ids, dates, counts for the template.", {"quarter": "2026-Q1"})] = (
        Field(default_factory=dict)
    )
    not_before: Annotated[AwareDatetime | None, P1("Not before: quiet hours, digest.")] = None
    also: Annotated[
        tuple[Code, ...],
        P1("Other rules of the event that tell the same person: told once.", ("letter_due_to_origin",)),
    ] = ()
    campaign_id: Annotated[Id | None, P1("The campaign that it is of, if it is of one (S-35).")] = None
    about_id: Annotated[Code | None, P1("The record whose matter it is; when that is over it is not sent.")] = None
    cause_sequence: Annotated[Count | None, P1("Where the cause stands in the ledger: what ends it is later.")] = None
    for_digest: Annotated[bool, P1("It waits for the recipient's digest of that moment, and leaves in it.")] = False
    entries: Annotated[tuple[Id, ...], P1("Of a digest: the notices that it tells of.")] = ()


class NoticeGathered(NoticeEvent):
    """It leaves in a digest, and what becomes of that one becomes of it."""

    digest_id: Annotated[Id, P1("The notice that is the digest.")]


class NoticeEntriesLeftOut(NoticeEvent):
    """A digest was about to leave, and some of its entries are not in it any more."""

    entries: Annotated[tuple[Id, ...], P1("The notices that were left out.")]
    reason: Annotated[Suppression, P1("Why.")]


class NoticeReplanned(NoticeEvent):
    """It was to leave and does not yet: it waits for another moment, or leaves by another channel."""

    reason: Annotated[Replanning, P1("Why.")]
    channel: Annotated[NoticeChannel, P1("Which channel is tried from now on.")]
    not_before: Annotated[AwareDatetime | None, P1("Not before: quiet hours, days without work.")] = None


class NoticeSendStarted(NoticeEvent):
    """The sender claimed it before handing it over; found claimed after a crash, its outcome is unknown."""

    channel: Annotated[NoticeChannel, P1("Which channel.")]
    provider: Annotated[Code, P1("Which provider.", "smtp_main")]
    attempt: Annotated[Count, P1("Which attempt, counted from 1.", 1)]
    contact_point_id: Annotated[Id | None, P1("The contact point used, where it is a member's.")] = None


class NoticeSent(NoticeEvent):
    """The provider took it."""

    channel: Annotated[NoticeChannel, P1("Which channel.")]
    provider: Annotated[Code, P1("Which provider.", "smtp_main")]
    provider_reference: ProviderReference = None


class NoticeAttemptFailed(NoticeEvent):
    """The provider certainly did not take it; it is tried again later or elsewhere."""

    channel: Annotated[NoticeChannel, P1("Which channel.")]
    provider: Annotated[Code, P1("Which provider.", "smtp_main")]
    attempt: Annotated[Count, P1("Which attempt.", 1)]
    status: Annotated[Code | None, P1("The provider's status code.", "451")] = None
    retry_at: Annotated[AwareDatetime | None, P1("When it is tried again.")] = None


class NoticeOutcomeUnknown(NoticeEvent):
    """Whether the provider took it cannot be told; it is never resent blindly, a person sees it."""

    channel: Annotated[NoticeChannel, P1("Which channel.")]
    provider: Annotated[Code, P1("Which provider.", "smtp_main")]
    attempt: Annotated[Count, P1("Which attempt.", 1)]


class NoticeSettled(NoticeEvent):
    """A person or the provider's own record settled an unknown outcome."""

    settlement: Annotated[Settlement, P1("How.")]
    provider_reference: ProviderReference = None


class NoticeDelivered(NoticeEvent):
    """The provider says that it arrived."""

    provider_reference: ProviderReference = None


class NoticeDelayed(NoticeEvent):
    """The provider that took it says that it has not arrived yet and is still being tried (RFC 3464)."""

    status: Annotated[Code | None, P1("The provider's status code.", "4.4.1")] = None


class NoticeBounced(NoticeEvent):
    """It came back; a dead number closes its contact point."""

    reason: Annotated[NoticeFailure, P1("Why.")]
    contact_point_id: Annotated[Id | None, P1("The contact point used.")] = None
    status: Annotated[Code | None, P1("The provider's status code.", "550")] = None


class NoticeAcknowledged(NoticeEvent):
    """The recipient said it was received, or answered it."""


class NoticeSuppressed(NoticeEvent):
    """It was not sent, for a named reason."""

    reason: Annotated[Suppression, P1("Why.")]


class NoticeFailed(NoticeEvent):
    """It could not be handed over and will not be tried again."""

    reason: Annotated[NoticeFailure, P1("Why.")]


class NoticeTextErased(NoticeEvent):
    """The text of the message was deleted at the end of its period; the fact stays (domain.md §5.3)."""


class ReminderEvent(Payload, abstract=True):
    """What all events of a reminder share."""

    service: ClassVar[str] = "notifications"
    aggregate: ClassVar[str] = "reminder"


class ReminderScheduled(ReminderEvent):
    """Somebody is to be reminded at a time."""

    rule: Annotated[Code, P1("The rule that says so.", "duty_day_45")]
    about_id: Annotated[Id, P1("The record it is about.")]
    recipient_id: Annotated[Id, P1("Who is to be reminded.")]
    due_at: Annotated[datetime, P1("When.")]


class ReminderSent(ReminderEvent):
    """Its time came: the notice that carries it was queued."""

    notice_id: Annotated[Id, P1("The notice.")]


class ReminderCancelled(ReminderEvent):
    """It is not needed any more."""
